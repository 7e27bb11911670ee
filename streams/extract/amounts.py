"""Every quantity of money in a text, with its value, currency and exactness.

Strategy: only lines that hold a money word or sign are read. In them numbers are read from left to right (`pieces.py`);
a number is money when a currency follows or precedes it, or when it shares one: the other end of its range, the figure
that it rose to (`ranges.py`), another amount of the same sentence (`elision.py`). Everything else (years, percent,
people, watts, shares) is left alone.

The one rule: no currency, no amount, unless the text itself supplies the currency.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

import msgspec
from msgspec.structs import replace

from streams.arabic.fold import Folded
from streams.arabic.number_words import MILLION
from streams.arabic.tokens import Token, Tokens
from streams.extract.currencies import settled
from streams.extract.elision import Lender, lender, shared_currency
from streams.extract.periods import per_party, per_year
from streams.extract.pieces import Piece, pieces
from streams.extract.qualifiers import qualifier_of
from streams.extract.ranges import close, pair
from streams.records import Qualifier


class Found(msgspec.Struct, frozen=True, gc=False):
    """An amount at folded.text[start:end]. `step` is set on the two ends of a change ("من 300 إلى 500").

    `converts` is the index of the amount that this one gives in another currency; `each` says it is per party.
    """

    start: int
    end: int
    low: Decimal | None
    high: Decimal | None
    currency: str | None
    qualifier: Qualifier = "exact"
    yearly: bool = False
    each: bool = False
    step: str = ""
    converts: int | None = None

    @property
    def vague(self) -> bool:
        """Whether it names no figure at all."""
        return self.qualifier == "vague"


class _Line(msgspec.Struct, frozen=True):
    """A line's beginning, its tokens, and the numbers in it."""

    start: int
    tokens: Sequence[Token]
    pieces: list[Piece]


_PERCENT = re.compile(r" *(?:%|بالميه|بالمايه|بالمءه|في الميه|في المايه|نقطه)")
# Scales of which a sum without its currency is read also on a line that names none.
_GREAT = ("مليار", "ملايير", "تريليون", "ترليون")


class Amounts:
    """Reads the money of one text; `country` is the outlet's (ISO 3166), for currencies named without one."""

    def __init__(self, folded: Folded, tokens: Tokens, country: str | None) -> None:
        self._text = folded.text
        self._tokens = tokens
        self._country = country

    def read(self, places: Iterable[tuple[int, int]]) -> list[Found]:
        """The amounts in the lines that hold the money words at `places`, in order."""
        lines = [self._line(start) for start in self._starts(start for start, _ in places)]
        lines = self._settled(lines)
        lends = lender(piece for line in lines for piece in line.pieces)
        if lends.only:
            lines = self._with_great(lines)
        return _conversions(self._text, [found for line in lines for found in self._amounts(line, lends)])

    def _starts(self, places: Iterable[int]) -> list[int]:
        """The beginnings of the lines that hold the places, in order."""
        return sorted({self._text.rfind("\n", 0, place) + 1 for place in places})

    def _line(self, start: int) -> _Line:
        tokens = self._tokens.line(start)
        return _Line(start, tokens, pieces(self._text, tokens, self._country))

    def _with_great(self, lines: list[_Line]) -> list[_Line]:
        """The lines, and those others that hold a great number."""
        known = {line.start for line in lines}
        others = set()
        for word in _GREAT:
            place = self._text.find(word)
            while place >= 0:
                others.add(self._text.rfind("\n", 0, place) + 1)
                end = self._text.find("\n", place)
                place = self._text.find(word, end) if end > 0 else -1
        added = [self._line(start) for start in others - known]
        return sorted([*lines, *added], key=lambda line: line.start) if added else lines

    def _settled(self, lines: list[_Line]) -> list[_Line]:
        """The lines with a currency for each name that several countries share."""
        named = [piece for line in lines for piece in line.pieces if piece.name]
        names = {piece.name for piece in named if not piece.told}
        if not names:
            return lines
        told = {name: {each.code or "" for each in named if each.told and each.name == name} for name in names}
        codes = {name: settled(name, told[name], self._text, self._country) for name in names}
        return [
            replace(line, pieces=[each if each.told else replace(each, code=codes[each.name]) for each in line.pieces])
            for line in lines
        ]

    def _amounts(self, line: _Line, lends: Lender) -> Iterator[Found]:
        at = 0
        while at < len(line.pieces):
            found = self._pair(line, at, lends)
            if found:
                yield from found
                at += 2
                continue
            single = self._single(line, at, lends)
            if single:
                yield single
            at += 1

    def _pair(self, line: _Line, at: int, lends: Lender) -> list[Found]:
        """Two numbers that belong together: a range as one amount, a change as two; none otherwise."""
        if at + 1 >= len(line.pieces) or not close(line.pieces[at], line.pieces[at + 1]):
            return []
        low, high = line.pieces[at], line.pieces[at + 1]
        if not (low.money or high.money):
            code = shared_currency(self._text, line.pieces, at + 1, line.start, lends)
            high = replace(high, code=code, money=code is not None)
        both = pair(self._text, line.start, line.tokens, low, high)
        if both is None:
            return []
        if both.change:
            old = self._found(replace(low, code=both.code), both.low, _floor(line, at))
            new = self._found(replace(high, code=both.code), both.high, low.end)
            return [replace(old, step="old"), replace(new, step="new")]
        return [self._told(Found(low.start, high.end, both.low, both.high, both.code, "range"))]

    def _single(self, line: _Line, at: int, lends: Lender) -> Found | None:
        piece = line.pieces[at]
        if _PERCENT.match(self._text, piece.end):
            return None
        if piece.money:
            return self._found(piece, piece.value, _floor(line, at))
        code = shared_currency(self._text, line.pieces, at, line.start, lends)
        return self._found(replace(piece, code=code), piece.value, _floor(line, at)) if code else None

    def _found(self, piece: Piece, value: Decimal | None, floor: int) -> Found:
        """The piece as an amount of that value, of which something may be said from `floor` on."""
        qualifier: Qualifier = "vague"
        if value is not None:
            exact = not piece.more
            qualifier = qualifier_of(self._text, floor, piece.start, piece.end) if exact else "more_than"
        return self._told(Found(piece.start, piece.end, value, value, piece.code, qualifier))

    def _told(self, found: Found) -> Found:
        """With what the words around it say of years and parties."""
        yearly, each = per_year(self._text, found.start, found.end), per_party(self._text, found.start, found.end)
        return replace(found, yearly=yearly, each=each) if yearly or each else found


def _floor(line: _Line, at: int) -> int:
    """Where what is said of the line's piece `at` may begin: after the sum before it."""
    before = line.pieces[at - 1] if at else None
    return before.end if before and (before.money or before.scale >= MILLION) else line.start


_CONVERSION_GAP = 40
_CONVERSION = re.compile(
    r" *[(\[،/-]? ?(?:اي |ما يعادل |بما يعادل |او |حوالي |نحو |ما يوازي |يعادل |قرابه )*(?:ما يعادل |نحو |حوالي )?$"
)
_CONVERTS = re.compile(r"[(\[/-]|يعادل|يوازي|اي ")


def _conversions(text: str, found: list[Found]) -> list[Found]:
    """Mark an amount that gives the one before it in another currency."""
    linked: list[Found] = []
    for at, amount in enumerate(found):
        before = found[at - 1] if at else None
        between = text[before.end : amount.start] if before else ""
        converts = (
            before is not None
            and before.currency != amount.currency
            and len(between) < _CONVERSION_GAP
            and _CONVERSION.fullmatch(between)
            and _CONVERTS.search(between)
        )
        linked.append(replace(amount, converts=at - 1) if converts else amount)
    return linked
