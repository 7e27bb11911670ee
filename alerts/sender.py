"""What every channel has in common: it takes a delivery that is due and says what came of it.

To add a channel: a module with a `Sender`, a case in `deliver.open_sender`, a kind in `destinations.Channel`, and how a
change looks there in `render.body`. One rule: an error that leaves it open whether the receiver has the alert is
`Unknown`, never `Retry`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol, runtime_checkable

import aiohttp

from alerts.destinations import Destination
from alerts.outbox import TIMEOUT, Due
from alerts.outcome import Outcome, Retry, Unknown

# How connections to a destination are made: the front door hands in one that refuses private addresses.
Dial = Callable[[Destination], aiohttp.BaseConnector]


class Sender(Protocol):
    """One destination's channel. `pace` is the least time between two sends, in seconds."""

    pace: float

    async def send(self, due: Due) -> Outcome:
        """Try once. Raises nothing that is the receiver's or the network's doing."""

    async def close(self) -> None:
        """Let go of connections."""


@runtime_checkable
class Reviser(Sender, Protocol):
    """A channel whose messages can be changed after they were sent."""

    async def revise(self, receipt: str, body: str) -> Outcome:
        """Have the message of that receipt show `body`. Doing it twice is doing it once."""


class Leased(Protocol):
    """What is ours to try for a while."""

    @property
    def sendable_until(self) -> float: ...


def session(destination: Destination, dial: Dial) -> aiohttp.ClientSession:
    """A client session without cookies and without proxies from the environment."""
    return aiohttp.ClientSession(
        connector=dial(destination),
        timeout=aiohttp.ClientTimeout(total=TIMEOUT),
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
    )


def failed(error: aiohttp.ClientError | TimeoutError | OSError) -> Outcome:
    """What a request without an answer came to: nothing without a connection, with one nobody knows."""
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
        return Retry("unreachable")
    return Unknown()


def still_ours(due: Leased) -> bool:
    """Whether there is time for a request before the lease runs out: a process that was stopped must not send late."""
    return time.monotonic() < due.sendable_until


def utc_now() -> datetime:
    """The time."""
    return datetime.now(UTC)
