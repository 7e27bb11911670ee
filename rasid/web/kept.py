"""Pages that were made already, given again for as long as the ledger is the one that they were made of.

Strategy: the ledger's version is asked for anew for every request, before anything else is read; a page made since that
version began is the page that would be made. So nothing is ever shown that is over, and there is no time after which a
page is forgotten: only a write makes it a page of the past.

One rule: what a page is made of besides the ledger is in its key. Who may ask, and how often, was decided before.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable

from alerts.ledger import Ledger
from alerts.version import Version
from rasid.web.answers import Body
from streams.threads import in_thread

_MOST = 64  # pages, of at most a hundred kilobytes


class Kept:
    """The newest `most` pages."""

    def __init__(self, ledger: Ledger, most: int = _MOST) -> None:
        self._version = Version(ledger.engine)
        self._most = most
        self._bodies: OrderedDict[Hashable, tuple[str, Body]] = OrderedDict()

    async def body(self, key: Hashable, make: Callable[[], Awaitable[Body]]) -> Body:
        """What `make` gives, or gave for that key from the same ledger. Raises what it raises, and `Unavailable`."""
        version = await in_thread(self._version.read)
        held = self._bodies.pop(key, None)
        if held is None or held[0] != version:
            held = None if version is None else (version, await make())
        if held is None:
            return await make()
        self._bodies[key] = held
        while len(self._bodies) > self._most:
            self._bodies.popitem(last=False)
        return held[1]
