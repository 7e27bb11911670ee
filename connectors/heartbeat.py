"""The beginning of the heartbeat's way: one is published every so often, past the archive.

One that the broker does not take is tried again, so that none is ever waiting behind another.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog

from connectors.publish import Publisher
from streams.clock import utc_now
from streams.errors import Unavailable
from streams.heartbeat import beat
from streams.topics import article_message

log = structlog.get_logger()


class Heart:
    """Publishes a heartbeat every `interval` seconds; what is refused again after `retry`."""

    retry = 2.0

    def __init__(self, publisher: Publisher, interval: float, now: Callable[[], datetime] = utc_now) -> None:
        self._publisher = publisher
        self._interval = interval
        self._now = now

    async def run(self) -> None:
        """Beats until cancelled."""
        try:
            while True:
                await asyncio.sleep(self._interval)
                await self._beat()
        finally:
            await self._publisher.close()

    async def problems(self) -> list[str]:
        """None: whether beats arrive is known at the other end."""
        return []

    async def _beat(self) -> None:
        message = article_message(beat(self._now()))
        while True:
            try:
                return await self._publisher.publish(message)
            except Unavailable as error:
                log.debug("heartbeat_waits", detail=str(error))
                await asyncio.sleep(self.retry)
