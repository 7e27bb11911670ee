"""What sites ask of robots, asked for once a day and remembered for a while.

RFC 9309: no rules (4xx) forbid nothing; rules that cannot be had just now (5xx, no connection) put the page off. What
is remembered is bounded in sites and in bytes: who was asked longest ago is forgotten first, and asked again.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from yarl import URL

from connectors.fetch import Fetcher
from connectors.outcomes import Answer, Failed, Fetched, Reason
from connectors.parse.entries import Permission
from connectors.sandbox import Sandbox
from connectors.wants import ROBOTS

_FRESH = timedelta(days=1)
_FAILED = timedelta(minutes=10)
SITES = 500
BYTES = 8 * 1024 * 1024

# There are no rules; the last of them is a site that sends robots round in circles.
_NONE: frozenset[Reason] = frozenset({"http_403", "http_404", "http_410", "http_other", "empty", "redirects"})


class Known(NamedTuple):
    """A site's rules (empty: it has none) or why they cannot be had, and until when that counts."""

    rules: bytes | Failed
    until: datetime

    @property
    def size(self) -> int:
        """The bytes of the rules."""
        return len(self.rules) if isinstance(self.rules, bytes) else 0


class Memory:
    """The sites that were asked last: at most `sites`, with rules of at most so many `size` bytes together."""

    def __init__(self, sites: int = SITES, size: int = BYTES) -> None:
        self._sites = sites
        self._limit = size
        self._known: OrderedDict[str, Known] = OrderedDict()
        self.size = 0

    def get(self, site: str, now: datetime) -> Known | None:
        """What is known of a site and still counts."""
        known = self._known.get(site)
        return known if known is not None and now < known.until else None

    def put(self, site: str, known: Known) -> None:
        """Remember a site, and forget others where that is too much."""
        if before := self._known.pop(site, None):
            self.size -= before.size
        self._known[site] = known
        self.size += known.size
        while len(self._known) > self._sites or self.size > self._limit:
            _, forgotten = self._known.popitem(last=False)
            self.size -= forgotten.size


class Robots:
    """The rules of the sites that were asked lately."""

    def __init__(self, fetcher: Fetcher, sandbox: Sandbox, now: Callable[[], datetime]) -> None:
        self._fetcher = fetcher
        self._sandbox = sandbox
        self._now = now
        self._memory = Memory()

    async def permission(self, url: str, *, allow_private: bool) -> Permission | Failed:
        """What the site of `url` says of it; a `Failed` where its rules cannot be had now.

        Raises as `Sandbox.permission` does.
        """
        rules = await self._rules(URL(url).origin(), allow_private=allow_private)
        if isinstance(rules, Failed):
            return rules
        return await self._sandbox.permission(rules, url) if rules.strip() else Permission(allowed=True)

    async def _rules(self, origin: URL, *, allow_private: bool) -> bytes | Failed:
        site, now = str(origin), self._now()
        known = self._memory.get(site, now)
        if known is None:
            answer = await self._fetcher.fetch(
                str(origin.with_path("/robots.txt")), want=ROBOTS, allow_private=allow_private
            )
            known = _known(answer, now)
            self._memory.put(site, known)
        return known.rules


def _known(answer: Answer, now: datetime) -> Known:
    if isinstance(answer, Fetched):
        return Known(answer.documents[0].body, now + _FRESH)
    if isinstance(answer, Failed) and answer.reason not in _NONE:
        return Known(answer, now + _FAILED)
    return Known(b"", now + _FRESH)
