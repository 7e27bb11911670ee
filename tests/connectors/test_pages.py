from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import msgspec
import pytest
from aiohttp import web

from connectors.excerpts import RETRIES
from connectors.fetch import Fetcher, Network
from connectors.pages import PAGE_LIMITS, PATIENCE, Pages
from connectors.waiting import ROOM, Waiting
from streams.records import Article
from tests.connectors.feeds import item
from tests.connectors.servers import Press
from tests.connectors.stages import Stage, cancelled, count, until
from tests.processes import free_port

SUMMARY = "تبدأ محطة العقبة عملها في الربيع بعد عامين من البناء […]"
OTHER_SUMMARY = "تبدأ محطة العقبة عملها في الصيف بعد عامين من البناء […]"
TEXT = "\n".join(
    f"تبدأ محطة العقبة عملها في الربيع بعد عامين من البناء، كما جاء في البيان رقم {n} الذي نشر اليوم." for n in range(4)
)
TITLE = "محطة العقبة"


def page(text: str = TEXT, head: str = "") -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """A page with that article on it."""
    article = "".join(f"<p>{line}</p>" for line in text.split("\n"))
    body = f"<html><head>{head}</head><body><article><h1>{TITLE}</h1>{article}</article></body></html>"

    async def answer(_request: web.Request) -> web.StreamResponse:
        return web.Response(text=body, content_type="text/html")

    return answer


def status(code: int, **headers: str) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """A page that is only an error."""

    async def answer(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=code, headers=headers)

    return answer


def excerpt(paper: Press, guid: str = "1", text: str = SUMMARY, path: str = "/1") -> str:
    """An item that gives only the beginning of its article."""
    return item(guid, TITLE, text, link=paper.url(path))


def told(stage: Stage) -> list[tuple[int, bool, str]]:
    """Revision, whether it is only an excerpt, and text, of all that was published."""
    return [(one.revision, one.excerpt, one.body) for one in stage.broker.articles]


def asked(stage: Stage, path: str) -> int:
    """How often a page was asked for."""
    return sum(request.path == path for request in stage.paper.requests)


async def fetch(stage: Stage) -> None:
    """Let the pages that are due be fetched."""
    await stage.connectors.pages.fetch_due()


async def test_an_article_is_told_with_the_text_of_its_page(stage: Stage) -> None:
    """Once, and not before; with the page's own address; the poll does not wait for it, the next one knows it."""
    own = '<link rel="canonical" href="/news/1?utm_source=x">'
    stage.paper.pages["/1"] = page(head=own)
    before = count("rasid_articles_total", source="daily")
    assert (await stage.serve(excerpt(stage.paper))).new == 1
    assert told(stage) == []
    await fetch(stage)
    assert told(stage) == [(1, False, TEXT)]
    assert stage.broker.articles[0].url == stage.paper.url("/news/1")
    assert (await stage.serve(excerpt(stage.paper), item("2", "آخر"))).known == 1
    await fetch(stage)
    assert [revision for revision, _, _ in told(stage)] == [1, 1]
    assert asked(stage, "/1") == 1
    assert count("rasid_articles_total", source="daily") - before == 2


async def test_what_feeds_give_in_full_is_told_at_once(stage: Stage) -> None:
    """And so is everything of a source whose pages are not wanted; where they always are, also what looks whole."""
    whole = TEXT * 3
    await stage.serve(excerpt(stage.paper, text=whole))
    stage.source = msgspec.structs.replace(stage.source, id="never", full_text="never")
    await stage.serve(excerpt(stage.paper))
    assert told(stage) == [(1, False, whole), (1, False, SUMMARY)]
    stage.source = msgspec.structs.replace(stage.source, id="always", full_text="always")
    await stage.serve(excerpt(stage.paper, text=whole))
    assert len(told(stage)) == 2
    assert asked(stage, "/1") == 0


async def test_without_its_page_the_excerpt_is_told_and_the_page_tried_again(stage: Stage) -> None:
    """Marked as an excerpt; the page, when it comes, is the next revision, of the same time and the same quiet."""
    stage.paper.pages["/1"] = status(503)
    await stage.serve(excerpt(stage.paper))
    await fetch(stage)
    assert told(stage) == [(1, True, SUMMARY)]
    stage.paper.pages["/1"] = page()
    await fetch(stage)
    assert len(told(stage)) == 1
    stage.clock.advance(seconds=RETRIES[0].total_seconds())
    assert (await stage.serve(excerpt(stage.paper), item("2", "آخر"))).known == 1
    await fetch(stage)
    assert told(stage)[-1] == (2, False, TEXT)
    first, last = stage.broker.articles[0], stage.broker.articles[-1]
    assert (first.quiet, first.fetched_at) == (last.quiet, last.fetched_at)


async def test_a_page_that_never_comes_is_given_up(stage: Stage) -> None:
    """After so many tries, ever later; nothing more is told."""
    stage.paper.pages["/1"] = status(403)
    await stage.serve(excerpt(stage.paper))
    for wait in (timedelta(), *RETRIES, timedelta(days=1), timedelta(days=1)):
        stage.clock.advance(seconds=wait.total_seconds())
        await fetch(stage)
    assert asked(stage, "/1") == 1 + len(RETRIES)
    assert told(stage) == [(1, True, SUMMARY)]
    assert stage.archive.in_waiting() == 0


async def test_nobody_waits_long(stage: Stage) -> None:
    """After some seconds an article is told by its excerpt, once; its page is a revision when it comes."""
    stage.paper.pages["/1"] = page()
    await stage.serve(excerpt(stage.paper))
    stage.clock.advance(seconds=PATIENCE.total_seconds() - 1)
    await stage.connectors.pages.tell_late()
    assert told(stage) == []
    stage.clock.advance(seconds=1)
    await stage.connectors.pages.tell_late()
    await stage.connectors.pages.tell_late()
    assert told(stage) == [(1, True, SUMMARY)]
    await fetch(stage)
    assert told(stage)[1:] == [(2, False, TEXT)]


async def test_a_host_that_cannot_be_reached_is_tried_once(stage: Stage) -> None:
    """All its articles are told at once, not one after the other's failure."""
    before = count("rasid_pages_total", source="daily", outcome="connect")
    nowhere = f"http://127.0.0.1:{free_port()}"
    stage.connectors.pages._pause = 3600
    await stage.serve(*(item(str(n), f"{TITLE} {n}", SUMMARY, link=f"{nowhere}/{n}") for n in range(5)))
    await fetch(stage)
    assert told(stage) == [(1, True, SUMMARY)] * 5
    assert count("rasid_pages_total", source="daily", outcome="connect") == before + 5


async def test_a_site_that_asks_for_time_gets_it(stage: Stage) -> None:
    """Retry-After counts for pages too."""
    stage.paper.pages["/1"] = status(503, **{"Retry-After": "1800"})
    await stage.serve(excerpt(stage.paper))
    for minutes, tries in ((0, 1), (29, 1), (1, 2)):
        stage.clock.advance(minutes=minutes)
        await fetch(stage)
        assert asked(stage, "/1") == tries


WALL = "\n".join(["اشترك الآن لتقرأ هذا المقال وآلافا غيره، أو سجل دخولك إلى حسابك لمواصلة القراءة بلا حدود."] * 6)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (page(WALL), "unlike"),
        (page("تبدأ محطة العقبة عملها"), "unlike"),
        (page(""), "no_text"),
        (status(404), "http_404"),
    ],
    ids=["a wall", "a stub", "no article", "no page"],
)
async def test_nothing_worse_than_the_summary_replaces_it(
    stage: Stage, answer: Callable[[web.Request], Awaitable[web.StreamResponse]], outcome: str
) -> None:
    """A wall, a stub, a page without an article: counted by what it was."""
    before = count("rasid_pages_total", source="daily", outcome=outcome)
    stage.paper.pages["/1"] = answer
    await stage.serve(excerpt(stage.paper))
    await fetch(stage)
    assert told(stage) == [(1, True, SUMMARY)]
    assert count("rasid_pages_total", source="daily", outcome=outcome) == before + 1


async def test_what_was_told_in_full_is_not_taken_back_by_an_excerpt(stage: Stage) -> None:
    """A changed excerpt waits for the changed page: else each correction would be a withdrawal and a return."""
    stage.paper.pages["/1"] = page()
    await stage.serve(excerpt(stage.paper))
    await fetch(stage)
    stage.paper.pages["/1"] = status(503)
    await stage.serve(excerpt(stage.paper, text=OTHER_SUMMARY))
    await fetch(stage)
    assert told(stage) == [(1, False, TEXT)]
    stage.paper.pages["/1"] = page(TEXT.replace("الربيع", "الصيف"))
    stage.clock.advance(minutes=1)
    await fetch(stage)
    assert told(stage)[1:] == [(2, False, TEXT.replace("الربيع", "الصيف"))]


async def test_without_hope_for_the_page_the_changed_excerpt_is_told(stage: Stage) -> None:
    """Late is better than never: the feed did say something else."""
    stage.paper.pages["/1"] = page()
    await stage.serve(excerpt(stage.paper))
    await fetch(stage)
    stage.paper.pages["/1"] = status(503)
    await stage.serve(excerpt(stage.paper, text=OTHER_SUMMARY))
    for wait in (timedelta(), *RETRIES):
        stage.clock.advance(seconds=wait.total_seconds())
        await fetch(stage)
    assert told(stage)[1:] == [(2, True, OTHER_SUMMARY)]


async def test_who_was_only_told_of_a_beginning_is_told_of_the_next(stage: Stage) -> None:
    """Nothing is lost by a changed excerpt where the first one was all there was."""
    stage.paper.pages["/1"] = status(503)
    await stage.serve(excerpt(stage.paper))
    await fetch(stage)
    await stage.serve(excerpt(stage.paper, text=OTHER_SUMMARY))
    await fetch(stage)
    assert told(stage) == [(1, True, SUMMARY), (2, True, OTHER_SUMMARY)]


async def test_a_change_overtakes_what_waits(stage: Stage) -> None:
    """Changed before its page was asked for: the newer counts. Changed back to what is known: nobody waits any more."""
    stage.paper.pages["/1"] = page()
    await stage.serve(excerpt(stage.paper))
    await stage.serve(excerpt(stage.paper, text=OTHER_SUMMARY))
    await fetch(stage)
    assert (asked(stage, "/1"), len(told(stage))) == (1, 1)
    await stage.serve(excerpt(stage.paper))
    await stage.serve(excerpt(stage.paper, text=OTHER_SUMMARY))
    assert stage.archive.in_waiting() == 0
    await stage.serve(excerpt(stage.paper))
    await stage.serve(excerpt(stage.paper, text=TEXT * 3))
    assert stage.archive.in_waiting() == 0
    assert told(stage)[1:] == [(2, False, TEXT * 3)]


async def test_a_guid_that_changes_while_the_page_is_awaited(stage: Stage) -> None:
    """Same address and title: the same article, once."""
    stage.paper.pages["/1"] = page()
    await stage.serve(excerpt(stage.paper, guid="a"))
    assert (await stage.serve(excerpt(stage.paper, guid="b"))).known == 1
    await fetch(stage)
    await stage.serve(excerpt(stage.paper, guid="c"))
    await fetch(stage)
    assert told(stage) == [(1, False, TEXT)]


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


async def test_a_first_poll_is_no_crawl(stage: Stage) -> None:
    """Only so many pages are fetched of one poll, those of the newest items; the others are told as they are."""
    items = [excerpt(stage.paper, str(n), path=f"/{n}") for n in range(ROOM + 3, 0, -1)]
    await stage.serve(*items)
    assert stage.archive.in_waiting() == ROOM
    assert [one.url for one in stage.broker.articles] == [stage.paper.url(f"/{n}") for n in (1, 2, 3)]
    assert all(one.excerpt and one.quiet for one in stage.broker.articles)


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


def test_the_marks_of_an_article() -> None:
    """An excerpt says so on the wire, and only then."""
    fields = {"article_id": "a", "revision": 1, "source_id": "s", "url": "", "title": "t", "body": ""}
    stamp = "2026-03-01T12:00:00Z"
    whole = msgspec.convert(fields | {"fetched_at": stamp}, Article)
    assert b"excerpt" not in msgspec.json.encode(whole)
    assert b'"excerpt":true' in msgspec.json.encode(msgspec.structs.replace(whole, excerpt=True))
