"""The round of the sources: `rasid deliver` looks how they are doing and has the operator told of those that fail.

The archive is only looked at; the list of the sources is read once, as `rasid connect` does. One rule: alerts do not
depend on this. While archive or list cannot be read, a line in the log says so, and the next round tries again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import sqlalchemy as sa
import structlog

from alerts.destinations import Destination
from alerts.moods import tell
from connectors.archive import Archive
from connectors.sources import Source
from rasid import seeds
from rasid.feedhealth import moods
from rasid.settings import Settings
from rasid.tables import open_read_only
from streams.clock import utc_now
from streams.errors import RasidError
from streams.threads import in_thread

_LOG = structlog.get_logger()


class Ward:
    """Makes a round every `interval` seconds, for the `destinations` that are the operator's, on the `ledger`."""

    interval = 15.0

    def __init__(self, settings: Settings, ledger: sa.Engine, destinations: Sequence[Destination]) -> None:
        self._settings = settings
        self._ledger = ledger
        self._destinations = destinations
        self._archive: Archive | None = None
        self._sources: tuple[Source, ...] = ()
        self._trouble = ""

    async def run(self) -> None:
        """Runs until cancelled; without a destination that is the operator's there is nobody to tell."""
        if not any(one.operator for one in self._destinations):
            await asyncio.Event().wait()
        try:
            while True:
                await in_thread(self.look)
                await asyncio.sleep(self.interval)
        finally:
            self.close()

    def close(self) -> None:
        """Let go of the archive."""
        if self._archive is not None:
            self._archive.close()
            self._archive = None

    async def problems(self) -> list[str]:
        """None: alerts go out all the same."""
        return []

    def look(self) -> None:
        """Make one round."""
        try:
            self._look()
            self._trouble = ""
        except RasidError as error:
            say: Callable[..., object] = _LOG.debug if str(error) == self._trouble else _LOG.warning
            self._trouble = str(error)
            say("sources_not_seen", reason=error.reason, detail=str(error))
        except Exception:  # a bug here must not stop the alerts
            _LOG.exception("ward_broke")

    def _look(self) -> None:
        if self._archive is None:
            self._archive = Archive(open_read_only(self._settings, "archive"))
        self._sources = self._sources or seeds.read_sources(self._settings)
        seen = moods(self._sources, self._archive.feeds(), self._archive.paused())
        for mood in tell(self._ledger, seen, self._destinations, utc_now()):
            _LOG.info("operator_told", source=mood.source_id, failures=mood.failures)
