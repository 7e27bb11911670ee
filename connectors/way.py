"""Whether the world can be reached at all: when polls of several hosts fail on the way there and none gets through,
it is our network that is away, and no feed is to blame or to be given up for it.
"""

from __future__ import annotations

from connectors.outcomes import Reason

ON_THE_WAY: frozenset[Reason] = frozenset({"dns", "connect", "tls", "timeout"})
_HOSTS = 3


class Way:
    """What the last polls came to. `is_away` from the third host in a row that was not reached, until one is."""

    def __init__(self) -> None:
        self._unreached: set[str] = set()
        self.successes = 0

    @property
    def is_away(self) -> bool:
        """Whether nobody can be reached."""
        return len(self._unreached) >= _HOSTS

    def note(self, host: str, reason: Reason | None, began: int) -> bool:
        """A poll of that host failed for a reason, or not (None); whether `is_away` has changed by it.

        `began` is how many `successes` there were when it began: a failure that another host's answer has overtaken
        says nothing of the way, because slow hosts are always the last to fail.
        """
        before = self.is_away
        if reason not in ON_THE_WAY:
            self._unreached.clear()
            self.successes += 1
        elif began == self.successes and not before:
            self._unreached.add(host)
        return self.is_away != before
