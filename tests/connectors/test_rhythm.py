from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.rhythm import Rhythm, heard, is_stale, wait
from tests.connectors.fakes import START

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NONE = Rhythm()


def every(gap: timedelta, items: int, until: datetime = START) -> list[datetime]:
    """The dates of so many items, the last one at `until`."""
    return [until - gap * n for n in range(items)]


@pytest.mark.parametrize(
    ("dates", "cadence", "silence"),
    [
        (every(10 * MINUTE, 20), 10 * MINUTE, 10 * MINUTE),
        (every(10 * MINUTE, 100), 10 * MINUTE, 10 * MINUTE),  # the newest twenty count
        (every(MINUTE, 10) + every(MINUTE, 10, START - 9 * HOUR), MINUTE, 9 * HOUR - 9 * MINUTE),  # a night between
        (every(DAY, 5), DAY, DAY),
        (every(DAY, 5) * 3, DAY, DAY),  # items of one moment are one
        ([*every(HOUR, 5), START + DAY], HOUR, HOUR),  # a date to come says nothing
        (every(DAY, 4), None, None),  # too few to tell
        ([], None, None),
    ],
)
def test_a_first_document_gives_the_rhythm_by_its_dates(
    dates: list[datetime], cadence: timedelta | None, silence: timedelta | None
) -> None:
    """The cadence is the usual gap of the newest items, the longest silence the longest of the gaps."""
    rhythm = heard(NONE, dates, len(dates) or 1, START)
    assert (rhythm.cadence, rhythm.longest_silence, rhythm.last_news) == (cadence, silence, START)


def test_old_news_at_first_is_old() -> None:
    """A feed that brought its newest item a week ago is known to be silent since."""
    rhythm = heard(NONE, every(HOUR, 6, START - 7 * DAY), 6, START)
    assert rhythm.last_news == START - 7 * DAY
    assert rhythm.longest_silence == 7 * DAY


def test_without_dates_the_cadence_comes_poll_by_poll() -> None:
    """Each poll with news weighs a quarter; a poll without news says nothing."""
    rhythm = heard(NONE, [], 3, START)
    rhythm = heard(rhythm, [], 2, START + HOUR)
    assert rhythm.cadence == HOUR / 2
    assert heard(rhythm, [], 0, START + DAY) == rhythm
    assert heard(rhythm, [], 1, START + 2 * HOUR).cadence == (3 * HOUR / 2 + HOUR) / 4


@pytest.mark.parametrize(
    ("rhythm", "silence", "expected"),
    [
        (NONE, HOUR, timedelta()),
        (Rhythm(last_news=START), timedelta(), timedelta()),
        (Rhythm(last_news=START), 8 * HOUR, HOUR),
        (Rhythm(last_news=START, cadence=20 * MINUTE), timedelta(), 10 * MINUTE),
        (Rhythm(last_news=START, cadence=20 * MINUTE), 40 * MINUTE, 10 * MINUTE),
        (Rhythm(last_news=START, cadence=20 * MINUTE), 8 * HOUR, HOUR),
        (Rhythm(last_news=START, cadence=DAY), timedelta(), 12 * HOUR),
    ],
)
def test_a_poll_may_wait_half_a_cadence_or_an_eighth_of_the_silence(
    rhythm: Rhythm, silence: timedelta, expected: timedelta
) -> None:
    """Whichever is longer."""
    assert wait(rhythm, START + silence) == expected


def test_stale_is_by_its_own_measure() -> None:
    """A daily column is stale after two days, a wire after six hours, a feed without a past never."""
    wire = heard(NONE, every(5 * MINUTE, 20), 20, START)
    column = heard(NONE, every(DAY, 20), 20, START)
    assert not is_stale(wire, START + 6 * HOUR)
    assert is_stale(wire, START + 6 * HOUR + MINUTE)
    assert not is_stale(column, START + 2 * DAY)
    assert is_stale(column, START + 2 * DAY + MINUTE)
    assert not is_stale(heard(NONE, [], 1, START), START + 999 * DAY)


def test_a_long_silence_is_remembered_and_fades() -> None:
    """A holiday of ten days counts half after another month."""
    rhythm = heard(heard(NONE, every(HOUR, 6), 6, START), [], 1, START + 10 * DAY)
    assert rhythm.longest_silence == 10 * DAY
    rhythm = heard(rhythm, [], 1, START + 11 * DAY)
    assert rhythm.longest_silence is not None
    assert 9 * DAY < rhythm.longest_silence < 10 * DAY
    for day in range(12, 41):
        rhythm = heard(rhythm, [], 1, START + day * DAY)
    assert rhythm.longest_silence is not None
    assert abs(rhythm.longest_silence - 5 * DAY) < HOUR


@given(
    st.lists(st.lists(st.integers(-100, 100), max_size=30), max_size=8),
    st.lists(st.integers(0, 200), min_size=8, max_size=8),
)
def test_whatever_the_dates_the_rhythm_is_sane(polls: list[list[int]], steps: list[int]) -> None:
    """No dates, however odd, give a negative time or fail."""
    rhythm, now = NONE, START
    for hours, step in zip(polls, steps, strict=False):
        now += step * MINUTE
        rhythm = heard(rhythm, [START + hour * HOUR for hour in hours], len(hours), now)
        for span in (rhythm.cadence, rhythm.longest_silence, wait(rhythm, now)):
            assert span is None or span >= timedelta()
        assert rhythm.last_news is None or rhythm.last_news <= now
