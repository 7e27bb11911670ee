"""The numbers of a line, each with the currency written beside it, if there is one.

The one rule: a number that is read is skipped as a whole, so that no part of it is taken for another.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

import msgspec
from msgspec.structs import replace

from streams.arabic.number_words import FRACTIONS, SCALES, begins_number
from streams.arabic.numerals import Number, is_figure, read_number
from streams.arabic.tokens import Token
from streams.extract.currencies import Money, begins_money, currency_after, currency_before, dual


class Piece(msgspec.Struct, frozen=True):
    """A number in tokens[first:after], text[start:end], money or not.

    `scale` is its largest scale word (1 for none). `name` is the name that several countries share, `told` whether the
    text says whose it is; `ahead` says that the currency stands before the number, `more` that a word of excess stands
    inside ("6 ملايين ونيف دولار").
    """

    value: Decimal | None
    scale: Decimal
    first: int
    after: int
    start: int
    end: int
    code: str | None = None
    money: bool = False
    name: str = ""
    told: bool = True
    ahead: bool = False
    more: bool = False


_DATE_BEFORE = re.compile(
    r"(?:عام|سنه|يناير|فبراير|مارس|ابريل|مايو|يونيو|يوليو|اغسطس|سبتمبر|اكتوبر|نوفمبر|ديسمبر|الثاني|الاول|شباط|اذار"
    r"|نيسان|ايار|حزيران|تموز|اب|ايلول|(?<![ء-ي])(?:في|خلال|بحلول|حتي|منذ|مطلع|نهايه|اواخر|منتصف))[ /]*$"
)
_DATE_LENGTH = 16  # characters before a year that say so
YEARS = range(1900, 2100)
_YEAR_DIGITS = 4
_LONGEST_NUMBER = 24  # tokens
_EXCESS = "ونيف"
_ONE = Decimal(1)
_CLOSING = {"(": ")", '"': '"'}
_HUNDREDTHS = frozenset(("الميه", "المايه", "بالميه", "بالمايه"))  # "في المئة", "بالمئة"


def pieces(text: str, tokens: Sequence[Token], country: str | None) -> list[Piece]:
    """Every number of a line of the folded text, in order."""
    found: list[Piece] = []
    done = 0
    for at in [at for at, token in enumerate(tokens) if _may_begin(token.text)]:
        if at >= done and not (tokens[at].text in _HUNDREDTHS and _of_percent(tokens, at)):
            piece = _piece(text, tokens, at, country)
            if piece:
                found.append(piece)
                done = piece.after
    return found


def _of_percent(tokens: Sequence[Token], at: int) -> bool:
    return tokens[at].text[0] == "ب" or (at > 0 and tokens[at - 1].text == "في")


@lru_cache(maxsize=50_000)
def _may_begin(word: str) -> bool:
    return begins_number(word) or begins_money(word) or word in _CLOSING


def _piece(text: str, tokens: Sequence[Token], at: int, country: str | None) -> Piece | None:
    token = tokens[at]
    before = None
    if begins_money(token.text):
        two = dual(token)
        if two:
            return Piece(Decimal(2), _ONE, at, at + 1, token.start, token.end, two, money=True)
        before = currency_before(tokens, at)
    first = before.after if before else at
    if first >= len(tokens) or (before and not is_figure(tokens[first])):
        return None
    number, brackets = _bracketed(tokens, first)
    if number is None or _is_year(text, tokens, first, number):
        return None
    start = token.start if before or brackets else number.start
    return _with_currency(tokens, at, (start, number, number.after + brackets), before, country)


def _with_currency(
    tokens: Sequence[Token], at: int, read: tuple[int, Number, int], before: Money | None, country: str | None
) -> Piece:
    """The piece of the number that was `read` (its start, itself, the token after it) with its currency, if any."""
    start, number, after = read
    more = after < len(tokens) and tokens[after].text == _EXCESS
    money = before or currency_after(tokens, after + more, country)
    if money is None:
        return Piece(number.value, number.scale, at, after, start, tokens[after - 1].end)
    if before is None:
        after = money.after
    value = number.value if number.value is None or money.unit == 1 else number.value * money.unit
    piece = Piece(
        value,
        number.scale,
        at,
        after,
        start,
        tokens[after - 1].end,
        money.code,
        money=True,
        name=money.name,
        told=money.told,
        ahead=before is not None,
        more=more,
    )
    return _with_cents(tokens, piece, country)


def _with_cents(tokens: Sequence[Token], piece: Piece, country: str | None) -> Piece:
    """As "20 دولارا و43 سنتا" and "مليار دولار ونصف" are one amount."""
    at = piece.after
    if at >= len(tokens) or tokens[at].text[0] != "و" or piece.value is None:
        return piece
    if tokens[at].text[1:] in FRACTIONS and piece.scale > 1:
        return _with_fraction(tokens, piece, piece.value, FRACTIONS[tokens[at].text[1:]] * piece.scale)
    at += tokens[at].text == "و"
    cents = read_number(tokens, at) if at < len(tokens) and begins_number(tokens[at].text) else None
    money = currency_after(tokens, cents.after, country) if cents else None
    if cents is None or money is None or money.unit == 1 or cents.value is None:
        return piece
    end = tokens[money.after - 1].end
    return replace(piece, value=piece.value + cents.value * money.unit, after=money.after, end=end)


def _with_fraction(tokens: Sequence[Token], piece: Piece, value: Decimal, more: Decimal) -> Piece:
    """As in "مليار دولار ونصف المليار"."""
    after = piece.after + 1
    after += after < len(tokens) and SCALES.get(tokens[after].text.removeprefix("ال")) == piece.scale
    return replace(piece, value=value + more, after=after, end=tokens[after - 1].end)


def _bracketed(tokens: Sequence[Token], at: int) -> tuple[Number | None, int]:
    """The number at `at`, and how many brackets it has.

    A figure alone in brackets or quotes before its scale ("(31968) مليون") is read without them.
    """
    closing = _CLOSING.get(tokens[at].text)
    if closing is None:
        return read_number(tokens, at), 0
    if not (at + 3 < len(tokens) and tokens[at + 2].text == closing and is_figure(tokens[at + 1])):
        return None, 0
    before = tokens[max(0, at - 1) : at]  # as much as a number looks at on either side
    number = read_number([*before, tokens[at + 1], *tokens[at + 3 : at + _LONGEST_NUMBER]], len(before))
    if number is None or number.scale == 1:
        return None, 0
    return replace(number, after=number.after + at - len(before)), 2


def _is_year(text: str, tokens: Sequence[Token], at: int, number: Number) -> bool:
    """As in "عام 2025 مليار دولار": the year is no factor of the amount after it."""
    figure = tokens[at].text
    if len(figure) != _YEAR_DIGITS or not figure.isdigit() or int(figure) not in YEARS:
        return False
    scaled = at + 1 < len(tokens) and tokens[at + 1].text in SCALES
    before = text[max(0, number.start - _DATE_LENGTH) : number.start]
    return scaled and _DATE_BEFORE.search(before) is not None
