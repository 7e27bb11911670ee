"""Is a worker still getting on? Compares, from outside of its consumer, what was committed with what there is.

Consumers are known to fall silent without an error. One rule: a partition of this worker on which messages wait and
nothing was committed for `limit` seconds means that the process must end, so that a new one goes on from there. Part
of the contract, because readers and learners need the same one. The broker's end offsets are good enough for it on
both brokers: the embedded one reports them too low, never too high. The only module of this package that imports
aiokafka.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Mapping
from time import monotonic
from typing import NamedTuple, NoReturn

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from streams.topics import Kafka

Partition = tuple[str, int]

_INTERVAL = 5.0  # seconds between two looks
_PATIENCE = 15.0  # seconds that the broker has to answer one
_LOG = structlog.get_logger()


class Progress:
    """Remembers, for each partition, since when messages wait without anything being committed."""

    def __init__(self, limit: float) -> None:
        self._limit = limit
        self._stalled_since: dict[Partition, tuple[int, float]] = {}

    def observe(self, offsets: Mapping[Partition, tuple[int, int]], now: float) -> list[Partition]:
        """The stuck partitions, given (committed, end) offsets of each assigned partition at `now` seconds.

        A partition that is new here, has nothing waiting or moved since the last look starts afresh.
        """
        stuck = []
        fresh: dict[Partition, tuple[int, float]] = {}
        for partition, (committed, end) in offsets.items():
            if end <= committed:
                continue
            before, since = self._stalled_since.get(partition, (committed, now))
            fresh[partition] = (committed, since if before == committed else now)
            if now - fresh[partition][1] >= self._limit:
                stuck.append(partition)
        self._stalled_since = fresh
        return sorted(stuck)


def leave(reason: str) -> NoReturn:
    """End the process at once, with nothing committed that is not done. The last line and the status (75) say why."""
    _LOG.critical("worker_must_end", reason=reason)
    sys.stderr.write(f"rasid: {reason}\n")
    sys.stderr.flush()
    os._exit(os.EX_TEMPFAIL)


class Watched(NamedTuple):
    """A worker as its watchdog sees it.

    `assignment` gives its partitions, none while it is a standby, and null while it has not joined the group or the
    group is being divided anew: that must not last either. `waits` says that it stands still on purpose. `note_lag` is
    told how many messages wait on a topic. `end`, called with a sentence, ends the process.
    """

    group: str
    assignment: Callable[[], set[Partition] | None]
    waits: Callable[[], bool]
    note_lag: Callable[[str, int], None]
    end: Callable[[str], None] = leave


class Watchdog:
    """Looks at the worker every few seconds, and ends it when nothing moved for `limit` seconds."""

    def __init__(self, kafka: Kafka, worker: Watched, *, limit: float = 120.0) -> None:
        self._kafka = kafka
        self._worker = worker
        self._limit = limit
        self._progress = Progress(limit)
        self._outside_since: float | None = None
        self.broker_problem: str | None = None

    async def run(self) -> None:
        """Runs until cancelled. A broker that does not answer is reported in `broker_problem`, not a stuck worker."""
        while True:
            try:
                await self._watch()
            except (KafkaError, OSError, TimeoutError) as error:
                self.broker_problem = f"kafka {self._kafka.bootstrap}: {type(error).__name__} {error}".rstrip()
                _LOG.warning("broker_unreachable", broker=self._kafka.bootstrap, error=str(error))
                await asyncio.sleep(_INTERVAL)

    async def _watch(self) -> None:
        # A member of the group in name only: it may ask for committed offsets and never joins.
        consumer = AIOKafkaConsumer(
            **self._kafka.client_options(),
            group_id=self._worker.group,
            enable_auto_commit=False,
            request_timeout_ms=10_000,
        )
        try:
            await consumer.start()
            while True:
                async with asyncio.timeout(_PATIENCE):
                    await self._look(consumer)
                self.broker_problem = None
                await asyncio.sleep(_INTERVAL)
        finally:
            await consumer.stop()

    async def _look(self, consumer: AIOKafkaConsumer) -> None:
        await consumer.topics()  # asks the broker, also when there is nothing else to ask
        assigned, now = self._worker.assignment(), monotonic()
        if assigned is None:
            self._outside_since = self._outside_since or now
            if now - self._outside_since >= self._limit:
                self._worker.end(f"for {self._limit:g} s not a member of the group with partitions assigned")
            return
        self._outside_since = None
        offsets = await self._offsets(consumer, assigned)
        if stuck := self._progress.observe({} if self._worker.waits() else offsets, now):
            self._worker.end(f"no progress on {stuck} although messages wait")

    async def _offsets(self, consumer: AIOKafkaConsumer, assigned: set[Partition]) -> dict[Partition, tuple[int, int]]:
        partitions = [TopicPartition(*partition) for partition in assigned]
        ends = await consumer.end_offsets(partitions) if partitions else {}
        starts = await consumer.beginning_offsets(partitions) if partitions else {}
        offsets = {
            # What retention has taken away waits for nobody.
            (tp.topic, tp.partition): (max(await consumer.committed(tp) or 0, starts[tp]), end)
            for tp, end in ends.items()
        }
        for topic in {topic for topic, _ in offsets}:
            waiting = sum(max(0, end - done) for (name, _), (done, end) in offsets.items() if name == topic)
            self._worker.note_lag(topic, waiting)
        return offsets
