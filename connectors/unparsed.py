"""Documents of which one could not be parsed for a reason that may pass: when to parse them again.

They are not ticked off, so the next process parses them anyway: forgotten with this one. One rule: the same documents
are tried ever later, changed ones at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from connectors import schedule
from connectors.outcomes import MAY_PASS, Failed
from connectors.sources import Source


class _Try(msgspec.Struct, frozen=True):
    """How often documents of that content were parsed in vain, and when to parse them again."""

    content: str
    times: int
    due: datetime


class Unparsed:
    """The last documents of each source that has such a one."""

    def __init__(self) -> None:
        self._tries: dict[str, _Try] = {}

    def waits(self, source: Source, content: str, now: datetime) -> bool:
        """Whether these documents were parsed as far as they could be, and it is too soon to try the rest again."""
        last = self._tries.get(source.id)
        return last is not None and last.content == content and now < last.due

    def note(self, source: Source, content: str, failures: Iterable[Failed], now: datetime) -> bool:
        """Documents were parsed, with these failures; whether one may pass, so that all is to be tried again."""
        last = self._tries.pop(source.id, None)
        passing = next((failure for failure in failures if failure.reason in MAY_PASS), None)
        if passing is None:
            return False
        times = last.times + 1 if last and last.content == content else 1
        self._tries[source.id] = _Try(content, times, now + schedule.after_failure(source, passing, times))
        return True
