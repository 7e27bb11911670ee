from __future__ import annotations

import asyncio
from datetime import timedelta

import msgspec
import pytest
from aiohttp import web

from connectors.poller import Polled
from tests.connectors.feeds import item, rss
from tests.connectors.stages import FAST, Stage, cancelled, count


async def test_news_is_published_oldest_first_and_once(stage: Stage) -> None:
    """A first poll is history; what comes later is news; the same again is nothing."""
    before = count("rasid_articles_total", source="daily")
    assert await stage.serve(item("2", "b"), item("1", "a")) == Polled(new=2)
    assert await stage.serve(item("2", "b"), item("1", "a")) == Polled()
    assert await stage.serve(item("4", "d"), item("3", "c"), item("2", "b")) == Polled(new=2, known=1)
    assert stage.published == [("a", 1, True), ("b", 1, True), ("c", 1, False), ("d", 1, False)]
    assert stage.archive.waiting() == {}
    assert count("rasid_articles_total", source="daily") - before == 4
    assert count("rasid_feed_last_success_timestamp_seconds", source="daily") == stage.clock.now.timestamp()


async def test_dates_order_what_the_document_does_not(stage: Stage) -> None:
    """And they are read in the source's own zone, never as now."""
    await stage.serve(
        item("1", "a", date="2026-02-27 10:00"), item("2", "b", date="2026-02-26"), item("3", "c", date="غدا")
    )
    assert [one.title for one in stage.broker.articles] == ["c", "b", "a"]
    assert [str(one.published_at) for one in stage.broker.articles] == [
        "None",
        "2026-02-25 21:00:00+00:00",
        "2026-02-27 07:00:00+00:00",
    ]


async def test_a_changed_article_is_the_next_revision(stage: Stage) -> None:
    """Changed, and changed back: each is told once."""
    await stage.serve(item("1", "a"))
    await stage.serve(item("1", "b"))
    await stage.serve(item("1", "b"))
    await stage.serve(item("1", "a"))
    assert stage.published == [("a", 1, True), ("b", 2, False), ("a", 3, False)]


async def test_old_items_are_history_and_announced_ones_are_not(stage: Stage) -> None:
    """Age is judged on arrival; `backfill: announce` makes everything news."""
    await stage.serve(item("0", "z"))
    old, new = "2026-02-10", "2026-02-28"
    await stage.serve(item("2", "new", date=new), item("1", "old", date=old))
    assert stage.published[1:] == [("old", 1, True), ("new", 1, False)]
    stage.source = msgspec.structs.replace(stage.source, id="loud", backfill="announce")
    await stage.serve(item("2", "new", date=new), item("1", "old", date=old))
    assert stage.published[3:] == [("old", 1, False), ("new", 1, False)]


async def test_a_changed_validator_with_the_same_bytes_is_no_news(stage: Stage) -> None:
    """The content decides; the new validator is kept. Bytes that change under one validator are seen as well."""
    await stage.serve(item("1", "a"), etag='"v1"')
    assert await stage.serve(item("1", "a"), etag='"v2"') == Polled()
    assert stage.archive.feed(stage.source).etag == '"v2"'

    async def stubborn(_request: web.Request) -> web.Response:
        return web.Response(body=rss(item("1", "b")), headers={"ETag": '"v2"'})

    stage.paper.pages["/feed"] = stubborn
    assert await stage.connectors.poll_once(stage.source) == Polled(new=1)


async def test_an_older_copy_is_no_news(stage: Stage) -> None:
    """One cache of a server has the corrected text, another still the first: it is corrected once, and stays so."""
    older, newer = "Sun, 01 Mar 2026 11:50:00 GMT", "Sun, 01 Mar 2026 11:58:00 GMT"
    for title, modified in (("7 مليارات", older), ("9 مليارات", newer), ("7 مليارات", older), ("9 مليارات", newer)):
        stage.paper.pages["/feed"] = rss(item("1", title))
        stage.paper.headers = {"Last-Modified": modified}
        await stage.connectors.poll_once(stage.source)
    assert stage.published == [("7 مليارات", 1, True), ("9 مليارات", 2, False)]
    stage.paper.pages["/feed"], stage.paper.headers = rss(item("1", "7 مليارات")), {"Last-Modified": older}
    stage.clock.advance(days=2)
    await stage.connectors.poll_once(stage.source)
    assert stage.published[2:] == [("7 مليارات", 3, False)]


@pytest.mark.parametrize(
    ("had", "given"),
    [
        (None, "Sun, 01 Mar 2026 11:50:00 GMT"),
        ("Sun, 01 Mar 2026 11:58:00 GMT", None),
        ("Sun, 01 Mar 2026 11:58:00 GMT", "soon"),
        ("Sun, 01 Mar 2026 11:50:00 GMT", "Sun, 01 Mar 2026 11:58:00 GMT"),
        ("Fri, 01 Mar 2999 11:58:00 GMT", "Sun, 01 Mar 2026 11:50:00 GMT"),
    ],
    ids=["first", "none", "no date", "newer", "nobody's date"],
)
async def test_what_is_not_said_to_be_older_is_read(stage: Stage, had: str | None, given: str | None) -> None:
    """A server that names no date, or one that cannot be right, is believed its text."""
    for title, modified in (("a", had), ("b", given)):
        stage.paper.pages["/feed"] = rss(item("1", title))
        stage.paper.headers = {"Last-Modified": modified} if modified else {}
        await stage.connectors.poll_once(stage.source)
    assert [title for title, *_ in stage.published] == ["a", "b"]


async def test_what_is_decoded_wrongly_is_counted_until_it_is_mended(stage: Stage) -> None:
    """The gauge tells how many texts of the newest document are suspect; the next good document ends it."""
    await stage.serve(item("2", "خبر \ufffd\ufffd\ufffd"), item("1", "خبر"))
    assert count("rasid_feed_suspect_entries", source="daily") == 1
    assert count("rasid_feed_next_poll_timestamp_seconds", source="daily") > stage.clock.now.timestamp()
    await stage.serve(item("2", "خبر عاجل"), item("1", "خبر"))
    assert count("rasid_feed_suspect_entries", source="daily") == 0


async def test_a_clock_that_is_set_back_holds_up_no_poll(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set back by an hour, a stage goes on polling at its usual pace."""
    monkeypatch.setattr("connectors.poll._NAP_SECONDS", 0.02)
    stage.source = msgspec.structs.replace(stage.source, min_interval=FAST, max_interval=FAST)
    stage.paper.pages["/feed"] = rss(item("1", "a"))
    await stage.restart()
    running = asyncio.create_task(stage.connectors.run())
    for step in (timedelta(0), timedelta(hours=-1)):
        stage.clock.now += step
        before, began = len(stage.paper.requests), stage.clock.now
        while len(stage.paper.requests) < before + 3:
            await asyncio.sleep(0.02)
            stage.clock.advance(seconds=1)
            assert stage.clock.now - began < timedelta(minutes=30), "it waits until the clock is where it was"
    await cancelled(running)
