"""What every channel has in common: it takes a delivery that is due and says what came of it.

To add a channel: a module with a `Sender`, a case in `deliver.open_sender`, a kind in `destinations.Channel`, and how a
change looks there in `render.body`. One rule: an error that leaves it open whether the receiver has the alert is
`Unknown`, never `Retry`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol, runtime_checkable

import aiohttp
from typing_extensions import override

from alerts.destinations import Destination
from alerts.outbox import TIMEOUT, Due
from alerts.outcome import Outcome, Retry, Unknown

_REDIRECT, _CLIENT_ERROR = 300, 400

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


class Redirected(aiohttp.ClientError):
    """The receiver pointed elsewhere."""


def session(destination: Destination, dial: Dial, longest: int) -> aiohttp.ClientSession:
    """A client session without cookies, without proxies from the environment, that follows no redirect.

    Of an answer the first `longest` bytes are read.
    """
    return aiohttp.ClientSession(
        headers={"User-Agent": destination.agent},
        connector=dial(destination),
        timeout=aiohttp.ClientTimeout(total=TIMEOUT),
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
        middlewares=(_stay,),
        response_class=type("Beginning", (_Beginning,), {"longest": longest}),
    )


async def _stay(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    answer = await handler(request)
    if _REDIRECT <= answer.status < _CLIENT_ERROR:
        answer.close()
        raise Redirected(f"HTTP {answer.status}")
    return answer


class _Beginning(aiohttp.ClientResponse):
    """An answer of which no more than the beginning is read, however much the receiver sends."""

    longest = 0

    @override
    async def read(self) -> bytes:
        if self._body is None:
            body = bytearray()
            async for chunk in self.content.iter_any():
                body += chunk
                if len(body) > self.longest:
                    self.close()
                    break
            self._body = bytes(body[: self.longest])
        return self._body


def failed(error: aiohttp.ClientError | TimeoutError | OSError) -> Outcome:
    """What a request without an answer came to: nothing without a connection, with one nobody knows."""
    if isinstance(error, Redirected):
        return Retry("redirect")
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
        return Retry("unreachable")
    return Unknown()


def still_ours(due: Leased) -> bool:
    """Whether there is time for a request before the lease runs out: a process that was stopped must not send late."""
    return time.monotonic() < due.sendable_until
