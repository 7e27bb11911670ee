"""Places to fetch from: so many at one host, so many in all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass


@dataclass
class _Host:
    places: asyncio.Semaphore
    users: int = 0


class Pace:
    """Hands out places. A host that nobody fetches from or waits for is forgotten."""

    def __init__(self, *, per_host: int, at_once: int) -> None:
        self._per_host = per_host
        self._all = asyncio.Semaphore(at_once)
        self._hosts: dict[str, _Host] = {}

    @asynccontextmanager
    async def turn(self, name: str) -> AsyncIterator[None]:
        """Wait for a place, first at the host: those who wait for a slow host must take no place from the others."""
        host = self._hosts.setdefault(name, _Host(asyncio.Semaphore(self._per_host)))
        host.users += 1
        try:
            async with host.places, self._all:
                yield
        finally:
            host.users -= 1
            if not host.users:
                del self._hosts[name]
