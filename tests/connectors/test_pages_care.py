"""What pages may not do: be asked for against anybody's word; hold up, cost or end anything but themselves."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import NoReturn

import msgspec
import pytest
import structlog
from aiohttp import web

from connectors.excerpts import RETRIES
from connectors.fetch import Fetcher, Network
from connectors.pages import PAGE_LIMITS, Pages
from connectors.parse.entries import Document, Page
from connectors.waiting import Waiting
from streams.errors import Misconfigured
from streams.records import Article
from tests.connectors.feeds import item
from tests.connectors.paging import SUMMARY, TEXT, TITLE, asked, excerpt, fetch, page, status, told
from tests.connectors.stages import Stage, cancelled, count, until
from tests.processes import free_port


async def test_a_host_that_cannot_be_reached_is_tried_once(stage: Stage) -> None:
    """All its articles are told at once, not one after the other's failure."""
    before = count("rasid_pages_total", source="daily", outcome="connect")
    nowhere = f"http://127.0.0.1:{free_port()}"
    stage.connectors.pages._pause = 3600
    await stage.serve(*(item(str(n), f"{TITLE} {n}", SUMMARY, link=f"{nowhere}/{n}") for n in range(5)))
    await fetch(stage)
    assert told(stage) == [(1, True, SUMMARY)] * 5
    assert count("rasid_pages_total", source="daily", outcome="connect") == before + 5


async def test_our_own_outage_uses_up_no_try(stage: Stage) -> None:
    """While no host can be reached at all the article is told by its beginning, and its page is asked for on and on."""
    way = stage.connectors._poller.way
    await stage.serve(item("1", TITLE, SUMMARY, link=f"http://127.0.0.1:{free_port()}/1"))
    for host in "abc":
        way.note(host, "connect", way.successes)
    assert way.is_away
    for _ in range(3 * len(RETRIES)):
        await fetch(stage)
        stage.clock.advance(hours=1)
    assert (told(stage), stage.archive.in_waiting()) == ([(1, True, SUMMARY)], 1)
    way.note("a", None, way.successes)
    for _ in range(len(RETRIES)):
        assert stage.archive.in_waiting() == 1
        await fetch(stage)
        stage.clock.advance(hours=1)
    assert stage.archive.in_waiting() == 0


async def test_a_site_that_asks_for_time_gets_it(stage: Stage) -> None:
    """Retry-After counts for pages too."""
    stage.paper.pages["/1"] = status(503, **{"Retry-After": "1800"})
    await stage.serve(excerpt(stage.paper))
    for minutes, tries in ((0, 1), (29, 1), (1, 2)):
        stage.clock.advance(minutes=minutes)
        await fetch(stage)
        assert asked(stage, "/1") == tries


async def test_robots_are_asked_first_and_once(stage: Stage) -> None:
    """What they forbid is not fetched, and not tried again; two pages of a site take one look at its rules."""
    stage.paper.pages |= {"/robots.txt": "User-agent: Rasid\nDisallow: /1", "/1": page(), "/2": page()}
    await stage.serve(excerpt(stage.paper), excerpt(stage.paper, "2", path="/2"))
    await fetch(stage)
    assert sorted(told(stage)) == [(1, False, TEXT), (1, True, SUMMARY)]
    assert (asked(stage, "/robots.txt"), asked(stage, "/1"), asked(stage, "/2")) == (1, 0, 1)
    assert stage.archive.in_waiting() == 0
    stage.clock.advance(days=2)
    await stage.serve(excerpt(stage.paper, "3", path="/3"))
    await fetch(stage)
    assert asked(stage, "/robots.txt") == 2


async def test_rules_that_cannot_be_had_put_the_page_off(stage: Stage) -> None:
    """A site in trouble is not asked for pages; none at all (404) forbid nothing."""
    stage.paper.pages |= {"/robots.txt": status(500), "/1": page()}
    await stage.serve(excerpt(stage.paper))
    await fetch(stage)
    assert (told(stage), asked(stage, "/1")) == ([(1, True, SUMMARY)], 0)
    del stage.paper.pages["/robots.txt"]
    stage.clock.advance(minutes=1)
    await fetch(stage)
    assert asked(stage, "/robots.txt") == 1
    stage.clock.advance(minutes=10)
    await fetch(stage)
    assert told(stage)[1:] == [(2, False, TEXT)]


async def test_what_waits_survives_a_crash(stage: Stage) -> None:
    """The room is in the archive: the next process fetches what this one did not."""
    stage.paper.pages["/1"] = page()
    await stage.serve(excerpt(stage.paper))
    await stage.restart()
    await fetch(stage)
    assert told(stage) == [(1, False, TEXT)]


async def test_a_source_that_is_gone_leaves_its_excerpts(stage: Stage) -> None:
    """Nobody says any more what may be fetched for it: what was accepted is told after a day, nothing is asked."""
    await stage.serve(excerpt(stage.paper))
    outbox = stage.connectors._outbox
    pages = Pages(
        stage.archive,
        outbox,
        (),
        Fetcher(contact="mailto:watch@example.org"),
        now=stage.clock,
        pause=0,
        is_paused=lambda _: False,
        is_away=lambda: False,
    )
    await pages.fetch_due()
    assert told(stage) == []
    stage.clock.advance(days=1)
    await pages.fetch_due()
    await outbox.drain()
    await pages.close()
    assert (told(stage), asked(stage, "/1")) == ([(1, True, SUMMARY)], 0)


async def test_a_paused_source_asks_for_no_page(stage: Stage) -> None:
    """What waits goes on waiting; once the source is resumed its page is read."""
    stage.paper.pages["/1"] = page()
    await stage.serve(excerpt(stage.paper))
    stage.connectors._paused = frozenset({"daily"})
    await fetch(stage)
    assert (told(stage), asked(stage, "/1")) == ([], 0)
    stage.connectors._paused = frozenset()
    await fetch(stage)
    assert told(stage) == [(1, False, TEXT)]


async def test_a_private_feed_opens_no_other_host(stage: Stage) -> None:
    """What its items name was not written by the operator: neither that page nor its rules for robots are asked."""
    stage.paper.pages["/1"] = page()
    await stage.serve(item("1", TITLE, SUMMARY, link=stage.paper.url("/1", host="localhost")))
    await fetch(stage)
    assert (told(stage), asked(stage, "/1"), asked(stage, "/robots.txt")) == ([(1, True, SUMMARY)], 0, 0)


async def test_slow_pages_hold_up_nobody(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a page hangs, polls go on, and so do the pages of other hosts; its own host is left alone meanwhile."""
    monkeypatch.setattr("connectors.pages._LOOK_SECONDS", 0.01)

    async def hang(_request: web.Request) -> web.StreamResponse:
        await asyncio.Event().wait()
        raise AssertionError

    stage.paper.pages |= {"/slow": hang, "/1": page()}
    local = stage.paper.url("/1", host="localhost")
    limits = msgspec.structs.replace(PAGE_LIMITS, ports=frozenset({stage.paper.port}))
    stage.pages = Fetcher(contact="mailto:watch@example.org", limits=limits, network=Network(allows=lambda _: True))
    await stage.restart()
    await stage.serve(excerpt(stage.paper, "slow", path="/slow"), item("1", TITLE, SUMMARY, link=local))
    running = asyncio.create_task(stage.connectors.pages.run())
    await until(lambda: asked(stage, "/slow") == 1 and len(told(stage)) == 1)
    assert (await stage.serve(excerpt(stage.paper, "3", TEXT * 3))).new == 1
    assert [one[1:] for one in told(stage)] == [(False, TEXT), (False, TEXT * 3)]
    await asyncio.sleep(0.5)
    visits = [task for task in asyncio.all_tasks() if "_visit" in repr(task)]
    assert (asked(stage, "/slow"), len(visits)) == (1, 1)
    await cancelled(running)


async def test_while_the_archive_is_away_the_rest_waits(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is lost by it, and the stage goes on."""
    monkeypatch.setattr("connectors.pages._RETRY_SECONDS", 0.01)
    stage.paper.pages["/1"] = page()
    await stage.serve(excerpt(stage.paper))
    engine = stage.archive._engine
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE pages RENAME TO elsewhere")
    running = asyncio.create_task(stage.connectors.pages.run())
    await asyncio.sleep(0.1)
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO pages")
    await until(lambda: len(told(stage)) == 1)
    await cancelled(running)


async def test_what_the_operator_must_mend_is_no_bug(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said as such, without a trace, and the article goes on waiting for its page."""
    monkeypatch.setattr("connectors.pages._RETRY_SECONDS", 0)

    async def cannot(_document: object) -> NoReturn:
        raise Misconfigured("sandbox", "no room for a child")

    stage.paper.pages["/1"] = page()
    await stage.serve(excerpt(stage.paper))
    monkeypatch.setattr(stage.connectors.pages._sandbox, "read_page", cannot)
    with structlog.testing.capture_logs() as logs:
        await stage.connectors.pages.fetch_due()
    [said] = [line for line in logs if line["event"].startswith("page")]
    assert (said["event"], said["log_level"], said["detail"]) == ("pages_misconfigured", "error", "no room for a child")
    assert "exc_info" not in said
    assert stage.archive.in_waiting() == 1


async def test_a_page_that_takes_too_much_costs_itself(stage: Stage) -> None:
    """Its child, and nobody's time but its own: the article is told by its excerpt, the next page is read."""

    async def heavy(_request: web.Request) -> web.StreamResponse:
        return web.Response(text="<html><body><article>" + "س<br>" * 700_000, content_type="text/html")

    before = count("rasid_pages_total", source="daily", outcome="parse_limit")
    stage.paper.pages |= {"/heavy": heavy, "/1": page()}
    await stage.serve(excerpt(stage.paper), excerpt(stage.paper, "heavy", path="/heavy"))
    await fetch(stage)
    assert sorted(told(stage)) == [(1, False, TEXT), (1, True, SUMMARY)]
    assert count("rasid_pages_total", source="daily", outcome="parse_limit") == before + 1


@pytest.mark.parametrize("host", ["a.example:99999", "a.example:b", "a\u200db.example"])
async def test_an_address_that_cannot_be_asked_has_no_page(stage: Stage, host: str) -> None:
    """The article is told at once, and does not wait for what can never come."""
    await stage.serve(item("1", TITLE, SUMMARY, link=f"http://{host}/1"))
    assert [text for _, _, text in told(stage)] == [SUMMARY]
    assert stage.archive.in_waiting() == 0


async def test_an_address_that_waits_and_cannot_be_asked_costs_itself(stage: Stage) -> None:
    """One from an earlier version: told by its excerpt and put off; the others are fetched."""
    stage.paper.pages |= {"/1": page(), "/2": page()}
    await stage.serve(excerpt(stage.paper), excerpt(stage.paper, "2", path="/2"))
    with stage.archive._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE pages SET url = 'http://a.example:99999/' WHERE url LIKE '%/2'")
    await fetch(stage)
    assert sorted(told(stage)) == [(1, False, TEXT), (1, True, SUMMARY)]


async def test_a_page_that_cannot_be_stored_costs_itself(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bug that one page brings to light: it is told by its excerpt, and its site's next page is fetched."""
    monkeypatch.setattr("connectors.pages._LOOK_SECONDS", 0.01)
    monkeypatch.setattr("connectors.pages._RETRY_SECONDS", 0.01)
    fill, tell_late = stage.archive.fill, stage.archive.tell_late
    broken = ["fill", "late"]

    def fill_once_broken(waiting: Waiting, article: Article, now: datetime) -> int:
        if "fill" in broken:
            broken.remove("fill")
            raise UnicodeEncodeError("utf-8", "\ud800", 0, 1, "no character")
        return fill(waiting, article, now)

    def tell_late_once_broken(before: datetime, now: datetime) -> dict[str, int]:
        if "late" in broken:
            broken.remove("late")
            raise OverflowError
        return tell_late(before, now)

    monkeypatch.setattr(stage.archive, "fill", fill_once_broken)
    monkeypatch.setattr(stage.archive, "tell_late", tell_late_once_broken)
    stage.paper.pages |= {"/1": page(), "/2": page()}
    await stage.serve(excerpt(stage.paper), excerpt(stage.paper, "2", path="/2"))
    running = asyncio.create_task(stage.connectors.pages.run())
    await until(lambda: len(told(stage)) == 2 or running.done())
    assert sorted(told(stage)) == [(1, False, TEXT), (1, True, SUMMARY)]
    await cancelled(running)


async def test_few_large_pages_are_kept_at_once(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second one is asked for again when the first one has been read; its site waits, and nothing else does."""
    large = page(TEXT + "\n" + TEXT)
    stage.paper.pages |= {"/1": large, "/2": large}
    limits = msgspec.structs.replace(PAGE_LIMITS, large=1_000, large_at_once=1, ports=frozenset({stage.paper.port}))
    stage.pages = Fetcher(contact="mailto:watch@example.org", limits=limits, network=Network(allows=lambda _: True))
    await stage.restart()
    sandbox, reading, done = stage.connectors.pages._sandbox, 0, asyncio.Event()
    read_page, most = sandbox.read_page, 0

    async def read_slowly(document: Document) -> Page:
        nonlocal reading, most
        reading += 1
        most = max(most, reading)
        await done.wait()
        reading -= 1
        return await read_page(document)

    monkeypatch.setattr(sandbox, "read_page", read_slowly)
    second = stage.paper.url("/2", host="localhost")
    await stage.serve(excerpt(stage.paper), item("2", TITLE, SUMMARY, link=second))
    fetching = asyncio.create_task(fetch(stage))
    await until(lambda: asked(stage, "/1") + asked(stage, "/2") == 2)
    await until(lambda: reading == 1)
    assert told(stage) == []
    done.set()
    await fetching
    assert (len(told(stage)), most, asked(stage, "/1") + asked(stage, "/2")) == (2, 1, 3)
