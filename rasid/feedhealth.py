"""How every configured source is doing, at a glance: its settings, its state, its failures and its pause as one row."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from alerts.render import Mood
from connectors.feedbook import FailureCount
from connectors.rhythm import is_stale
from connectors.sources import Source
from connectors.states import FeedState

Health = Literal["ok", "never polled", "paused", "stale", "failing", "ill", "gone", "offline"]


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One source. Spans of time are in seconds; `cadence` is its usual time between items, `silent` the present one.

    `failures` counts those in a row, `reason` is the last; `by_reason` counts all there ever were.
    """

    source_id: str
    title: str
    group: str
    health: Health
    address: str
    moved: str | None = None
    last_success: datetime | None = None
    next_poll: datetime | None = None
    cadence: float | None = None
    silent: float | None = None
    longest_silence: float | None = None
    failures: int = 0
    reason: str | None = None
    detail: str | None = None
    by_reason: dict[str, int] = {}


def rows(
    sources: Iterable[Source],
    states: Iterable[FeedState],
    failures: Iterable[FailureCount],
    paused: Mapping[str, datetime],
    now: datetime,
) -> list[Row]:
    """A row for each source, those that want looking after first, else in the order given."""
    known = {state.source_id: state for state in states}
    counts: dict[str, dict[str, int]] = {}
    for failure in failures:
        counts.setdefault(failure.source_id, {})[failure.reason] = failure.count
    made = [_row(source, known.get(source.id), source.paused or source.id in paused, now) for source in sources]
    made = [msgspec.structs.replace(row, by_reason=counts.get(row.source_id, {})) for row in made]
    return sorted(made, key=lambda row: row.health in _WELL)


_WELL: Sequence[Health] = ("ok", "paused", "never polled")


def _row(source: Source, state: FeedState | None, paused: bool, now: datetime) -> Row:  # noqa: FBT001 - one of two
    row = Row(
        source_id=source.id,
        title=source.title,
        group=source.group,
        health="paused" if paused else "never polled",
        address=source.address,
    )
    if state is None or state.last_poll is None:
        return row
    return msgspec.structs.replace(
        row,
        health="paused" if paused else _health(state, now),
        moved=state.followed,
        last_success=state.last_success,
        next_poll=None if paused else state.next_poll,
        cadence=_seconds(state.cadence),
        silent=_seconds(now - state.last_news if state.last_news else None),
        longest_silence=_seconds(state.longest_silence),
        failures=state.failures,
        reason=state.reason,
        detail=state.detail,
    )


def _health(state: FeedState, now: datetime) -> Health:
    if state.gone:
        return "gone"
    if state.reason == "offline":
        return "offline"
    if state.failures:
        return "ill" if state.is_ill else "failing"
    return "stale" if is_stale(state.rhythm, now) else "ok"


def _seconds(span: timedelta | None) -> float | None:
    return None if span is None else round(span.total_seconds(), 1)


def moods(sources: Iterable[Source], states: Iterable[FeedState], paused: Container[str]) -> list[Mood]:
    """The sources of which it is certain that they can be read, or that somebody should look at them.

    One that has just begun to fail is neither, nor is one that is paused.
    """
    known = {state.source_id: state for state in states}
    awake = [source for source in sources if not source.paused and source.id not in paused and source.id in known]
    return [mood for source in awake if (mood := _mood(source, known[source.id]))]


def _mood(source: Source, state: FeedState) -> Mood | None:
    if state.is_ill or state.gone:
        return Mood(source_id=source.id, title=source.title, failures=state.failures, reason=state.reason)
    if state.failures or state.last_success is None:
        return None
    return Mood(source_id=source.id, title=source.title)


def span(seconds: float | None) -> str:
    """A span of time for people, in its largest unit: `40 s`, `5 min`, `3 h`, `2 d`; empty where there is none."""
    if seconds is None:
        return ""
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if abs(seconds) >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"
