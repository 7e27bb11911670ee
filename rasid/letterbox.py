"""The dead letters on their topic: read, counted, sent again.

The topic is the only record of them, so it is read as a whole each time; with few letters that costs nothing. Whoever
only counts keeps none of them: a letter may be a megabyte, and the page counts them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from itertools import chain

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord

from rasid.kafka import answering
from streams import letters
from streams.letters import Filed, Stored
from streams.topics import DEAD_LETTER, Kafka

_SILENCE_MS = 1_000
_WAIT_MS = 200
_PATIENCE = 600.0  # for a topic full of letters
_GLANCE = 20.0
_FEW = 2_000


async def dead_letters(kafka: Kafka) -> tuple[Filed, ...]:
    """All letters on the dead-letter topic, the oldest first. Raises `Unavailable` when the broker does not answer."""
    async with answering(kafka, _PATIENCE):
        consumer = AIOKafkaConsumer(DEAD_LETTER, **kafka.client_options(), auto_offset_reset="earliest")
        try:
            await consumer.start()
            return letters.filed([record async for record in _everything(consumer, kafka)])
        finally:
            await consumer.stop()


async def count_dead_letters(kafka: Kafka) -> int:
    """How many letters wait to be sent again; where there are thousands, how many messages are on their topic.

    Raises `Unavailable` when the broker does not answer.
    """
    async with answering(kafka, _GLANCE):
        consumer = AIOKafkaConsumer(DEAD_LETTER, **kafka.client_options(), auto_offset_reset="earliest")
        try:
            await consumer.start()
            partitions = consumer.assignment()
            first, last = await consumer.beginning_offsets(partitions), await consumer.end_offsets(partitions)
            on_topic: int = sum(last[one] - first[one] for one in partitions)
            if on_topic > _FEW:
                return on_topic
            tally = letters.Tally()
            async for record in _everything(consumer, kafka):
                tally.note(record)
            return tally.waiting
        finally:
            await consumer.stop()


async def redrive(kafka: Kafka, chosen: Sequence[Filed], now: datetime, done: Callable[[], None]) -> None:
    """Send these again, each to its topic and then its mark; calls `done` when the broker has acknowledged both.

    Raises `Unavailable` when the broker does not; what was done until then is done.
    """
    async with answering(kafka, _PATIENCE):
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


async def _everything(consumer: AIOKafkaConsumer, kafka: Kafka) -> AsyncIterator[Stored]:
    """What is on the topic now. The ends that the embedded broker tells are too low: there silence decides."""
    silence_ms = _SILENCE_MS if kafka.embedded else 0
    partitions = consumer.assignment()  # without a group: all of them
    ends = await consumer.end_offsets(partitions)
    while True:
        behind = [one for one in partitions if await consumer.position(one) < ends[one]]
        batch = await consumer.getmany(timeout_ms=_WAIT_MS if behind else silence_ms)
        for record in chain.from_iterable(batch.values()):
            yield _stored(record)
        if not batch and not behind:
            return


def _stored(record: ConsumerRecord) -> Stored:
    mark = ("ce_type", letters.MARK.encode()) in record.headers
    return Stored(partition=record.partition, offset=record.offset, value=record.value or b"", mark=mark)
