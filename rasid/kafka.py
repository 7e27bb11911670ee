"""The topics on the broker: made where they are missing, each stage may be the first. Sole aiokafka import of rasid."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import InvalidReplicationFactorError, KafkaError, TopicAlreadyExistsError, for_code

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
    with _quiet():
        await _try_until(kafka, deadline, patience)


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
