from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from aiohttp import web
from prometheus_client import REGISTRY
from typing_extensions import override

from connectors.archive import Archive
from connectors.parse.entries import Document, Feed
from connectors.poll import Checked, Connectors, Tools, check
from connectors.poller import Polled
from connectors.sandbox import Sandbox
from connectors.sources import Source
from rasid.database import migrate, open_engine
from streams.errors import BadInput, Misconfigured, Unavailable
from streams.topics import ARTICLES, Kafka, Message
from tests.brokers import EmbeddedServer
from tests.connectors.fakes import Clock, MemoryPublisher
from tests.connectors.feeds import item, rss
from tests.connectors.servers import Press, press, raw_server
from tests.kafka_client import read_until
from tests.processes import free_port
from tests.services import create_topics

NOWHERE = Kafka(bootstrap="127.0.0.1:1", embedded=True)
FAST = timedelta(milliseconds=100)


@pytest.fixture
async def paper() -> AsyncIterator[Press]:
    """A running press."""
    async with press() as served:
        yield served


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """An empty archive."""
    engine = open_engine(f"sqlite:///{tmp_path}/archive.db", "archive")
    migrate(engine, "connectors", "archive")
    yield Archive(engine)
    engine.dispose()


class Stage:
    """The connectors over one feed of the press, with a clock and a broker that the test moves."""

    def __init__(self, paper: Press, archive: Archive) -> None:
        self.paper = paper
        self.archive = archive
        self.clock = Clock()
        self.broker = MemoryPublisher()
        self.source = Source(id="daily", url=paper.url("/feed"), allow_private=True, timezone="Asia/Riyadh")
        self.connectors = self.fresh()

    def fresh(self) -> Connectors:
        """A new process, as far as memory goes."""
        tools = Tools(publisher=self.broker, now=self.clock)
        return Connectors([self.source], self.archive, NOWHERE, contact="mailto:watch@example.org", tools=tools)

    async def restart(self) -> None:
        """Go on as a new process."""
        await self.connectors.close()
        self.connectors = self.fresh()

    async def serve(self, *items: str, etag: str = "") -> Polled:
        """Put these items on the feed and poll it."""
        self.paper.pages["/feed"] = rss(*items)
        self.paper.headers = {"ETag": etag} if etag else {}
        return await self.connectors.poll_once(self.source)

    def polled_now(self) -> bool:
        """Whether a poll was noted since the clock was moved."""
        return self.archive.feed(self.source).last_poll == self.clock.now

    @property
    def published(self) -> list[tuple[str, int, bool]]:
        """Title, revision and whether it is history, of all that was published."""
        return [(one.title, one.revision, one.quiet) for one in self.broker.articles]


@pytest.fixture
async def stage(paper: Press, archive: Archive) -> AsyncIterator[Stage]:
    """The connectors over one feed."""
    made = Stage(paper, archive)
    yield made
    await made.connectors.close()


def count(name: str, **labels: str) -> float:
    """A metric's present value."""
    return REGISTRY.get_sample_value(name, labels) or 0.0


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


async def test_validators_are_saved_after_the_acknowledgement(stage: Stage) -> None:
    """While the broker is away the feed is fetched anew; once it has everything, the server may say: unchanged."""
    stage.broker.acks = 1
    assert await stage.serve(item("2", "b"), item("1", "a"), etag='"v1"') == Polled(new=2, published=False)
    state = stage.archive.feed(stage.source)
    assert (state.etag, state.content, state.failures) == (None, None, 0)
    assert stage.archive.waiting() == {"daily": 1}
    stage.broker.acks = None
    await stage.restart()
    assert await stage.serve(item("2", "b"), item("1", "a"), etag='"v1"') == Polled(known=2)
    assert stage.archive.feed(stage.source).etag == '"v1"'
    assert stage.published == [("a", 1, True), ("b", 1, True)]
    await stage.serve(item("2", "b"), item("1", "a"), etag='"v1"')
    assert [request.headers.get("If-None-Match") for request in stage.paper.requests] == [None, None, '"v1"']


async def test_a_changed_validator_with_the_same_bytes_is_no_news(stage: Stage) -> None:
    """The content decides; the new validator is kept. Bytes that change under one validator are seen as well."""
    await stage.serve(item("1", "a"), etag='"v1"')
    assert await stage.serve(item("1", "a"), etag='"v2"') == Polled()
    assert stage.archive.feed(stage.source).etag == '"v2"'

    async def stubborn(_request: web.Request) -> web.Response:
        return web.Response(body=rss(item("1", "b")), headers={"ETag": '"v2"'})

    stage.paper.pages["/feed"] = stubborn
    assert await stage.connectors.poll_once(stage.source) == Polled(new=1)


async def test_articles_wait_in_the_archive_while_the_broker_is_away(stage: Stage) -> None:
    """Several polls' worth, then all of it in order, by the stage that runs when the broker is back."""
    stage.broker.acks = 0
    await stage.serve(item("1", "a"))
    await stage.serve(item("2", "b"))
    await stage.serve(item("3", "c"))
    assert stage.published == []
    assert await stage.connectors.problems() == ["the broker is away"]
    stage.broker.acks = None
    running = asyncio.create_task(stage.connectors.run())
    await until(lambda: len(stage.published) == 3)
    assert stage.published == [("a", 1, True), ("b", 1, False), ("c", 1, False)]
    assert await stage.connectors.problems() == []
    await cancelled(running)
    assert stage.broker.closed


@pytest.mark.parametrize("acks", [0, 1, 2, 3])
async def test_a_first_poll_that_is_interrupted_stays_history(stage: Stage, acks: int) -> None:
    """Wherever publishing breaks off: after a restart the same articles are published, quiet, in order."""
    stage.broker.acks = acks
    items = [item(str(n), f"t{n}") for n in (3, 2, 1)]
    await stage.serve(*items)
    assert len(stage.published) == acks
    stage.broker.acks = None
    await stage.restart()
    await stage.serve(*items)
    assert stage.published == [("t1", 1, True), ("t2", 1, True), ("t3", 1, True)]
    await stage.serve(item("4", "t4"), *items)
    assert stage.published[-1] == ("t4", 1, False)


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


async def test_what_is_wrong_with_us_ends_the_stage(stage: Stage) -> None:
    """A message that the broker will never take is the operator's to mend: waiting would hide it."""

    class Refusing(MemoryPublisher):
        @override
        async def publish(self, message: Message) -> None:
            raise Misconfigured("message_size", f"{len(message.value)} bytes")

    stage.broker = Refusing()
    await stage.restart()
    with pytest.raises(Misconfigured):
        await stage.serve(item("1", "a"))
    with pytest.raises(ExceptionGroup):
        await stage.connectors.run()


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


async def test_a_folder_is_a_source_like_any_other(archive: Archive, tmp_path: Path) -> None:
    """Feeds and items from files, oldest first over all of them; a broken file costs only itself."""
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.xml").write_text(rss(item("2", "c", date="2026-02-03"), item("1", "a", date="2026-02-01")))
    (folder / "b.jsonl").write_text('{"id":"3","text":"x","title":"b","published":"2026-02-02"}\nnonsense\n')
    (folder / "broken.xml").write_text("<html/>")
    broker = MemoryPublisher()
    source = Source(id="files", url=str(folder), kind="folder", backfill="announce")
    stage = Connectors([source], archive, NOWHERE, contact="x", tools=Tools(publisher=broker))
    assert await stage.poll_once(source) == Polled(new=3)
    assert [one.title for one in broker.articles] == ["a", "b", "c"]
    assert await stage.poll_once(source) == Polled()
    (folder / "b.jsonl").write_text('{"id":"3","text":"y","title":"b","published":"2026-02-02"}\n')
    assert await stage.poll_once(source) == Polled(new=1, known=2)
    assert broker.articles[-1].revision == 2
    await stage.close()


class Busy(Sandbox):
    """A sandbox that has no time for one document for as long as it is told so."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self.busy = True
        self.parsed: list[str] = []
        self._base = base

    @override
    async def parse(self, document: Document) -> Feed:
        self.parsed.append(document.base)
        if self.busy and document.base == self._base:
            raise BadInput("parse_limit", "parsing took more than 8 seconds")
        return await super().parse(document)


async def test_a_document_that_took_too_long_is_read_later(archive: Archive, tmp_path: Path) -> None:
    """A busy machine costs a folder no document: it is parsed again, ever later, at once when another file comes."""
    for name in ("a", "b"):
        (tmp_path / f"{name}.xml").write_text(rss(item(name, name)))
    (tmp_path / "never.xml").write_text("<html/>")
    sandbox, clock, broker = Busy("b.xml"), Clock(), MemoryPublisher()
    source = Source(id="files", url=str(tmp_path), kind="folder", min_interval=timedelta(seconds=2))
    stage = Connectors(
        [source], archive, NOWHERE, contact="x", tools=Tools(publisher=broker, sandbox=sandbox, now=clock)
    )
    assert await stage.poll_once(source) == Polled(new=1)
    assert await stage.poll_once(source) == Polled()
    assert len(sandbox.parsed) == 3
    clock.advance(seconds=10)
    assert await stage.poll_once(source) == Polled(known=1)
    clock.advance(seconds=10)
    assert await stage.poll_once(source) == Polled()
    (tmp_path / "c.xml").write_text(rss(item("c", "c")))
    assert await stage.poll_once(source) == Polled(new=1, known=1)
    assert archive.feed(source).content is None
    sandbox.busy = False
    clock.advance(seconds=10)
    assert await stage.poll_once(source) == Polled(new=1, known=2)
    assert [one.title for one in broker.articles] == ["a", "c", "b"]
    sandbox.parsed.clear()
    clock.advance(days=1)
    assert await stage.poll_once(source) == Polled()
    assert sandbox.parsed == []
    await stage.close()


async def test_many_articles_keep_their_order(stage: Stage) -> None:
    """More than the outbox takes at once."""
    await stage.serve(*(item(str(n), str(n)) for n in range(120, 0, -1)))
    assert [one.title for one in stage.broker.articles] == [str(n) for n in range(1, 121)]


async def test_cancelling_ends_it_soon_and_wholly(paper: Press, archive: Archive) -> None:
    """In the middle of everything: a server that never ends, a broker that is away. Two seconds, no process left."""
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
        assert time.monotonic() - begun < 2
    assert sandbox._idle == []


@pytest.mark.embedded
async def test_a_broker_that_starts_late_gets_everything(
    paper: Press, archive: Archive, embedded_server: EmbeddedServer
) -> None:
    """The stage starts without it, says so, and publishes when it is there; when it forgets, again."""
    embedded_server.kill()
    kafka = embedded_server.settings
    paper.pages["/feed"] = rss(item("2", "b"), item("1", "a"))
    source = Source(id="daily", url=paper.url("/feed"), allow_private=True, min_interval=FAST)
    stage = Connectors([source], archive, kafka, contact="x")
    running = asyncio.create_task(stage.run())
    await until(lambda: archive.waiting() == {"daily": 2})
    assert "does not answer" in (await stage.problems())[0]
    embedded_server.start()
    create_topics(kafka)
    assert len(await read_until(kafka, ARTICLES, lambda values: len(values) >= 2)) == 2
    await until(lambda: archive.waiting() == {})
    assert await stage.problems() == []
    embedded_server.kill()
    embedded_server.start()
    create_topics(kafka)
    assert archive.requeue({}) == 2
    assert len(await read_until(kafka, ARTICLES, lambda values: len(values) >= 2)) >= 2
    await cancelled(running)


async def test_a_check_asks_once_and_keeps_nothing(paper: Press, tmp_path: Path) -> None:
    """Format, encoding and the articles as they would be; or why not."""
    paper.pages |= {"/feed": rss(item("1", "a", "نص")), "/portal": "<html/>"}
    source = Source(id="daily", url=paper.url("/feed"), allow_private=True)
    checked = await check(source, contact="x")
    assert [feed.format for feed in checked.feeds] == ["rss20"]
    assert [(one.title, one.body, one.quiet) for one in checked.articles] == [("a", "نص", False)]
    assert len(paper.requests) == 1
    for path, reason in (("/portal", "not_a_feed"), ("/missing", "http_404")):
        failed = (await check(msgspec.structs.replace(source, url=paper.url(path)), contact="x")).failed
        assert failed is not None
        assert failed.reason == reason
    assert await check(Source(id="f", url=str(tmp_path), kind="folder"), contact="x") == Checked()


async def until(holds: Callable[[], bool]) -> None:
    """Wait until it holds; fail when that takes too long."""
    deadline = time.monotonic() + 15
    while not await asyncio.to_thread(holds):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


async def cancelled(task: asyncio.Task[None]) -> None:
    """End a stage."""
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
