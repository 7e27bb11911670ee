"""The step chart of a figure: what is drawn where, and what is not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from alerts.facts import History, timeline
from alerts.reports import Report
from rasid.web.chart import Chart, chart
from rasid.web.tongue import Tongue
from streams.records import Origin
from tests.rasid.story import TOTAL, figure

NOW = datetime(2025, 12, 31, tzinfo=UTC)
ENGLISH = Tongue("en", {})


def report(day: int, surface: str, low: str, high: str | None = None, **fields: object) -> Report:
    """An article of that day of the year that gives the total, in billions."""
    time = datetime(2024, 12, 31, tzinfo=UTC) + timedelta(days=day)
    said = figure(TOTAL, f"كلفة المشروع {surface}", surface, low, high, **fields)
    return Report(
        article_id=f"a{day}",
        source_id=f"s{day}",
        url="",
        title="",
        event_time=time,
        first_seen=time,
        claim=said,
        origin=Origin(),
    )


def drawn(*reports: Report, window: timedelta = timedelta(0), now: datetime = NOW) -> Chart:
    """The chart of these reports."""
    found = chart(timeline(reports, now, window), now, ENGLISH, "total")
    assert found is not None
    return found


def test_one_value_is_no_history() -> None:
    """Nothing is drawn of a figure that never moved, nor of one that nobody gave."""
    assert chart(timeline([report(1, "500", "500"), report(9, "500", "500")], NOW), NOW, ENGLISH, "total") is None
    assert chart(History(), NOW, ENGLISH, "total") is None


def test_a_rise_is_two_flat_lines_joined() -> None:
    """The value is held until the next, twice as high when it is twice as much, and to the right edge of the chart."""
    shown = drawn(report(1, "100", "100"), report(183, "200", "200"))
    assert shown.line == "M14.0 108.0H200.0L200.0 32.0H386.0"
    assert [(mark.step, mark.label) for mark in shown.marks] == [
        (1, "\u2068100\u2069 billion \u2068USD\u2069"),
        (2, "\u2068200\u2069 billion \u2068USD\u2069"),
    ]
    assert not shown.band


def test_a_denial_takes_the_line_back() -> None:
    """From the denial on the line is where it was before; the mark of what was denied stays, open."""
    shown = drawn(
        report(1, "100", "100"),
        report(101, "200", "200"),
        report(201, "200", "200", status="denied", polarity="denied"),
    )
    heights = [part.split("H")[0].split(" ")[1] for part in shown.line.replace("L", "M").split("M")[1:]]
    assert heights == ["108.0", "32.0", "108.0"]
    assert [mark.open for mark in shown.marks] == [False, True]


def test_a_range_is_a_band() -> None:
    """Between the two ends of a range there is a band; the line runs along the upper one."""
    shown = drawn(report(1, "15 الى 25", "15", "25"), report(182, "30", "30"))
    assert shown.band.startswith("M14.0 ")
    assert shown.band.count("Z") == 1


def test_a_contender_is_a_mark_and_no_line() -> None:
    """While two reports contradict each other, the line stays with the value that stands."""
    early = datetime(2025, 1, 12, tzinfo=UTC)
    window = timedelta(days=30)
    reports = (report(1, "100", "100"), report(10, "200", "200"))
    history = timeline(reports, early, window)
    assert history.contender is not None
    shown = chart(history, early, ENGLISH, "total")
    assert shown is not None
    assert "L" not in shown.line
    assert shown.marks[-1].open


def test_what_lost_its_conflict_never_stood() -> None:
    """Where others held against a value until it was gone, the line never went there; its mark stays, open."""
    reports = (report(1, "100", "100"), report(10, "200", "200"), report(12, "100", "100"), report(90, "100", "100"))
    shown = drawn(*reports, window=timedelta(days=30))
    assert shown.line == "M14.0 108.0H386.0"
    assert [(mark.step, mark.open) for mark in shown.marks] == [(1, False), (2, True)]


def test_what_won_its_conflict_stood() -> None:
    """A second origin settles it for the newer value, which the line then shows."""
    reports = (report(1, "100", "100"), report(10, "200", "200"), report(12, "200", "200"))
    shown = drawn(*reports, window=timedelta(days=30))
    assert "L" in shown.line
    assert [mark.open for mark in shown.marks] == [False, False]


@pytest.mark.parametrize(
    ("highest", "lines"),
    [("100", ["0", "25", "50", "75", "100"]), ("600", ["0", "200", "400", "600"]), ("7", ["0", "2", "4", "6", "8"])],
)
def test_the_grid_has_round_values(highest: str, lines: list[str]) -> None:
    """At most four lines above zero, at round values, the highest value not above the top."""
    shown = drawn(report(1, "1", "1"), report(9, highest, highest))
    assert [tick.label.split("\u2069")[0].strip("\u2068") for tick in shown.values][1:] == lines[1:]
