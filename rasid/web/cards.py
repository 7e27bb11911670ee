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

    role: str
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


def card(change: Change, reports: Iterable[Report], tongue: Tongue, silence: str | None = None) -> Card:
    """A change with its evidence; `reports` are those on its fact, in which the amounts are found."""
    told = tuple(reports)
    labels = tongue.labels
    # In a conflict the value mostly stands as it did: said once.
    moved = change.old is not None and change.old != change.new
    return Card(
        change_id=change.change_id,
        fact=change.fact,
        kind=change.kind,
        headline=tongue.headline(change.kind),
        subject=tongue.subject(keys.parse(change.fact)),
        old=side(labels["was"], change.old, told, tongue) if moved else None,
        new=side(labels["now"], change.new, told, tongue),
        other=side(labels["contender"], change.other, told, tongue) if change.other else None,
        origins=change.origins,
        confidence=percent(change.confidence),
        reason=tongue.reason(change.reason),
        silence=tongue.labels[f"silent_{silence}"] if silence else None,
        noticed=change.time,
    )


def side(role: str, said: Known | None, reports: Iterable[Report], tongue: Tongue) -> Side:
    """A value with its evidence; `role` says what it is to the others beside it."""
    shown = quote(said.evidence, reports) if said else None
    return Side(role=role, value=tongue.value(said), quote=shown)


def percent(share: float) -> int:
    """A share of one in hundredths."""
    return round(share * 100)
