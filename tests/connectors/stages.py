"""The stage as the tests run it: one feed, a clock and a broker that the test moves."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from prometheus_client import REGISTRY

from connectors.archive import Archive
from connectors.fetch import Fetcher
from connectors.poll import Connectors, Tools
from connectors.poller import Polled
from connectors.sources import Source
from streams.topics import Kafka
from tests.connectors.fakes import Clock, MemoryPublisher
from tests.connectors.feeds import rss
from tests.connectors.servers import Press

NOWHERE = Kafka(bootstrap="127.0.0.1:1", embedded=True)
FAST = timedelta(milliseconds=100)


class Stage:
    """The connectors over one feed of the press, with a clock and a broker that the test moves."""

    def __init__(self, paper: Press, archive: Archive) -> None:
        self.paper = paper
        self.archive = archive
        self.clock = Clock()
        self.broker = MemoryPublisher()
        self.source = Source(id="daily", url=paper.url("/feed"), allow_private=True, timezone="Asia/Riyadh")
        self.pages: Fetcher | None = None
        self.connectors = self.fresh()

    def fresh(self) -> Connectors:
        """A new process, as far as memory goes."""
        tools = Tools(publisher=self.broker, now=self.clock, page_pause=0, pages=self.pages)
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


def count(name: str, **labels: str) -> float:
    """A metric's present value."""
    return REGISTRY.get_sample_value(name, labels) or 0.0


async def until(holds: Callable[[], bool]) -> None:
    """Wait until it holds; fail when that takes too long."""
    deadline = time.monotonic() + 60
    while not await asyncio.to_thread(holds):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


async def cancelled(task: asyncio.Task[None]) -> None:
    """End a stage."""
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
