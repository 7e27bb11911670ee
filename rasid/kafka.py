"""The topics on the broker: made where they are missing, each stage may be the first; and the dead letters on theirs.

Sole aiokafka import of rasid.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import InvalidReplicationFactorError, KafkaError, TopicAlreadyExistsError, for_code

from streams import letters
from streams.errors import Misconfigured, Unavailable
from streams.letters import Filed, Stored
from streams.topics import DEAD_LETTER, MAX_MESSAGE_BYTES, TOPICS, Kafka

_RETENTION_MS = 30 * 24 * 3600 * 1000
_SILENCE_MS = 1_000
_WAIT_MS = 200
_PATIENCE = 600.0  # for a topic full of letters
_GLANCE = 20.0
_FEW = 2_000


async def ensure_topics(kafka: Kafka, *, patience: float = 30.0) -> None:
    """Return when the broker answers and has the topics; make those that are missing, with 30 days of retention.

    Raises `Unavailable` when the broker does not answer within `patience` seconds, `Misconfigured` when it refuses to
    make a topic.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + patience
    with _quiet():
        await _try_until(kafka, deadline, patience)


async def dead_letters(kafka: Kafka) -> tuple[Filed, ...]:
    """All letters on the dead-letter topic, the oldest first. Raises `Unavailable` when the broker does not answer."""
    async with _answering(kafka):
        consumer = AIOKafkaConsumer(DEAD_LETTER, **kafka.client_options(), auto_offset_reset="earliest")
        try:
            await consumer.start()
            return letters.filed(await _everything(consumer, _SILENCE_MS if kafka.embedded else 0))
        finally:
            await consumer.stop()


async def count_dead_letters(kafka: Kafka) -> int:
    """How many letters wait to be sent again; where there are thousands, how many messages are on their topic.

    Raises `Unavailable` when the broker does not answer.
    """
    async with _answering(kafka, _GLANCE):
        consumer = AIOKafkaConsumer(DEAD_LETTER, **kafka.client_options(), auto_offset_reset="earliest")
        try:
            await consumer.start()
            partitions = consumer.assignment()
            first, last = await consumer.beginning_offsets(partitions), await consumer.end_offsets(partitions)
            on_topic: int = sum(last[one] - first[one] for one in partitions)
            if on_topic > _FEW:
                return on_topic
            found = letters.filed(await _everything(consumer, _SILENCE_MS if kafka.embedded else 0))
            return sum(one.redriven is None for one in found)
        finally:
            await consumer.stop()


async def redrive(kafka: Kafka, chosen: Sequence[Filed], now: datetime, done: Callable[[], None]) -> None:
    """Send these again, each to its topic and then its mark; calls `done` when the broker has acknowledged both.

    Raises `Unavailable` when the broker does not; what was done until then is done.
    """
    async with _answering(kafka):
        producer = AIOKafkaProducer(**kafka.producer_options())
        try:
            await producer.start()
            for one in chosen:
                for message in letters.again(one, now):
                    await producer.send_and_wait(
                        message.topic, message.value, key=message.key, headers=list(message.headers)
                    )
                done()
        finally:
            await producer.stop()


async def _everything(consumer: AIOKafkaConsumer, silence_ms: int) -> list[Stored]:
    """What is on the topic now. The ends that the embedded broker tells are too low: there silence decides."""
    partitions = consumer.assignment()  # without a group: all of them
    ends = await consumer.end_offsets(partitions)
    found: list[Stored] = []
    while True:
        behind = [one for one in partitions if await consumer.position(one) < ends[one]]
        batch = await consumer.getmany(timeout_ms=_WAIT_MS if behind else silence_ms)
        found += [_stored(record) for records in batch.values() for record in records]
        if not batch and not behind:
            return found


def _stored(record: ConsumerRecord) -> Stored:
    mark = ("ce_type", letters.MARK.encode()) in record.headers
    return Stored(partition=record.partition, offset=record.offset, value=record.value or b"", mark=mark)


@asynccontextmanager
async def _answering(kafka: Kafka, patience: float = _PATIENCE) -> AsyncIterator[None]:
    try:
        with _quiet():
            async with asyncio.timeout(patience):
                yield
    except (KafkaError, OSError, TimeoutError) as error:
        message = f"kafka {kafka.bootstrap} does not answer: {type(error).__name__} {error}".rstrip()
        raise Unavailable("broker", message) from error


async def _try_until(kafka: Kafka, deadline: float, patience: float) -> None:
    loop = asyncio.get_running_loop()
    while True:
        try:
            await _ensure(kafka)
        except (KafkaError, OSError, TimeoutError) as error:
            if loop.time() >= deadline:
                message = f"kafka {kafka.bootstrap} does not answer: {type(error).__name__} {error}".rstrip()
                raise Unavailable("broker", message) from error
            await asyncio.sleep(min(0.5, patience / 10))
        else:
            return


@contextmanager
def _quiet() -> Iterator[None]:
    """Within the block aiokafka does not log each try in vain: one clear line at the end says it all."""
    log = logging.getLogger("aiokafka")
    before, log.disabled = log.disabled, True
    try:
        yield
    finally:
        log.disabled = before


async def _ensure(kafka: Kafka) -> None:
    admin = AIOKafkaAdminClient(**kafka.client_options(), request_timeout_ms=5_000)
    try:
        await admin.start()
        missing = set(TOPICS) - set(await admin.list_topics())
        if missing:
            response = await admin.create_topics([_new(name, kafka) for name in sorted(missing)])
            _check(response.topic_errors)
    finally:
        await admin.close()


def _new(name: str, kafka: Kafka) -> NewTopic:
    configs = {"retention.ms": str(_RETENTION_MS), "max.message.bytes": str(MAX_MESSAGE_BYTES + 10_000)}
    return NewTopic(name, kafka.partitions, kafka.replication, topic_configs={} if kafka.embedded else configs)


def _check(topic_errors: list[tuple[object, ...]]) -> None:
    for name, code, *rest in topic_errors:
        error = for_code(code)
        if not code or error is TopicAlreadyExistsError:
            continue
        if error.retriable or error is InvalidReplicationFactorError:
            raise error(f"topic {name}: {rest}")  # a broker that is starting, or waiting for its peers
        raise Misconfigured("topic", f"kafka will not make the topic {name}: {error.__name__} {rest}")
