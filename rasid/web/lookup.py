"""What a page needs of the ledger, read in one go. Its methods wait for the database: call them in a thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from alerts.facts import History
from alerts.ledger import Fact, Ledger
from alerts.policy import Policy
from alerts.reports import Report
from rasid.web import views
from rasid.web.asked import CARDS
from rasid.web.project import Dossier, drawn
from rasid.web.tongue import Tongue
from streams.records import Change


@dataclass(frozen=True, slots=True)
class Known:
    """What the front page and the feed need."""

    facts: Sequence[Fact]
    changes: Sequence[Change]
    reports: Mapping[str, Sequence[Report]]


class Lookup:
    """The ledger, as pages ask it. `policy` is the one that the facts are learned with."""

    def __init__(self, ledger: Ledger, policy: Policy) -> None:
        self.ledger = ledger
        self.policy = policy

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

    def fact(self, key: str, tongue: Tongue) -> views.FactPage | None:
        """The page of one fact; None when there is none of that key."""
        fact = self.ledger.fact(key)
        if fact is None:
            return None
        file = views.File(
            fact=fact,
            history=self._history(fact),
            reports=self.ledger.claims(key),
            changes=self.ledger.changes(CARDS, key, silent=True),
        )
        return views.fact_page(file, tongue, datetime.now(UTC))

    def _history(self, fact: Fact) -> History:
        return self.ledger.history(fact.fact, window=self.policy.window(fact.key))


def cards(known: Known, tongue: Tongue) -> tuple[views.Card, ...]:
    """The changes as cards."""
    return tuple(views.card(change, known.reports[change.fact], tongue) for change in known.changes)
