"""A plain Kafka client for tests: put messages on a topic, and read a topic from its beginning."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from streams.topics import Kafka, Message


async def produce(kafka: Kafka, messages: Iterable[Message]) -> None:
    """Send the messages in order; returns when the broker has acknowledged all."""
    producer = AIOKafkaProducer(**kafka.producer_options())
    await producer.start()
    try:
        sent = [
            await producer.send(message.topic, message.value, key=message.key, headers=list(message.headers))
            for message in messages
        ]
        await asyncio.gather(*sent)
    finally:
        await producer.stop()


async def read_until(
    kafka: Kafka, topic: str, enough: Callable[[list[bytes]], bool], patience: float = 60
) -> list[bytes]:
    """All values of a topic from its beginning, until they are enough; fails after `patience` seconds."""
    consumer = AIOKafkaConsumer(topic, **kafka.client_options(), auto_offset_reset="earliest", group_id=None)
    await consumer.start()
    values: list[bytes] = []
    try:
        async with asyncio.timeout(patience):
            while not enough(values):
                batches = await consumer.getmany(timeout_ms=200)
                values += [record.value for batch in batches.values() for record in batch]
    except TimeoutError:
        raise AssertionError(f"after {patience} s {topic} holds only {len(values)} messages") from None
    finally:
        await consumer.stop()
    return values


async def rewind(kafka: Kafka, group: str, topic: str) -> None:
    """Put a group that nobody is in back to the beginning of the topic."""
    consumer = AIOKafkaConsumer(**kafka.client_options(), group_id=group, enable_auto_commit=False)
    await consumer.start()
    try:
        partitions = [TopicPartition(topic, number) for number in range(kafka.partitions)]
        consumer.assign(partitions)
        await consumer.commit(dict.fromkeys(partitions, 0))
    finally:
        await consumer.stop()
