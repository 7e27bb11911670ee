"""`rasid connect` killed again and again amid polls of feeds that change, and what must be true afterwards.

The process, its archive and Apache Kafka are real, `kill -9` too. The press knows which process asked (its contact is
in the User-Agent), and so, without a clock, which polls were whole: a process that asks a feed again has done with what
it got before. What was in such an answer stayed served for one whole interval. One rule: nothing here is judged by
time, so a busy machine makes it slower and not different.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from aiohttp import web

from connectors.archive import Archive
from rasid.database import open_engine
from streams.records import Article, decode
from streams.topics import ARTICLES
from tests.brokers import KafkaServer
from tests.connectors.feeds import item, rss
from tests.kafka_client import read_until

ROOT = Path(__file__).parents[2]
FEEDS = 50
_ITEMS = 10  # that a feed shows
_PATIENCE = 240.0


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """How often the connector is killed, for how many seconds the broker is away in between, and the dice."""

    kills: int
    away: float
    seed: int


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it.

    `served` are the titles that stayed served for a whole interval, `cut` how many polls a kill fell into; `archived`
    and `on_topic` the revisions in order, `repeated` how many came to the topic more than once.
    """

    served: frozenset[str]
    cut: int
    archived: tuple[Article, ...]
    on_topic: tuple[Article, ...]
    failures: tuple[str, ...]

    @property
    def repeated(self) -> int:
        """How many messages were not the first of their revision."""
        return len(self.on_topic) - len({(one.article_id, one.revision) for one in self.on_topic})


class ChangingFeed:
    """A feed that changes at most of its requests: a new item, or an old one in another version."""

    def __init__(self, number: int, dice: random.Random) -> None:
        self._number = number
        self._dice = dice
        self._items: list[tuple[int, int]] = [(0, 1)]
        self._asked_by, self._shown = "", frozenset[str]()
        self.version = 1
        self.served: set[str] = set()
        self.asks: dict[str, int] = {}
        self.cut = 0

    def ask(self, life: str, *, changes: bool) -> None:
        """A process asks: it has done with what it got before; what another one got before that may be lost."""
        if life == self._asked_by:
            self.served |= self._shown
        else:
            self.cut += bool(self._asked_by)
            self._asked_by = life
        if changes and self._dice.random() < 0.7:
            self._change()
        self._shown = frozenset(self._title(*one) for one in self._items)
        self.asks[life] = self.asks.get(life, 0) + 1

    def document(self) -> str:
        """The feed as it is now, the newest first."""
        return rss(*(item(str(number), self._title(number, version)) for number, version in reversed(self._items)))

    def _change(self) -> None:
        self.version += 1
        if self._dice.random() < 0.5:
            self._items = [*self._items, (self._items[-1][0] + 1, 1)][-_ITEMS:]
        else:
            at = self._dice.randrange(len(self._items))
            number, version = self._items[at]
            self._items[at] = (number, version + 1)

    def _title(self, number: int, version: int) -> str:
        return f"خبر {self._number} رقم {number} صيغة {version}"


class ChangingPress:
    """Fifty feeds on loopback, served by a thread of their own."""

    def __init__(self, dice: random.Random) -> None:
        self.feeds = [ChangingFeed(number, dice) for number in range(FEEDS)]
        self.changes = True
        self.port = 0

    async def answer(self, request: web.Request) -> web.Response:
        """The feed of that number; 304 for whoever has it as it is."""
        feed = self.feeds[int(request.match_info["number"])]
        life = re.findall(r"\+(life-\d+)\)", request.headers["User-Agent"])[0]
        feed.ask(life, changes=self.changes)
        etag = f'"{feed.version}"'
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304)
        return web.Response(text=feed.document(), content_type="application/rss+xml", headers={"ETag": etag})

    def asked(self, life: str) -> int:
        """How many requests that process made."""
        return sum(feed.asks.get(life, 0) for feed in self.feeds)


@contextmanager
def _serving(press: ChangingPress) -> Iterator[None]:
    ready, over = threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        app = web.Application()
        app.router.add_get("/{number}", press.answer)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        press.port = runner.addresses[0][1]
        ready.set()
        await over.wait()
        await runner.cleanup()

    def work() -> None:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            runner.run(serve())

    thread = threading.Thread(target=work)
    thread.start()
    ready.wait(30)
    try:
        yield
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(30)


class Lives:
    """The connector as one process after another over the same archive."""

    def __init__(self, folder: Path, press: ChangingPress, bootstrap: str) -> None:
        self._folder = folder
        self._press = press
        self._count = 0
        sources = [
            {
                "id": f"feed-{number}",
                "url": f"http://127.0.0.1:{press.port}/{number}",
                "allow_private": True,
                "min_interval": "1s",
                "max_interval": "1s",
            }
            for number in range(FEEDS)
        ]
        settings = {"feeds": None, "sources": sources, "kafka": {"bootstrap": bootstrap}, "health": {"connect": 0}}
        (folder / "rasid.yaml").write_text(json.dumps(settings | {"data_dir": "data", "log_level": "warning"}))
        self._engine = open_engine(f"sqlite:///{folder}/data/archive.db", "archive", read_only=True)
        self.archive = Archive(self._engine)

    def close(self) -> None:
        """Let go of the archive."""
        self._engine.dispose()

    @contextmanager
    def life(self) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
        """A new process, by the name under which the press knows it; killed at the end if it still runs."""
        self._count += 1
        name = f"life-{self._count}"
        command = [sys.executable, "-m", "rasid", "--config", str(self._folder / "rasid.yaml"), "connect"]
        environment = dict(os.environ) | {"RASID_CONTACT": name, "PYTHONPATH": str(ROOT)}  # noqa: TID251 - a child's
        with (self._folder / "connect.log").open("ab") as log:
            process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, env=environment)
        try:
            yield name, process
        finally:
            process.kill()
            process.wait()

    def live_until_killed(self, seconds: float) -> int:
        """A life that is killed so many seconds after its first request; how it ended."""
        with self.life() as (name, process):
            wait_for(lambda: self._press.asked(name) > 0 or process.poll() is not None)
            time.sleep(seconds)
            process.kill()
            return process.wait()

    def live_until_quiet(self) -> int:
        """A last life that brings everything home and is asked to end; how it ended."""
        self._press.changes = False
        with self.life() as (name, process):
            wait_for(lambda: all(feed.asks.get(name, 0) > 1 for feed in self._press.feeds))
            wait_for(lambda: not self.archive.waiting())
            process.terminate()
            return process.wait(30)


def wait_for(holds: Callable[[], bool]) -> None:
    """Wait until it holds."""
    deadline = time.monotonic() + _PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def run(folder: Path, kafka: KafkaServer, plan: Plan) -> Outcome:
    """Kill the connector as planned, with the broker away from a third of the kills on, and see what is left."""
    dice = random.Random(plan.seed)
    press = ChangingPress(dice)
    back_at: float | None = None
    with _serving(press):
        lives = Lives(folder, press, kafka.settings.bootstrap)
        for kill in range(plan.kills):
            if kill == plan.kills // 3:
                kafka.kill()
                back_at = time.monotonic() + plan.away
            if back_at is not None and time.monotonic() > back_at:
                kafka.start()
                back_at = None
            assert lives.live_until_killed(dice.uniform(0, 1.5)) == -9
        if back_at is not None:
            time.sleep(max(0.0, back_at - time.monotonic()))
            kafka.start()
        assert lives.live_until_quiet() == 0
    archived = tuple(_pages(lives.archive))
    wanted = {(one.article_id, one.revision) for one in archived}
    values = asyncio.run(read_until(kafka.settings, ARTICLES, lambda found: _known(found) >= wanted))
    failures = lives.archive.failures()
    lives.close()
    return Outcome(
        served=frozenset().union(*(feed.served for feed in press.feeds)),
        cut=sum(feed.cut for feed in press.feeds),
        archived=archived,
        on_topic=tuple(decode(value, Article) for value in values),
        failures=tuple(f"{one.source_id}: {one.reason}" for one in failures),
    )


def _pages(archive: Archive) -> Iterator[Article]:
    after = 0
    while page := archive.revisions(after=after):
        yield from (revision.article for revision in page)
        after = page[-1].seq


def _known(values: list[bytes]) -> set[tuple[str, int]]:
    articles = (decode(value, Article) for value in values)
    return {(one.article_id, one.revision) for one in articles}


def judge(outcome: Outcome) -> None:
    """What must be true, whatever was killed when."""
    assert outcome.failures == ()
    archived = [(one.source_id, one.article_id, one.revision) for one in outcome.archived]
    first_seen = dict.fromkeys((one.source_id, one.article_id, one.revision) for one in outcome.on_topic)
    assert set(first_seen) == set(archived)
    for source in {one[0] for one in archived}:
        assert [one for one in first_seen if one[0] == source] == [one for one in archived if one[0] == source]
    assert outcome.served <= {one.title for one in outcome.archived}
