"""How a host, a mover and a network that is away are treated, on the whole stage."""

from __future__ import annotations

import asyncio
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from aiohttp import web
from structlog.testing import capture_logs

from connectors.addresses import host_of
from connectors.archive import Archive
from connectors.holds import Holds
from connectors.moving import TIMES
from connectors.pace import Pace
from connectors.poll import Connectors, Tools
from connectors.schedule import ILL_AFTER
from connectors.sources import Source
from connectors.way import Way
from tests.connectors.fakes import START, Clock, MemoryPublisher
from tests.connectors.feeds import item, rss
from tests.connectors.servers import Press
from tests.connectors.stages import FAST, NOWHERE, Stage, cancelled, count, until
from tests.processes import free_port

HOUR = timedelta(hours=1)
ONE, TWO, ELSEWHERE, GATEWAY = (
    Source(id="one", url="https://a.example/one"),
    Source(id="two", url="https://A.example:443/two"),
    Source(id="elsewhere", url="https://b.example/"),
    Source(id="gateway", url="https://a.example/g", retry_after="feed"),
)


def test_a_wish_counts_for_the_whole_host() -> None:
    """For each source of the host that said it, the longest wish, until it is over."""
    holds = Holds()
    holds.hold(ONE, None, START + HOUR)
    holds.hold(TWO, "a.example", START + HOUR / 2)
    assert [holds.until(source, START) for source in (ONE, TWO)] == [START + HOUR] * 2
    assert holds.until(ELSEWHERE, START) is None
    assert holds.until(ONE, START + HOUR) is None


def test_a_source_can_stand_for_itself() -> None:
    """With `retry_after: feed` it neither holds up its host nor is held up by it."""
    holds = Holds()
    holds.hold(GATEWAY, "a.example", START + HOUR)
    assert holds.until(ONE, START) is None
    holds.hold(ONE, None, START + HOUR)
    assert holds.until(GATEWAY, START) is None


@pytest.mark.parametrize(("url", "host"), [("https://A.example/x", "a.example"), ("seeds/articles", ""), ("//[", "")])
def test_hosts_are_compared_as_servers_are_asked(url: str, host: str) -> None:
    """In lower case; a path has none."""
    assert host_of(url) == host


def test_the_network_is_away_when_three_hosts_are() -> None:
    """Not one host three times; and one that answers anything at all, even no, ends it."""
    way = Way()
    assert [way.note("a", "dns", 0), way.note("a", "dns", 0), way.note("b", "timeout", 0)] == [False] * 3
    assert way.note("c", "connect", 0)
    assert way.is_away
    assert not way.note("d", "tls", 0)
    assert way.note("e", "http_5xx", 0)
    assert not way.is_away


def test_who_fails_late_says_nothing_of_now() -> None:
    """Three slow hosts time out after others have answered, as at every start: the network is there."""
    way = Way()
    assert not way.note("fast", None, 0)
    assert not any(way.note(host, "timeout", 0) for host in "abc")
    assert [way.note(host, "timeout", 1) for host in "abc"] == [False, False, True]


async def test_a_host_that_says_later_is_left_alone_by_all_its_feeds(
    paper: Press, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """429 for one feed holds up the other, also after a restart; the wish over, both are asked."""
    monkeypatch.setattr("connectors.poll._NAP_SECONDS", 0.02)

    async def later(_request: web.Request) -> web.Response:
        return web.Response(status=429, headers={"Retry-After": "3600"})

    paper.pages |= {"/busy": later, "/free": rss(item("1", "a"))}
    clock = Clock()
    tools = Tools(publisher=MemoryPublisher(), now=clock)
    busy, free = (
        Source(id=name, url=paper.url(f"/{name}"), allow_private=True, min_interval=FAST) for name in ("busy", "free")
    )
    first = Connectors([busy, free], archive, NOWHERE, contact="x", tools=tools)
    await first.poll_once(busy)
    assert archive.feed(busy).held_until == START + HOUR
    await first.close()
    second = Connectors([busy, free], archive, NOWHERE, contact="x", tools=tools)
    await asyncio.to_thread(second._recall)
    running = asyncio.create_task(second.run())
    clock.advance(minutes=59)
    await asyncio.sleep(0.3)
    assert len(paper.requests) == 1
    paper.pages["/busy"] = rss(item("2", "b"))
    clock.advance(minutes=3)
    await until(lambda: {request.path for request in paper.requests[1:]} == {"/busy", "/free"})
    await cancelled(running)


async def test_a_feed_that_moved_is_asked_where_it_is_and_at_home_when_that_fails(stage: Stage) -> None:
    """The new address is kept in the archive after ten polls in two days; one failure there leads back."""

    async def moved(_request: web.Request) -> web.Response:
        return web.Response(status=301, headers={"Location": "/new"})

    stage.paper.pages |= {"/feed": moved, "/new": rss(item("1", "a"))}

    async def poll() -> str:
        stage.clock.advance(hours=6)
        before = len(stage.paper.requests)
        await stage.connectors.poll_once(stage.source)
        return stage.paper.requests[before].path

    assert [await poll() for _ in range(TIMES + 1)] == ["/feed"] * (TIMES) + ["/new"]
    assert stage.archive.feed(stage.source).followed == stage.paper.url("/new")
    del stage.paper.pages["/new"]
    assert [await poll(), await poll()] == ["/new", "/feed"]
    assert stage.published == [("a", 1, True)]


async def test_a_redirect_to_no_feed_moves_nothing(stage: Stage) -> None:
    """However often it leads to a login page."""

    async def moved(_request: web.Request) -> web.Response:
        return web.Response(status=301, headers={"Location": "/login"})

    stage.paper.pages |= {"/feed": moved, "/login": "<!doctype html><html>Sign in</html>"}
    for _ in range(TIMES + 2):
        stage.clock.advance(days=1)
        await stage.connectors.poll_once(stage.source)
    state = stage.archive.feed(stage.source)
    assert (state.followed, state.moved_times, state.reason) == (None, 0, "not_a_feed")


async def test_an_outage_of_ours_is_no_feeds_fault_and_no_flood_of_lines(archive: Archive) -> None:
    """Fifty feeds that cannot be reached: a few lines, one that says offline; no feed's failures grow."""
    clock = Clock()
    sources = [Source(id=f"s{n}", url=f"http://127.0.0.{n + 1}:{free_port()}/", allow_private=True) for n in range(50)]
    tools = Tools(publisher=MemoryPublisher(), now=clock)
    stage = Connectors(sources, archive, NOWHERE, contact="x", tools=tools)
    with capture_logs() as lines:
        for _ in range(4):
            for source in sources:
                await stage.poll_once(source)
            clock.advance(hours=1)
    loud = [line for line in lines if line["log_level"] != "debug"]
    assert [line["event"] for line in loud] == ["poll_failed", "poll_failed", "offline"]
    assert count("rasid_offline") == 1
    states = archive.feeds()
    assert {state.failures for state in states} == {1}
    assert max(state.next_poll for state in states if state.next_poll) < clock.now
    await stage.close()


async def test_an_ill_feed_is_told_once_and_so_is_its_recovery(stage: Stage) -> None:
    """After so many failures in a row one line and a gauge; whatever follows is said softly, until it is well."""
    stage.paper.pages["/feed"] = "<html/>"
    with capture_logs() as lines:
        for _ in range(ILL_AFTER + 3):
            await stage.connectors.poll_once(stage.source)
            stage.clock.advance(days=2)
        assert count("rasid_feed_failing", source="daily") == 1
        await stage.serve(item("1", "a"))
    told = [(line["event"], line["log_level"]) for line in lines if line["log_level"] != "debug"]
    assert told == [("poll_failed", "warning"), ("poll_failed", "error"), ("feed_well", "info"), ("polled", "info")]
    assert count("rasid_feed_failing", source="daily") == 0
    [failure] = stage.archive.failures()
    assert (failure.reason, failure.count) == ("not_a_feed", ILL_AFTER + 3)


async def test_a_paused_feed_is_left_alone_until_it_is_resumed(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also after a restart; its metrics are gone meanwhile, so that nobody is woken for it."""
    monkeypatch.setattr("connectors.poll._CARE_SECONDS", 0.05)
    stage.source = msgspec.structs.replace(stage.source, min_interval=FAST)
    await stage.serve(item("1", "a"))
    assert stage.archive.pause("daily", stage.clock.now)
    assert not stage.archive.pause("daily", stage.clock.now)
    await stage.restart()
    await asyncio.to_thread(stage.connectors._recall)
    running = asyncio.create_task(stage.connectors.run())
    await until(lambda: count("rasid_feed_last_success_timestamp_seconds", source="daily") == 0)
    stage.clock.advance(days=1)
    await asyncio.sleep(0.3)
    assert len(stage.paper.requests) == 1
    assert stage.archive.resume("daily")
    assert not stage.archive.resume("daily")
    await until(lambda: len(stage.paper.requests) > 1)
    await cancelled(running)


async def test_nothing_is_polled_before_it_is_known_what_is_paused(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder, which is due at once, stays paused over a restart, however slow the archive is to say so."""
    (tmp_path / "one.xml").write_text(rss(item("1", "خبر")))
    stage.source = Source(id="desk", kind="folder", url=str(tmp_path))
    await stage.restart()
    assert stage.archive.pause("desk", stage.clock.now)
    paused, asked = stage.archive.paused, threading.Event()

    def slow() -> dict[str, datetime]:
        asked.set()
        time.sleep(0.5)
        return paused()

    monkeypatch.setattr(stage.archive, "paused", slow)
    running = asyncio.create_task(stage.connectors.run())
    await asyncio.to_thread(asked.wait)
    await asyncio.sleep(1.0)  # time to go wrong
    await cancelled(running)
    assert stage.published == []


async def test_fetches_from_one_host_begin_apart_and_others_do_not_wait() -> None:
    """Five in a row take four gaps or more; another host waits for none; hosts that are done with are forgotten."""
    pace, began = Pace(per_host=2, at_once=10), list[str]()
    clock = asyncio.get_running_loop().time

    async def fetch(host: str, gap: float) -> None:
        async with pace.turn(host, gap):
            began.append(host)

    start = clock()
    await asyncio.gather(*(fetch("a", 0.1) for _ in range(5)), fetch("b", 0.1))
    assert clock() - start >= 0.39
    assert began == ["a", "b", "a", "a", "a", "a"]
    for number in range(2_000):
        await fetch(f"host-{number}", 0.0)
    assert len(pace._hosts) < 1_500
