"""The topics on the broker: made where they are missing, since each stage may be the first.

What Rasid relies on is asked for topic by topic, whatever the broker's own defaults are: what was acknowledged is
ticked off elsewhere, in the archive and in the offsets of the topic before, so it must have come to stay.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import InvalidReplicationFactorError, KafkaError, TopicAlreadyExistsError, for_code

from rasid.risks import Topic
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


async def look(kafka: Kafka, *, patience: float = 30.0) -> dict[str, Topic]:
    """Our topics as the broker describes them; the embedded one knows no settings. Raises `Unavailable`."""
    async with answering(kafka, patience):
        admin = AIOKafkaAdminClient(**kafka.client_options(), request_timeout_ms=5_000)
        try:
            await admin.start()
            asked = [ConfigResource(ConfigResourceType.TOPIC, name) for name in TOPICS]
            answers = await admin.describe_configs(asked)
            settings = {
                name: {setting: value for setting, value, *_ in entries}
                for answer in answers
                for _, _, _, name, entries in answer.resources
            }
            return {
                one["topic"]: Topic(
                    partitions=len(one["partitions"]),
                    replicas=min((len(part["replicas"]) for part in one["partitions"]), default=0),
                    settings=settings.get(one["topic"], {}),
                )
                for one in await admin.describe_topics(list(TOPICS))
            }
        finally:
            await admin.close()


@asynccontextmanager
async def answering(kafka: Kafka, patience: float) -> AsyncIterator[None]:
    """Within the block the broker has `patience` seconds to answer. Raises `Unavailable` when it does not."""
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


class _Quiet:
    """Within its blocks aiokafka does not log each try in vain: one clear line at the end says it all."""

    def __init__(self) -> None:
        self._log = logging.getLogger("aiokafka")
        self._inside = 0  # blocks overlap, and whoever leaves last lets it speak again

    @contextmanager
    def __call__(self) -> Iterator[None]:
        self._inside += 1
        self._log.disabled = True
        try:
            yield
        finally:
            self._inside -= 1
            self._log.disabled = self._inside > 0


_quiet = _Quiet()


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
    return NewTopic(name, kafka.partitions, kafka.replication, topic_configs={} if kafka.embedded else _wanted(kafka))


def _wanted(kafka: Kafka) -> dict[str, str]:
    """What a topic is made with."""
    wanted = {
        "cleanup.policy": "delete",
        "retention.ms": str(_RETENTION_MS),
        "retention.bytes": "-1",
        "max.message.bytes": str(MAX_MESSAGE_BYTES + 10_000),
        "unclean.leader.election.enable": "false",
        # Acknowledged by all replicas means by those that keep up: without a least number, by the leader alone.
        "min.insync.replicas": str(min(2, kafka.replication)),
    }
    # One copy is all there is, so it is on the disk before it is acknowledged; of two, one survives a power cut.
    return wanted | ({"flush.messages": "1"} if kafka.replication == 1 else {})


def _check(topic_errors: list[tuple[object, ...]]) -> None:
    for name, code, *rest in topic_errors:
        error = for_code(code)
        if not code or error is TopicAlreadyExistsError:
            continue
        if error.retriable or error is InvalidReplicationFactorError:
            raise error(f"topic {name}: {rest}")  # a broker that is starting, or waiting for its peers
        raise Misconfigured("topic", f"kafka will not make the topic {name}: {error.__name__} {rest}")
