"""Hosts that asked to be left alone (Retry-After), until when. What one feed was told counts for all of its host.

A source that says `retry_after: feed` stands for itself: many feeds of one gateway come from as many places.
"""

from __future__ import annotations

from datetime import datetime

from connectors.addresses import host_of
from connectors.sources import Source


class Holds:
    """The hosts and the end of their wish; a wish that is over is forgotten."""

    def __init__(self) -> None:
        self._until: dict[str, datetime] = {}

    def hold(self, source: Source, host: str | None, until: datetime) -> None:
        """Leave the host (None: that of the source's own address) alone until then, and longer if it was to be so."""
        name = host or host_of(source.url)
        if source.retry_after == "host" and name:
            self._until[name] = max(until, self._until.get(name, until))

    def until(self, source: Source, now: datetime) -> datetime | None:
        """Until when the source must not be asked because of its host; None when it may."""
        name = host_of(source.url)
        if source.retry_after == "feed" or name not in self._until:
            return None
        if self._until[name] <= now:
            del self._until[name]
            return None
        return self._until[name]
