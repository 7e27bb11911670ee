"""The topics on the broker: made where they are missing, each stage may be the first. Sole aiokafka import of rasid."""

from __future__ import annotations

import asyncio

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code

from streams.errors import Misconfigured, Unavailable
from streams.topics import MAX_MESSAGE_BYTES, TOPICS, Kafka

_RETENTION_MS = 30 * 24 * 3600 * 1000


async def ensure_topics(kafka: Kafka, *, patience: float = 30.0) -> None:
    """Return when the broker answers and has the topics; make those that are missing, with 30 days of retention.

    Raises `Unavailable` when the broker does not answer within `patience` seconds, `Misconfigured` when it refuses to
    make a topic.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + patience
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
        if code and error is not TopicAlreadyExistsError:
            raise Misconfigured("topic", f"kafka will not make the topic {name}: {error.__name__} {rest}")
