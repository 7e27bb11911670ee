"""Numbers as Arabic writes them: digits with either system's signs, number words, scale words, and mixtures.

Strategy: tokens are read left to right as groups, each a figure or a compound of number words, multiplied by the scale
words that follow; groups join with و when they descend ("375 مليونا و526 ألف", "مليار ونصف"). Whatever does not descend
is another number: "15 و25 مليار" is never a sum.

The one rule: a number begins at a token of its own; particles before it are not part of it.
"""

# ruff: noqa: RUF001 (Arabic letters and signs are the data here)

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

import msgspec

from streams.arabic.number_words import (
    BELOW_HUNDRED,
    COUNTING,
    FRACTIONS,
    HUNDRED,
    HUNDREDS,
    MILLION,
    QUARTERS,
    ROUND,
    SCALE_DUALS,
    SCALE_LETTERS,
    SCALE_PLURALS,
    SCALES,
    SEVERAL,
    TEN,
    TENS,
    THOUSAND,
    UNITS,
    VAGUE,
    bare,
    is_number_word,
)
from streams.arabic.tokens import Token


class Number(msgspec.Struct, frozen=True):
    """A number read from tokens up to `after`. `scale` is its largest scale word (1 for none).

    A vague number ("عشرات المليارات") has no value. `start` is where its first token begins without particles.
    """

    value: Decimal | None
    start: int
    after: int
    scale: Decimal


_ONE = Decimal(1)
_ONE_WORD = "واحد"
_ONE_GROUP = re.compile(r"(\d+)([.,،٫٬'ر])(\d+)")
_THOUSANDS = re.compile(
    r"\d{1,3}(?:[,،٬']\d{3})+(?:[.٫]\d+)?|\d{1,3}(?:\.\d{3}){2,}(?:[,٫]\d+)?|\d{1,3}(?:\.\d{3})+,\d+"
)
_GROUP_DIGITS = 3


def is_figure(token: Token) -> bool:
    """Whether the token is written in digits."""
    return token.text[0].isdigit()


@lru_cache(maxsize=10_000)
def figure(text: str, *, scaled: bool = False) -> Decimal:
    """The value of a figure with its signs.

    A comma or ٬ before three digits groups thousands, a full stop does so before three noughts, in repeated groups, or
    when a scale word follows ("30.000 مليون"); every other sign is decimal. The old agencies' ر stands before the whole
    number: their lines run so that "62ر31" is 31.62.
    """
    if text.isdigit():
        return Decimal(text)
    if (match := _ONE_GROUP.fullmatch(text)) and match[2] == "ر":
        return Decimal(f"{match[3]}.{match[1]}")
    if _THOUSANDS.fullmatch(text):
        decimal = max(text.rfind("٫"), text.rfind("."), text.rfind(",") if "." in text else -1)
        grouped_by_stop = text.count(".") > 1 or ("." in text and "," in text and text.rfind(",") > text.rfind("."))
        if grouped_by_stop:
            decimal = max(text.rfind(","), text.rfind("٫"))
        return _decimal(text, decimal)
    if match and _groups_thousands(match, scaled=scaled):
        return Decimal(match[1] + match[3])
    return _decimal(text, next((at for at, sign in enumerate(text) if not sign.isdigit()), -1))


def _groups_thousands(match: re.Match[str], *, scaled: bool) -> bool:
    whole, sign, rest = match.groups()
    if sign != "." or len(rest) != _GROUP_DIGITS or len(whole) > _GROUP_DIGITS or whole.startswith("0"):
        return False
    return rest == "000" or (scaled and len(whole) > 1 and rest.endswith("0"))


def _decimal(text: str, sign: int) -> Decimal:
    """The digits of `text`, those after the index `sign` (-1 for none) being decimals."""
    whole, rest = (text, "") if sign < 0 else (text[:sign], text[sign + 1 :])
    whole, rest = ("".join(c for c in part if c.isdigit()) for part in (whole, rest))
    return Decimal(f"{whole or '0'}.{rest or '0'}")


def read_number(tokens: Sequence[Token], first: int) -> Number | None:
    """The number that begins at tokens[first], particles aside; None when none does."""
    token = tokens[first]
    figures = is_figure(token)
    found = _plain(tokens, first) if figures else _read_vague(tokens, first)
    if found:
        return found
    group = _read_group(tokens, first, "")
    if group is None:
        return None
    total, largest = group.value * group.scale, group.scale
    last = largest
    while last > 1 and (begun := _join(tokens, group.after)) is not None:
        further = _read_group(tokens, *begun)
        if further and _thousands_of(group, further):
            total, largest, group = total + further.value, further.scale, further
            total *= largest
            break
        addend = _addend(further, last) if further else None
        if further is None or addend is None:
            break
        total += addend
        group, last = further, min(last, further.scale)
    return Number(total, token.start if figures else token.end - len(bare(token.text)), group.after, largest)


def _plain(tokens: Sequence[Token], first: int) -> Number | None:
    """A figure and one scale word, of which nothing goes on: what most sums are, without the grammar's detours."""
    if first + 2 >= len(tokens):
        return None
    scale, following = SCALES.get(tokens[first + 1].text), tokens[first + 2].text
    if scale is None or following[0] == "و" or following in SCALES or following[:2] == "ال":
        return None
    value = figure(tokens[first].text, scaled=scale >= MILLION)
    return Number(value * scale, tokens[first].start, first + 2, scale)


class _Group(msgspec.Struct, frozen=True, gc=False):
    """What a number is made of: a value, the scales it is multiplied by, and the token after it."""

    value: Decimal
    after: int
    scale: Decimal = _ONE
    figures: bool = False
    fraction: bool = False


def _thousands_of(group: _Group, further: _Group) -> bool:
    """As in "ألف وخمسمئة مليون": the thousands belong to the same scale as the hundreds after them."""
    return group.scale == THOUSAND and further.scale >= MILLION and HUNDRED <= further.value < THOUSAND


def _addend(group: _Group, scale: Decimal) -> Decimal | None:
    """What a further group adds to a number of that scale; None when it does not descend from it."""
    if group.fraction:
        return group.value * (group.scale if group.scale > 1 else scale) if group.scale <= scale else None
    if 1 < group.scale < scale:
        return group.value * group.scale
    return group.value if group.scale == 1 and scale == THOUSAND and group.value < THOUSAND else None


def _read_group(tokens: Sequence[Token], at: int, word: str) -> _Group | None:
    """One figure or compound of words with the scales that follow it; `word` is its first without the و before it."""
    read = _read_value(tokens, at, word)
    if read is None:
        return None
    scale, after = read.scale, read.after
    while (step := _scale_at(tokens, after)) is not None:
        scale *= step
        after += 1
    value = read.value
    if read.figures and scale >= MILLION and read.after == at + 1:
        value = figure(tokens[at].text, scaled=True)
    return _Group(value, after, scale, read.figures, read.fraction)


def _join(tokens: Sequence[Token], at: int) -> tuple[int, str] | None:
    """Where a group joined by و begins, and its first word without the و."""
    if at >= len(tokens):
        return None
    text = tokens[at].text
    if text[0] != "و":
        return None
    if text == "و":
        return (at + 1, "") if at + 1 < len(tokens) and tokens[at + 1].start == tokens[at].end else None
    return (at, text[1:]) if bare(text) != text else None


def _read_value(tokens: Sequence[Token], at: int, word: str) -> _Group | None:
    """The value at `at` before the scales that follow. A bare scale word is one of its kind, its dual two."""
    if at >= len(tokens):
        return None
    if is_figure(tokens[at]):
        return _Group(*_with_half(tokens, *_spaced(tokens, at)), figures=True)
    text = word if word and is_number_word(word) else bare(tokens[at].text)
    if not is_number_word(text):
        return None
    if text in FRACTIONS:
        return _Group(FRACTIONS[text], at + 1, fraction=True)
    if text in COUNTING:
        return _counted_quarters(tokens, *_compound(tokens, at, text))
    if text in SCALE_DUALS and (text not in SCALES or _counts(tokens, at)):
        return _Group(Decimal(2), at + 1, scale=SCALE_DUALS[text])
    if text in SCALES and text not in SCALE_PLURALS:
        one = at + 1 < len(tokens) and tokens[at + 1].text == _ONE_WORD  # "مليار واحد"
        return _Group(_ONE, at + 1 + one, scale=SCALES[text])
    return None


def _counted_quarters(tokens: Sequence[Token], value: Decimal, after: int) -> _Group:
    if after < len(tokens) and tokens[after].text == QUARTERS:
        return _Group(value * FRACTIONS[QUARTERS], after + 1, fraction=True)
    return _Group(*_with_half(tokens, value, after))


def _counts(tokens: Sequence[Token], at: int) -> bool:
    """Whether something is counted right after: the form in -ا is then the dual ("ألفا دولار")."""
    following = tokens[at + 1].text if at + 1 < len(tokens) else ""
    return following[:1].isalpha() and following not in {"من", "في", "علي", "الي", "ل"} and following[0] != "و"


def _with_half(tokens: Sequence[Token], value: Decimal, after: int) -> tuple[Decimal, int]:
    """ "3 ونصف", "3½": the fraction belongs to the number before its scale, if it has one."""
    text = tokens[after].text if after < len(tokens) else ""
    if text in FRACTIONS and not text.isalpha():
        return value + FRACTIONS[text], after + 1
    if text[:1] == "و" and text[1:] in FRACTIONS:
        following = _scale_at(tokens, after + 1)
        if following is not None or _scale_at(tokens, after) is None:
            return value + FRACTIONS[text[1:]], after + 1
    return value, after


def _spaced(tokens: Sequence[Token], at: int) -> tuple[Decimal, int]:
    """A figure, its thousands set apart by single spaces or not ("10 000")."""
    text, after = tokens[at].text, at + 1
    if len(text) <= _GROUP_DIGITS and text.isdigit():
        while after < len(tokens) and _spaced_group(tokens[after - 1], tokens[after]):
            text += tokens[after].text
            after += 1
    return figure(text), after


def _spaced_group(before: Token, token: Token) -> bool:
    return len(token.text) == _GROUP_DIGITS and token.text.isdigit() and token.start == before.end + 1


_LONGEST_COMPOUND = 4  # words after the first


def _compound(tokens: Sequence[Token], at: int, text: str) -> tuple[Decimal, int]:
    """A compound of number words below a thousand: "خمسة عشر", "مئة وخمسة وعشرون", "ثلاث مئة"."""
    words = [text, *(token.text for token in tokens[at + 1 : at + 1 + _LONGEST_COMPOUND])]
    if text in HUNDREDS:
        return _with_rest(HUNDREDS[text], words, at, 1)
    if text in UNITS and words[1:] and HUNDREDS.get(words[1]) == HUNDRED:
        return _with_rest(UNITS[text] * HUNDRED, words, at, 2)
    value, taken = _below_hundred(text, words[1:])
    return value, at + taken


def _with_rest(hundreds: Decimal, words: Sequence[str], at: int, taken: int) -> tuple[Decimal, int]:
    """The hundreds with what و adds to them, if it does; `taken` words are read."""
    joined = words[taken] if words[taken:] else ""
    if joined[:1] == "و" and joined[1:] in BELOW_HUNDRED:
        value, more = _below_hundred(joined[1:], words[taken + 1 :])
        return hundreds + value, at + taken + more
    return hundreds, at + taken


def _below_hundred(first: str, rest: Sequence[str]) -> tuple[Decimal, int]:
    """The number below a hundred that begins with the word `first`, and how many words it takes."""
    if first not in UNITS:
        return TENS.get(first) or TEN[first], 1
    following = rest[0] if rest else ""
    if following in TEN:
        return UNITS[first] + TEN[following], 2
    if following[:1] == "و" and following[1:] in TENS:
        return UNITS[first] + TENS[following[1:]], 2
    return UNITS[first], 1


def _scale_at(tokens: Sequence[Token], at: int) -> Decimal | None:
    """The scale that tokens[at] multiplies by. A lone Latin letter is one only when glued to its figure."""
    if at >= len(tokens):
        return None
    token = tokens[at]
    text = token.text
    if text in SCALE_LETTERS:
        glued = at > 0 and tokens[at - 1].end == token.start and is_figure(tokens[at - 1])
        return SCALE_LETTERS[text] if glued else None
    scale = SCALES.get(text)
    return SCALES.get(text[2:]) if scale is None and text[:2] == "ال" else scale


def _read_vague(tokens: Sequence[Token], first: int) -> Number | None:
    """ "مليارات", "عشرات الملايين", "مليارات عدة": a plural scale that nothing counts."""
    text = bare(tokens[first].text)
    if not (text in VAGUE or text in SCALE_PLURALS) or (first > 0 and _counted(tokens[first - 1].text)):
        return None
    after = first
    while after < len(tokens) and _stripped(tokens[after].text, first=after == first) in VAGUE:
        after += 1
    if after < len(tokens) and _stripped(tokens[after].text, first=after == first) in SCALE_PLURALS:
        after += 1
    elif text not in ROUND:
        return None
    scale = SCALES.get(bare(tokens[after - 1].text), _ONE)
    if after < len(tokens) and tokens[after].text in SEVERAL:
        after += 1
    return Number(None, tokens[first].end - len(text), after, scale)


def _counted(before: str) -> bool:
    return before[0].isdigit() or before == ")" or bare(before) in COUNTING


def _stripped(text: str, *, first: bool) -> str:
    return bare(text) if first else text.removeprefix("ال")
