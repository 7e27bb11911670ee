"""Cards that were laid out already: of all that it takes to make a page, laying out its cards takes the most.

One rule: a card is compared whole with the one that was laid out, so that nothing in it can be out of date. What its
look depends on besides is in its key.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable

from rasid.web.cards import Card

_MOST = 500  # of some kilobytes


class LaidOut:
    """The `most` cards that were asked for last."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._held: OrderedDict[Hashable, tuple[Card, str]] = OrderedDict()

    def html(self, card: Card, look: Hashable, lay: Callable[[], str]) -> str:
        """What `lay` gives for the card, or gave for the same card and look."""
        key = (card.change_id, look)
        held = self._held.pop(key, None)
        if held is None or held[0] != card:
            held = card, lay()
        self._held[key] = held
        if len(self._held) > self._most:
            self._held.popitem(last=False)
        return held[1]
