"""Making the topics: what a broker's refusal means, and that making them twice is harmless."""

from __future__ import annotations

import asyncio
import logging

import pytest
from aiokafka.errors import InvalidReplicationFactorError, NotControllerError

from rasid.kafka import _check, _new, ensure_topics, look
from rasid.stages.connect import publisher
from streams.errors import Misconfigured, Unavailable
from streams.topics import ARTICLES, TOPICS, Kafka, Message
from tests.services import KafkaServer


@pytest.mark.parametrize("code", [0, 36])
def test_a_topic_that_is_there_is_fine(code: int) -> None:
    """Made now (0) or before (36): nothing to say."""
    _check([("rasid.articles", code, None)])


@pytest.mark.parametrize(("code", "error"), [(41, NotControllerError), (38, InvalidReplicationFactorError)])
def test_a_broker_that_is_starting_is_asked_again(code: int, error: type[Exception]) -> None:
    """No controller yet, or too few brokers yet: the error is one of those that are tried again."""
    with pytest.raises(error):
        _check([("rasid.articles", code, None)])


def test_a_refusal_is_the_operators_to_mend() -> None:
    """Not allowed to make topics (29): no waiting helps."""
    with pytest.raises(Misconfigured, match=r"rasid\.articles"):
        _check([("rasid.articles", 29, None)])


async def test_making_them_twice_is_harmless(any_broker: Kafka) -> None:
    """The topics are there already: nothing happens."""
    await ensure_topics(any_broker)
    await ensure_topics(any_broker)


async def test_a_broker_that_is_away_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    """After the patience one clear error, and no line of the client's for each try in vain."""
    with caplog.at_level(logging.INFO), pytest.raises(Unavailable, match=r"127\.0\.0\.1:1"):
        await ensure_topics(Kafka(bootstrap="127.0.0.1:1"), patience=1)
    assert caplog.records == []


async def test_two_who_wait_at_once_leave_the_log_as_it_was() -> None:
    """The one that began first ends first: afterwards the client may speak again."""
    away = Kafka(bootstrap="127.0.0.1:1")
    waits = (ensure_topics(away, patience=patience) for patience in (0.2, 0.6))
    await asyncio.gather(*waits, return_exceptions=True)
    assert not logging.getLogger("aiokafka").disabled


@pytest.mark.parametrize(("replicas", "least", "flushed"), [(1, "1", True), (2, "2", False), (3, "2", False)])
def test_what_is_acknowledged_stays(replicas: int, least: str, *, flushed: bool) -> None:
    """Two copies before a message counts as acknowledged; where there is one copy only, the disk has it."""
    wanted = _new(ARTICLES, Kafka(bootstrap="x", replication=replicas)).topic_configs
    assert wanted["min.insync.replicas"] == least
    assert wanted["unclean.leader.election.enable"] == "false"
    assert ("flush.messages" in wanted) is flushed


async def test_the_connectors_make_the_topics_when_they_come_first(kafka_server: KafkaServer) -> None:
    """A message onto a broker without topics is acknowledged: they are made as Rasid wants them, not left to it."""
    kafka = kafka_server.settings
    first = publisher(kafka)
    await first.publish(Message(topic=ARTICLES, key=b"k", value=b"{}", headers=()))
    await first.close()
    found = await look(kafka)
    assert {name: topic.settings["flush.messages"] for name, topic in found.items()} == dict.fromkeys(TOPICS, "1")
    assert {(topic.partitions, topic.replicas) for topic in found.values()} == {(kafka.partitions, 1)}
