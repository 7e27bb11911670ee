"""The schedule of tries and what becomes of a delivery."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.backoff import LONGEST, SCHEDULE, TRIES, Tried, settle, wait
from alerts.outcome import LONGEST_WAIT, Delivered, Outcome, Refused, Retry, Unknown
from tests.alerts.build import NOW


def test_ten_tries_over_75_hours() -> None:
    """The plan is Standard Webhooks' own: ten tries, the last after 75 hours and a half."""
    assert TRIES == 10
    assert sum(SCHEDULE, timedelta()) == timedelta(hours=75, minutes=35, seconds=5)


@pytest.mark.parametrize("attempts", range(1, TRIES))
def test_jitter_keeps_within_a_fifth(attempts: int) -> None:
    """Deliveries spread over a fifth to either side of the plan, each always in the same place."""
    waits = [wait(f"delivery-{number}", attempts) for number in range(200)]

    assert waits == [wait(f"delivery-{number}", attempts) for number in range(200)]
    shares = sorted(one / SCHEDULE[attempts - 1] for one in waits if one)
    assert len(shares) == 200
    assert 0.8 <= shares[0] < 0.85
    assert 1.15 < shares[-1] <= 1.2


def test_enough_is_enough() -> None:
    """After the last try there is no other, and a receiver's wish for patience is honoured before."""
    assert wait("x", TRIES) is None
    assert wait("x", 1, timedelta(hours=3)) == timedelta(hours=3)


LATE = NOW - timedelta(hours=80)


@pytest.mark.parametrize(
    ("outcome", "attempts", "state", "reason", "counted"),
    [
        (Delivered("42"), 1, "sent", None, True),
        (Retry("server_error"), 1, "pending", "server_error", True),
        (Retry("server_error"), TRIES, "dead", "gave_up", True),
        (Retry("rate_limited"), TRIES, "dead", "gave_up", True),
        (Retry("rate_limited", timedelta(seconds=30)), TRIES, "pending", "rate_limited", False),
        (Unknown(), 1, "unknown", "no_answer", True),
        (Unknown(), TRIES, "dead", "gave_up", True),
        (Refused("rejected"), 1, "dead", "rejected", True),
        (Refused("gone", pause=True), 3, "pending", "gone", False),
    ],
)
def test_settle(outcome: Outcome, attempts: int, state: str, reason: str | None, *, counted: bool) -> None:
    """Each outcome leads to its state, with its reason."""
    settled = settle(Tried("x", attempts, NOW), outcome, NOW)

    assert (settled.state, settled.reason, settled.counted) == (state, reason, counted)
    assert (settled.next_at is not None) == (state in ("pending", "unknown") or outcome == Refused("rejected"))


@pytest.mark.parametrize("seconds", [1, 30, 3600])
def test_a_receiver_that_names_a_time_is_met_then(seconds: int) -> None:
    """Not before the time that it names, and at most two seconds after it."""
    for number in range(50):
        settled = settle(Tried(f"{number}", 4, NOW), Retry("rate_limited", timedelta(seconds=seconds)), NOW)
        assert settled.next_at is not None
        assert seconds <= (settled.next_at - NOW).total_seconds() <= seconds + 2


def test_a_receiver_that_names_times_for_ever_is_given_up() -> None:
    """Asking for patience keeps an alert alive for as long as the ten tries would have, and no longer."""
    throttled = Retry("rate_limited", timedelta(seconds=30))

    assert settle(Tried("x", TRIES, LATE), throttled, NOW).state == "dead"


@pytest.mark.parametrize(("outcome", "state"), [(Retry("unreachable"), "pending"), (Unknown(), "unknown")])
def test_an_extra_try_changes_no_plan(outcome: Outcome, state: str) -> None:
    """A try ahead of its time that fails is not counted, and the next comes when it was planned."""
    planned = NOW + timedelta(hours=5)
    settled = settle(Tried("x", TRIES, LATE, planned), outcome, NOW)

    assert (settled.state, settled.next_at, settled.counted) == (state, planned, False)


def test_what_may_have_arrived_is_given_time_to_show() -> None:
    """An unknown delivery is looked at again after five seconds at the earliest."""
    for number in range(50):
        settled = settle(Tried(f"delivery-{number}", 1, NOW), Unknown(), NOW)
        assert settled.next_at is not None
        assert settled.next_at - NOW >= timedelta(seconds=5)


@pytest.mark.parametrize(
    "outcome", [Retry("unreachable"), Retry("rate_limited", timedelta(seconds=30)), Refused("gone", pause=True)]
)
@pytest.mark.parametrize("planned", [None, NOW + timedelta(hours=5)])
def test_what_may_have_arrived_stays_so(outcome: Outcome, planned: datetime | None) -> None:
    """A later try that did not arrive says nothing of the earlier one: unknown it stays, with the same schedule."""
    settled = settle(Tried("x", 2, NOW, planned, uncertain=True), outcome, NOW)

    assert settled == msgspec.structs.replace(settle(Tried("x", 2, NOW, planned), outcome, NOW), state="unknown")
    assert settle(Tried("x", TRIES, NOW, uncertain=True), Retry("unreachable"), NOW).state == "dead"


@given(attempts=st.integers(1, TRIES - 1), number=st.integers(), after=st.timedeltas(timedelta(0), LONGEST_WAIT))
def test_no_wait_is_longer_than_the_longest(attempts: int, number: int, after: timedelta) -> None:
    """What waits longer was written by a clock that went wrong: the outbox counts on it."""
    for outcome in (Retry("server_error", after), Retry("rate_limited", after), Unknown(after=after)):
        settled = settle(Tried(f"{number}", attempts, NOW), outcome, NOW)
        assert settled.next_at is not None
        assert after <= settled.next_at - NOW < LONGEST
