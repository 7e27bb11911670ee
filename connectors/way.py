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

    @property
    def is_away(self) -> bool:
        """Whether nobody can be reached."""
        return len(self._unreached) >= _HOSTS

    def note(self, host: str, reason: Reason | None) -> bool:
        """A poll of that host failed for a reason, or not (None); whether `is_away` has changed by it."""
        before = self.is_away
        if reason in ON_THE_WAY:
            if not before:
                self._unreached.add(host)
        else:
            self._unreached.clear()
        return self.is_away != before
