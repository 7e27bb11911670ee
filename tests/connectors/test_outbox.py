from __future__ import annotations

import asyncio

import pytest
from typing_extensions import override

from connectors.archive import Archive
from connectors.poll import Connectors
from connectors.poller import Polled
from connectors.sources import Source
from streams.errors import Misconfigured
from streams.topics import ARTICLES, Message
from tests.brokers import EmbeddedServer
from tests.connectors.fakes import MemoryPublisher
from tests.connectors.feeds import item, rss
from tests.connectors.servers import Press
from tests.connectors.stages import FAST, Stage, cancelled, until
from tests.kafka_client import read_until
from tests.services import create_topics


async def test_validators_are_saved_after_the_acknowledgement(stage: Stage) -> None:
    """While the broker is away the feed is fetched anew; once it has everything, the server may say: unchanged."""
    stage.broker.acks = 1
    assert await stage.serve(item("2", "b"), item("1", "a"), etag='"v1"') == Polled(new=2, published=False)
    state = stage.archive.feed(stage.source)
    assert (state.etag, state.content, state.failures) == (None, None, 0)
    assert stage.archive.waiting() == {"daily": 1}
    stage.broker.acks = None
    await stage.restart()
    assert await stage.serve(item("2", "b"), item("1", "a"), etag='"v1"') == Polled(known=2)
    assert stage.archive.feed(stage.source).etag == '"v1"'
    assert stage.published == [("a", 1, True), ("b", 1, True)]
    await stage.serve(item("2", "b"), item("1", "a"), etag='"v1"')
    assert [request.headers.get("If-None-Match") for request in stage.paper.requests] == [None, None, '"v1"']


async def test_articles_wait_in_the_archive_while_the_broker_is_away(stage: Stage) -> None:
    """Several polls' worth, then all of it in order, by the stage that runs when the broker is back."""
    stage.broker.acks = 0
    await stage.serve(item("1", "a"))
    await stage.serve(item("2", "b"))
    await stage.serve(item("3", "c"))
    assert stage.published == []
    assert await stage.connectors.problems() == ["the broker is away"]
    stage.broker.acks = None
    running = asyncio.create_task(stage.connectors.run())
    await until(lambda: len(stage.published) == 3)
    assert stage.published == [("a", 1, True), ("b", 1, False), ("c", 1, False)]
    assert await stage.connectors.problems() == []
    await cancelled(running)
    assert stage.broker.closed


@pytest.mark.parametrize("acks", [0, 1, 2, 3])
async def test_a_first_poll_that_is_interrupted_stays_history(stage: Stage, acks: int) -> None:
    """Wherever publishing breaks off: after a restart the same articles are published, quiet, in order."""
    stage.broker.acks = acks
    items = [item(str(n), f"t{n}") for n in (3, 2, 1)]
    await stage.serve(*items)
    assert len(stage.published) == acks
    stage.broker.acks = None
    await stage.restart()
    await stage.serve(*items)
    assert stage.published == [("t1", 1, True), ("t2", 1, True), ("t3", 1, True)]
    await stage.serve(item("4", "t4"), *items)
    assert stage.published[-1] == ("t4", 1, False)


async def test_many_articles_keep_their_order(stage: Stage) -> None:
    """More than the outbox takes at once."""
    await stage.serve(*(item(str(n), str(n)) for n in range(120, 0, -1)))
    assert [one.title for one in stage.broker.articles] == [str(n) for n in range(1, 121)]


@pytest.mark.embedded
async def test_a_broker_that_starts_late_gets_everything(
    paper: Press, archive: Archive, embedded_server: EmbeddedServer
) -> None:
    """The stage starts without it, says so, and publishes when it is there; when it forgets, again."""
    embedded_server.kill()
    kafka = embedded_server.settings
    paper.pages["/feed"] = rss(item("2", "b"), item("1", "a"))
    source = Source(id="daily", url=paper.url("/feed"), allow_private=True, min_interval=FAST)
    stage = Connectors([source], archive, kafka, contact="x")
    running = asyncio.create_task(stage.run())
    await until(lambda: archive.waiting() == {"daily": 2})
    assert "does not answer" in (await stage.problems())[0]
    embedded_server.start()
    create_topics(kafka)
    assert len(await read_until(kafka, ARTICLES, lambda values: len(values) >= 2)) == 2
    await until(lambda: archive.waiting() == {})
    assert await stage.problems() == []
    embedded_server.kill()
    embedded_server.start()
    create_topics(kafka)
    assert archive.requeue() == 2
    assert len(await read_until(kafka, ARTICLES, lambda values: len(values) >= 2)) >= 2
    await cancelled(running)


async def test_what_is_wrong_with_us_ends_the_stage(stage: Stage) -> None:
    """A message that the broker will never take is the operator's to mend: waiting would hide it."""

    class Refusing(MemoryPublisher):
        @override
        async def publish(self, message: Message) -> None:
            raise Misconfigured("message_size", f"{len(message.value)} bytes")

    stage.broker = Refusing()
    await stage.restart()
    with pytest.raises(Misconfigured):
        await stage.serve(item("1", "a"))
    with pytest.raises(ExceptionGroup):
        await stage.connectors.run()
