"""Whether Rasid itself is well, in ten seconds: what is wrong first, each with what lifts it, then everything: pure.

One rule: what is not at hand is said to be unknown, never to be well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from alerts.keys import parse
from alerts.ledger import Delivery
from alerts.vitals import Vitals
from alerts.words import clean
from rasid.feedhealth import Health, Row
from rasid.web.tongue import Tongue
from streams.heartbeat import LATE

Trouble = Literal["late", "stuck", "paused", "given_up", "unsure", "sources", "letters"]

# Of a delivery, those that want looking at first.
STATES = ("dead", "unknown", "sending", "pending", "sent")

_STUCK = timedelta(minutes=10)
_SICK: frozenset[Health] = frozenset({"stale", "ill", "gone", "offline"})
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Seen:
    """What was looked at, at `now`, by one who has looked since `started`.

    `sources` is None where they are not at hand, `letters` where nobody answered. `heartbeat` is how often one sets
    out, in seconds; 0 without heartbeats.
    """

    now: datetime
    started: datetime
    vitals: Vitals
    sources: Sequence[Row] | None
    letters: int | None
    heartbeat: float


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing that is wrong: in words, and the command that shows or lifts it."""

    kind: Trouble
    said: str
    command: str


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One source."""

    id: str
    title: str
    health: str
    well: bool
    last: datetime | None
    next: datetime | None
    rhythm: str
    failures: int
    reason: str | None
    command: str | None


@dataclass(frozen=True, slots=True)
class PauseRow:
    """A destination that is left alone."""

    destination: str
    reason: str
    since: datetime
    command: str


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One alert on its way: `state` is a label; `when` it ended, or is tried next."""

    id: str
    fact: str
    subject: str
    destination: str
    state: str
    attempts: int
    when: datetime
    ended: bool
    reason: str | None


@dataclass(frozen=True, slots=True)
class StatePage:
    """The page. `unsure`: heartbeats are awaited, and none has come yet."""

    complaints: tuple[Complaint, ...]
    unsure: bool
    beat: str | None
    beating: bool
    waiting: int
    oldest: str
    letters: int | None
    pauses: tuple[PauseRow, ...]
    deliveries: tuple[DeliveryRow, ...]
    sources: tuple[SourceRow, ...] | None
    counted: tuple[tuple[str, int], ...]
    further: int | None


def complaints(seen: Seen, tongue: Tongue) -> tuple[Complaint, ...]:
    """What is wrong, the gravest first; nothing when all is well."""
    return tuple(
        Complaint(kind, tongue.labels[f"trouble_{kind}"].format(said), how) for kind, said, how in _wrong(seen, tongue)
    )


def _wrong(seen: Seen, tongue: Tongue) -> Iterator[tuple[Trouble, str, str]]:
    vitals = seen.vitals
    if _late(seen):
        yield "late", _age(seen, vitals.heartbeat or seen.started, tongue) or "?", "rasid doctor"
    if vitals.oldest and seen.now - vitals.oldest > _STUCK:
        yield "stuck", str(vitals.waiting), "rasid deliveries --state pending"
    for pause in vitals.pauses[:_NAMED]:
        yield "paused", clean(pause.destination, 60), _resume(pause.destination)
    if vitals.given_up:
        yield "given_up", str(vitals.given_up), "rasid deliveries --state dead"
    if vitals.unknown:
        yield "unsure", str(vitals.unknown), "rasid deliveries --state unknown"
    sick = [clean(row.title or row.source_id, 40) for row in seen.sources or () if row.health in _SICK]
    if sick:
        more = f" +{len(sick) - _NAMED}" if len(sick) > _NAMED else ""
        yield "sources", ", ".join(sick[:_NAMED]) + more, "rasid feeds list"
    if seen.letters:
        yield "letters", str(seen.letters), "rasid dead-letters"


def _resume(destination: str) -> str:
    return f"rasid alert resume {clean(destination, 60)}"


def _late(seen: Seen) -> bool:
    """Whether the newest heartbeat is too old; before there was any, whether it has been awaited for too long."""
    since = seen.vitals.heartbeat or seen.started
    return bool(seen.heartbeat) and seen.now - since > timedelta(seconds=LATE * seen.heartbeat)


def unsure(seen: Seen) -> bool:
    """Whether heartbeats are awaited, and none has come yet: then nobody can say that all is well."""
    return bool(seen.heartbeat) and seen.vitals.heartbeat is None


def state_page(seen: Seen, deliveries: Sequence[Delivery], tongue: Tongue, start: int = 0, most: int = 60) -> StatePage:
    """The page, its sources from the `start`-th on; `deliveries` are those to show."""
    rows = seen.sources
    shown = rows[start : start + most] if rows is not None else None
    counted = Counter(row.health for row in rows or ())
    return StatePage(
        complaints=complaints(seen, tongue),
        unsure=unsure(seen),
        beat=_age(seen, seen.vitals.heartbeat, tongue),
        beating=bool(seen.heartbeat),
        waiting=seen.vitals.waiting,
        oldest=_age(seen, seen.vitals.oldest, tongue) or "",
        letters=seen.letters,
        pauses=tuple(
            PauseRow(clean(one.destination, 60), clean(one.reason, 80), one.since, _resume(one.destination))
            for one in seen.vitals.pauses[:most]
        ),
        deliveries=tuple(delivery_row(one, tongue) for one in deliveries),
        sources=tuple(_source(row, tongue) for row in shown) if shown is not None else None,
        counted=tuple((tongue.labels[_label(health)], count) for health, count in counted.most_common()),
        further=start + most if rows is not None and len(rows) > start + most else None,
    )


def delivery_row(one: Delivery, tongue: Tongue) -> DeliveryRow:
    """A delivery in words."""
    return DeliveryRow(
        id=one.delivery_id,
        fact=one.fact,
        subject=tongue.subject(parse(one.fact)),
        destination=clean(one.destination, 60),
        state=tongue.labels[f"delivery_{one.state}"],
        attempts=one.attempts,
        when=one.finished or one.next_at,
        ended=one.finished is not None,
        reason=clean(one.reason, 80) if one.reason else None,
    )


def _source(row: Row, tongue: Tongue) -> SourceRow:
    return SourceRow(
        id=row.source_id,
        title=clean(row.title, 80) or row.source_id,
        health=tongue.labels[_label(row.health)],
        well=row.health not in _SICK and row.health != "failing",
        last=row.last_success,
        next=row.next_poll,
        rhythm=tongue.span(row.cadence),
        failures=row.failures,
        reason=clean(row.reason, 60) if row.reason else None,
        command=f"rasid feeds resume {row.source_id}" if row.health == "paused" else None,
    )


def _label(health: Health) -> str:
    return f"health_{health.replace(' ', '_')}"


def _age(seen: Seen, time: datetime | None, tongue: Tongue) -> str | None:
    return tongue.span((seen.now - time).total_seconds()) if time else None
