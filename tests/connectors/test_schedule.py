from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from connectors import schedule
from connectors.outcomes import Failed, Reason, failed
from connectors.rhythm import Rhythm
from connectors.sources import Source
from streams.errors import BadInput
from tests.connectors.fakes import START

SOURCE = Source(id="a", url="http://a.example/", min_interval=timedelta(minutes=5), max_interval=timedelta(hours=1))
FOLDER = Source(id="f", url="seeds", kind="folder")


def test_sources_do_not_start_together() -> None:
    """A hundred feeds spread over half a minute; a folder starts at once."""
    starts = sorted(
        (schedule.first_poll(Source(id=f"s{n}", url="http://a.example/"), START) - START).total_seconds()
        for n in range(100)
    )
    assert 0 <= starts[0] < 3
    assert 27 < starts[-1] <= 30
    assert len(set(starts)) == 100
    assert schedule.first_poll(FOLDER, START) == START


def test_a_source_is_asked_as_its_rhythm_says_within_its_bounds() -> None:
    """News brings it to its shortest interval; the longer it is silent, the longer it is left, up to its longest."""
    rhythm = Rhythm(cadence=timedelta(minutes=1), last_news=START)
    seen = [schedule.after_success(SOURCE, rhythm, START + timedelta(hours=hours)) for hours in range(12)]
    assert seen[0] == SOURCE.min_interval
    assert seen == sorted(seen)
    assert seen[-1] == SOURCE.max_interval


def test_while_nobody_is_reached_each_is_asked_as_at_its_best() -> None:
    """News must not wait for hours when the network is back after a night."""
    delays = [schedule.after_failure(SOURCE, Failed(reason="offline", detail=""), n) for n in range(1, 30)]
    assert all(SOURCE.min_interval <= delay <= SOURCE.min_interval * 1.1 for delay in delays)


def test_those_who_were_held_do_not_come_back_together() -> None:
    """When a host's wish is over, its sources are spread like at a start, and none comes before its end."""
    sources = [Source(id=f"s{n}", url="http://a.example/") for n in range(50)]
    back = {schedule.after_hold(source, START) for source in sources}
    assert len(back) == 50
    assert min(back) >= START
    assert max(back) <= START + timedelta(seconds=30)


@pytest.mark.parametrize("reason", [reason for reason in get_args(Reason) if reason not in {"http_410", "offline"}])
def test_failures_are_answered_with_growing_patience(reason: Reason) -> None:
    """Each class waits at least one interval, ever longer, at most about a day."""
    delays = [schedule.after_failure(SOURCE, Failed(reason=reason, detail=""), n) for n in range(1, 30)]
    assert delays[0] >= SOURCE.min_interval
    assert delays[3] > delays[0]
    assert max(delays) <= timedelta(hours=26.4)


@pytest.mark.parametrize("failures", [1, 2, 30])
def test_gone_is_asked_once_a_week(failures: int) -> None:
    """410 is the one answer after which a feed is left alone for a week, however often it came."""
    assert schedule.after_failure(SOURCE, Failed(reason="http_410", detail=""), failures) == timedelta(weeks=1)


def test_a_servers_wish_counts() -> None:
    """Retry-After lengthens the wait and never shortens it."""
    wish = Failed(reason="http_429", detail="", retry_after=timedelta(hours=20))
    assert schedule.after_failure(SOURCE, wish, 1) == timedelta(hours=20)
    short = Failed(reason="http_429", detail="", retry_after=timedelta(minutes=1))
    assert schedule.after_failure(SOURCE, short, 1) == schedule.after_failure(
        SOURCE, Failed(reason="http_429", detail=""), 1
    )


NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "delay"),
    [
        ("120", timedelta(seconds=120)),
        ("5", timedelta(minutes=1)),
        ("-7", timedelta(minutes=1)),
        ("1000000000", timedelta(days=1)),
        ("9" * 20, timedelta(days=1)),
        ("Sun, 01 Mar 2026 13:00:00 GMT", timedelta(hours=1)),
        ("Sun, 01 Mar 2026 13:00:00 -0000", timedelta(hours=1)),
        ("Sun, 01 Mar 2020 13:00:00 GMT", timedelta(minutes=1)),
        ("Sun, 01 Mar 2999 13:00:00 GMT", timedelta(days=1)),
        ("Sun, 01 Mar 2026 13:00:00 +" + "9" * 14, None),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_in_both_forms_is_kept_within_bounds(header: str | None, delay: timedelta | None) -> None:
    """Seconds and dates count between a minute and a day; anything else says nothing."""
    assert schedule.retry_after(header, NOW) == delay


def test_due_follows_present_settings() -> None:
    """Old settings do not keep a source waiting longer than those of now allow, unless it is failing."""
    far = START + timedelta(days=1)
    assert schedule.due(SOURCE, None, START, failing=False) == START
    assert schedule.due(SOURCE, far, START, failing=False) == START + SOURCE.max_interval
    assert schedule.due(SOURCE, far, START, failing=True) == far
    assert schedule.due(SOURCE, START + timedelta(days=3650), START, failing=True) == START + timedelta(weeks=1)


def test_a_foreign_reason_is_internal() -> None:
    """Only the closed vocabulary becomes a label."""
    assert failed(BadInput("not_a_feed", "x")) == Failed(reason="not_a_feed", detail="x")
    assert failed(BadInput("surprise", "x")) == Failed(reason="internal", detail="surprise: x")
