"""The stage: every source is polled when it is due, and what waits in the archive is published whenever it can be.

One task per source, so that none waits for another, and one that drains the outbox: at the start, and when the broker
is back. One rule: nothing that one source does can end the stage. It ends when it is cancelled, and on what is wrong
with ourselves.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
import structlog

from connectors import metrics, schedule
from connectors.archive import Archive
from connectors.fetch import Fetcher
from connectors.outbox import Outbox
from connectors.pages import PAGE_LIMITS, PAUSE, Pages
from connectors.poller import Polled, Poller
from connectors.publish import KafkaPublisher, Publisher
from connectors.push import Push
from connectors.sandbox import Sandbox
from connectors.sources import Source
from connectors.states import FeedState
from connectors.websub import Endpoint
from streams.clock import utc_now
from streams.errors import Unavailable
from streams.threads import in_thread
from streams.topics import Kafka

log = structlog.get_logger()

_DRAIN_SECONDS = 1.0
_RETRY_SECONDS = 2.0
_NAP_SECONDS = 60.0
_CARE_SECONDS = 2.0
_FORGET_SECONDS = 0.2
_TIDY_SECONDS = 3600.0


class Bounds(msgspec.Struct, frozen=True, kw_only=True):
    """How many bytes of articles may wait for the broker, and for how long the text of one is kept (None: for ever)."""

    waiting: int = 1024**3
    keep: timedelta | None = timedelta(days=400)


_BOUNDS = Bounds()


@dataclass(frozen=True, kw_only=True)
class Tools:
    """What the stage works with, where it is not the usual."""

    fetcher: Fetcher | None = None
    sandbox: Sandbox | None = None
    pages: Fetcher | None = None
    page_pause: float = PAUSE
    endpoint: Endpoint | None = None
    publisher: Publisher | None = None
    now: Callable[[], datetime] = utc_now
    bounds: Bounds = _BOUNDS


_USUAL = Tools()


class Connectors:
    """Polls `sources` into `archive` and onto `kafka`. `contact` is where servers can reach a person."""

    def __init__(
        self, sources: Sequence[Source], archive: Archive, kafka: Kafka, *, contact: str, tools: Tools = _USUAL
    ) -> None:
        self._sources = sources
        self._archive = archive
        self._fetcher = tools.fetcher or Fetcher(contact=contact)
        self._sandbox = tools.sandbox or Sandbox()
        self._publisher = tools.publisher or KafkaPublisher(kafka)
        self._outbox = Outbox(archive, self._publisher, tools.bounds.waiting)
        self._poller = Poller(
            archive, self._outbox, self._fetcher, self._sandbox, now=tools.now, is_paused=self._is_paused
        )
        pages = tools.pages or Fetcher(contact=contact, limits=PAGE_LIMITS)
        self._paused: frozenset[str] = frozenset()
        self._cares = asyncio.Event()  # what is paused is known
        self.pages = Pages(
            archive,
            self._outbox,
            sources,
            pages,
            now=tools.now,
            is_paused=self._is_paused,
            is_away=lambda: self._poller.way.is_away,
            pause=tools.page_pause,
        )
        self.push = self._subscriber(tools)
        self._now = tools.now
        self._keep = tools.bounds.keep

    def _subscriber(self, tools: Tools) -> Push | None:
        if tools.endpoint is None:
            return None
        book, take = self._archive, self._poller.take
        push = Push(
            book, self._fetcher, self._sources, tools.endpoint, take=take, now=tools.now, is_paused=self._is_paused
        )
        self._poller.on_offer = push.note
        return push

    def _is_paused(self, source_id: str) -> bool:
        """Whether the operator has paused a source while this runs, or before."""
        return source_id in self._paused

    async def run(self) -> None:
        """Poll until cancelled. What the last run left in the archive is published first of all."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._keep_draining())
                tasks.create_task(self._keep_care())
                tasks.create_task(self._keep_forgetting())
                tasks.create_task(self.pages.run())
                if self.push is not None:
                    tasks.create_task(self.push.run())
                for source in self._sources:
                    if not source.paused:
                        tasks.create_task(self._watch(source))
        finally:
            await self.close()

    async def close(self) -> None:
        """Let go of connections and children; `run` does it by itself."""
        await self._outbox.close()
        await self._publisher.close()
        await self._fetcher.close()
        await self._sandbox.close()
        await self.pages.close()

    async def problems(self) -> list[str]:
        """One line for each thing that polling needs and that does not answer now."""
        checks = (asyncio.to_thread(self._archive.check), self._publisher.check(), self._sandbox.check())
        results = await asyncio.gather(*checks, return_exceptions=True)
        return [str(result) for result in results if isinstance(result, Exception)]

    async def poll_once(self, source: Source) -> Polled:
        """Poll a source now, due or not; raises `Unavailable` when the archive or the sandbox cannot be had."""
        with metrics.POLL_SECONDS.time():
            return await self._poller.poll(source)

    async def _keep_draining(self) -> None:
        while True:
            try:
                await self._outbox.drain()
            except Unavailable as error:
                log.warning("outbox_waits", reason=error.reason, detail=str(error))
                await asyncio.sleep(_RETRY_SECONDS)
            await asyncio.sleep(_DRAIN_SECONDS)

    async def _keep_care(self) -> None:
        """Know what is known of the sources, and which of them the operator has paused."""
        known = False
        while True:
            try:
                if not known:
                    await in_thread(self._recall)
                    known = True
                self._paused = frozenset(await in_thread(self._archive.paused))
                self._cares.set()
                for source_id in self._paused:
                    metrics.hide(source_id)
            except Unavailable as error:
                log.warning("care_waits", reason=error.reason, detail=str(error))
            await asyncio.sleep(_CARE_SECONDS)

    async def _keep_forgetting(self) -> None:
        """Forget the texts that were kept for long enough, a few at a time, so that nobody waits for the database."""
        while self._keep is not None:
            pause = _RETRY_SECONDS
            try:
                forgotten = await in_thread(self._archive.forget, self._now() - self._keep)
                metrics.FORGOTTEN.inc(forgotten)
                pause = _FORGET_SECONDS if forgotten else _TIDY_SECONDS
            except Unavailable as error:
                log.warning("forgetting_waits", reason=error.reason, detail=str(error))
            await asyncio.sleep(pause)

    def _recall(self) -> None:
        """Show how the sources were doing when the last process ended, and go on sparing whom it spared."""
        sources = {source.id: source for source in self._sources}
        for state in self._archive.feeds():
            source = sources.get(state.source_id)
            if source is None or source.paused:
                continue
            metrics.show(state)
            if state.held_until and state.held_until > self._now():
                self._poller.holds.hold(source, None, state.held_until)

    async def _watch(self, source: Source) -> None:
        await self._cares.wait()
        earliest, asked = schedule.first_poll(source, self._now()), False
        while True:
            try:
                state = await in_thread(self._archive.feed, source)
                due = self._due(source, state, again=asked)
                due = due if asked else max(earliest, due)
                await self._sleep_until(due)
                if await self._may_ask(source):
                    metrics.SLIP_SECONDS.observe(max(0.0, (self._now() - due).total_seconds()))
                await self.poll_once(source)
                asked = True
            except Unavailable as error:
                log.warning("poll_waits", source=source.id, reason=error.reason, detail=str(error))
                await asyncio.sleep(_RETRY_SECONDS)

    def _due(self, source: Source, state: FeedState, *, again: bool) -> datetime:
        """When to poll a source, `again` or for the first time: rarely, while its hub pushes it."""
        stored = None if state.gone and not again else state.next_poll
        due = schedule.due(source, stored, self._now(), failing=state.failures > 0)
        if self.push is not None and state.last_poll is not None and self.push.is_live(source):
            return max(due, min(state.last_poll, self._now()) + source.max_interval)
        return due

    async def _may_ask(self, source: Source) -> bool:
        """Wait until nothing speaks against asking a source that is due; whether nothing did from the start."""
        at_once = True
        while True:
            until = self._poller.holds.until(source, self._now())
            if until is not None:
                await self._sleep_until(schedule.after_hold(source, until))
            elif self._is_paused(source.id) or self._outbox.full:
                await asyncio.sleep(_CARE_SECONDS)
            else:
                return at_once
            at_once = False

    async def _sleep_until(self, due: datetime) -> None:
        """In naps, because the clock can be set meanwhile. Set back, it ends the wait, which would last too long."""
        before = self._now()
        while (left := (due - before).total_seconds()) > 0:
            await asyncio.sleep(min(left, _NAP_SECONDS))
            now = self._now()
            if now < before:
                return
            before = now
