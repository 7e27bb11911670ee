"""One amount in its sentence: where the signs of an amount look.

The nearest idea and the nearest act are those that the amount most likely belongs to: what stands before it counts
more than what stands behind, and another amount between takes from it. Nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Sequence

from streams.extract.amounts import Found
from streams.extract.resolve import Resolved
from streams.extract.scene import Acting, Cue, Scene

ACROSS, _BEHIND = 0.6, 1.0  # what another amount between, and standing behind, takes from a head's nearness
_REACH = 2.6


class Focus:
    """One amount in its sentence: the neighbours between which it stands, and the idea nearest to it."""

    __slots__ = ("act", "amount", "at", "ceiling", "floor", "head", "scene", "view")

    def __init__(self, view: Resolved, found: Sequence[Found], at: int) -> None:
        """`at` counts the amounts of the sentence."""
        scene = view.scene
        index = scene.amounts[at]
        self.view, self.scene, self.at, self.amount = view, scene, at, found[index]
        self.floor = found[index - 1].end if at else scene.sentence.start
        self.ceiling = found[index + 1].start if at + 1 < len(scene.amounts) else scene.sentence.end
        self.head = max([c for c in scene.heads if c.start < self.ceiling], key=self._nearness, default=None)
        self.act = max([a for a in scene.acts if a.start < self.ceiling], key=self._nearness, default=None)

    def _nearness(self, word: Cue | Acting) -> float:
        if word.end <= self.amount.start:
            across = ACROSS if word.start < self.floor else 0.0
            return _REACH - self.scene.distance(word.end, self.amount.start) - across
        return _REACH - _BEHIND - 2 * self.scene.distance(self.amount.end, word.start)

    def side(self, start: int, end: int) -> str:
        """Where text[start:end] stands: before or after the amount, or beyond the amount next to it."""
        if end <= self.amount.start:
            return "before" if start >= self.floor else "earlier"
        return "after" if start < self.ceiling else "later"


def seen_from(scene: Scene, head: Cue | Acting | None, lead: int, end: int) -> str:
    """Where a party that stands at text[lead:end] is, as seen from a word."""
    if head is None:
        return "no head"
    behind = lead >= head.end
    low, high = (head.end, lead) if behind else (end, head.start)
    side = "after head" if behind else "before head"
    if high - low <= _CLOSE_TO_HEAD:
        return f"right {side}"
    return f"{side}, another clause" if scene.divided(low, high) else side


_CLOSE_TO_HEAD = 14  # characters: a kind noun, a quote, an adverb
