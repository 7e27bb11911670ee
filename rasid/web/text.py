"""Text from outside, ready to show: what cannot be seen in it is either shown as what it is or gone.

A direction mark can make a sentence read otherwise than it is written, so none reaches the page as itself. One rule:
`str` of a text is what a person reads, without any of them; only its pieces name them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from typing_extensions import override

# Those that turn what follows them, by the names that Unicode gives them.
_TURNING = {
    "\u202a": "LRE",
    "\u202b": "RLE",
    "\u202c": "PDF",
    "\u202d": "LRO",
    "\u202e": "RLO",
    "\u2066": "LRI",
    "\u2067": "RLI",
    "\u2068": "FSI",
    "\u2069": "PDI",
}
# These lean on their neighbours only, and careful editors set them all the time.
_LEANING = {"\u061c": "ALM", "\u200e": "LRM", "\u200f": "RLM"}
_SIGNS = _TURNING | _LEANING
_SIGN = re.compile(f"[{''.join(_SIGNS)}]")
# Everything else that nobody sees, halves of characters too, which no UTF-8 can say.
_UNSEEN = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u200b-\u200d\u2028-\u2029\u2060-\u2065\u206a-\u206f\ufeff"
    "\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)

# Texts that come again on the next page, of some hundred characters each.
_REMEMBERED = 2_000

# The letters that run from right to left.
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


def direction(text: str) -> Literal["rtl", "ltr"]:
    """Which way a text runs: one with Arabic letters in it is Arabic, also when it begins with "OpenAI"."""
    return "rtl" if _RIGHT_TO_LEFT.search(text) else "ltr"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words, or the name of a direction mark that stands in their place."""

    words: str
    sign: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """Words and direction marks in order. `str` of it has the words alone."""

    pieces: tuple[Piece, ...]

    def __bool__(self) -> bool:
        return bool(self.pieces)

    @override
    def __str__(self) -> str:
        return "".join(piece.words for piece in self.pieces)


@lru_cache(maxsize=_REMEMBERED)
def shown(text: str, *, leaning: bool = False) -> Text:
    """The text with its turning marks named, with `leaning` all direction marks; runs of white space are one space."""
    named = _SIGNS if leaning else _TURNING
    # A mark between two spaces stays between them.
    plain = re.sub(r"\s+", " ", _UNSEEN.sub("", text))
    pieces, start = [], 0
    for found in _SIGN.finditer(plain):
        if found.start() > start:
            pieces.append(Piece(plain[start : found.start()]))
        if found[0] in named:
            pieces.append(Piece("", named[found[0]]))
        start = found.end()
    if plain[start:]:
        pieces.append(Piece(plain[start:]))
    return Text(tuple(pieces))
