"""What the archive forgets and what it may hold back, on both databases."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from connectors import tables
from connectors.archive import Archive
from connectors.articles import candidates
from connectors.parse.entries import Entry, Feed
from connectors.poll import Bounds, Connectors, Tools
from connectors.sources import Source
from connectors.states import FeedState
from rasid.database import migrate, open_engine
from tests.connectors.fakes import START
from tests.connectors.feeds import item, rss
from tests.connectors.stages import FAST, NOWHERE, Stage, cancelled, count, until

SOURCE = Source(id="daily", url="https://daily.example/feed")
STATE = FeedState(source_id="daily", url=SOURCE.url)
DAY = timedelta(days=1)


@pytest.fixture
def kept(database_url: str) -> Iterator[Archive]:
    """An empty archive on each of the databases."""
    engine = open_engine(database_url, "archive")
    migrate(engine, "connectors", "archive")
    yield Archive(engine)
    engine.dispose()


def store(archive: Archive, day: int, *entries: Entry) -> tuple[int, int]:
    """Store what a poll found on that day; how many revisions are new, and how many articles known."""
    now = START + day * DAY
    found = candidates(SOURCE, Feed(format="rss20", entries=entries), now, first_poll=False)
    stored = archive.store(STATE, found, now)
    return stored.new, stored.known


def publish(archive: Archive) -> None:
    """The broker acknowledges everything."""
    archive.mark_published([revision.seq for revision in archive.unpublished("daily", 10_000)])


def titles(archive: Archive) -> list[str]:
    """What can still be read."""
    return [revision.article.title for revision in archive.revisions()]


def test_texts_go_after_their_time_and_what_is_known_stays_known(kept: Archive) -> None:
    """What a feed still serves is not taken for news; a revision that was replaced goes altogether."""
    a, a2, b = Entry(guid="a", title="a"), Entry(guid="a", title="a2"), Entry(guid="b", title="b")
    for day, entry in enumerate((a, a2, b)):
        store(kept, day, entry)
    publish(kept)
    assert kept.forget(START + 1.5 * DAY) == 2
    assert titles(kept) == ["b"]
    assert kept.forget(START + 1.5 * DAY) == 0
    assert store(kept, 9, a2, b) == (0, 2)
    assert store(kept, 9, Entry(guid="a", title="a3")) == (1, 0)
    assert [(one.article.title, one.article.revision) for one in kept.unpublished("daily")] == [("a3", 3)]
    with kept._engine.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(tables.revisions)).scalar_one() == 3


def test_what_is_not_published_is_never_forgotten(kept: Archive) -> None:
    """However old; and what is forgotten is not queued again."""
    store(kept, 0, Entry(guid="a", title="a"))
    publish(kept)
    store(kept, 0, Entry(guid="b", title="b"))
    assert kept.forget(START + 999 * DAY) == 1
    assert titles(kept) == ["b"]
    assert kept.requeue() == 0
    publish(kept)
    assert kept.requeue() == 1


def test_little_is_forgotten_at_a_time_the_oldest_first(kept: Archive) -> None:
    """So that nobody waits for the database."""
    store(kept, 0, *(Entry(guid=str(n), title=str(n)) for n in range(7)))
    store(kept, 1, Entry(guid="new", title="new"))
    publish(kept)
    assert [kept.forget(START + DAY, 3) for _ in range(4)] == [3, 3, 1, 0]
    assert titles(kept) == ["new"]


def test_what_waits_is_weighed(kept: Archive) -> None:
    """In the bytes of the records, which the migration counts as well."""
    assert kept.waiting_bytes() == 0
    store(kept, 0, Entry(guid="a", title="خبر"))
    [waiting] = kept.unpublished("daily")
    with kept._engine.connect() as connection:
        record = connection.execute(sa.select(tables.revisions.c.record)).scalar_one()
    assert kept.waiting_bytes() == len(record.encode())
    kept.mark_published([waiting.seq])
    assert kept.waiting_bytes() == 0


def test_what_is_published_again_weighs_nothing(kept: Archive) -> None:
    """It is in the archive anyway; news that waits behind it weighs what it weighs, before and after."""
    store(kept, 0, *(Entry(guid=str(n), title=str(n)) for n in range(9)))
    publish(kept)
    assert kept.requeue() == 9
    assert (kept.waiting(), kept.waiting_bytes()) == ({"daily": 9}, 0)
    store(kept, 1, Entry(guid="new", title="new"))
    weights = [one.weight for one in kept.unpublished("daily")]
    assert weights == [0] * 9 + [kept.waiting_bytes()]
    assert kept.waiting_bytes() > 0
    publish(kept)
    assert kept.requeue() == 10
    assert kept.waiting_bytes() == 0


async def test_a_full_outbox_pauses_polling_until_the_broker_is_back(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line when it is full, one when there is room; nothing is lost in between."""
    monkeypatch.setattr("connectors.poll._CARE_SECONDS", 0.05)
    monkeypatch.setattr("connectors.poll._RETRY_SECONDS", 0.05)
    source = Source(id="fast", url=stage.paper.url("/feed"), allow_private=True, min_interval=FAST, max_interval=FAST)
    tools = Tools(publisher=stage.broker, bounds=Bounds(waiting=500))
    small = Connectors([source], stage.archive, NOWHERE, contact="x", tools=tools)
    stage.broker.acks = 0
    stage.paper.pages["/feed"] = rss(item("1", "a", "x" * 500))
    with capture_logs() as lines:
        running = asyncio.create_task(small.run())
        await until(lambda: stage.archive.waiting() == {"fast": 1})
        await asyncio.sleep(0.2)
        asked = len(stage.paper.requests)
        stage.paper.pages["/feed"] = rss(item("2", "b"), item("1", "a", "x" * 500))
        await asyncio.sleep(0.5)
        assert len(stage.paper.requests) == asked
        assert count("rasid_outbox_bytes") >= count("rasid_outbox_limit_bytes") == 500
        stage.broker.acks = None
        await until(lambda: [one[0] for one in stage.published] == ["a", "b"])
        await cancelled(running)
    said = [line["event"] for line in lines if line["event"] in {"outbox_full", "outbox_has_room"}]
    assert said == ["outbox_full", "outbox_has_room"]


async def test_the_stage_forgets_by_itself(stage: Stage) -> None:
    """At its start and now and then: what is older than the setting says."""
    await stage.serve(item("1", "a"))
    stage.clock.advance(days=3)
    await stage.serve(item("2", "b"), item("1", "a"))
    tools = Tools(publisher=stage.broker, now=stage.clock, bounds=Bounds(keep=2 * DAY))
    tidy = Connectors([], stage.archive, NOWHERE, contact="x", tools=tools)
    running = asyncio.create_task(tidy.run())
    await until(lambda: titles(stage.archive) == ["b"])
    await cancelled(running)
