"""Publishing again what was published: as much as it may be, the news goes on coming."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import msgspec
import pytest

from connectors.archive import Archive
from connectors.articles import candidates
from connectors.parse.entries import Entry, Feed
from connectors.poll import Bounds, Connectors, Tools
from connectors.states import FeedState
from rasid.database import migrate, open_engine
from tests.connectors.fakes import START
from tests.connectors.feeds import item
from tests.connectors.stages import FAST, NOWHERE, Stage, cancelled, count, until


@pytest.fixture
def kept(database_url: str) -> Iterator[Archive]:
    """An empty archive on each of the databases."""
    engine = open_engine(database_url, "archive")
    migrate(engine, "connectors", "archive")
    yield Archive(engine)
    engine.dispose()


def fill(archive: Archive, stage: Stage, count: int) -> None:
    """So many articles of the stage's source, published long ago."""
    entries = tuple(Entry(guid=f"old{n}", title=f"old{n}", text="نص") for n in range(count))
    found = candidates(stage.source, Feed(format="rss20", entries=entries), START, first_poll=False)
    state = FeedState(source_id=stage.source.id, url=stage.source.url, first_success=START)
    archive.store(state, found, START)
    archive.mark_published(one.seq for one in archive.revisions(limit=count))


async def test_a_replay_stops_no_poll_while_the_broker_is_away(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """However much is queued again against a small bound, feeds are polled; news alone fills what may wait."""
    monkeypatch.setattr("connectors.poll._CARE_SECONDS", 0.05)
    stage.source = msgspec.structs.replace(stage.source, min_interval=FAST, max_interval=FAST)
    fill(stage.archive, stage, 100)
    stage.broker.acks = 0
    assert stage.archive.requeue() == 100
    tools = Tools(publisher=stage.broker, bounds=Bounds(waiting=2_000))
    small = Connectors([stage.source], stage.archive, NOWHERE, contact="x", tools=tools)
    stage.paper.pages["/feed"] = "<rss version='2.0'><channel>" + item("1", "new", "x") + "</channel></rss>"
    running = asyncio.create_task(small.run())
    await until(lambda: stage.archive.waiting() == {"daily": 101})
    await until(lambda: 0 < count("rasid_outbox_bytes") < 2_000)
    assert not small._outbox.full
    stage.paper.pages["/feed"] = f"<rss version='2.0'><channel>{item('2', 'large', 'x' * 3_000)}</channel></rss>"
    await until(lambda: small._outbox.full)
    stage.broker.acks = None
    await until(lambda: len(stage.published) == 102)
    await until(lambda: not small._outbox.full)
    assert [title for title, _, _ in stage.published][-2:] == ["new", "large"]
    await cancelled(running)


async def test_a_poll_waits_for_no_more_than_its_share(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """It stores its news, publishes some of what waits, and goes; the rest goes out in order, the news last."""
    monkeypatch.setattr("connectors.outbox._BATCH", 2)
    fill(stage.archive, stage, 60)
    stage.archive.requeue()
    polled = await stage.serve(item("1", "new"), etag='"1"')
    assert (polled.new, polled.published, polled.failed) == (1, False, None)
    assert len(stage.published) == 40
    assert stage.archive.feed(stage.source).etag is None
    await stage.connectors._outbox.drain()
    assert [title for title, _, _ in stage.published] == [*(f"old{n}" for n in range(60)), "new"]
    assert count("rasid_outbox_revisions") == 0
    assert (await stage.serve(item("1", "new"), etag='"1"')).published
    assert stage.archive.feed(stage.source).etag == '"1"'


async def test_polls_take_turns_with_a_long_drain(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A poll of a source whose year is being published again has its share long before that is through."""
    monkeypatch.setattr("connectors.outbox._BATCH", 2)
    fill(stage.archive, stage, 150)
    stage.archive.requeue()
    outbox = stage.connectors._outbox
    draining = asyncio.create_task(outbox.drain())
    assert not await outbox.offer("daily")
    assert not draining.done()
    await draining
    assert [title for title, _, _ in stage.published] == [f"old{n}" for n in range(150)]
    assert await outbox.offer("daily")


def test_queueing_again_comes_in_parts(kept: Archive, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever stores in between need not wait; where it breaks off, doing it again queues the rest, and each once."""
    monkeypatch.setattr("connectors.replay.PART", 10)
    fill(kept, stage, 35)
    told: list[tuple[int, int]] = []

    def break_off(done: int, total: int) -> None:
        told.append((done, total))
        if len(told) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        kept.requeue(told=break_off)
    assert told == [(10, 35), (20, 35)]
    assert kept.waiting() == {"daily": 20}
    assert kept.requeue() == 15
    assert [one.article.title for one in kept.unpublished("daily")] == [f"old{n}" for n in range(35)]
