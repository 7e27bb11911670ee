"""How a destination is doing, from what its last answers came to."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from alerts.condition import Condition
from alerts.outcome import Delivered, Outcome, Refused, Retry, Unknown

UP = Condition()
DOWN = Retry("unreachable")


def test_a_receiver_that_is_back_is_found_within_a_sixth_of_its_absence() -> None:
    """However long it was away, the next look comes at most a sixth of that later, and half an hour at the latest."""
    condition, now, looks = UP, 0.0, []
    while now < 4 * 86_400:
        condition = condition.after(DOWN, now)
        looks.append(condition.probe_at)
        assert not condition.goes_ahead(condition.probe_at - 1)
        assert condition.goes_ahead(condition.probe_at)
        now = condition.probe_at

    gaps = [(later - earlier, earlier) for earlier, later in pairwise(looks)]
    assert all(gap <= min(max(15.0, earlier / 6), 1800.0) + 0.1 for gap, earlier in gaps)
    assert next(look for look in looks if look >= 3600) <= 3600 + 600
    assert len(looks) < 250


def test_one_that_gets_through_lets_the_others_follow() -> None:
    """After an outage what waited goes out, until one fails again or nothing waits any more."""
    back = UP.after(DOWN, 0).after(Delivered(), 100)

    assert back.catching_up
    assert back.goes_ahead(100)
    assert back.after(Delivered(), 101).goes_ahead(101)
    assert not back.after(Unknown(), 101).goes_ahead(101)
    assert not back.caught_up(101).goes_ahead(200)
    assert not UP.after(Delivered(), 5).goes_ahead(5)


def test_down_with_nothing_to_try() -> None:
    """Where nothing waits there is nothing to look with; the next look comes a little later."""
    idle = UP.after(DOWN, 0).caught_up(1000)

    assert idle.down_since == 0
    assert not idle.goes_ahead(1001)
    assert idle.goes_ahead(1015)


@pytest.mark.parametrize(
    ("outcome", "held"),
    [
        (Retry("rate_limited", timedelta(seconds=30)), 30),
        (Retry("server_error", timedelta(seconds=7)), 7),
        (Unknown(after=timedelta(seconds=9)), 9),
        (Retry("rate_limited"), 0),
        (Refused("rejected"), 0),
        (Delivered(), 0),
    ],
)
def test_who_asks_for_patience_gets_no_alert_meanwhile(outcome: Outcome, held: float) -> None:
    """The time that a receiver names holds for all that goes there, not only for the alert that it answered."""
    condition = UP.after(outcome, 50)

    assert max(0.0, condition.held_until - 50) == held


@pytest.mark.parametrize("outcome", [Refused("rejected"), Refused("gone", pause=True), Retry("rate_limited")])
def test_who_answers_is_not_down(outcome: Outcome) -> None:
    """A refusal is an answer: it says nothing against the alerts that wait."""
    assert UP.after(DOWN, 0).after(outcome, 10).down_since is None


def test_a_refusal_of_our_own_says_nothing_of_the_receiver() -> None:
    """What is given up without asking the receiver leaves its condition as it was: down, patient or catching up."""
    ours = Refused("perhaps_sent", asked=False)

    for before in (UP, UP.after(DOWN, 0), UP.after(Unknown(after=timedelta(seconds=9)), 0)):
        assert before.after(ours, 10) == before
