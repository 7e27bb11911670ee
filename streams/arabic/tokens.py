"""The words, figures and signs of a folded text, each with its place.

The one rule: a line is cut once, by one compiled split, and only when somebody asks for it.
"""

# ruff: noqa: RUF001 (Arabic letters and signs are the data here)

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import accumulate

import msgspec


class Token(msgspec.Struct, frozen=True, gc=False):
    """A word, a figure or a sign of a folded text."""

    text: str
    start: int
    end: int


# Scale words that are printed without a blank before a currency: their last letter joins nothing ("30 ملياردولار").
GLUED_SCALES = ("مليار", "مليون", "ميليار", "تريليون")
GLUED_CURRENCIES = ("دولار", "يورو", "ريال", "درهم", "دينار", "جنيه")

_TOKEN = re.compile(
    rf"""(
      (?:{"|".join(GLUED_SCALES)})(?={"|".join(GLUED_CURRENCIES)})
    | [ء-ي]+
    | [0-9]+ (?: [.,،٫٬'] [0-9]+ | ر [0-9]+ )*   # a figure with its signs; ر is the old agencies' decimal sign
    | [a-z]+
    | [^\s]
    )""",
    re.VERBOSE,
)

_Line = tuple[list[Token], list[int], int]


def _cut(text: str, start: int, end: int) -> _Line:
    """The tokens of text[start:end], where each begins, and where the line after it does."""
    parts = _TOKEN.split(text[start:end])  # gaps and tokens in turn
    ends = list(accumulate(map(len, parts), initial=start))
    starts = ends[1:-1:2]
    return list(map(Token, parts[1::2], starts, ends[2::2])), starts, end + 1


class Tokens:
    """The tokens of one folded text, each line of it read once and only when it is asked for."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines: dict[int, _Line] = {}

    def line(self, start: int) -> list[Token]:
        """The tokens of the line that begins at `start`."""
        return self._line(start)[0]

    def between(self, start: int, end: int) -> list[Token]:
        """The tokens within text[start:end]; neither end may stand inside one."""
        found: list[Token] = []
        line = self._text.rfind("\n", 0, start) + 1
        while line < end:
            tokens, starts, after = self._line(line)
            found += tokens[bisect_left(starts, start) : bisect_left(starts, end)]
            line = after
        return found

    def _line(self, start: int) -> _Line:
        known = self._lines.get(start)
        if known is None:
            end = self._text.find("\n", start)
            known = self._lines[start] = _cut(self._text, start, len(self._text) if end < 0 else end)
        return known
