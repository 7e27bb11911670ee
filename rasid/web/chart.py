"""Histories as pictures, a figure's as a step chart, a partner's as a bar: pure, in coordinates that a template draws.

Strategy: the value in force is asked for at every moment at which it may have moved (a step begins, a denial takes one
back), and held until the next. The axis of values begins at zero, so that a cut looks as large as it is. Time runs from
left to right in both languages, as it does in the Arabic financial press.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from alerts.facts import History, Step
from rasid.web.tongue import Tongue
from streams.records import Figure, State

_WIDTH, _HEIGHT = 400, 216
_LEFT, _RIGHT, _TOP, _BOTTOM = 14, 386, 32, 184
_LINES = 4  # of the grid, at most
_ROUND = tuple(map(Decimal, ("1", "2", "2.5", "5", "10")))
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a step begins; `step` counts from the oldest, from 1. `open`: it was taken back, or is or was disputed."""

    x: float
    y: float
    step: int
    label: str
    open: bool


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the grid: where it is, and what it says."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """The chart: `line` and `band` (between the ends of ranges, empty without any) are paths of SVG."""

    width: int
    height: int
    left: int
    right: int
    bottom: int
    line: str
    band: str
    marks: tuple[Mark, ...]
    values: tuple[Tick, ...]
    days: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """How long a state held, in hundredths of the time that is shown."""

    left: float
    width: float
    state: str


def bars(history: History, first: datetime, last: datetime) -> tuple[Bar, ...]:
    """The states that a partner or project had between `first` and `last`, oldest first, gaps between them."""
    whole = max(last - first, _DAY)
    return tuple(
        Bar(round(100 * ((start - first) / whole), 2), round(100 * ((end - start) / whole), 2), step.known.value.state)
        for start, end, step in _held(history, history.steps, last)
        if isinstance(step.known.value, State)
    )


def chart(history: History, now: datetime, tongue: Tongue, role: str | None) -> Chart | None:
    """The chart of the history of a figure of that role up to `now`; None when there are not two steps to compare."""
    steps = [step for step in history.steps if _ends(step)]
    if len(steps) < 2:  # noqa: PLR2004 - one value alone is no history
        return None
    first, last = steps[0].since, max(now, steps[-1].since + _DAY)
    top, grid = _grid(max(high for step in steps for high in _ends(step)))

    def x(time: datetime) -> float:
        return round(_LEFT + (_RIGHT - _LEFT) * ((time - first) / (last - first)), 1)

    def y(value: Decimal) -> float:
        return round(_BOTTOM - (_BOTTOM - _TOP) * float(value / top), 1)

    held = [(x(start), x(end), *map(y, _ends(step))) for start, end, step in _held(history, steps, last)]
    unit = next(step.known.value for step in reversed(steps) if isinstance(step.known.value, Figure))
    return Chart(
        width=_WIDTH,
        height=_HEIGHT,
        left=_LEFT,
        right=_RIGHT,
        bottom=_BOTTOM,
        line=_line(held),
        band=_band(held),
        marks=tuple(
            Mark(x(step.since), y(_ends(step)[1]), number, tongue.value(step.known, role), _is_open(step, history))
            for number, step in enumerate(history.steps, 1)
            if _ends(step)
        ),
        values=tuple(Tick(y(value), _said(value, unit, tongue)) for value in grid),
        days=(Tick(_LEFT, tongue.day(first)), Tick(_RIGHT, tongue.day(last))),
    )


def _ends(step: Step) -> tuple[Decimal, ...]:
    """The lower and the upper end of a step's value; nothing when it has none."""
    value = step.known.value
    ends = [end for end in (value.low, value.high) if end is not None] if isinstance(value, Figure) else []
    return (min(ends), max(ends)) if ends else ()


def _is_open(step: Step, history: History) -> bool:
    return step.denied is not None or step.overtaken or _contends(step, history)


def _contends(step: Step, history: History) -> bool:
    contender = history.contender
    return contender is not None and contender.since == step.since and contender.known == step.known


def _held(history: History, steps: Sequence[Step], last: datetime) -> Iterator[tuple[datetime, datetime, Step]]:
    """The steps in force, each with when it began and ended to be; a gap where nothing was known."""
    sure = [step for step in steps if not (step.overtaken or _contends(step, history))]
    times = {step.since for step in sure} | {step.denied.event_time for step in sure if step.denied}
    moments = [*sorted(times), last]
    for start, end in pairwise(moments):
        standing = [s for s in sure if s.since <= start and not (s.denied and s.denied.event_time <= start)]
        if standing:
            yield start, end, max(standing, key=lambda step: step.since)


def _line(held: Sequence[tuple[float, ...]]) -> str:
    """Along the upper ends, joined where one follows the other."""
    drawn: list[str] = []
    pen: float | None = None
    for left, right, _, high in held:
        drawn.append(f"{'L' if pen == left else 'M'}{left} {high}H{right}")
        pen = right
    return "".join(drawn)


def _band(held: Sequence[tuple[float, ...]]) -> str:
    """The areas between the two ends of ranges."""
    return "".join(f"M{left} {low}V{high}H{right}V{low}Z" for left, right, low, high in held if low != high)


def _grid(highest: Decimal) -> tuple[Decimal, list[Decimal]]:
    """The top of the axis and the values of its lines: round ones, four at most."""
    power = Decimal(10) ** (max(highest, Decimal(1)).adjusted() - 1)
    pace = next(step * power * ten for ten in (1, 10) for step in _ROUND if step * power * ten * _LINES >= highest)
    lines = [pace * count for count in range(_LINES + 1) if pace * (count - 1) < highest]
    return lines[-1], lines


def _said(value: Decimal, unit: Figure, tongue: Tongue) -> str:
    return tongue.money(Figure(low=value, high=value, currency=unit.currency, qualifier="exact", status="announced"))
