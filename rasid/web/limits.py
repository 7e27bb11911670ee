"""How often each client may ask: a bucket of tokens for each, which fills again by itself. Pure: the clock is given.

One rule: what is remembered is bounded. Whoever's bucket is full again is forgotten, and of more clients than are
remembered those who have asked least lately are.
"""

from __future__ import annotations

import ipaddress
from collections import OrderedDict

import msgspec


class Rate(msgspec.Struct, frozen=True):
    """So many requests a second in the long run, and so many at once after a rest."""

    second: float
    burst: int


class _Bucket(msgspec.Struct, frozen=True):
    left: float
    at: float


class Limiter:
    """The buckets of at most `most` clients."""

    def __init__(self, rate: Rate, most: int = 10_000) -> None:
        self._rate = rate
        self._most = most
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def wait(self, client: str, now: float) -> float:
        """How many seconds that client has to wait; 0 where it may ask now, which is counted.

        `now` is any clock that never goes back, in seconds.
        """
        self._forget(now)
        held = self._buckets.pop(client, _Bucket(self._rate.burst, now))
        left = self._filled(held, now)
        asks = left >= 1
        self._buckets[client] = _Bucket(left - 1 if asks else left, now)
        return 0.0 if asks else (1 - left) / self._rate.second

    def _filled(self, held: _Bucket, now: float) -> float:
        return min(self._rate.burst, held.left + (now - held.at) * self._rate.second)

    def _forget(self, now: float) -> None:
        """The oldest, as long as their buckets are full, or there are too many."""
        while self._buckets:
            client, oldest = next(iter(self._buckets.items()))
            if self._filled(oldest, now) < self._rate.burst and len(self._buckets) < self._most:
                return
            del self._buckets[client]


def client_of(address: str | None) -> str:
    """Who asks, by their address: of IPv6 the network, as one machine has as many addresses there as it likes."""
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return address or ""
    if isinstance(found, ipaddress.IPv6Address):
        return str(found.ipv4_mapped or ipaddress.ip_network((found, 64), strict=False))
    return str(found)
