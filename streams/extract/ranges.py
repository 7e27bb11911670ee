"""Two numbers that belong together: the ends of a range, or what was and what is.

"بين 5 و7", "5 إلى 7", "5 أو 7" are one amount with two ends. "من 5 مليارات إلى 7 مليارات", and "من 5 إلى 7" after a
verb of change, are two amounts of different times.
"""

# ruff: noqa: RUF001 (Arabic letters and signs are the data here)

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

import msgspec

from streams.arabic.number_words import MILLION
from streams.arabic.tokens import Token
from streams.extract.pieces import YEARS, Piece


class Pair(msgspec.Struct, frozen=True):
    """Two numbers that belong together; `low` is the first one's value in full, `change` says they are no range."""

    low: Decimal
    high: Decimal
    code: str | None
    change: bool


_BETWEEN = re.compile(r'(?:^|(?<![ء-ي]))[وف]?[بلم]?(?:ما ?)?(?:بين|[يت]تراوح بين)[ "(]*(?:نحو|حوالي|قرابه)? *(?:ال)?$')
_FROM = re.compile(r'(?:^|(?<![ء-ي]))[وف]?من[ "(]*(?:نحو|حوالي|قرابه)? *$')
_SPREAD = re.compile(r"[يت]?تراوح|نطاق")
# Verbs and nouns of change: after one of these, "من X إلى Y" tells two values of different times.
_MOVED = re.compile(
    r"(?:^|(?<![ء-ي]))[وفسلب]{0,2}(?:ال)?(?:[يتن]?(?:رفع|ارتفع|رتفع|زاد|زيد|قفز|صعد|نما|نمو|خفض|انخفض|نخفض|تراجع|هبط|قلص|تقلص|تضاعف"
    r"|انتقل|نتقل|هوي|وسع|توسع|عدل)(?:ت|وا|ها|ه)?|زياده|ارتفاعا?|رفع|خفض|تخفيض|انخفاضا?|قفزه|توسيع|تقليص|تعديل|نمو|صعودا?)(?![ء-ي])"
)
_CONTEXT = 70  # characters before the first number
_LONGEST_JOINT = 5  # tokens between the two
_PLAIN_JOINTS = frozenset(("-", "الي", "حتي", "او"))
_APPROXIMATE = frozenset(("نحو", "حوالي", "قرابه", "زهاء", "ال"))
_AND_BETWEEN = frozenset(("و", "وبين", "الي", "-"))


def close(low: Piece, high: Piece) -> bool:
    """Whether so little stands between two numbers that they may belong together."""
    return high.first - low.after <= _LONGEST_JOINT


def pair(text: str, line: int, tokens: Sequence[Token], low: Piece, high: Piece) -> Pair | None:
    """How two close numbers that follow each other in a line that begins at `line` belong together, if they do."""
    if low.value is None or high.value is None:
        return None
    if not (high.money or (low.money and (high.scale > 1 or high.code))) or _apart(low, high):
        return None
    joint = _joint(tokens, low, high)
    if joint is None:
        return None
    before = text[max(line, low.start - _CONTEXT) : low.start]
    from_ = _FROM.search(before) is not None
    if not (joint in _PLAIN_JOINTS or (joint == "ل" and from_) or (joint in _AND_BETWEEN and _BETWEEN.search(before))):
        return None
    code = low.code or high.code
    first = low.value * (high.scale if low.scale == 1 and (low.ahead or not low.money) else 1)
    if from_ and not _SPREAD.search(before) and (low.scale > 1 or low.money or _MOVED.search(before)):
        return Pair(first, high.value, code, change=True)
    return Pair(first, high.value, code, change=False) if first < high.value else None


def _apart(low: Piece, high: Piece) -> bool:
    """Whether they cannot be of one kind: two currencies, or a year and a sum."""
    if low.money and high.money and low.code != high.code:
        return True
    return not low.money and low.scale == 1 and low.value in YEARS and high.scale >= MILLION


def _joint(tokens: Sequence[Token], low: Piece, high: Piece) -> str | None:
    """The word that joins the two, without words of exactness around it; None when more stands between them."""
    words = [token.text for token in tokens[low.after : high.first]]
    glued = high.start - tokens[high.first].start
    if glued:
        words.append(tokens[high.first].text[:glued].removesuffix("ال"))
    while words and words[-1] in _APPROXIMATE:
        words.pop()
    if words[-2:] == ["اكثر", "من"]:
        del words[-2:]
    return words[0] if len(words) == 1 else None
