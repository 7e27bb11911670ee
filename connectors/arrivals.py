"""In which order documents of a source came, by a poll or from its hub, so that an older one is not taken for news.

A poll's answer may stand behind what was pushed while it was under way, and a hub repeats a push that was not answered
well or in time, perhaps after newer ones. One rule: what came before the last document that was stored is not stored;
it would read as if the paper had gone back to its old figure.
"""

from __future__ import annotations

from collections import defaultdict
from hashlib import blake2b
from itertools import count

_KEPT = 1_000


class Arrivals:
    """Numbers documents as they come, while the process lives; what was pushed it knows again among the last `kept`."""

    def __init__(self, kept: int = _KEPT) -> None:
        self._kept = kept
        self._numbers = count(1)
        self._pushed: dict[tuple[str, bytes], int] = {}
        self._last: defaultdict[str, int] = defaultdict(int)

    def asked(self) -> int:
        """The number of a poll that begins now."""
        return next(self._numbers)

    def pushed(self, source_id: str, body: bytes) -> int:
        """The number of a document that is pushed, which is that of its first coming."""
        key = (source_id, blake2b(body, digest_size=16).digest())
        number = self._pushed.setdefault(key, next(self._numbers))
        if len(self._pushed) > self._kept:
            del self._pushed[next(iter(self._pushed))]
        return number

    def stored(self, source_id: str, number: int) -> None:
        """The document with that number was stored."""
        self._last[source_id] = number

    def is_overtaken(self, source_id: str, number: int) -> bool:
        """Whether that document, or one behind it, was stored."""
        return self._last[source_id] >= number
