"""Is the worker still getting on? Compares, from outside of Faust, what was committed with what there is.

Faust's consumer is known to fall silent without an error. One rule: a partition of this worker on which messages wait
and nothing was committed for `limit` seconds means that the process must end, so that its supervisor starts a new one.
The broker's end offsets are good enough for that on both brokers: the embedded one reports them too low, never too
high. The only module of this package that imports aiokafka.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from time import monotonic

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from streams import metrics
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


class Watchdog:
    """Looks every few seconds; calls `on_stuck` with a sentence when nothing moved for `limit` seconds.

    `assignment` gives the worker's partitions, none while it is a standby, and null while it has not joined the group
    or the group is being divided anew: that must not last either.
    """

    def __init__(
        self,
        kafka: Kafka,
        group: str,
        assignment: Callable[[], set[Partition] | None],
        on_stuck: Callable[[str], None],
        *,
        limit: float = 120.0,
    ) -> None:
        self._kafka = kafka
        self._group = group
        self._assignment = assignment
        self._on_stuck = on_stuck
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
            **self._kafka.client_options(), group_id=self._group, enable_auto_commit=False, request_timeout_ms=10_000
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
        assigned, now = self._assignment(), monotonic()
        if assigned is None:
            self._outside_since = self._outside_since or now
            if now - self._outside_since >= self._limit:
                self._on_stuck(f"for {self._limit:g} s not a member of the group with partitions assigned")
            return
        self._outside_since = None
        if stuck := self._progress.observe(await self._offsets(consumer, assigned), now):
            self._on_stuck(f"no progress on {stuck} although messages wait")

    async def _offsets(self, consumer: AIOKafkaConsumer, assigned: set[Partition]) -> dict[Partition, tuple[int, int]]:
        partitions = [TopicPartition(*partition) for partition in assigned]
        ends = await consumer.end_offsets(partitions) if partitions else {}
        offsets = {(tp.topic, tp.partition): (await consumer.committed(tp) or 0, end) for tp, end in ends.items()}
        for topic in {topic for topic, _ in offsets}:
            waiting = sum(max(0, end - done) for (name, _), (done, end) in offsets.items() if name == topic)
            metrics.LAG.labels(topic).set(waiting)
        return offsets
