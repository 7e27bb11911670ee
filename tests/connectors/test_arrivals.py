from __future__ import annotations

from connectors.arrivals import Arrivals


def test_whatever_came_before_the_last_that_was_stored_is_overtaken() -> None:
    """Be it a poll or a push; what came behind it is not, and another source's never."""
    arrivals = Arrivals()
    poll, first, second = arrivals.asked(), arrivals.pushed("daily", b"1"), arrivals.pushed("daily", b"2")
    assert not any(arrivals.is_overtaken("daily", one) for one in (poll, first, second))
    arrivals.stored("daily", first)
    assert [arrivals.is_overtaken("daily", one) for one in (poll, first, second)] == [True, True, False]
    assert not arrivals.is_overtaken("weekly", poll)


def test_what_is_pushed_again_keeps_its_number() -> None:
    """For its source; only so many are known, and a forgotten one is as good as new."""
    arrivals = Arrivals(kept=2)
    number = arrivals.pushed("daily", b"1")
    assert arrivals.pushed("daily", b"1") == number
    assert arrivals.pushed("weekly", b"1") != number
    arrivals.pushed("daily", b"2")
    assert arrivals.pushed("daily", b"1") > number
