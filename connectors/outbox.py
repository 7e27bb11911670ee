"""From the archive to the broker: what is not acknowledged yet, in order.

Delivery guarantee: at least once. A revision is marked after its acknowledgement; whatever ends in between (a crash,
a broker that goes away) publishes it again, never not at all. Within a source nothing overtakes: the next revision is
sent when the one before it is acknowledged. Sources do not wait for one another.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict

from connectors import metrics
from connectors.archive import Archive
from connectors.publish import Publisher
from streams.errors import Unavailable
from streams.failpoints import reach
from streams.topics import article_message

_BATCH = 50


class Outbox:
    """Publishes what waits in `archive`. `away` says what is wrong while the broker does not answer."""

    def __init__(self, archive: Archive, publisher: Publisher) -> None:
        self._archive = archive
        self._publisher = publisher
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self.away: Unavailable | None = None

    async def flush(self, source_id: str) -> None:
        """Publish all that waits of one source. Raises `Unavailable`; what was acknowledged until then is marked."""
        try:
            async with self._turns[source_id]:
                while await self._publish_some(source_id):
                    pass
        except Unavailable as error:
            if error.reason == "broker":
                self.away = error
            raise
        self.away = None

    async def drain(self) -> None:
        """Publish all that waits of all sources. Raises `Unavailable` when some of it could not be."""
        waiting = await asyncio.to_thread(self._archive.waiting)
        metrics.OUTBOX.set(sum(waiting.values()))
        if not waiting:
            self.away = None
        results = await asyncio.gather(*(self.flush(source_id) for source_id in waiting), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result
        metrics.OUTBOX.set(0)

    async def _publish_some(self, source_id: str) -> bool:
        """Publish the next few; whether there were any."""
        batch = await asyncio.to_thread(self._archive.unpublished, source_id, _BATCH)
        acknowledged: list[int] = []
        try:
            for revision in batch:
                await self._publisher.publish(article_message(revision.article))
                reach("connect.after_publish")
                acknowledged.append(revision.seq)
        finally:
            if acknowledged:
                await asyncio.to_thread(self._archive.mark_published, acknowledged)
        return bool(batch)
