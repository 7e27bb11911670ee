"""What sites ask of robots, asked for once a day and remembered for a while.

RFC 9309: no rules (4xx) forbid nothing; rules that cannot be had just now (5xx, no connection) put the page off.
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
_SITES = 500

# There are no rules; the last of them is a site that sends robots round in circles.
_NONE: frozenset[Reason] = frozenset({"http_403", "http_404", "http_410", "http_other", "empty", "redirects"})


class _Known(NamedTuple):
    rules: bytes | Failed
    until: datetime


class Robots:
    """The rules of the sites that were asked lately."""

    def __init__(self, fetcher: Fetcher, sandbox: Sandbox, now: Callable[[], datetime]) -> None:
        self._fetcher = fetcher
        self._sandbox = sandbox
        self._now = now
        self._known: OrderedDict[str, _Known] = OrderedDict()

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
        known = self._known.get(site)
        if known is None or known.until <= now:
            answer = await self._fetcher.fetch(
                str(origin.with_path("/robots.txt")), want=ROBOTS, allow_private=allow_private
            )
            known = _known(answer, now)
            self._known[site] = known
            self._known.move_to_end(site)
            while len(self._known) > _SITES:
                self._known.popitem(last=False)
        return known.rules


def _known(answer: Answer, now: datetime) -> _Known:
    if isinstance(answer, Fetched):
        return _Known(answer.documents[0].body, now + _FRESH)
    if isinstance(answer, Failed) and answer.reason not in _NONE:
        return _Known(answer, now + _FAILED)
    return _Known(b"", now + _FRESH)
