"""From the archive to the broker: what is not acknowledged yet, in order.

Delivery guarantee: at least once. A revision is marked after its acknowledgement; whatever ends in between (a crash,
a broker that goes away) publishes it again, never not at all. Within a source nothing overtakes: the next revision is
sent when the one before it is acknowledged. Sources do not wait for one another. News that waits is bounded in bytes:
when it is `full`, nothing is polled until the broker has taken some, so that the disk is never filled by an outage.
What is published again (`rasid replay`) does not count: it was there before. It may be a year's, so polls publish no
more than their share of what waits and leave the rest to `drain`.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from itertools import chain

import structlog

from connectors import metrics
from connectors.archive import Archive
from connectors.grouped import Grouped
from connectors.publish import Publisher
from streams.errors import RasidError, Unavailable
from streams.failpoints import reach
from streams.threads import in_thread
from streams.topics import article_message

log = structlog.get_logger()

_BATCH = 50
_SHARE = 20  # batches that a poll waits for
_AT_ONCE = 16  # sources whose next batch is in memory


class Outbox:
    """Publishes what waits in `archive`, at best less than `limit` bytes.

    `away` says what is wrong while the broker does not answer, `full` whether the limit is reached.
    """

    def __init__(self, archive: Archive, publisher: Publisher, limit: int) -> None:
        self._archive = archive
        self._publisher = publisher
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._marks = Grouped[list[int]](lambda groups: archive.mark_published(chain.from_iterable(groups)))
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._soon: set[asyncio.Task[None]] = set()
        self._limit = limit
        self._size = 0
        self._left = 0
        self.full = False
        self.away: Unavailable | None = None
        metrics.OUTBOX_LIMIT.set(limit)

    async def flush(self, source_id: str, batches: int | None = None) -> bool:
        """Publish what waits of one source, at most so many batches; whether that was all.

        Raises `Unavailable`; what was acknowledged until then is marked.
        """
        more, done = True, 0
        try:
            while more and done != batches:
                async with self._turns[source_id]:
                    more = await self._publish_some(source_id)
                done += 1
        except Unavailable as error:
            if error.reason == "broker":
                self.away = error
            raise
        self.away = None
        return not more

    def grew(self, size: int) -> None:
        """So many bytes more were archived."""
        self._weigh(self._size + size)

    async def offer(self, source_id: str) -> bool:
        """Publish what waits of one source; false where the broker is away or there is too much, and `drain` will.

        Raises `Unavailable` when the archive is.
        """
        if self.away is not None:
            return False
        try:
            return await self.flush(source_id, _SHARE)
        except Unavailable as error:
            if error.reason != "broker":
                raise
            log.warning("outbox_waits", source=source_id, detail=str(error))
            return False

    def offer_soon(self, source_id: str) -> None:
        """Offer what waits of one source, with nobody waiting for it. What is in the way, `drain` meets and raises."""
        task = asyncio.create_task(self._offer_quietly(source_id))
        self._soon.add(task)
        task.add_done_callback(self._soon.discard)

    async def close(self) -> None:
        """Leave what is still to be offered to the next run."""
        for task in self._soon:
            task.cancel()
        await asyncio.gather(*self._soon, return_exceptions=True)

    async def drain(self) -> None:
        """Publish all that waits of all sources. Raises `Unavailable` when some of it could not be."""
        waiting = await in_thread(self._archive.waiting)
        self._count(sum(waiting.values()))
        self._weigh(await in_thread(self._archive.waiting_bytes))
        if not waiting:
            self.away = None
            return
        if self.away is not None:
            await self._publisher.check()  # one question, instead of one for each source
        results = await asyncio.gather(*map(self._flush_in_turn, waiting), return_exceptions=True)
        self._weigh(await in_thread(self._archive.waiting_bytes))
        for result in results:
            if isinstance(result, BaseException):
                raise result
        self._count(0)

    def _count(self, left: int) -> None:
        self._left = max(0, left)
        metrics.OUTBOX.set(self._left)

    def _weigh(self, size: int) -> None:
        self._size, was_full = size, self.full
        self.full = size >= self._limit
        metrics.OUTBOX_BYTES.set(size)
        if self.full and not was_full:
            log.error("outbox_full", bytes=size, detail="nothing is polled until the broker takes what waits")
        if was_full and not self.full:
            log.info("outbox_has_room", bytes=size)

    async def _offer_quietly(self, source_id: str) -> None:
        try:
            await self.offer(source_id)
        except RasidError as error:
            log.warning("outbox_waits", source=source_id, reason=error.reason, detail=str(error))

    async def _flush_in_turn(self, source_id: str) -> None:
        async with self._places:
            await self.flush(source_id)

    async def _publish_some(self, source_id: str) -> bool:
        """Publish the next few; whether there may be more."""
        batch = await in_thread(self._archive.unpublished, source_id, _BATCH)
        acknowledged: list[int] = []
        weight = 0
        try:
            for revision in batch:
                await self._publisher.publish(article_message(revision.article))
                reach("connect.after_publish")
                acknowledged.append(revision.seq)
                weight += revision.weight
        finally:
            if acknowledged:
                await self._marks.put(acknowledged)
                self._weigh(max(0, self._size - weight))
                self._count(self._left - len(acknowledged))
        return len(batch) == _BATCH
