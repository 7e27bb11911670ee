"""Places to fetch from: so many at one host, not all at once, so many in all; and room in memory for what is large."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass

_MANY = 1_000  # hosts that are remembered before those that are done with are forgotten


@dataclass
class _Host:
    places: asyncio.Semaphore
    users: int = 0
    free: float = 0.0  # when the next fetch may begin


class Pace:
    """Hands out places. Hosts that nobody fetches from or waits for are forgotten in time."""

    def __init__(self, *, per_host: int, at_once: int) -> None:
        self._per_host = per_host
        self._all = asyncio.Semaphore(at_once)
        self._hosts: dict[str, _Host] = {}

    @asynccontextmanager
    async def turn(self, name: str, gap: float = 0.0) -> AsyncIterator[None]:
        """Wait for a place, and for `gap` seconds to pass since the last fetch from the host began.

        First at the host: those who wait for a slow host must take no place from the others.
        """
        self._forget()
        host = self._hosts.setdefault(name, _Host(asyncio.Semaphore(self._per_host)))
        host.users += 1
        try:
            async with host.places:
                await _spaced(host, gap)
                async with self._all:
                    yield
        finally:
            host.users -= 1

    def _forget(self) -> None:
        if len(self._hosts) >= _MANY:
            now = asyncio.get_running_loop().time()
            self._hosts = {name: host for name, host in self._hosts.items() if host.users or host.free > now}


async def _spaced(host: _Host, gap: float) -> None:
    """Wait for the host's next moment, and put the one after it `gap` seconds later."""
    now = asyncio.get_running_loop().time()
    begin = max(now, host.free)
    host.free = begin + gap
    if begin > now:
        await asyncio.sleep(begin - now)


@dataclass
class _Visit:
    is_large: bool = False


_VISIT: ContextVar[_Visit | None] = ContextVar("visit", default=None)


class Room:
    """Room for large bodies, so many at a time: each takes it when it has grown, until its visit is over.

    A visit is a stretch of one task, so that whoever fetches need not know how long others keep what he fetched. Nobody
    waits for room with a place in his hand.
    """

    def __init__(self, places: int) -> None:
        self._places = asyncio.Semaphore(places)

    @asynccontextmanager
    async def visit(self) -> AsyncIterator[None]:
        """What is fetched while it lasts is kept until its end."""
        visit = _Visit()
        token = _VISIT.set(visit)
        try:
            yield
        finally:
            _VISIT.reset(token)
            if visit.is_large:
                self._places.release()

    async def take(self) -> bool:
        """Take room for one large body in this visit, if there is any; outside of a visit nothing is counted."""
        visit = _VISIT.get()
        if visit is None or visit.is_large:
            return True
        if self._places.locked():
            return False
        await self.wait()
        return True

    async def wait(self) -> None:
        """Take room for this visit as soon as there is some."""
        await self._places.acquire()
        if visit := _VISIT.get():
            visit.is_large = True
