from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from aiohttp import web

from connectors.archive import Archive
from connectors.poll import Connectors, Tools
from connectors.poller import Polled
from connectors.sandbox import Sandbox
from connectors.sources import Source
from streams.errors import Unavailable
from streams.topics import Kafka
from tests.connectors.fakes import MemoryPublisher
from tests.connectors.feeds import item, rss
from tests.connectors.servers import Press, raw_server
from tests.connectors.stages import FAST, NOWHERE, Stage, cancelled, count, until
from tests.processes import free_port


async def test_a_first_poll_that_failed_was_none(stage: Stage) -> None:
    """A portal's page is not the feed's first poll: what comes afterwards is still history."""
    stage.paper.pages["/feed"] = "<html>Sign in</html>"
    polled = await stage.connectors.poll_once(stage.source)
    assert polled.failed is not None
    await stage.serve(item("1", "a"))
    assert stage.published == [("a", 1, True)]


async def test_nothing_vanishes_because_a_portal_answered(stage: Stage) -> None:
    """State and validators stay as they were; the failure is counted by class and waited out."""
    await stage.serve(item("1", "a"), etag='"v1"')
    before = count("rasid_feed_failures_total", source="daily", reason="not_a_feed")
    stage.paper.pages["/feed"] = "<!doctype html><html>Sign in</html>"
    stage.paper.headers = {}
    polled = await stage.connectors.poll_once(stage.source)
    assert polled.failed is not None
    assert polled.failed.reason == "not_a_feed"
    state = stage.archive.feed(stage.source)
    assert (state.etag, state.failures, state.reason) == ('"v1"', 1, "not_a_feed")
    assert state.next_poll is not None
    assert state.next_poll >= stage.clock.now + stage.source.min_interval
    assert count("rasid_feed_failures_total", source="daily", reason="not_a_feed") - before == 1
    await stage.serve(item("1", "a"))
    assert stage.archive.feed(stage.source).failures == 0
    assert stage.published == [("a", 1, True)]


async def test_a_document_that_breaks_off_is_asked_for_again(stage: Stage) -> None:
    """Its whole items count at once; its validators do not, so that the rest still comes."""
    stage.paper.headers = {"ETag": '"v1"'}
    stage.paper.pages["/feed"] = rss(item("1", "a"), item("2", "b"))[:-50]
    assert await stage.connectors.poll_once(stage.source) == Polled(new=1)
    assert stage.archive.feed(stage.source).etag is None
    assert await stage.serve(item("1", "a"), item("2", "b"), etag='"v1"') == Polled(new=1, known=1)
    assert stage.archive.feed(stage.source).etag == '"v1"'


async def test_the_rest_of_a_first_poll_that_broke_off_is_history(stage: Stage) -> None:
    """What was published before the source was first read is no news because it came in two parts; later items are."""
    dates = [f"{stage.clock.now + timedelta(minutes=one):%Y-%m-%dT%H:%M:%SZ}" for one in (-30, -20, 2)]
    first, rest, new = (item(date, date, date=date) for date in dates)
    stage.paper.pages["/feed"] = rss(first, rest)[:-50]
    await stage.connectors.poll_once(stage.source)
    stage.clock.advance(minutes=5)
    await stage.serve(new, first, rest)
    assert [(title, quiet) for title, _, quiet in stage.published] == list(zip(dates, (True, True, False), strict=True))
    late = f"{stage.clock.now - timedelta(minutes=10):%Y-%m-%dT%H:%M:%SZ}"
    await stage.serve(item("late", "late", date=late), new, first, rest)
    assert stage.published[-1] == ("late", 1, False)


async def test_gone_is_asked_at_a_start_and_once_a_week(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """After 410 a feed is asked once by each start and otherwise once a week; when it is back, it is as any other."""
    monkeypatch.setattr("connectors.poll._NAP_SECONDS", 0.02)
    stage.source = msgspec.structs.replace(stage.source, min_interval=FAST)

    async def gone(_request: web.Request) -> web.Response:
        return web.Response(status=410)

    stage.paper.pages["/feed"] = gone
    await stage.connectors.poll_once(stage.source)
    assert stage.archive.feed(stage.source).gone
    await stage.restart()
    running = asyncio.create_task(stage.connectors.run())
    for requests in (2, 3):
        await asyncio.sleep(0.2)
        assert len(stage.paper.requests) == requests - 1
        stage.clock.advance(days=0.1)
        await until(stage.polled_now)
        assert len(stage.paper.requests) == requests
        stage.clock.advance(days=6.95)
    stage.paper.pages["/feed"] = rss(item("1", "a"))
    stage.clock.advance(days=0.1)
    await until(stage.polled_now)
    await until(lambda: stage.published == [("a", 1, True)])
    assert not stage.archive.feed(stage.source).gone
    await cancelled(running)


async def test_a_bug_of_ours_costs_one_poll(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever one source brings to light is logged, counted as internal, and the stage goes on."""

    def broken(*_arguments: object, **_named: object) -> None:
        raise KeyError("surprise")

    with monkeypatch.context() as patch:
        patch.setattr("connectors.poller.candidates", broken)
        polled = await stage.serve(item("1", "a"))
    assert polled.failed is not None
    assert polled.failed.reason == "internal"
    assert await stage.serve(item("1", "a")) == Polled(new=1)


async def test_an_archive_that_is_away_is_waited_for(paper: Press, archive: Archive, tmp_path: Path) -> None:
    """It is no failure of the feed; the stage says what is missing and goes on when it is back."""
    paper.pages["/feed"] = rss(item("1", "a"))
    source = Source(id="daily", url=paper.url("/feed"), allow_private=True, min_interval=FAST)
    broker = MemoryPublisher()
    stage = Connectors([source], archive, NOWHERE, contact="x", tools=Tools(publisher=broker))
    database, hidden = tmp_path / "archive.db", tmp_path / "hidden.db"
    archive._engine.dispose()
    database.rename(hidden)
    database.mkdir()
    [problem] = await stage.problems()
    assert "archive" in problem
    with pytest.raises(Unavailable):
        await stage.poll_once(source)
    running = asyncio.create_task(stage.run())
    await asyncio.sleep(0.2)
    assert not running.done()
    database.rmdir()
    hidden.rename(database)
    await until(lambda: len(broker.articles) == 1)
    await cancelled(running)


async def test_one_bad_source_never_stops_another(paper: Press, archive: Archive, tmp_path: Path) -> None:
    """A portal, a dead host, a dripping server, a hostile document and a missing folder beside one good feed."""
    paper.pages |= {"/good": rss(item("1", "a")), "/portal": "<html/>", "/bomb": "<!DOCTYPE x [<!ENTITY a 'b'>]><rss/>"}
    broker = MemoryPublisher()
    async with raw_server(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n", pause=0.05, repeat=True) as drip:
        urls = {"good": paper.url("/good"), "portal": paper.url("/portal"), "bomb": paper.url("/bomb"), "drip": drip}
        urls["dead"] = f"http://127.0.0.1:{free_port()}/"
        sources = [
            Source(id=name, url=url, allow_private=True, min_interval=FAST, max_interval=FAST)
            for name, url in urls.items()
        ]
        sources.append(Source(id="missing", url=str(tmp_path / "missing"), kind="folder", min_interval=FAST))
        sources.append(Source(id="asleep", url=paper.url("/asleep"), allow_private=True, paused=True))
        stage = Connectors(sources, archive, NOWHERE, contact="x", tools=Tools(publisher=broker))
        running = asyncio.create_task(stage.run())
        await until(lambda: len(archive.feeds()) == 5)
        paper.pages["/good"] = rss(item("2", "b"), item("1", "a"))
        await until(lambda: len(broker.articles) == 2)
        reasons = {state.source_id: state.reason for state in archive.feeds()}
        await cancelled(running)
    assert reasons == {"good": None, "portal": "not_a_feed", "bomb": "dtd", "dead": "connect", "missing": "unreadable"}
    assert all(request.path != "/asleep" for request in paper.requests)


async def test_cancelling_ends_it_soon_and_wholly(paper: Press, archive: Archive) -> None:
    """In the middle of everything: a server that never ends and a broker that is away are not waited for."""
    sandbox = Sandbox()
    async with raw_server(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n", pause=0.05, repeat=True) as drip:
        paper.pages["/feed"] = rss(item("1", "a"))
        sources = [
            Source(id="drip", url=drip, allow_private=True, min_interval=FAST),
            Source(id="feed", url=paper.url("/feed"), allow_private=True, min_interval=FAST),
        ]
        kafka = Kafka(bootstrap=f"127.0.0.1:{free_port()}", embedded=True)
        stage = Connectors(sources, archive, kafka, contact="x", tools=Tools(sandbox=sandbox))
        running = asyncio.create_task(stage.run())
        await until(lambda: archive.waiting() == {"feed": 1})
        begun = time.monotonic()
        await cancelled(running)
        assert time.monotonic() - begun < 20
    assert sandbox._idle == []
