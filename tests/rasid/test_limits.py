"""How often a client may ask, on a clock that the tests turn."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasid.web.limits import Limiter, Rate, client_of

STEPS = st.lists(st.floats(min_value=0, max_value=30, allow_nan=False), min_size=1, max_size=80)


def test_a_burst_and_then_the_rate() -> None:
    """After a rest five come at once; then one each half second; each client has a bucket of its own."""
    limiter = Limiter(Rate(2.0, 5))
    assert [limiter.wait("a", 0.0) for _ in range(6)] == [0, 0, 0, 0, 0, 0.5]
    assert limiter.wait("b", 0.0) == 0
    assert limiter.wait("a", 0.25) == 0.25
    assert limiter.wait("a", 0.5) == 0
    assert [limiter.wait("a", 100.0) > 0 for _ in range(6)] == [False] * 5 + [True]


@given(steps=STEPS)
def test_never_more_than_the_rate_allows(steps: list[float]) -> None:
    """However the requests are spread, in no span of time more than the burst and the rate come through."""
    limiter, now, came = Limiter(Rate(2.0, 5)), 0.0, []
    for step in steps:
        now += step
        if limiter.wait("a", now) == 0:
            came.append(now)
    for start, first in enumerate(came):
        for count, last in enumerate(came[start:], 1):
            assert count <= 5 + (last - first) * 2.0 + 1e-6


@given(steps=STEPS)
def test_waiting_as_told_is_enough(steps: list[float]) -> None:
    """Whoever comes back after as long as was said is let in."""
    limiter, now = Limiter(Rate(2.0, 5)), 0.0
    for step in steps:
        wait = limiter.wait("a", now)
        if wait:
            now += wait + 1e-6
            assert limiter.wait("a", now) == 0
        now += step / 30


def test_what_is_remembered_is_bounded() -> None:
    """Of more clients than are remembered those are forgotten who asked least lately, and all who have rested."""
    limiter = Limiter(Rate(1.0, 2), most=3)
    for number in range(100):
        limiter.wait(f"client-{number}", 0.0)
    assert len(limiter._buckets) == 3
    limiter.wait("another", 1000.0)
    assert list(limiter._buckets) == ["another"]


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::2", "2001:db8:1:2::/64"),
        (None, ""),
        ("a socket", "a socket"),
    ],
)
def test_who_asks(address: str | None, client: str) -> None:
    """An IPv4 address is somebody, an IPv6 network is, and what is neither is as it is called."""
    assert client_of(address) == client
