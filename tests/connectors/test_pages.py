"""Articles with the text of their pages: when they wait, what is told meanwhile, what comes of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import msgspec
import pytest
from aiohttp import web

from connectors.excerpts import RETRIES
from connectors.pages import PATIENCE
from connectors.waiting import ROOM
from streams.records import Article
from tests.connectors.feeds import item
from tests.connectors.paging import OTHER_SUMMARY, SUMMARY, TEXT, asked, excerpt, fetch, page, status, told
from tests.connectors.stages import Stage, count


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


async def test_a_first_poll_is_no_crawl(stage: Stage) -> None:
    """Only so many pages are fetched of one poll, those of the newest items; the others are told as they are."""
    items = [excerpt(stage.paper, str(n), path=f"/{n}") for n in range(ROOM + 3, 0, -1)]
    await stage.serve(*items)
    assert stage.archive.in_waiting() == ROOM
    assert [one.url for one in stage.broker.articles] == [stage.paper.url(f"/{n}") for n in (1, 2, 3)]
    assert all(one.excerpt and one.quiet for one in stage.broker.articles)


def test_the_marks_of_an_article() -> None:
    """An excerpt says so on the wire, and only then."""
    fields = {"article_id": "a", "revision": 1, "source_id": "s", "url": "", "title": "t", "body": ""}
    stamp = "2026-03-01T12:00:00Z"
    whole = msgspec.convert(fields | {"fetched_at": stamp}, Article)
    assert b"excerpt" not in msgspec.json.encode(whole)
    assert b'"excerpt":true' in msgspec.json.encode(msgspec.structs.replace(whole, excerpt=True))
