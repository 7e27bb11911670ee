"""What comes at the same time, a poll and a push or two pushes: nothing is taken back, the later text is the newer."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from aiohttp import web

from connectors.parse.entries import Document, Feed
from connectors.states import FeedState
from streams.topics import Message
from tests.connectors.feeds import item, rss
from tests.connectors.pushed import WHOLE, Pushed


async def test_a_push_takes_nothing_back_that_a_poll_has_learned(
    pushed: Pushed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A poll that comes while a push is being stored saves its validators after it, not under it."""
    poller = pushed.connectors._poller
    save, reached, go = poller._save, asyncio.Event(), asyncio.Event()

    async def held(state: FeedState) -> None:
        if not reached.is_set():
            reached.set()
            await go.wait()
        await save(state)

    monkeypatch.setattr(poller, "_save", held)
    pushing = asyncio.create_task(pushed.hub.push(rss(item("2", "جديد", WHOLE))))
    await reached.wait()
    pushed.paper.headers["ETag"] = '"newer"'
    pushed.paper.pages["/feed"] = rss(item("3", "أجد", WHOLE))
    polling = asyncio.create_task(pushed.connectors.poll_once(pushed.source))
    await asyncio.wait({polling}, timeout=0.5)  # time to go wrong
    go.set()
    await asyncio.gather(pushing, polling)
    assert pushed.archive.feed(pushed.source).etag == '"newer"'


async def test_a_poll_takes_nothing_back_that_a_push_has_learned(pushed: Pushed) -> None:
    """What is pushed while the feed is asked is part of what the poll goes on from."""
    reached, go = asyncio.Event(), asyncio.Event()
    body = pushed.paper.pages["/feed"]
    assert isinstance(body, str)

    async def slow(_request: web.Request) -> web.StreamResponse:
        reached.set()
        await go.wait()
        return web.Response(text=body, content_type="application/rss+xml", headers=pushed.paper.headers)

    pushed.paper.pages["/feed"] = slow
    polling = asyncio.create_task(pushed.connectors.poll_once(pushed.source))
    await reached.wait()
    pushed.clock.now += timedelta(seconds=10)
    assert await pushed.hub.push(rss(item("2", "جديد", WHOLE))) == 202
    go.set()
    await polling
    assert pushed.archive.feed(pushed.source).last_news == pushed.clock.now


async def test_an_older_text_that_a_poll_brings_late_is_no_revision(pushed: Pushed) -> None:
    """What was asked for before a push arrived does not stand behind it as if the paper had gone back to it."""
    reached, go = asyncio.Event(), asyncio.Event()
    older, newer = (rss(item("2", f"الكلفة {billions} مليارات دولار", WHOLE)) for billions in (7, 9))

    async def slow(_request: web.Request) -> web.StreamResponse:
        reached.set()
        await go.wait()
        return web.Response(text=older, content_type="application/rss+xml", headers=pushed.paper.headers)

    pushed.paper.pages["/feed"] = slow
    pushed.clock.now += pushed.source.max_interval - pushed.source.min_interval
    polling = asyncio.create_task(pushed.connectors.poll_once(pushed.source))
    await reached.wait()
    assert await pushed.hub.push(newer) == 202
    go.set()
    await polling
    told = [title for title, _ in await pushed.told()]
    assert told == ["قديم", "الكلفة 9 مليارات دولار"]
    due = pushed.connectors._due(pushed.source, pushed.archive.feed(pushed.source), again=True)
    assert due == pushed.clock.now + pushed.source.min_interval
    pushed.paper.pages["/feed"] = rss(item("3", "خبر بعده", WHOLE))
    await pushed.connectors.poll_once(pushed.source)
    assert [title for title, _ in await pushed.told()] == [*told, "خبر بعده"]


async def test_pushes_are_stored_in_the_order_in_which_they_came(
    pushed: Pushed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large one that takes long to be parsed is not overtaken by a small one that came behind it."""
    sandbox = pushed.connectors._sandbox
    parse, reached, go = sandbox.parse, asyncio.Event(), asyncio.Event()

    async def held(document: Document) -> Feed:
        if not reached.is_set():
            reached.set()
            await go.wait()
        return await parse(document)

    monkeypatch.setattr(sandbox, "parse", held)
    older = asyncio.create_task(pushed.hub.push(rss(item("2", "الكلفة 7 مليارات دولار", WHOLE))))
    await reached.wait()
    newer = asyncio.create_task(pushed.hub.push(rss(item("2", "الكلفة 9 مليارات دولار", WHOLE))))
    await asyncio.wait({newer}, timeout=0.5)  # time to go wrong
    go.set()
    await asyncio.gather(older, newer)
    await pushed.told()
    revisions = [(one.title, one.revision) for one in pushed.broker.articles][1:]
    assert revisions == [("الكلفة 7 مليارات دولار", 1), ("الكلفة 9 مليارات دولار", 2)]


async def test_a_hub_does_not_wait_for_the_broker(pushed: Pushed, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would take a late answer for none and push the same again; what it pushed is told all the same."""
    publish, go = pushed.broker.publish, asyncio.Event()

    async def held(message: Message) -> None:
        await go.wait()
        await publish(message)

    monkeypatch.setattr(pushed.broker, "publish", held)
    pushing = asyncio.create_task(pushed.hub.push(rss(item("2", "جديد", WHOLE))))
    answered, _ = await asyncio.wait({pushing}, timeout=60)
    assert [one.title for one in pushed.broker.articles] == ["قديم"]
    go.set()
    assert answered
    assert await pushing == 202
    assert (await pushed.told())[-1] == ("جديد", False)


async def test_what_was_pushed_before_a_newer_poll_is_no_revision(pushed: Pushed) -> None:
    """A hub that was sent away while the source was paused comes back with a figure that the paper has corrected."""
    older, newer = (item("2", f"الكلفة {billions} مليارات دولار", WHOLE) for billions in (7, 9))
    pushed.connectors._paused = frozenset({"daily"})
    assert await pushed.hub.push(rss(older)) == 503
    pushed.connectors._paused = frozenset()
    await pushed.offer(newer)
    assert await pushed.hub.push(rss(older)) == 202
    assert [title for title, _ in await pushed.told()] == ["قديم", "الكلفة 9 مليارات دولار"]


async def test_what_is_pushed_again_behind_newer_pushes_is_no_revision(pushed: Pushed) -> None:
    """A hub that was not answered in time repeats the older of two pushes after both were stored."""
    pushed.connectors._paused = frozenset({"daily"})
    older, newer = (rss(item("2", f"الكلفة {billions} مليارات دولار", WHOLE)) for billions in (7, 9))
    assert [await pushed.hub.push(one) for one in (older, newer)] == [503, 503]
    pushed.connectors._paused = frozenset()
    assert [await pushed.hub.push(one) for one in (older, newer, older)] == [202, 202, 202]
    told = [title for title, _ in await pushed.told()]
    assert told == ["قديم", "الكلفة 7 مليارات دولار", "الكلفة 9 مليارات دولار"]
