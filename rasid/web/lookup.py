"""What a page needs of the ledger, read in one go. Its methods wait for the database: call them in a thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import msgspec

from alerts.excerpt import Excerpt, excerpt, excerpt_then
from alerts.keys import parse
from alerts.ledger import Delivery, Fact, Ledger
from alerts.listing import (
    ChangePlace,
    Changes,
    ClaimPlace,
    Deliveries,
    DeliveryPlace,
    Facts,
    Moved,
    Page,
    facts_about,
    facts_about_then,
    list_changes,
    list_claims,
    list_claims_then,
    list_deliveries,
    list_facts,
    list_facts_then,
)
from alerts.past import fact_then
from alerts.policy import Policy
from alerts.provenance import kin, learned
from alerts.reports import Report
from rasid.web.article import Case, Place, choose
from rasid.web.behind import NOTHING, Behind
from rasid.web.cards import Card, card
from rasid.web.factpage import File
from rasid.web.overview import OTHERS
from rasid.web.project import Dossier, drawn
from rasid.web.state import STATES
from rasid.web.tongue import Tongue
from streams.records import Change

_REVISIONS = 30
_KIN = 20
_UNFINISHED = 8
# How many a page shows: of changes, claims of a fact, rows of facts and deliveries; and what a picture is drawn of.
CARDS = 12
CLAIMS = 30
ROWS = 60
_STEPS = 60
_READ = 100
_INSTANT = timedelta(microseconds=1)
_LATEST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Known:
    """What the front page and the feeds need; `silences` say by change why nobody was told of it, if nobody was."""

    facts: Sequence[Fact]
    changes: Sequence[Change]
    reports: Mapping[str, Sequence[Report]]
    silences: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which article, in which revision, for the sake of which sentence, as of when."""

    article_id: str
    revision: int | None = None
    place: Place | None = None
    when: datetime | None = None


class Lookup:
    """The ledger, as pages ask it. `policy` is the one that the facts are learned with."""

    def __init__(self, ledger: Ledger, policy: Policy, behind: Behind = NOTHING) -> None:
        self.ledger = ledger
        self.policy = policy
        self.behind = behind

    def known(self, limit: int, when: datetime | None = None) -> Known:
        """The facts about what is watched, some others, and the newest changes, with what these rest on."""
        moved = self.moved(Changes(), limit, when).items
        return replace(self.behind_of(moved), facts=self._facts(when, OTHERS))

    def moved(
        self, which: Changes, limit: int, when: datetime | None = None, after: ChangePlace | None = None
    ) -> Page[Moved, ChangePlace]:
        """Changes from a place on, the newest first, as far as they were noticed by then."""
        if when:
            which = msgspec.structs.replace(which, until=when + _INSTANT if when < _LATEST else when)
        return list_changes(self.ledger, which, limit, after)

    def behind_of(self, moved: Sequence[Moved]) -> Known:
        """These changes with what they rest on, and why nobody was told of those that were kept silent."""
        changes = [one.change for one in moved]
        silences = {one.change.change_id: one.silence for one in moved if one.silence}
        return Known(facts=(), changes=changes, reports=self.ledger.behind(changes), silences=silences)

    def facts(self, project: str | None, when: datetime | None, after: str | None = None) -> Page[Fact, str]:
        """Facts by key from a place on, of one project or of all, as they are or were known."""
        which = Facts(project=project)
        if when is None:
            return list_facts(self.ledger, which, ROWS, after)
        return list_facts_then(self.ledger, which, (when, self.policy.window), ROWS, after)

    def dossier(self, project: str, when: datetime | None = None) -> Dossier:
        """All on one project."""
        facts = self._facts(when, 0)
        moved = self.moved(Changes(project=project), CARDS, when).items
        return Dossier(
            project=project,
            facts=facts,
            histories={key: self._history(key, when).history for key in drawn(facts, project)},
            changes=[one.change for one in moved],
            reports=self.ledger.behind([one.change for one in moved]),
        )

    def fact(self, key: str, when: datetime | None = None, after: ClaimPlace | None = None) -> File | None:
        """All on one fact, its claims from a place on, the newest first; None when there is none of that key."""
        fact = self.ledger.fact(key)
        if fact is None:
            return None
        told = self._history(key, when)
        if when:
            fact = fact_then(self.ledger, key, when, self.policy.window)
        claims = (
            list_claims_then(self.ledger, key, when, CLAIMS, after)
            if when
            else list_claims(self.ledger, key, CLAIMS, after)
        )
        moved = self.moved(Changes(fact=key, silent=True), CARDS, when)
        return File(
            fact=fact,
            history=told.history,
            count=len(told.reports) + told.before,
            uncounted=told.more,
            claims=claims.items,
            further=claims.next,
            changes=self.behind_of(moved.items),
            more=moved.next is not None,
        )

    def _facts(self, when: datetime | None, others: int) -> Sequence[Fact]:
        """The facts about what is on the watchlist, and the first of all others."""
        names = {*self.policy.projects, *self.policy.names}
        if when:
            return facts_about_then(self.ledger, names, (when, self.policy.window), others)
        return facts_about(self.ledger, names, others)

    def _history(self, key: str, when: datetime | None) -> Excerpt:
        """The newest part of what was said of a fact and of the steps that it took."""
        window = self.policy.window(parse(key))
        if when is None:
            found = excerpt(self.ledger, key, datetime.now(UTC), window, _READ)
        else:
            found = excerpt_then(self.ledger, key, when, window, _READ)
        short = msgspec.structs.replace(found.history, steps=found.history.steps[-_STEPS:])
        return msgspec.structs.replace(found, history=short)

    def article(self, wanted: Wanted) -> Case | None:
        """What is at hand of an article; None when nobody knows it, or not in the revision asked for."""
        archive, reader = self.behind.archive, self.behind.reader
        archived = [one.article for one in archive.revisions_of(wanted.article_id, _REVISIONS)] if archive else []
        archived = [one for one in archived if wanted.when is None or one.fetched_at <= wanted.when]
        known = learned(self.ledger, wanted.article_id)
        if known and wanted.when and known.known_from > wanted.when:
            known = None
        shown = choose(archived, wanted.revision, wanted.place)
        if shown is None and (known is None or wanted.revision is not None):
            return None
        return Case(
            article_id=wanted.article_id,
            archived=archived,
            shown=shown,
            reading=reader.read(shown) if shown and reader else None,
            learned=known,
            reports=self.ledger.article(wanted.article_id) if known else (),
            kin=kin(self.ledger, known, _KIN) if known else (),
            archive_at_hand=archive is not None,
        )

    def deliveries(self, state: str | None, after: DeliveryPlace | None) -> Page[Delivery, DeliveryPlace]:
        """Deliveries from a place on, the newest first, of that state where one is given."""
        return list_deliveries(self.ledger, Deliveries(state=state), ROWS, after)

    def unfinished(self) -> tuple[Delivery, ...]:
        """The newest deliveries that have not arrived, or of which nobody knows."""
        pages = (
            list_deliveries(self.ledger, Deliveries(state=state), _UNFINISHED) for state in STATES if state != "sent"
        )
        return tuple(one for page in pages for one in page.items)


def cards(known: Known, tongue: Tongue) -> tuple[Card, ...]:
    """The changes as cards."""
    return tuple(
        card(change, known.reports[change.fact], tongue, known.silences.get(change.change_id))
        for change in known.changes
    )
