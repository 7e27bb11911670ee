"""The pages of articles of which the feed gave only the beginning: fetched beside the polls, never in their way.

Pages have a fetcher, children and a pace of their own: one page at a time of each host, with a pause between them, and
only where the site's rules for robots allow it. One rule: what a page does wrong costs that page; the article is told
by its excerpt, marked as one, and the page is tried again a few times.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog

from connectors import metrics
from connectors.addresses import host_of
from connectors.articles import with_page
from connectors.excerpts import RETRIES, replaces
from connectors.fetch import Fetcher, Limits
from connectors.outbox import Outbox
from connectors.outcomes import Failed, Reason, Unchanged, failed
from connectors.robots import Robots
from connectors.sandbox import Sandbox
from connectors.sources import Source
from connectors.waiting import Waiting, WaitingRoom
from connectors.wants import PAGE
from connectors.way import ON_THE_WAY
from streams.errors import BadInput, Misconfigured, RasidError, Unavailable
from streams.records import Article
from streams.threads import in_thread

log = structlog.get_logger()

PAUSE = 1.0  # seconds between two pages of one host
PATIENCE = timedelta(seconds=5)  # how long an article waits for its page before it is told by its excerpt
_LOOK_SECONDS = 0.5
_RETRY_SECONDS = 5.0
PAGE_LIMITS = Limits(seconds=20.0, at_once=8, per_host=1)

# Trying again would change nothing.
_FINAL: frozenset[Reason] = frozenset({"robots", "refused_address", "media_type", "not_a_page", "http_410"})


class Pages:
    """Fetches what is due in the waiting room, for `sources`, and hands it to the outbox."""

    def __init__(  # noqa: PLR0913 - what it works between, and what a test moves
        self,
        room: WaitingRoom,
        outbox: Outbox,
        sources: Sequence[Source],
        fetcher: Fetcher,
        *,
        now: Callable[[], datetime],
        is_paused: Callable[[str], bool],
        is_away: Callable[[], bool],
        pause: float = PAUSE,
    ) -> None:
        self._room = room
        self._outbox = outbox
        self._sources = {source.id: source for source in sources}
        self._now = now
        self._is_paused = is_paused
        self._is_away = is_away
        self._pause = pause
        self._fetcher = fetcher
        self._sandbox = Sandbox()
        self._robots = Robots(self._fetcher, self._sandbox, now)
        self._visited: set[str] = set()

    async def run(self) -> None:
        """Fetch what is due, until cancelled; a slow host holds up nobody but itself."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                try:
                    await self.tell_late()
                    for host, batch in (await self._due()).items():
                        tasks.create_task(self._visit(host, batch))
                except Unavailable as error:
                    log.warning("pages_wait", reason=error.reason, detail=str(error))
                    await asyncio.sleep(_RETRY_SECONDS)
                except Exception:  # a bug must not end the stage
                    log.exception("pages_broke")
                    await asyncio.sleep(_RETRY_SECONDS)
                await asyncio.sleep(_LOOK_SECONDS)

    async def tell_late(self) -> None:
        """Tell the excerpts whose pages keep everybody waiting; their pages, when they come, are revisions."""
        now = self._now()
        for source_id, size in (await in_thread(self._room.tell_late, now - PATIENCE, now)).items():
            self._outbox.grew(size)
            await self._outbox.offer(source_id)

    async def fetch_due(self) -> None:
        """Fetch what is due now, and return when that is done; nobody is late meanwhile."""
        await asyncio.gather(*(self._visit(host, batch) for host, batch in (await self._due()).items()))

    async def close(self) -> None:
        """Let go of connections and children."""
        await self._fetcher.close()
        await self._sandbox.close()

    async def _due(self) -> dict[str, list[Waiting]]:
        """What is due, by hosts that are not being visited; they count as visited from now on.

        Nothing of a source that the operator paused, nor while the outbox is full: what waits here waits as well.
        """
        metrics.PAGES_WAITING.set(await in_thread(self._room.in_waiting))
        batches: defaultdict[str, list[Waiting]] = defaultdict(list)
        due = [] if self._outbox.full else await in_thread(self._room.due, self._now(), self._sources.keys())
        for waiting in due:
            host = host_of(waiting.url)
            if host not in self._visited and not self._is_paused(waiting.article.source_id):
                batches[host].append(waiting)
        self._visited |= batches.keys()
        return batches

    async def _visit(self, host: str, batch: list[Waiting]) -> None:
        """Take one page after the other. Where the host cannot be reached, the others are not tried either."""
        away: Failed | None = None
        try:
            for waiting in batch:
                source = self._sources.get(waiting.article.source_id)
                if source is None:  # no longer configured: nobody says what may be fetched for it
                    await in_thread(self._room.put_off, waiting, None, self._now())
                    continue
                outcome, delay = (away, 0.0) if away else await self._ask(source, waiting)
                await self._settle(waiting, outcome)
                away = outcome if isinstance(outcome, Failed) and outcome.reason in ON_THE_WAY else None
                await asyncio.sleep(0 if away else max(delay, self._pause))
        except Unavailable as error:  # archive or sandbox: what waits goes on waiting
            log.warning("pages_wait", reason=error.reason, detail=str(error))
            await asyncio.sleep(_RETRY_SECONDS)
        except Misconfigured as error:  # the operator's to mend; what waits goes on waiting
            log.error("pages_misconfigured", host=host, reason=error.reason, detail=str(error))  # noqa: TRY400 - no bug
            await asyncio.sleep(_RETRY_SECONDS)
        except Exception:  # a bug that one host brings to light must not stop the others
            log.exception("pages_broke", host=host)
            await asyncio.sleep(_RETRY_SECONDS)
        finally:
            self._visited.discard(host)

    async def _settle(self, waiting: Waiting, outcome: Article | Failed) -> None:
        source_id = waiting.article.source_id
        try:
            size = await self._keep(waiting, outcome)
        except RasidError:
            raise
        except Exception as error:  # a bug that one page brings to light must not stop the others
            log.exception("page_broke", source=source_id)
            size = await self._put_off(waiting, Failed(reason="internal", detail=type(error).__name__))
        if size:
            self._outbox.grew(size)
            await self._outbox.offer(source_id)

    async def _keep(self, waiting: Waiting, outcome: Article | Failed) -> int:
        """Store what came, or put the page off; the bytes stored."""
        if isinstance(outcome, Failed):
            return await self._put_off(waiting, outcome)
        size = await in_thread(self._room.fill, waiting, outcome, self._now())
        metrics.PAGES.labels(waiting.article.source_id, "text").inc()
        return size

    async def _ask(self, source: Source, waiting: Waiting) -> tuple[Article | Failed, float]:
        """The article with its page's text, or why the excerpt must do; and what the site wants between two pages."""
        try:
            private = source.may_be_private(waiting.url)
            permission = await self._robots.permission(waiting.url, allow_private=private)
            if isinstance(permission, Failed):
                return permission, 0.0
            if not permission.allowed:
                return Failed(reason="robots", detail="the site asks robots to leave this page alone"), permission.delay
            return await self._read(source, waiting), permission.delay
        except BadInput as error:
            return failed(error), 0.0
        except RasidError:
            raise
        except Exception as error:  # a bug that one page brings to light must not stop the others
            log.exception("page_broke", source=source.id)
            return Failed(reason="internal", detail=type(error).__name__), 0.0

    async def _read(self, source: Source, waiting: Waiting) -> Article | Failed:
        async with self._fetcher.keeping():
            return await self._read_kept(source, waiting)

    async def _read_kept(self, source: Source, waiting: Waiting) -> Article | Failed:
        private = source.may_be_private(waiting.url)
        answer = await self._fetcher.fetch(waiting.url, want=PAGE, allow_private=private)
        if isinstance(answer, Failed):
            return answer
        if isinstance(answer, Unchanged):
            return Failed(reason="http_other", detail="unchanged, though nothing was asked that could be")
        (document,) = answer.documents
        page = await self._sandbox.read_page(document)
        if not replaces(page.text, waiting.article.title, waiting.article.body):
            return Failed(reason="unlike", detail="the page says less than the feed, or something else")
        return with_page(waiting.article, page, document.base)

    async def _put_off(self, waiting: Waiting, failure: Failed) -> int:
        now, offline = self._now(), failure.reason in ON_THE_WAY and self._is_away()  # then it is not the page's fault
        more = offline or (waiting.tries < len(RETRIES) and failure.reason not in _FINAL)
        step = RETRIES[0 if offline else min(waiting.tries, len(RETRIES) - 1)]
        delay = max(step, failure.retry_after or RETRIES[0]) if more else None
        source_id = waiting.article.source_id
        metrics.PAGES.labels(source_id, failure.reason).inc()
        log.info("page_failed", source=source_id, reason=failure.reason, detail=failure.detail, again=more)
        next_try = now + delay if delay else None
        return await in_thread(self._room.put_off, waiting, next_try, now, counts=not offline)
