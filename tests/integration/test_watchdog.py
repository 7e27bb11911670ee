"""What the watchdog takes for waiting messages, with a real Apache Kafka."""

from __future__ import annotations

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete

from streams import topics
from streams.topics import Kafka
from streams.watchdog import Watchdog, Watched

_ALL, _TAKEN = 5, 3


async def test_what_retention_has_taken_away_waits_for_nobody(kafka: Kafka) -> None:
    """A partition emptied beyond what the group has committed holds up nobody; what is left of it still waits."""
    waiting: list[int] = []
    partition = (topics.ARTICLES, 0)
    producer = AIOKafkaProducer(**kafka.producer_options())
    await producer.start()
    for _ in range(_ALL):
        await producer.send_and_wait(topics.ARTICLES, b"x", partition=0)
    await producer.stop()
    admin = AIOKafkaAdminClient(**kafka.client_options())
    consumer = AIOKafkaConsumer(**kafka.client_options(), group_id="nobody-yet", enable_auto_commit=False)
    watchdog = Watchdog(
        kafka, Watched("nobody-yet", lambda: {partition}, lambda: False, lambda _topic, count: waiting.append(count))
    )
    await admin.start()
    await consumer.start()
    try:
        for low in (0, _TAKEN, _ALL):
            await admin.delete_records({TopicPartition(*partition): RecordsToDelete(before_offset=low)})
            await watchdog._offsets(consumer, {partition})
    finally:
        await consumer.stop()
        await admin.close()
    assert waiting == [_ALL, _ALL - _TAKEN, 0]
