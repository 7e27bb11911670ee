"""Numbers as Arabic writes them: digits with either system's signs, number words, scale words, and mixtures.

Strategy: tokens are read left to right as groups, each a figure or a compound of number words, multiplied by the scale
words that follow; groups join with و when they descend ("375 مليونا و526 ألف", "مليار ونصف"). Whatever does not descend
is another number: "15 و25 مليار" is never a sum.

The one rule: a number begins at a token of its own; particles before it are not part of it.
"""

# ruff: noqa: RUF001 (Arabic letters and signs are the data here)

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache

import msgspec

from streams.arabic.fold import fold_key

THOUSAND, MILLION, MILLIARD, BILLION = (Decimal(10) ** power for power in (3, 6, 9, 12))


class Token(msgspec.Struct, frozen=True, gc=False):
    """A word, a figure or a sign of a folded text."""

    text: str
    start: int
    end: int


class Number(msgspec.Struct, frozen=True):
    """A number read from tokens up to `after`. `scale` is its largest scale word (1 for none), `face` what it scales.

    A vague number ("عشرات المليارات") has no value. `start` is where its first token begins without particles.
    """

    value: Decimal | None
    start: int
    after: int
    scale: Decimal
    face: Decimal
    digits: bool


_TOKEN = re.compile(
    r"""
    \d+ (?: [.,،٫٬'] \d+ | ر \d+ )*   # a figure with its signs; ر is the old agencies' decimal sign
    | [ء-ي]+ | [a-z]+
    | [^\s]
    """,
    re.VERBOSE,
)


def tokenise(text: str, start: int, end: int) -> list[Token]:
    """The tokens of a folded text[start:end]."""
    return [Token(m[0], *m.span()) for m in _TOKEN.finditer(text, start, end)]


class Tokens:
    """The tokens of one folded text, each line of it read once and only when it is asked for."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines: dict[int, tuple[list[Token], list[int], int]] = {}

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

    def _line(self, start: int) -> tuple[list[Token], list[int], int]:
        known = self._lines.get(start)
        if known is None:
            end = self._text.find("\n", start)
            end = len(self._text) if end < 0 else end
            tokens = tokenise(self._text, start, end)
            known = self._lines[start] = (tokens, [token.start for token in tokens], end + 1)
        return known


def _table(rows: dict[int, str]) -> dict[str, Decimal]:
    return {fold_key(word): Decimal(value) for value, words in rows.items() for word in words.split()}


_UNITS = _table(
    {
        1: "واحد واحدة أحد إحدى",
        2: "اثنان اثنين اثنتان اثنتين إثنان إثنين اثنا اثني اثنتا اثنتي",
        3: "ثلاث ثلاثة",
        4: "أربع أربعة",
        5: "خمس خمسة",
        6: "ست ستة",
        7: "سبع سبعة",
        8: "ثمان ثمانية ثماني",
        9: "تسع تسعة",
    }
)
_TEN = _table({10: "عشر عشرة"})
_TENS = _table(
    {
        20: "عشرون عشرين",
        30: "ثلاثون ثلاثين",
        40: "أربعون أربعين",
        50: "خمسون خمسين",
        60: "ستون ستين",
        70: "سبعون سبعين",
        80: "ثمانون ثمانين",
        90: "تسعون تسعين",
    }
)
_HUNDREDS = _table(
    {
        100: "مئة مائة",
        200: "مئتان مئتين مائتان مائتين مئتا مئتي مائتا مائتي",
        300: "ثلاثمئة ثلاثمائة",
        400: "أربعمئة أربعمائة",
        500: "خمسمئة خمسمائة",
        600: "ستمئة ستمائة",
        700: "سبعمئة سبعمائة",
        800: "ثمانمئة ثمانمائة ثمانيمئة ثمانيمائة",
        900: "تسعمئة تسعمائة",
    }
)
_HUNDRED = Decimal(100)
_BELOW_HUNDRED = frozenset((*_UNITS, *_TEN, *_TENS))
_COUNTING = _BELOW_HUNDRED | frozenset(_HUNDREDS)
_FRACTIONS = {
    fold_key(word): Decimal(value)
    for word, value in {"نصف": "0.5", "ربع": "0.25", "ثلث": "1", "أرباع": "0.25"}.items()
    if word != "ثلث"
}
_QUARTERS = fold_key("أرباع")

_SCALES = {
    fold_key(word): value
    for value, words in {
        THOUSAND: "ألف ألفا آلاف الآف k thousand",
        MILLION: "مليون مليونا ملايين million millions mn mln",
        MILLIARD: "مليار مليارا مليارات ملياردات بليون بليونا بلايين بلیون billion billions bn bln",
        BILLION: "تريليون تريليونا تريليونات ترليون ترليونا ترليونات trillion trillions tn trn",
    }.items()
    for word in words.split()
}
_DUALS = {
    fold_key(word): value
    for value, words in {
        THOUSAND: "ألفين ألفي ألفان ألفا",
        MILLION: "مليونين مليوني مليونان مليونا",
        MILLIARD: "مليارين ملياري ملياران مليارا بليونين بليوني",
        BILLION: "تريليونين تريليوني تريليونان ترليونين ترليوني تريليونا",
    }.items()
    for word in words.split()
}
_PLURALS = {
    fold_key(w)
    for w in ["آلاف", "ملايين", "مليارات", "بلايين", "تريليونات", "ترليونات", "millions", "billions", "trillions"]
}
_VAGUE = {fold_key(w) for w in ["عشرات", "مئات", "عدة", "بضعة", "بضع", "آلاف"]}

_ROUND = {fold_key(w) for w in ["آلاف", "مئات", "عشرات"]}

_ONE_GROUP = re.compile(r"(\d+)([.,،٫٬'ر])(\d+)")
_THOUSANDS = re.compile(
    r"\d{1,3}(?:[,،٬']\d{3})+(?:[.٫]\d+)?|\d{1,3}(?:\.\d{3}){2,}(?:[,٫]\d+)?|\d{1,3}(?:\.\d{3})+,\d+"
)
_GROUP_DIGITS = 3
_PARTICLES = ("", "و", "ف", "ب", "ل", "ك", "ال", "وال", "بال", "لل", "وب", "ول")


def is_figure(token: Token) -> bool:
    """Whether the token is written in digits."""
    return token.text[0].isdigit()


def figure(text: str, *, scaled: bool = False) -> Decimal:
    """The value of a figure with its signs.

    A comma or ٬ before three digits groups thousands, a full stop does so before three noughts, in repeated groups, or
    when a scale word follows ("30.000 مليون"); every other sign is decimal. The old agencies' ر stands before the whole
    number: their lines run so that "62ر31" is 31.62.
    """
    if (match := _ONE_GROUP.fullmatch(text)) and match[2] == "ر":
        return Decimal(f"{match[3]}.{match[1]}")
    if _THOUSANDS.fullmatch(text):
        decimal = max(text.rfind("٫"), text.rfind("."), text.rfind(",") if "." in text else -1)
        grouped_by_stop = text.count(".") > 1 or ("." in text and "," in text and text.rfind(",") > text.rfind("."))
        if grouped_by_stop:
            decimal = max(text.rfind(","), text.rfind("٫"))
        return _decimal(text, decimal)
    if (match := _ONE_GROUP.fullmatch(text)) and _groups_thousands(match, scaled=scaled):
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


def begins_number(word: str) -> bool:
    """Whether a number may begin with the token: a figure, a bracket before one, or a number word."""
    return word[0].isdigit() or word == "(" or _is_number_word(_bare(word))


def read_number(tokens: Sequence[Token], first: int) -> Number | None:
    """The number that begins at tokens[first], particles aside; None when none does."""
    vague = _read_vague(tokens, first)
    if vague:
        return vague
    start = _start(tokens, first)
    total, scale, digits, face = Decimal(0), Decimal(0), False, Decimal(0)
    here = first
    while (group := _read_group(tokens, here, joined=here > first)) is not None:
        if scale:
            addend = _addend(group, scale)
            if addend is None:
                break
            total += addend
        else:
            total, scale, digits, face = group.value * group.scale, group.scale, group.figures, group.value
        here = group.after
        if scale == 1:
            break
    return Number(total, start, here, scale, face, digits) if scale else None


def _addend(group: _Group, scale: Decimal) -> Decimal | None:
    """What a further group adds to a number of that scale; None when it does not descend from it."""
    if group.fraction:
        return group.value * (group.scale if group.scale > 1 else scale) if group.scale <= scale else None
    if 1 < group.scale < scale:
        return group.value * group.scale
    return group.value if group.scale == 1 and scale == THOUSAND and group.value < THOUSAND else None


class _Group(msgspec.Struct, frozen=True):
    """What a number is made of: a value, the scales it is multiplied by, and the token after it."""

    value: Decimal
    after: int
    scale: Decimal = Decimal(1)
    figures: bool = False
    fraction: bool = False


def _read_group(tokens: Sequence[Token], first: int, *, joined: bool) -> _Group | None:
    """One figure or compound of words with the scales that follow it."""
    begun = _join(tokens, first) if joined else (first, "")
    if begun is None:
        return None
    at, word = begun
    read = _read_value(tokens, at, word)
    if read is None:
        return None
    scale, after = read.scale, read.after
    while (step := _scale_at(tokens, after)) is not None:
        scale *= step
        after += 1
    value = read.value
    if read.figures and scale >= MILLION and _plain(tokens, at):
        value = figure(tokens[at].text, scaled=True)
    return _Group(value, after, scale, read.figures, read.fraction)


def _plain(tokens: Sequence[Token], at: int) -> bool:
    """Whether the figure at `at` is followed by its scale at once."""
    return is_figure(tokens[at]) and _scale_at(tokens, at + 1) is not None


def _join(tokens: Sequence[Token], at: int) -> tuple[int, str] | None:
    """Where a group joined by و begins, and its first word without the و."""
    if at >= len(tokens):
        return None
    text = tokens[at].text
    if text == "و" and at + 1 < len(tokens) and tokens[at + 1].start == tokens[at].end:
        return at + 1, ""
    return (at, text[1:]) if text.startswith("و") and len(text) > 1 and _bare(text) != text else None


def _read_value(tokens: Sequence[Token], at: int, word: str) -> _Group | None:
    """The value at `at` before the scales that follow. A bare scale word is one of its kind, its dual two."""
    if at >= len(tokens):
        return None
    if is_figure(tokens[at]):
        value, after = _with_half(tokens, *_spaced(tokens, at))
        return _Group(value, after, figures=True)
    text = word if word and _is_number_word(word) else _bare(tokens[at].text)
    if text in _FRACTIONS:
        return _Group(_FRACTIONS[text], at + 1, fraction=True)
    compound = _compound(tokens, at, text)
    if compound:
        return _counted_quarters(tokens, *compound)
    if text in _DUALS and (text not in _SCALES or _counts(tokens, at)):
        return _Group(Decimal(2), at + 1, scale=_DUALS[text])
    if text in _SCALES and text not in _PLURALS:
        return _Group(Decimal(1), at + 1, scale=_SCALES[text])
    return None


def _counted_quarters(tokens: Sequence[Token], value: Decimal, after: int) -> _Group:
    if after < len(tokens) and tokens[after].text == _QUARTERS:
        return _Group(value * _FRACTIONS[_QUARTERS], after + 1, fraction=True)
    return _Group(*_with_half(tokens, value, after))


def _counts(tokens: Sequence[Token], at: int) -> bool:
    """Whether something is counted right after: the form in -ا is then the dual ("ألفا دولار")."""
    following = tokens[at + 1].text if at + 1 < len(tokens) else ""
    return following[:1].isalpha() and following not in {"من", "في", "علي", "الي", "ل"} and following[0] != "و"


def _with_half(tokens: Sequence[Token], value: Decimal, after: int) -> tuple[Decimal, int]:
    """ "3 ونصف": the fraction belongs to the number before its scale, if it has one."""
    if after < len(tokens) and tokens[after].text[:1] == "و" and tokens[after].text[1:] in _FRACTIONS:
        following = _scale_at(tokens, after + 1)
        if following is not None or _scale_at(tokens, after) is None:
            return value + _FRACTIONS[tokens[after].text[1:]], after + 1
    return value, after


def _spaced(tokens: Sequence[Token], at: int) -> tuple[Decimal, int]:
    """A figure, its thousands set apart by single spaces or not ("10 000")."""
    text, after = tokens[at].text, at + 1
    if text.isdigit() and len(text) <= _GROUP_DIGITS:
        while after < len(tokens) and _spaced_group(tokens[after - 1], tokens[after]):
            text += tokens[after].text
            after += 1
    return figure(text), after


def _spaced_group(before: Token, token: Token) -> bool:
    return token.text.isdigit() and len(token.text) == _GROUP_DIGITS and token.start == before.end + 1


def _compound(tokens: Sequence[Token], at: int, text: str) -> tuple[Decimal, int] | None:
    """A compound of number words below a thousand: "خمسة عشر", "مئة وخمسة وعشرون", "ثلاث مئة"."""
    words = [text, *_following_words(tokens, at + 1)]
    if words[0] in _HUNDREDS:
        rest = _below_hundred(words[1:], joined=True)
        return (_HUNDREDS[words[0]] + rest[0], at + 1 + rest[1]) if rest else (_HUNDREDS[words[0]], at + 1)
    if words[0] in _UNITS and words[1:] and _HUNDREDS.get(words[1]) == _HUNDRED:
        hundreds = _UNITS[words[0]] * _HUNDRED
        rest = _below_hundred(words[2:], joined=True)
        return (hundreds + rest[0], at + 2 + rest[1]) if rest else (hundreds, at + 2)
    below = _below_hundred(words, joined=False)
    return (below[0], at + below[1]) if below else None


_LONGEST_COMPOUND = 4


def _following_words(tokens: Sequence[Token], at: int) -> Iterator[str]:
    for token in tokens[at : at + _LONGEST_COMPOUND]:
        yield token.text


def _below_hundred(words: Sequence[str], *, joined: bool) -> tuple[Decimal, int] | None:
    """A number below a hundred at the beginning of `words`, and how many words it takes."""
    if not words or (joined and not words[0].startswith("و")):
        return None
    first = words[0] if not joined or words[0] in _UNITS else words[0][1:]
    if joined and words[0][1:] in _BELOW_HUNDRED:
        first = words[0][1:]
    if first in _TENS:
        return _TENS[first], 1
    if first in _TEN:
        return _TEN[first], 1
    if first not in _UNITS:
        return None
    following = words[1] if words[1:] else ""
    if following in _TEN:
        return _UNITS[first] + _TEN[following], 2
    if following.startswith("و") and following[1:] in _TENS:
        return _UNITS[first] + _TENS[following[1:]], 2
    return _UNITS[first], 1


def _scale_at(tokens: Sequence[Token], at: int) -> Decimal | None:
    """The scale that tokens[at] multiplies by. A lone Latin letter is one only when glued to its figure."""
    if at >= len(tokens):
        return None
    token = tokens[at]
    glued = at > 0 and tokens[at - 1].end == token.start and is_figure(tokens[at - 1])
    if token.text in _SCALES:
        return _SCALES[token.text] if token.text != "k" or glued else None
    if glued and token.text in {"m", "b", "t"}:
        return {"m": MILLION, "b": MILLIARD, "t": BILLION}[token.text]
    defined = token.text[2:] if token.text.startswith("ال") else ""
    return _SCALES.get(defined)


def _read_vague(tokens: Sequence[Token], first: int) -> Number | None:
    """ "مليارات", "عشرات الملايين", "عدة مليارات": a plural scale that nothing counts."""
    text = _bare(tokens[first].text)
    after = first
    while after < len(tokens) and _bare_vague(tokens[after].text, first=after == first):
        after += 1
    if after < len(tokens) and _plural(tokens[after].text, first=after == first):
        after += 1
    elif not (after > first and text in _ROUND):
        return None
    counted = first > 0 and _counted(tokens, first)
    if counted:
        return None
    scale = _SCALES.get(_bare(tokens[after - 1].text), Decimal(1))
    return Number(None, _start(tokens, first), after, scale, Decimal(0), digits=False)


def _counted(tokens: Sequence[Token], first: int) -> bool:
    before = tokens[first - 1].text
    return before[0].isdigit() or _bare(before) in _COUNTING


def _bare_vague(text: str, *, first: bool) -> bool:
    return (_bare(text) if first else text.removeprefix("ال")) in _VAGUE


def _plural(text: str, *, first: bool) -> bool:
    return (_bare(text) if first else text.removeprefix("ال")) in _PLURALS


@lru_cache(maxsize=50_000)
def _bare(text: str) -> str:
    """A number word without the particles glued before it; the text itself when it is none."""
    for particle in _PARTICLES:
        rest = text[len(particle) :]
        if text.startswith(particle) and rest and _is_number_word(rest):
            return rest
    return text


_NUMBER_WORDS = frozenset((*_UNITS, *_TEN, *_TENS, *_HUNDREDS, *_FRACTIONS, *_SCALES, *_DUALS, *_VAGUE))


def _is_number_word(text: str) -> bool:
    return text in _NUMBER_WORDS


def _start(tokens: Sequence[Token], first: int) -> int:
    token = tokens[first]
    return token.end - len(_bare(token.text))
