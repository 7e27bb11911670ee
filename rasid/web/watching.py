"""Looking whether Rasid is well, seldom enough to cost nothing: pages share one look for some seconds.

The broker is asked for dead letters in the background: a page shows what it last answered, and waits for nobody.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import structlog
from aiohttp import web

from alerts.ledger import Ledger
from alerts.vitals import vitals
from rasid.feedhealth import Row, rows
from rasid.web.behind import Behind
from rasid.web.state import Seen
from streams.clock import utc_now
from streams.errors import RasidError, Unavailable
from streams.threads import in_thread

_LOG = structlog.get_logger()
_FRESH = 5.0  # seconds
_ASK = 60.0  # seconds between two looks at the broker


class Watching:
    """Who looks. `fresh` is for how many seconds a look is good."""

    def __init__(self, ledger: Ledger, behind: Behind, fresh: float = _FRESH) -> None:
        self._ledger = ledger
        self._behind = behind
        self._fresh = fresh
        self._last: tuple[float, Seen] | None = None
        self._letters: int | None = None
        self._started = utc_now()

    def join(self, app: web.Application) -> None:
        """Asks the broker for as long as the application runs."""
        if self._behind.letters:
            app.cleanup_ctx.append(self._asking)

    async def seen(self) -> Seen:
        """How it is, seen now or some seconds ago. Raises `Unavailable` when the ledger does not answer."""
        time = asyncio.get_running_loop().time()
        if self._last is None or time - self._last[0] >= self._fresh:
            self._last = time, await in_thread(self._look)
        return self._last[1]

    def _look(self) -> Seen:
        at = utc_now()
        return Seen(
            now=at,
            started=self._started,
            vitals=vitals(self._ledger, at),
            sources=self.sources(),
            letters=self._letters,
            heartbeat=self._behind.heartbeat,
        )

    def sources(self) -> list[Row] | None:
        """How each source is, now; None where they are not at hand. Waits for the archive: call it in a thread."""
        archive, sources = self._behind.archive, self._behind.sources
        if archive is None or sources is None:
            return None
        try:
            return rows(sources, archive.feeds(), archive.failures(), archive.paused(), utc_now())
        except Unavailable as error:
            _LOG.warning("archive_away", problem=str(error))
            return None

    async def _asking(self, _app: web.Application) -> AsyncIterator[None]:
        task = asyncio.create_task(self._ask())
        yield
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async def _ask(self) -> None:
        while self._behind.letters:
            try:
                self._letters = await self._behind.letters()
            except RasidError as error:
                _LOG.debug("broker_away", problem=str(error))
                self._letters = None
            await asyncio.sleep(_ASK)
