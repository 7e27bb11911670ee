"""A text cut where something was read in it, so that each piece can be shown with all that it is part of: pure.

What was read overlaps: an amount stands in a sentence that makes two claims. Strategy: one walk over all beginnings and
ends, in order; between two of them everything is the same. Rule: a page holds so much of a text, counted in bytes of
what comes of it, and says where the next one begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from typing import Literal

from rasid.web.text import Text, shown

Kind = Literal["claim", "amount", "name", "said"]

# What pieces cost besides their letters, in bytes of a page: the markup around one, a claim's entry in the list.
_MARKUP, _CLAIM = 70, 900
_LINE = re.compile(r"[\n\x0b\x0c\r\x85\u2028\u2029]+")
_LONG = 2_000


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that was read at text[start:end]: the `number`-th claim, an amount or a name (`title` says which).

    `said` is the place that somebody asked for.
    """

    kind: Kind
    start: int
    end: int
    title: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class Segment:
    """Some text and what it is part of: an amount or a name, claims by their numbers, the place asked for.

    `begins` and `ends` are the claims whose sentence begins or ends with it; `arrives`: the place asked for begins.
    """

    text: Text
    kind: Kind | None = None
    title: str = ""
    claims: tuple[int, ...] = ()
    begins: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()
    said: bool = False
    arrives: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A text's lines from one place on, and where the next part begins; None at its end."""

    lines: tuple[tuple[Segment, ...], ...]
    next: int | None


@dataclass(slots=True)
class _Walk:
    """What is open at the present place."""

    active: list[Mark] = field(default_factory=list)
    begins: list[int] = field(default_factory=list)
    arrived: bool = False

    def segment(self, text: str) -> Segment:
        named = next((mark for kind in ("amount", "name") for mark in self.active if mark.kind == kind), None)
        begins, self.begins = tuple(self.begins), []
        said = any(mark.kind == "said" for mark in self.active)
        arrives, self.arrived = said and not self.arrived, self.arrived or said
        return Segment(
            text=shown(text, leaning=True),
            kind=named.kind if named else None,
            title=named.title if named else "",
            claims=tuple(sorted(mark.number for mark in self.active if mark.kind == "claim")),
            begins=begins,
            said=said,
            arrives=arrives,
        )


def part(text: str, marks: Iterable[Mark], start: int, budget: int) -> Part:
    """The lines of `text` from `start` on that fit into `budget` bytes, at least one piece; without empty lines."""
    lines: list[tuple[Segment, ...]] = [()]
    for place, segment in _segments(text, list(marks), start):
        if budget <= 0 and segment is not None:
            return Part(tuple(line for line in lines if line), place)
        if segment is None:
            lines.append(())
        else:
            lines[-1] += (segment,)
            budget -= _cost(segment)
    return Part(tuple(line for line in lines if line), None)


def _cost(segment: Segment) -> int:
    marked = segment.kind or segment.claims or segment.said
    letters = sum(len(escape(piece.words).encode()) + (_MARKUP if piece.sign else 0) for piece in segment.text.pieces)
    return letters + _MARKUP * (2 if marked else 1) + _CLAIM * len(segment.ends)


def _segments(text: str, marks: Sequence[Mark], start: int) -> Iterator[tuple[int, Segment | None]]:
    """The pieces from `start` on, each with its place; None where a line ends."""
    places = {mark.start for mark in marks} | {mark.end for mark in marks}
    events = sorted({place for place in places if place < len(text)} | {len(text), start})
    starting = sorted(marks, key=lambda mark: mark.start)
    walk, at, opened = _Walk(), 0, 0
    for event in events:
        if event > start:
            yield from _between(text, (max(at, start), event), walk)
        walk.active = [mark for mark in walk.active if mark.end > event]
        while opened < len(starting) and starting[opened].start <= event:
            mark = starting[opened]
            opened += 1
            if mark.end > event:
                walk.active.append(mark)
                walk.begins += [mark.number] if mark.kind == "claim" else []
        at = event


def _between(text: str, place: tuple[int, int], walk: _Walk) -> Iterator[tuple[int, Segment | None]]:
    """The pieces of a stretch in which nothing begins or ends but lines; the last one ends what ends with it."""
    start, end = place
    ends = tuple(sorted(mark.number for mark in walk.active if mark.kind == "claim" and mark.end == end))
    last = start + len(text[start:end].rstrip())
    while start < end:
        line = _LINE.search(text, start, end)
        stop = min(line.start() if line else end, start + _LONG)
        if stop > start:
            segment = walk.segment(text[start:stop])
            yield start, replace(segment, ends=ends) if stop >= last else segment
        if line and line.start() == stop:
            yield stop, None
            stop = line.end()
        start = stop
