"""Origins: who says so independently."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import permutations

import pytest

from alerts.corroborate import confidence, origins
from alerts.facts import Report
from streams.records import Reading
from tests.alerts.build import TOTAL, figure, origin, reading, reports

TEXT = tuple(range(0, 640, 10))
EDITED = (*TEXT[:56], *range(5, 85, 10))
CLAIM = figure(TOTAL, 500)


def credited(article: str, day: float, agency: str) -> Reading:
    return reading(article, day, CLAIM, origin=origin(agency))


def sketched(article: str, day: float, sketch: Iterable[int]) -> Reading:
    return reading(article, day, CLAIM, origin=origin(sketch=sketch))


ROWS: list[tuple[str, list[Reading], int]] = [
    ("two outlets", [reading("a", 0, CLAIM), reading("b", 0, CLAIM)], 2),
    ("one outlet twice", [reading("a", 0, CLAIM), reading("b", 90, CLAIM, source_id="outlet-a")], 1),
    ("one agency", [credited(name, 0, "reuters") for name in "abc"], 1),
    ("two agencies", [credited(name, 0, name) for name in "ab"], 2),
    ("one agency, weeks apart", [credited("a", 0, "reuters"), credited("b", 8, "reuters")], 2),
    ("one agency, chained", [credited(name, day, "reuters") for name, day in (("a", 0), ("b", 6), ("c", 12))], 1),
    ("a reprint, lightly edited", [sketched("a", 0, TEXT), sketched("b", 1, EDITED)], 1),
    ("two texts", [sketched("a", 0, TEXT), sketched("b", 1, range(1, 640, 10))], 2),
    ("a text without a sketch", [sketched("a", 0, TEXT), reading("b", 1, CLAIM)], 2),
    ("agency here, reprint there",
     [credited("a", 0, "reuters"), sketched("b", 0, TEXT), reading("c", 0, CLAIM, origin=origin("reuters", TEXT))], 1),
]  # fmt: skip


@pytest.mark.parametrize(("_name", "readings", "expected"), ROWS, ids=[row[0] for row in ROWS])
def test_origins(_name: str, readings: list[Reading], expected: int) -> None:
    """Reports that hang together are one origin, in whatever order they come."""
    told: tuple[Report, ...] = reports(*readings)

    assert {len(origins(order)) for order in permutations(told)} == {expected}


def test_confidence_counts_each_origin_once() -> None:
    """Independent reports make a value surer, reprints do not, and nothing is ever quite sure."""
    half = figure(TOTAL, 500, confidence=0.5)
    one, other, reprint = reading("a", 0, half), reading("b", 0, half), reading("c", 0, half, source_id="outlet-a")

    assert confidence(reports(one)) == 0.5
    assert confidence(reports(one, other)) == 0.75
    assert confidence(reports(one, reprint)) == 0.5
    assert confidence(reports(*(reading(name, 0, CLAIM) for name in "abcde"))) == 0.99
