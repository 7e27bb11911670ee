"""Stand-ins with a memory, for what a test wants to look into or to break."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from aiohttp.abc import AbstractResolver, ResolveResult
from typing_extensions import override

from streams.errors import Unavailable
from streams.records import Article, decode
from streams.topics import Message

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self, start: datetime = START) -> None:
        self.now = start

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **parts: float) -> None:
        """Move on by so many seconds, minutes, hours or days."""
        self.now += timedelta(**parts)


class MemoryPublisher:
    """Keeps what it acknowledges. `acks` is how many more it will; None: all."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.acks: int | None = None
        self.closed = False

    @property
    def articles(self) -> list[Article]:
        """What was published, in order."""
        return [decode(message.value, Article) for message in self.messages]

    async def publish(self, message: Message) -> None:
        await self.check()
        if self.acks is not None:
            self.acks -= 1
        self.messages.append(message)

    async def check(self) -> None:
        if self.acks == 0:
            raise Unavailable("broker", "the broker is away")

    async def close(self) -> None:
        self.closed = True


class Names(AbstractResolver):
    """Resolves the names it is given, each to its addresses; counts the look-ups."""

    def __init__(self, names: Mapping[str, tuple[str, ...]]) -> None:
        self._names = names
        self.asked = 0

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked += 1
        if host not in self._names:
            raise OSError(f"no such name: {host}")
        return [_result(host, address, port) for address in self.addresses(host)]

    def addresses(self, host: str) -> tuple[str, ...]:
        """What a look-up of the name answers now."""
        return self._names[host]

    @override
    async def close(self) -> None:
        """Nothing is held."""


def _result(host: str, address: str, port: int) -> ResolveResult:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=0)
