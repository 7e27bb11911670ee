from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta

import msgspec
import pytest
from aiohttp import web

from connectors.archive import Archive
from connectors.fetch import Fetcher
from connectors.outcomes import Answer
from connectors.poll import Connectors, Tools
from connectors.push import Push, Take
from connectors.sources import Source
from connectors.websub import Endpoint, Offer
from streams.errors import Misconfigured
from streams.topics import ARTICLES, Kafka
from tests.connectors.feeds import item, rss
from tests.connectors.hub import LEASE, Hub, hub, signature
from tests.connectors.pushed import WHOLE, Pushed
from tests.connectors.servers import Press, press
from tests.connectors.stages import cancelled, count, until
from tests.kafka_client import read_until
from tests.processes import free_port


async def test_a_private_feed_opens_no_other_host_for_its_hub(paper: Press, archive: Archive, news_hub: Hub) -> None:
    """Its own host was the operator's choice, the hub is the feed's: it is not asked."""
    news_hub.url = news_hub.url.replace("127.0.0.1", "localhost")
    made = Pushed(paper, archive, news_hub)
    await made.offer(item("1", "خبر"))
    await made.push.ask_due()
    assert news_hub.asked == []
    await made.connectors.close()


async def test_a_paused_source_takes_no_pushes(pushed: Pushed) -> None:
    """The hub is asked to come back; what it pushes once the source is resumed is told."""
    pushed.connectors._paused = frozenset({"daily"})
    assert await pushed.hub.push(rss(item("2", "خبر", WHOLE))) == 503
    assert await pushed.told() == [("قديم", True)]
    pushed.connectors._paused = frozenset()
    assert await pushed.hub.push(rss(item("2", "خبر", WHOLE))) == 202
    assert await pushed.told() == [("قديم", True), ("خبر", False)]


async def test_what_a_hub_pushes_is_told(pushed: Pushed) -> None:
    """Signed by any method; the same again is none; a later poll knows it too; a changed one is a revision."""
    before = {word: count("rasid_pushes_total", source="daily", outcome=word) for word in ("stored", "overtaken")}
    assert pushed.hub.confirmed == [True]
    for number, method in enumerate(["sha1", "sha256", "sha384", "sha512", "sha512"]):
        title = f"خبر {min(number, 3)}"
        assert await pushed.hub.push(rss(item(title, title, WHOLE)), method=method) == 202
    expected = [("قديم", True), *((f"خبر {number}", False) for number in range(4))]
    assert await pushed.told() == expected
    await pushed.offer(
        *(item(title, title, WHOLE) for title in ("خبر 3", "خبر 2", "خبر 1", "خبر 0")), item("1", "قديم")
    )
    assert await pushed.told() == expected
    await pushed.hub.push(rss(item("خبر 3", "خبر معدل", WHOLE)))
    assert ((await pushed.told())[-1], pushed.broker.articles[-1].revision) == (("خبر معدل", False), 2)
    assert count("rasid_pushes_total", source="daily", outcome="stored") - before["stored"] == 5
    assert count("rasid_pushes_total", source="daily", outcome="overtaken") - before["overtaken"] == 1


async def test_a_push_whose_type_is_no_text_is_told(pushed: Pushed) -> None:
    """A byte in its header that is not UTF-8 costs nothing."""
    body, form = rss(item("2", "جديد", WHOLE)).encode(), pushed.hub.asked[-1]
    signed = signature("sha256", body, form["hub.secret"].encode())
    reader, writer = await asyncio.open_connection("127.0.0.1", pushed.port)
    path = form["hub.callback"].partition(str(pushed.port))[2]
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Hub-Signature: {signed}\r\n"
    writer.write(f"{head}Content-Length: {len(body)}\r\nContent-Type: text/xml; x=".encode() + b"\xe9\r\n\r\n" + body)
    assert b"202" in await reader.readline()
    writer.close()
    assert (await pushed.told())[-1] == ("جديد", False)


@pytest.mark.parametrize(
    "forgery",
    [
        {"header": ""},
        {"header": "sha256=" + "0" * 64},
        {"header": "md5=d41d8cd98f00b204e9800998ecf8427e"},
        {"header": "sha256"},
        {"secret": "another secret"},
    ],
    ids=["unsigned", "wrong", "weak", "empty", "stolen"],
)
async def test_a_forged_push_is_answered_and_forgotten(pushed: Pushed, forgery: dict[str, str]) -> None:
    """Like a good one, as the Recommendation wants; nothing of it is stored, and it is counted."""
    before = count("rasid_pushes_total", source="daily", outcome="forged")
    assert await pushed.hub.push(rss(item("x", "مزور", WHOLE)), **forgery) == 202
    assert await pushed.told() == [("قديم", True)]
    assert len(pushed.archive.revisions()) == 1
    assert count("rasid_pushes_total", source="daily", outcome="forged") == before + 1


async def test_who_does_not_know_the_address_is_not_heard(pushed: Pushed) -> None:
    """Another path is nowhere; a push after the lease is too late, and says so."""
    pushed.hub.asked[-1] |= {"hub.callback": pushed.hub.asked[-1]["hub.callback"][:-1] + "é"}
    assert await pushed.hub.push(rss(item("2", "x", WHOLE))) == 404
    await pushed.hub.verify()
    assert pushed.hub.confirmed == [True, False]
    pushed.hub.asked[-1] |= {"hub.callback": pushed.hub.asked[-1]["hub.callback"][:-3]}
    assert await pushed.hub.push(rss(item("2", "x", WHOLE))) == 404


async def test_after_the_lease_nobody_is_heard(pushed: Pushed) -> None:
    """And polling is what is left."""
    pushed.hub.verifies = False
    pushed.clock.advance(seconds=LEASE)
    assert await pushed.hub.push(rss(item("2", "x", WHOLE))) == 410
    assert not pushed.push.is_live(pushed.source)
    assert await pushed.told() == [("قديم", True)]


async def test_nobody_else_can_end_or_turn_a_subscription(pushed: Pushed) -> None:
    """Not by asking us to confirm what we never asked for."""
    await pushed.hub.verify(mode="unsubscribe")
    await pushed.hub.verify(topic="https://other.example/feed")
    pushed.clock.advance(minutes=61)
    pushed.hub.verifies = False
    await pushed.push.ask_due()
    pushed.clock.advance(minutes=61)
    await pushed.hub.verify()
    assert pushed.hub.confirmed == [True, False, False, False]


async def test_a_subscription_is_renewed_before_it_ends(pushed: Pushed) -> None:
    """At the same address, with the same secret; it never lapses."""
    pushed.clock.advance(seconds=0.8 * LEASE - 1)
    await pushed.push.ask_due()
    assert len(pushed.hub.asked) == 1
    pushed.clock.advance(seconds=1)
    await until(lambda: len(pushed.hub.confirmed) == 2)
    assert pushed.hub.asked[0] == pushed.hub.asked[1]
    pushed.clock.advance(seconds=0.5 * LEASE)
    assert pushed.push.is_live(pushed.source)
    assert await pushed.hub.push(rss(item("2", "x", WHOLE))) == 202


async def test_a_subscription_survives_a_restart(pushed: Pushed) -> None:
    """The hub goes on pushing to the same address, and is not asked again."""
    await pushed.stop()
    await pushed.restart()
    pushed.running = asyncio.create_task(pushed.push.run())
    await until(lambda: pushed.push.is_live(pushed.source))
    assert await pushed.hub.push(rss(item("2", "جديد", WHOLE))) == 202
    assert ((await pushed.told())[-1], len(pushed.hub.asked)) == (("جديد", False), 1)


async def test_while_we_cannot_store_the_hub_is_asked_to_come_back(pushed: Pushed) -> None:
    """Archive away: 503, and the next try is stored. Unreadable: answered, because it would be so again."""
    engine = pushed.archive._engine
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE revisions RENAME TO elsewhere")
    assert await pushed.hub.push(rss(item("2", "جديد", WHOLE))) == 503
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO revisions")
    assert await pushed.hub.push(rss(item("2", "جديد", WHOLE))) == 202
    assert (await pushed.told())[-1] == ("جديد", False)
    before = count("rasid_pushes_total", source="daily", outcome="not_a_feed")
    assert await pushed.hub.push("<html>") == 202
    assert count("rasid_pushes_total", source="daily", outcome="not_a_feed") == before + 1


async def test_what_breaks_one_subscription_costs_no_other(
    paper: Press, archive: Archive, news_hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bug that one hub brings to light: the others are asked, and it is asked again in its own time."""
    stage = Pushed(paper, archive, news_hub)
    await stage.connectors.close()
    first = msgspec.structs.replace(stage.source, id="a")
    endpoint = Endpoint(callback="http://127.0.0.1:1/")
    fetcher = Fetcher(contact="mailto:watch@example.org")
    post, asked = fetcher.post, list[str]()

    async def post_once_broken(url: str, form: Mapping[str, str], *, allow_private: bool = False) -> Answer:
        asked.append(url)
        if len(asked) == 1:
            raise OverflowError
        return await post(url, form, allow_private=allow_private)

    monkeypatch.setattr(fetcher, "post", post_once_broken)
    take: Take = stage.connectors._poller.take
    sources = [first, stage.source]
    push = Push(archive, fetcher, sources, endpoint, take=take, now=stage.clock, is_paused=lambda _source: False)
    news_hub.verifies = False
    for source in (first, stage.source):
        await push.note(source, Offer(hub=news_hub.url, topic=source.url))
    await push.ask_due()
    assert (len(asked), len(news_hub.asked)) == (2, 1)
    await push.ask_due()
    assert len(asked) == 2
    await fetcher.close()


async def test_a_hub_that_does_not_answer_holds_up_no_other(paper: Press, archive: Archive, news_hub: Hub) -> None:
    """While it is waited for, the other feed's hub is asked."""
    stage = Pushed(paper, archive, news_hub)
    await stage.connectors.close()
    quiet = msgspec.structs.replace(stage.source, id="a")
    news_hub.verifies = False

    async def hang(_request: web.Request) -> web.StreamResponse:
        await asyncio.Event().wait()
        raise AssertionError

    fetcher, take = Fetcher(contact="mailto:watch@example.org"), stage.connectors._poller.take
    endpoint = Endpoint(callback="http://127.0.0.1:1/")
    push = Push(
        archive, fetcher, [quiet, stage.source], endpoint, take=take, now=stage.clock, is_paused=lambda _source: False
    )
    async with press() as deaf:
        deaf.pages["/hub"] = hang
        await push.note(quiet, Offer(hub=deaf.url("/hub"), topic=stage.source.url))
        await push.note(stage.source, Offer(hub=news_hub.url, topic=stage.source.url))
        asking = asyncio.create_task(push.ask_due())
        await until(lambda: len(news_hub.asked) == 1 and len(deaf.requests) == 1)
        assert not asking.done()
        await cancelled(asking)
    await fetcher.close()


async def test_a_feed_that_changes_its_hub_is_followed(pushed: Pushed) -> None:
    """With a new address and secret; without a hub the subscription is let go."""
    async with hub() as other:
        first, pushed.hub = pushed.hub, other
        await pushed.offer(item("2", "جديد"))
        await until(lambda: other.confirmed == [True])
        assert other.asked[0]["hub.callback"] != first.asked[0]["hub.callback"]
        assert other.asked[0]["hub.secret"] != first.asked[0]["hub.secret"]
        assert await first.push(rss(item("3", "x", WHOLE))) == 404
        pushed.paper.headers = {}
        await pushed.serve(item("4", "بلا محور"))
        assert not pushed.push.is_live(pushed.source)
        assert pushed.archive.subscriptions() == []
        assert await other.push(rss(item("5", "x", WHOLE))) == 404


async def test_a_hub_that_is_silent_or_says_no(paper: Press, archive: Archive, news_hub: Hub) -> None:
    """Is asked again later and later; polling goes on as ever."""
    stage = Pushed(paper, archive, news_hub)
    news_hub.verifies = False
    await stage.offer(item("1", "a"))
    for minutes, times in ((0, 1), (9, 1), (1, 2), (59, 2), (1, 3)):
        stage.clock.advance(minutes=minutes)
        await stage.push.ask_due()
        assert len(news_hub.asked) == times
    running = asyncio.create_task(stage.push.run())
    await asyncio.sleep(0.1)
    await news_hub.verify(mode="denied", reason="no")
    await until(lambda: archive.subscriptions()[0].due == stage.clock.now + timedelta(days=1))
    assert not stage.push.is_live(stage.source)
    await cancelled(running)
    await stage.connectors.close()


async def test_polling_goes_on_while_a_hub_pushes_but_more_rarely(pushed: Pushed) -> None:
    """At its longest interval, in case the hub forgets something; at its own again when the lease has ended."""
    source = pushed.source = msgspec.structs.replace(pushed.source, max_interval=timedelta(seconds=2 * LEASE))
    polled = pushed.clock.now
    state = pushed.archive.feed(source)
    assert state.next_poll is not None
    assert state.next_poll < polled + source.max_interval
    assert pushed.connectors._due(source, state, again=True) == polled + source.max_interval
    pushed.hub.verifies = False
    pushed.clock.advance(seconds=LEASE)
    assert pushed.connectors._due(source, state, again=True) == state.next_poll


async def test_a_taken_port_is_the_operators_to_mend(paper: Press, archive: Archive, news_hub: Hub) -> None:
    """It says so and ends, instead of waiting for hubs that cannot come."""
    stage = Pushed(paper, archive, news_hub)
    stage.port = paper.port
    await stage.connectors.close()
    stage.connectors = stage.fresh()
    with pytest.raises(Misconfigured, match="cannot listen"):
        await stage.push.run()
    await stage.connectors.close()


@pytest.mark.kafka
async def test_a_pushed_article_is_on_the_topic_at_once(
    paper: Press, archive: Archive, news_hub: Hub, kafka: Kafka
) -> None:
    """Through the whole stage, onto Apache Kafka; a forged one is not."""
    port = free_port()
    source = Source(id="daily", url=paper.url("/feed"), allow_private=True)
    endpoint = Endpoint(callback=f"http://127.0.0.1:{port}", port=port)
    stage = Connectors([source], archive, kafka, contact="mailto:watch@example.org", tools=Tools(endpoint=endpoint))
    paper.pages["/feed"] = rss(item("1", "قديم"))
    paper.headers = {"Link": f'<{news_hub.url}>; rel="hub", <{source.url}>; rel="self"'}
    running = asyncio.create_task(stage.run())
    await until(lambda: news_hub.confirmed == [True])
    await read_until(kafka, ARTICLES, lambda values: len(values) == 1)
    reading = asyncio.create_task(
        read_until(kafka, ARTICLES, lambda values: any("عاجل".encode() in one for one in values))
    )
    await asyncio.sleep(1)
    await news_hub.push(rss(item("3", "مزور", WHOLE)), secret="x")
    await news_hub.push(rss(item("2", "عاجل", WHOLE)))
    values = await reading
    assert len(values) == 2
    await cancelled(running)
