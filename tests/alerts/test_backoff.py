"""The schedule of tries and what becomes of a delivery."""

from __future__ import annotations

from datetime import timedelta

import pytest

from alerts.backoff import SCHEDULE, TRIES, settle, wait
from alerts.outcome import Delivered, Outcome, Refused, Retry, Unknown
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


@pytest.mark.parametrize(
    ("outcome", "attempts", "state", "reason", "again"),
    [
        (Delivered("42"), 1, "sent", None, False),
        (Retry("server_error"), 1, "pending", "server_error", True),
        (Retry("server_error"), TRIES, "dead", "gave_up", False),
        (Unknown(), 1, "unknown", "no_answer", True),
        (Unknown(), TRIES, "dead", "gave_up", False),
        (Refused("rejected"), 1, "dead", "rejected", True),
        (Refused("gone", pause=True), 3, "pending", "gone", True),
    ],
)
def test_settle(outcome: Outcome, attempts: int, state: str, reason: str | None, *, again: bool) -> None:
    """Each outcome leads to its state, with its reason."""
    settled = settle("x", attempts, outcome, NOW)

    assert (settled.state, settled.reason) == (state, reason)
    assert (settled.next_at is not None) == again


def test_what_may_have_arrived_is_given_time_to_show() -> None:
    """An unknown delivery is looked at again after five seconds at the earliest."""
    for number in range(50):
        settled = settle(f"delivery-{number}", 1, Unknown(), NOW)
        assert settled.next_at is not None
        assert settled.next_at - NOW >= timedelta(seconds=5)
