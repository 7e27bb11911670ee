"""Who says so independently: ten reprints of one agency text are one origin.

Two reports are of one origin when they come from one outlet, or when within seven days they credit the same agency or
their texts overlap. What hangs together in any way is one origin, so the order of arrival plays no part.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from streams.records import SKETCH_SIZE, Claim, Origin

WINDOW = timedelta(days=7)
# Sketches of a lightly edited reprint overlap by about 0.8, those of different texts on one subject hardly at all.
_REPRINT = 0.5
_FEW = 5
_HIGHEST = 2**32
_SURE = 0.99


class Told(Protocol):
    """What is needed of a report."""

    @property
    def source_id(self) -> str: ...
    @property
    def event_time(self) -> datetime: ...
    @property
    def origin(self) -> Origin: ...
    @property
    def claim(self) -> Claim: ...


def independent(report: Told, others: Iterable[Told]) -> bool:
    """Whether `report` shares no origin with any of the others."""
    return not any(_one_origin(report, other) for other in others)


T = TypeVar("T", bound=Told)


def origins(reports: Sequence[T]) -> tuple[tuple[T, ...], ...]:
    """The reports grouped by origin: the connected components of "is of one origin with"."""
    groups: list[list[T]] = []
    for report in reports:
        kin = [group for group in groups if not independent(report, group)]
        groups = [group for group in groups if group not in kin]
        groups.append([report, *(other for group in kin for other in group)])
    return tuple(tuple(group) for group in groups)


def confidence(reports: Sequence[Told]) -> float:
    """How sure the value is: each origin counts once, by its surest report, and errors are independent."""
    doubt = 1.0
    for group in origins(reports):
        doubt *= 1 - max(report.claim.confidence for report in group)
    return round(min(1 - doubt, max([_SURE, *(report.claim.confidence for report in reports)])), 4)


def _one_origin(one: Told, other: Told) -> bool:
    if one.source_id == other.source_id:
        return True
    if abs(one.event_time - other.event_time) > WINDOW:
        return False
    agency = one.origin.attribution
    return (agency is not None and agency == other.origin.attribution) or _overlap(one.origin, other.origin) >= _REPRINT


def _overlap(one: Origin, other: Origin) -> float:
    """The estimated share of the shorter text's shingles that the other has too, so that an excerpt is a reprint.

    A sketch holds the smallest hashes of its text: up to where both reach, it has all of them. What both have there
    must be a few, or the estimate would be chance.
    """
    ours, theirs = _up_to(one, other), _up_to(other, one)
    common = len(ours & theirs)
    enough = 0 < common >= min(_FEW, len(ours | theirs))
    return common / min(len(ours), len(theirs)) if enough else 0.0


def _up_to(one: Origin, other: Origin) -> set[int]:
    reach = max(other.sketch, default=-1) if len(other.sketch) >= SKETCH_SIZE else _HIGHEST
    return {item for item in one.sketch if item <= reach}
