from __future__ import annotations

import asyncio
import gc
import time

import pytest
from aiokafka import AIOKafkaProducer

from connectors import publish
from connectors.articles import article_of
from connectors.parse.entries import Entry
from connectors.publish import KafkaPublisher
from connectors.sources import Source
from streams.errors import Misconfigured, Unavailable
from streams.records import Article, decode
from streams.topics import ARTICLES, Kafka, Message, article_message
from tests.brokers import EmbeddedServer, KafkaServer
from tests.connectors.fakes import START
from tests.kafka_client import read_until
from tests.processes import free_port
from tests.services import create_topics

SOURCE = Source(id="daily", url="https://daily.example/feed")


def message(title: str) -> Message:
    """An article's message."""
    return article_message(article_of(SOURCE, Entry(title=title, guid=title), START))


def titles(values: list[bytes]) -> list[str]:
    """What the messages are about."""
    return [decode(value, Article).title for value in values]


async def test_an_acknowledged_message_is_on_the_topic(any_broker: Kafka) -> None:
    """In order, with its key and headers, when `publish` returns; on both brokers."""
    publisher = KafkaPublisher(any_broker)
    wanted = [f"خبر {n}" for n in range(5)]
    for title in wanted:
        await publisher.publish(message(title))
    await publisher.check()
    await publisher.close()
    assert titles(await read_until(any_broker, ARTICLES, lambda values: len(values) >= 5)) == wanted


async def test_no_broker_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody listens: both publishing and checking say so, and closing takes no time."""
    monkeypatch.setattr(publish, "_START_SECONDS", 2.0)
    publisher = KafkaPublisher(Kafka(bootstrap=f"127.0.0.1:{free_port()}", embedded=True))
    for attempt in (publisher.publish(message("x")), publisher.check()):
        with pytest.raises(Unavailable) as caught:
            await attempt
        assert caught.value.reason == "broker"
    await publisher.close()


async def test_a_topic_that_is_missing_is_waited_for(kafka_server: KafkaServer) -> None:
    """No acknowledgement in time is `Unavailable`; once the topic is there, the same publisher goes on."""
    kafka = kafka_server.settings
    publisher = KafkaPublisher(kafka, ack_seconds=1.0)
    with pytest.raises(Unavailable, match="no acknowledgement in time"):
        await publisher.publish(message("x"))
    create_topics(kafka)
    await eventually(publisher, message("x"))
    await publisher.close()
    assert "x" in titles(await read_until(kafka, ARTICLES, bool))


async def eventually(publisher: KafkaPublisher, sent: Message) -> None:
    """Publish, trying again for a while."""
    deadline = time.monotonic() + 60
    while True:
        try:
            return await publisher.publish(sent)
        except Unavailable:
            assert time.monotonic() < deadline
            await asyncio.sleep(0.2)


async def test_a_broker_that_comes_back_is_used_again(embedded_server: EmbeddedServer) -> None:
    """Killed and started again: publishing fails meanwhile and works afterwards, with the same publisher."""
    kafka = embedded_server.settings
    create_topics(kafka)
    publisher = KafkaPublisher(kafka, ack_seconds=2.0)
    await publisher.publish(message("before"))
    embedded_server.kill()
    with pytest.raises(Unavailable):
        await publisher.publish(message("lost"))
    embedded_server.start()
    create_topics(kafka)
    await eventually(publisher, message("after"))
    await publisher.close()
    assert "after" in titles(await read_until(kafka, ARTICLES, lambda values: "after" in titles(values)))


async def test_closing_does_not_wait_for_what_cannot_be_sent(embedded_server: EmbeddedServer) -> None:
    """With a message on its way to a dead broker, closing comes to an end, and leaves no complaint behind."""
    complaints: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
    create_topics(embedded_server.settings)
    publisher = KafkaPublisher(embedded_server.settings, ack_seconds=30.0)
    await publisher.publish(message("x"))
    embedded_server.kill()
    waiting = asyncio.create_task(publisher.publish(message("y")))
    await asyncio.sleep(0.3)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    async with asyncio.timeout(30):  # left alone it would try for ever
        await publisher.close()
    gc.collect()
    assert complaints == []


async def test_a_failure_closes_no_newer_connection(embedded: Kafka, monkeypatch: pytest.MonkeyPatch) -> None:
    """What failed on a connection that is closed already leaves the next one, which others publish on, alone."""
    publisher, stop, go = KafkaPublisher(embedded), publish._stop, asyncio.Event()

    async def slowly(producer: AIOKafkaProducer) -> None:
        await go.wait()
        await stop(producer)

    await publisher.publish(message("before"))
    publisher._on_the_way[message("lost")] = asyncio.get_running_loop().create_future()
    losing = asyncio.create_task(publisher.publish(message("lost")))
    await asyncio.sleep(0)
    monkeypatch.setattr(publish, "_stop", slowly)
    closing = asyncio.create_task(publisher.close())
    await asyncio.sleep(0)
    await publisher.publish(message("after"))
    newer = publisher._producer
    go.set()
    await closing
    with pytest.raises(Unavailable, match="given up"):
        await losing
    assert publisher._producer is newer is not None
    await publisher.close()


async def test_a_message_that_can_never_be_sent_is_a_mistake_of_ours(embedded: Kafka) -> None:
    """Articles are cut to fit, so one that does not fit is a setting that is wrong: waiting would not help."""
    publisher = KafkaPublisher(embedded)
    huge = Message(topic=ARTICLES, key=b"k", value=b"x" * 2_000_000, headers=())
    with pytest.raises(Misconfigured):
        await publisher.publish(huge)
    await publisher.close()
