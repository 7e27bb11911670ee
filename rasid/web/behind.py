"""What else than the ledger the pages can look at. Each may be missing, and then the page says so."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from connectors.archive import Archive
from connectors.sources import Source
from streams.extract.reader import Reader


@dataclass(frozen=True, slots=True)
class Behind:
    """The archive, opened for reading only; the reader of the watchlist; the configured sources, None where no list of
    them is at hand; how many dead letters there are (raises `Unavailable`); how often a heartbeat sets out, in seconds.
    """

    archive: Archive | None = None
    reader: Reader | None = None
    sources: tuple[Source, ...] | None = None
    letters: Callable[[], Awaitable[int]] | None = None
    heartbeat: float = 0.0

    def titles(self) -> dict[str, str]:
        """What the sources are called, by id; those without a title are not in it."""
        return {source.id: source.title for source in self.sources or () if source.title}


NOTHING = Behind()
