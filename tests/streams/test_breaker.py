from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from streams.breaker import LONGEST_PAUSE, Breaker, Limits

LIMITS = Limits(in_a_row=3, share=0.2, at_least=4, window=60, pause=10)


def after(*inputs: tuple[float, bool], limits: Limits = LIMITS) -> Breaker:
    """A breaker that has seen inputs (when, whether it failed)."""
    breaker = Breaker(limits)
    for now, failed in inputs:
        breaker.note(now, failed=failed)
    return breaker


def test_single_failures_stop_nothing() -> None:
    """As many in a row as are allowed, between inputs that fare well, leave it closed for ever."""
    fine = [(float(second), second % 60 < 3) for second in range(0, 6000, 1)]
    breaker = after(*fine, limits=Limits(in_a_row=3, share=0.05))
    assert (breaker.problem, breaker.wait(6000)) == (None, 0)


def test_too_many_in_a_row() -> None:
    """One more than allowed opens it for the pause, and the reason says how many."""
    breaker = after(*((1.0, True) for _ in range(3)))
    assert breaker.wait(1) == 0
    breaker.note(1.0, failed=True)
    assert breaker.problem == "nothing is taken: 4 inputs in a row could not be used"
    assert [breaker.wait(now) for now in (1, 5, 11, 50)] == [10, 6, 0, 0]


def test_too_large_a_share() -> None:
    """Failures that are never many in a row open it when they are more than their share of the window."""
    half = [(float(second), second % 2 == 0) for second in range(8)]
    breaker = after(*half[:6])
    assert breaker.wait(5) == 0
    breaker.note(6.0, failed=True)
    assert breaker.problem == "nothing is taken: 4 of 7 inputs in 60 s could not be used"


def test_the_share_is_that_of_the_window() -> None:
    """Failures that lie further back than the window count no more."""
    assert after((0, True), (1, True), (2, False), (3, True), (64, False), (65, True)).problem is None
    assert after((0, True), (1, True), (2, False), (3, True), (34, False), (35, True)).problem is not None


def test_a_few_inputs_are_no_share() -> None:
    """Three of three is more than a share, but too few to say anything."""
    assert after((0, True), (1, True), (2, True)).problem is None


def test_half_open() -> None:
    """After the pause one input decides: failing it doubles the pause up to a bound, faring well closes it."""
    breaker = after(*((0.0, True) for _ in range(4)))
    now, pauses = 0.0, []
    for _ in range(7):
        now += breaker.wait(now)
        breaker.note(now, failed=True)
        pauses.append(breaker.wait(now))
    assert pauses == [20, 40, 80, 160, LONGEST_PAUSE, LONGEST_PAUSE, LONGEST_PAUSE]
    breaker.note(now + LONGEST_PAUSE, failed=False)
    assert (breaker.problem, breaker.wait(now + LONGEST_PAUSE)) == (None, 0)


def test_a_new_start_forgets() -> None:
    """Once closed it counts afresh, and opens again with the first pause."""
    breaker = after(*((0.0, True) for _ in range(4)), (10, True), (30, False), *((31.0, True) for _ in range(3)))
    assert breaker.wait(31.0) == 0
    breaker.note(31.0, failed=True)
    assert breaker.wait(31.0) == LIMITS.pause


@example([(0.0, True)] * 8 + [(724.8244964191953, True)])  # 300 seconds from there end 300.0000000000001 seconds later
@given(st.lists(st.tuples(st.floats(0, 1000), st.booleans()), max_size=200))
@pytest.mark.parametrize("limits", [LIMITS, Limits()])
def test_it_is_open_exactly_while_it_has_a_reason(limits: Limits, inputs: list[tuple[float, bool]]) -> None:
    """Whatever comes: a wait has a reason, no wait is longer than the longest pause, and one good probe closes it."""
    breaker = Breaker(limits)
    for now, failed in sorted(inputs):
        breaker.note(now, failed=failed)
        assert (breaker.wait(now) > 0) == (breaker.problem is not None)
        assert breaker.wait(now) <= LONGEST_PAUSE
    breaker.note(2000, failed=False)
    assert breaker.problem is None
