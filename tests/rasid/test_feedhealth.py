from __future__ import annotations

from datetime import timedelta

import pytest

from connectors.feedbook import FailureCount
from connectors.schedule import ILL_AFTER
from connectors.sources import Source
from connectors.states import FeedState
from rasid.feedhealth import Health, rows, span
from tests.connectors.fakes import START

HOUR = timedelta(hours=1)
SOURCE = Source(id="daily", url="https://me:secret@daily.example/feed", title="اليومية")


def state(**fields: object) -> FeedState:
    """How the source is doing; polled just now."""
    given = {"source_id": "daily", "url": SOURCE.address, "last_poll": START, "next_poll": START + HOUR}
    return FeedState(**given | fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("known", "health"),
    [
        ([], "never polled"),
        ([state()], "ok"),
        ([state(failures=1, reason="dns")], "failing"),
        ([state(failures=ILL_AFTER, reason="dns")], "ill"),
        ([state(failures=1, reason="http_410", gone=True)], "gone"),
        ([state(failures=9, reason="offline")], "offline"),
        ([state(last_news=START - 49 * HOUR, longest_silence=24 * HOUR)], "stale"),
        ([state(last_news=START - 47 * HOUR, longest_silence=24 * HOUR)], "ok"),
    ],
)
def test_each_state_has_its_word(known: list[FeedState], health: Health) -> None:
    """One word says what an operator has to know first."""
    [row] = rows([SOURCE], known, [], {}, START)
    assert row.health == health


def test_a_pause_comes_before_everything_and_has_no_next_poll() -> None:
    """Be it in the feeds file or in the archive."""
    [row] = rows([SOURCE], [state(failures=9, reason="dns")], [], {"daily": START}, START)
    assert (row.health, row.next_poll) == ("paused", None)


def test_failures_stand_by_class_and_the_worst_come_first() -> None:
    """Counts of all time; secrets of the address are not shown; sources that are configured no more are left out."""
    fine = Source(id="fine", url="https://fine.example/")
    failures = [
        FailureCount(source_id="daily", reason=reason, count=count, last=START)
        for reason, count in (("timeout", 3), ("dns", 1))
    ]
    other = FeedState(source_id="fine", url="https://fine.example/", last_poll=START)
    gone = FeedState(source_id="old", url="https://old.example/", last_poll=START)
    found = rows([fine, SOURCE], [state(failures=2, reason="dns"), other, gone], failures, {}, START)
    assert [row.source_id for row in found] == ["daily", "fine"]
    assert found[0].by_reason == {"timeout": 3, "dns": 1}
    assert found[0].address == "https://daily.example/feed"


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(None, ""), (0, "0 s"), (119, "119 s"), (120, "2 min"), (3600, "60 min"), (7200, "2 h"), (172800, "2 d")],
)
def test_spans_are_said_in_their_largest_unit(seconds: float | None, shown: str) -> None:
    """As people say them."""
    assert span(seconds) == shown
