"""Pages that were made already, given again for as long as the ledger is the one that they were made of.

Strategy: the ledger's version is asked for anew for every request, before anything else is read and in one go with it;
a page made since that version began is the page that would be made. So nothing is ever shown that is over, and there is
no time after which a page is forgotten: only a write makes it a page of the past.

One rule: what a page is made of besides the ledger is in its key. Who may ask, and how often, was decided before.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TypeVar

from alerts.ledger import Ledger
from alerts.tables import together
from alerts.version import Version
from rasid.web.answers import Body
from streams.threads import in_thread

_MOST = 64  # pages, of at most a hundred kilobytes

T = TypeVar("T")


class Kept:
    """The newest `most` pages."""

    def __init__(self, ledger: Ledger, most: int = _MOST) -> None:
        self._engine = ledger.engine
        self._version = Version(ledger.engine)
        self._most = most
        self._bodies: OrderedDict[Hashable, tuple[str, Body]] = OrderedDict()

    async def body(self, key: Hashable, read: Callable[[], T], lay: Callable[[T], Body]) -> Body:
        """What `lay` makes of what `read` gives, or made for that key of the same ledger.

        `read` waits for the database and is called in a thread. Raises what the two raise, and `Unavailable`.
        """
        version, found = await in_thread(self._look, self._bodies.get(key), read)
        body = found if isinstance(found, Body) else lay(found)
        if version is not None:
            self._bodies[key] = version, body
            self._bodies.move_to_end(key)
            if len(self._bodies) > self._most:
                self._bodies.popitem(last=False)
        return body

    def _look(self, held: tuple[str, Body] | None, read: Callable[[], T]) -> tuple[str | None, T | Body]:
        """The version now, and the page if it is of that one, else what another is to be made of."""
        with together(self._engine):
            version = self._version.read()
            return version, held[1] if held and held[0] == version else read()
