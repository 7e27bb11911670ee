"""The topic of readings as learn sees it: what comes, how far it is done with, and what is set aside.

One rule: the place in a partition is committed only up to what learn says is done. A commit that is refused costs
nothing: what was not committed comes again, and what is learned twice changes nothing. The only module of this package
that imports aiokafka.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.abc import ConsumerRebalanceListener
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError

from streams.errors import Unavailable
from streams.topics import READINGS, Kafka, Message
from streams.watchdog import Partition

GROUP = "rasid-learn"

_FETCH_MS = 500
_ASK = 5.0
# Waiting for the database is no reason to lose the partitions.
_MAX_POLL_MS = 3_600_000
# The embedded broker holds a join for half the session time.
_EMBEDDED_SESSION = 2.0
_LOG = structlog.get_logger()


class Record(NamedTuple):
    """What stands at a place of a partition."""

    partition: int
    offset: int
    key: bytes | None
    value: bytes | None


class Readings:
    """A member of the group that learns, and a producer for what it cannot use."""

    def __init__(self, kafka: Kafka) -> None:
        self._kafka = kafka
        self._members = _Members()
        self._consumer: AIOKafkaConsumer | None = None
        self._producer: AIOKafkaProducer | None = None

    async def start(self) -> None:
        """Join the group. Raises `Unavailable` (reason `broker`) when the broker does not answer."""
        self._consumer, self._producer = self._subscribed(), AIOKafkaProducer(**self._kafka.producer_options())
        try:
            await self._consumer.start()
            await self._producer.start()
        except (KafkaError, OSError) as error:
            raise Unavailable("broker", f"kafka {self._kafka.bootstrap} does not answer: {error}") from error

    async def stop(self) -> None:
        """Leave the group; what was not committed comes again."""
        try:
            if self._consumer is not None:
                await self._consumer.stop()
        finally:
            if self._producer is not None:
                await self._producer.stop()

    async def some(self, most: int) -> Mapping[int, Sequence[Record]]:
        """The next ones, at most so many, by partition and in order; none when nothing comes for half a second."""
        batch = await self._joined().getmany(timeout_ms=_FETCH_MS, max_records=most)
        return {one.partition: list(map(_record, records)) for one, records in batch.items() if records}

    async def done(self, taken: Sequence[Record], upto: int) -> None:
        """Of those that came from a partition, all in front of the place `upto` are done with; the rest comes again."""
        partition = TopicPartition(READINGS, taken[0].partition)
        if upto > taken[0].offset:
            await self._commit({partition: upto})
        if upto <= taken[-1].offset:
            # Not where the partition is another's by now, who goes on from what is committed.
            with suppress(IllegalStateError):
                self._joined().seek(partition, upto)

    async def send(self, message: Message) -> None:
        """Returns when the broker has acknowledged the message."""
        if self._producer is None:
            raise Unavailable("broker", "nothing can be sent before the stage runs")
        await self._producer.send_and_wait(message.topic, message.value, key=message.key, headers=list(message.headers))

    def assignment(self) -> set[Partition] | None:
        """Our share, be it none; null while the group has not given us one."""
        if self._consumer is None or not self._members.joined:
            return None
        return {(one.topic, one.partition) for one in self._consumer.assignment()}

    async def problems(self) -> list[str]:
        """Says when no partition is ours or the broker does not answer."""
        if self._consumer is None or not self._consumer.assignment():
            return ["no partition of the readings was assigned yet"]
        try:
            await asyncio.wait_for(self._consumer.topics(), _ASK)
        except (KafkaError, TimeoutError) as error:
            return [f"kafka {self._kafka.bootstrap}: {type(error).__name__}"]
        return []

    def _subscribed(self) -> AIOKafkaConsumer:
        session = _EMBEDDED_SESSION if self._kafka.embedded else self._kafka.session_timeout
        consumer = AIOKafkaConsumer(
            **self._kafka.client_options(),
            group_id=GROUP,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            session_timeout_ms=int(session * 1000),
            heartbeat_interval_ms=int(session * 300),
            max_poll_interval_ms=_MAX_POLL_MS,
            fetch_max_wait_ms=_FETCH_MS if not self._kafka.embedded else 50,
        )
        consumer.subscribe([READINGS], listener=self._members)
        return consumer

    def _joined(self) -> AIOKafkaConsumer:
        if self._consumer is None:
            raise Unavailable("broker", "nothing can be read before the stage runs")
        return self._consumer

    async def _commit(self, offsets: Mapping[TopicPartition, int]) -> None:
        try:
            await self._joined().commit(dict(offsets))
        except KafkaError as error:
            # The partition went to another learner, or the broker is away for a moment: a later commit covers this one.
            if not (error.retriable or isinstance(error, CommitFailedError | IllegalStateError)):
                raise
            _LOG.info("commit_refused", error=type(error).__name__)


class _Members(ConsumerRebalanceListener):  # type: ignore[misc]
    """Whether the group has given us our share, be it none."""

    joined = False

    async def on_partitions_revoked(self, _revoked: set[TopicPartition]) -> None:
        """The group is being divided anew."""
        self.joined = False

    async def on_partitions_assigned(self, _assigned: set[TopicPartition]) -> None:
        """It has been."""
        self.joined = True


def _record(found: ConsumerRecord) -> Record:
    return Record(found.partition, found.offset, found.key, found.value)
