"""A change as a card: both values, each with its sentence, and why it was decided so: pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from alerts import keys
from alerts.reports import Report
from rasid.web.marks import Quote, quote
from rasid.web.tongue import Tongue
from streams.records import Change, ChangeKind, Known


@dataclass(frozen=True, slots=True)
class Side:
    """One value of a change, with its evidence; without a value, that nothing is known."""

    label: str
    value: str
    quote: Quote | None


@dataclass(frozen=True, slots=True)
class Card:
    """One change. `silence` says why nobody was told of it, None where they were."""

    change_id: str
    fact: str
    kind: ChangeKind
    headline: str
    subject: str
    old: Side | None
    new: Side
    other: Side | None
    origins: int
    confidence: int
    reason: str
    silence: str | None
    noticed: datetime

    def line(self, arrow: str) -> str:
        """All of it in a line, for who sees no more: that somebody came or left says itself, else the values do."""
        if self.kind in {"partner_added", "partner_left"}:
            return f"{self.headline}: {self.subject}"
        moved = f"{self.old.value} {arrow} {self.new.value}" if self.old else self.new.value
        also = f" | {self.other.label}: {self.other.value}" if self.other else ""
        return f"{self.headline}: {self.subject}: {moved}{also}"


def card(change: Change, reports: Iterable[Report], tongue: Tongue, silence: str | None = None) -> Card:
    """A change with its evidence; `reports` are those on its fact, in which the amounts are found."""
    told = tuple(reports)
    labels, key = tongue.labels, keys.parse(change.fact)

    def shown(label: str, said: Known | None) -> Side:
        return side(label, said, told, tongue, key.role)

    # In a conflict the value mostly stands as it did: said once.
    moved = change.old is not None and change.old != change.new
    return Card(
        change_id=change.change_id,
        fact=change.fact,
        kind=change.kind,
        headline=tongue.headline(change.kind),
        subject=tongue.subject(key, change.kind),
        old=shown(labels["was"], change.old) if moved else None,
        new=shown(labels["now"], change.new),
        other=shown(labels["contender"], change.other) if change.other else None,
        origins=change.origins,
        confidence=percent(change.confidence),
        reason=tongue.reason(change.reason),
        silence=tongue.labels[f"silent_{silence}"] if silence else None,
        noticed=change.time,
    )


def side(label: str, said: Known | None, reports: Iterable[Report], tongue: Tongue, role: str | None) -> Side:
    """A value of a fact of that role with its evidence; `label` says what it is to the others beside it."""
    shown = quote(said.evidence, reports, tongue.titles) if said else None
    return Side(label=label, value=tongue.value(said, role), quote=shown)


def percent(share: float) -> int:
    """A share of one in hundredths."""
    return round(share * 100)
