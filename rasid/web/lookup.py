"""What a page needs of the ledger, read in one go. Its methods wait for the database: call them in a thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from alerts.facts import History
from alerts.ledger import Delivery, Fact, Ledger
from alerts.listing import Deliveries, list_deliveries
from alerts.policy import Policy
from alerts.provenance import kin, learned
from alerts.reports import Report
from rasid.web.article import Case, Place, choose
from rasid.web.asked import CARDS
from rasid.web.behind import NOTHING, Behind
from rasid.web.cards import Card, card
from rasid.web.factpage import FactPage, File, fact_page
from rasid.web.project import Dossier, drawn
from rasid.web.tongue import Tongue
from streams.records import Change

_REVISIONS = 30
_KIN = 20
_UNFINISHED = 8


@dataclass(frozen=True, slots=True)
class Known:
    """What the front page and the feed need."""

    facts: Sequence[Fact]
    changes: Sequence[Change]
    reports: Mapping[str, Sequence[Report]]


@dataclass(frozen=True, slots=True)
class Asked:
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

    def known(self, limit: int) -> Known:
        """All facts and the newest changes, with what these rest on."""
        changes = self.ledger.changes(limit)
        return Known(facts=self.ledger.facts(), changes=changes, reports=self.ledger.behind(changes))

    def dossier(self, project: str) -> Dossier:
        """All on one project."""
        facts = self.ledger.facts()
        keys = drawn(facts, project)
        changes = [one for key in keys for one in self.ledger.changes(CARDS, key)]
        changes = sorted(changes, key=lambda change: change.time, reverse=True)[:CARDS]
        return Dossier(
            project=project,
            facts=facts,
            histories={fact.fact: self._history(fact) for fact in facts if fact.fact in keys},
            changes=changes,
            reports=self.ledger.behind(changes),
        )

    def fact(self, key: str, tongue: Tongue) -> FactPage | None:
        """The page of one fact; None when there is none of that key."""
        fact = self.ledger.fact(key)
        if fact is None:
            return None
        file = File(
            fact=fact,
            history=self._history(fact),
            reports=self.ledger.claims(key),
            changes=self.ledger.changes(CARDS, key, silent=True),
        )
        return fact_page(file, tongue, datetime.now(UTC))

    def article(self, asked: Asked) -> Case | None:
        """What is at hand of an article; None when nobody knows it, or not in the revision asked for."""
        archive, reader = self.behind.archive, self.behind.reader
        archived = [one.article for one in archive.revisions_of(asked.article_id, _REVISIONS)] if archive else []
        archived = [one for one in archived if asked.when is None or one.fetched_at <= asked.when]
        known = learned(self.ledger, asked.article_id)
        if known and asked.when and known.known_from > asked.when:
            known = None
        shown = choose(archived, asked.revision, asked.place)
        if shown is None and (known is None or asked.revision is not None):
            return None
        return Case(
            article_id=asked.article_id,
            archived=archived,
            shown=shown,
            reading=reader.read(shown) if shown and reader else None,
            learned=known,
            reports=self.ledger.article(asked.article_id) if known else (),
            kin=kin(self.ledger, known, _KIN) if known else (),
            archive_at_hand=archive is not None,
        )

    def unfinished(self) -> tuple[Delivery, ...]:
        """The newest deliveries that have not arrived, or of which nobody knows."""
        states = ("dead", "unknown", "sending", "pending")
        pages = (list_deliveries(self.ledger, Deliveries(state=state), _UNFINISHED) for state in states)
        return tuple(one for page in pages for one in page.items)

    def _history(self, fact: Fact) -> History:
        return self.ledger.history(fact.fact, window=self.policy.window(fact.key))


def cards(known: Known, tongue: Tongue) -> tuple[Card, ...]:
    """The changes as cards."""
    return tuple(card(change, known.reports[change.fact], tongue) for change in known.changes)
