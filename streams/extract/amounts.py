"""Every quantity of money in a text, with its value, currency and exactness.

Strategy: only lines that hold a money word or sign are read. In them numbers are read from left to right; a number is
money when a currency follows or precedes it, or when it shares one: the other end of its range, the figure that it rose
to, another amount of the same sentence. Everything else (years, percent, people, watts, shares) is left alone.

The one rule: no currency, no amount, unless the sentence itself supplies the currency.
"""

# ruff: noqa: RUF001 (Arabic letters and signs are the data here)

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

import msgspec
from msgspec.structs import replace

from streams.arabic.fold import Folded
from streams.arabic.number_words import MILLION, begins_number
from streams.arabic.numerals import Number, is_figure, read_number
from streams.arabic.tokens import Token, Tokens
from streams.extract.currencies import Money, begins_money, currency_after, currency_before, dual
from streams.extract.qualifiers import qualifier_of
from streams.records import Qualifier


class Found(msgspec.Struct, frozen=True):
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


class _Piece(msgspec.Struct, frozen=True):
    """A number in tokens[first:after], with the currency written beside it, if any."""

    number: Number
    first: int
    after: int
    start: int
    end: int
    code: str | None
    money: bool


_BETWEEN = re.compile(r'(?:^|(?<![ء-ي]))(?:و?[مب]?ما )?(?:بين|يتراوح بين|تتراوح بين)[ "(]*$')
_FROM = re.compile(r'(?:^|(?<![ء-ي]))[وف]?من[ "(]*(?:نحو|حوالي|قرابه)? *$')
_SPREAD = re.compile(r"[يت]?تراوح")
# Verbs and nouns of change: after one of these, "من X إلى Y" tells two values of different times.
_MOVED = re.compile(
    r"(?:^|(?<![ء-ي]))[وفسلب]{0,2}(?:ال)?(?:[يتن]?(?:رفع|ارتفع|رتفع|زاد|زيد|قفز|صعد|نما|نمو|خفض|انخفض|نخفض|تراجع|هبط|قلص|تقلص|تضاعف"
    r"|انتقل|نتقل|هوي|وسع|توسع|عدل)(?:ت|وا|ها|ه)?|زياده|ارتفاعا?|رفع|خفض|تخفيض|انخفاضا?|قفزه|توسيع|تقليص|تعديل|نمو|صعودا?)(?![ء-ي])"
)
_YEARLY_AFTER = re.compile(r" *(?:دولار *)?(?:سنويا|في السنه|في العام الواحد|كل عام|كل سنه|لكل عام|سنويه?(?![ء-ي]))")
_YEARLY_BEFORE = re.compile(r"(?:سنوي|سنويه|السنوي|السنويه)(?: [ء-ي]+){0,3} ?(?:ب|بـ|الي|نحو|بنحو)? *$")
_EACH = re.compile(r" *(?:لكل|من كل) (?:طرف|منهما|منهم|منها|واحد|شركه|جانب|من)")
_PERCENT = re.compile(r" *(?:%|بالميه|بالمايه|في الميه|في المايه|نقطه)")
# What may follow an amount whose currency is left out: it must not be counted ("مليون سعودي" is people).
_ELIDED_END = re.compile(
    r' *(?:$|[\n.,،؛:)!؟"-]|[وف]?(?:الي|في|من|علي|عن|ل|خلال|بحلول|هذا|هذه|التي|الذي|لكن|بينما|مع|حتي|عبر|لبناء|سنويا'
    r"|قبل|بعد|او|عند|عندما|حين|منذ|كان|كانت|كما|بحسب|وفق|اعلن[ء-ي]*)(?![ء-ي]))"
)
# What an amount is compared with is money too, whatever follows ("من أصل 12 مليارا يحتاج إليها").
_COMPARED = re.compile(
    r"(?:من اصل|ارتفاعا من|صعودا من|زياده (?:عن|من)|انخفاضا من|هبوطا من|تراجعا من|نزولا من|بدلا من|عوضا عن"
    r"|مقارنه (?:ب|مع)|مقدره? ب|مقدرا ب|قدرت ب|تقدر ب|محدده? ب|وليس|لا)(?: (?:نحو|حوالي|قرابه|اكثر من))? ?$"
)
_DATE_BEFORE = re.compile(
    r"(?:عام|العام|سنه|السنه|يناير|فبراير|مارس|ابريل|مايو|يونيو|يوليو|اغسطس|سبتمبر|اكتوبر|نوفمبر|ديسمبر|الثاني|الاول|شباط|اذار"
    r"|نيسان|ايار|حزيران|تموز|اب|ايلول)[ /]*$"
)
# Numbers on either side that may lend their currency; tokens that a number may have.
_NEIGHBOURS, _LONGEST_NUMBER = 8, 24
_SENTENCE_END = re.compile(r"[.!؟] ")
_RANGE_JOINTS = frozenset(("-", "الي", "حتي"))
_YEARS = range(1900, 2100)


class Amounts:
    """Reads the money of one text; `country` is the outlet's (ISO 3166), for currencies named without one."""

    def __init__(self, folded: Folded, tokens: Tokens, country: str | None) -> None:
        self._text = folded.text
        self._tokens = tokens
        self._country = country

    def read(self, places: Sequence[tuple[int, int]]) -> list[Found]:
        """The amounts in the lines that hold the money words at `places`, in order."""
        found: list[Found] = []
        done = -1
        for start, _ in sorted(places):
            if start < done:
                continue
            first = self._text.rfind("\n", 0, start) + 1
            done = self._line_end(start)
            found += self._line(first)
        return _conversions(self._text, found)

    def _line_end(self, place: int) -> int:
        end = self._text.find("\n", place)
        return len(self._text) if end < 0 else end

    def _line(self, start: int) -> list[Found]:
        tokens = self._tokens.line(start)
        pieces = self._pieces(tokens)
        found: list[Found] = []
        at = 0
        while at < len(pieces):
            pair = self._pair(tokens, pieces, at, start)
            found += pair or self._single(pieces, at, start)
            at += 2 if pair else 1
        return found

    def _pieces(self, tokens: Sequence[Token]) -> list[_Piece]:
        """Every number of the line, money or not, in order."""
        pieces: list[_Piece] = []
        at = 0
        while at < len(tokens):
            piece = self._piece(tokens, at) if _may_begin(tokens[at].text) else None
            if piece:
                pieces.append(piece)
            at = piece.after if piece else at + 1
        return pieces

    def _piece(self, tokens: Sequence[Token], at: int) -> _Piece | None:
        two = dual(tokens[at])
        if two:
            number = Number(Decimal(2), tokens[at].start, at + 1, Decimal(1))
            return _Piece(number, at, at + 1, tokens[at].start, tokens[at].end, two, money=True)
        before = currency_before(tokens, at)
        first = before.after if before else at
        if first >= len(tokens):
            return None
        read, extra = _bracketed(tokens, first)
        if read is None or (before and not is_figure(tokens[first])):
            return None
        return self._with_currency(tokens, at, read, before, extra)

    def _with_currency(
        self, tokens: Sequence[Token], at: int, number: Number, before: Money | None, extra: int
    ) -> _Piece | None:
        after = number.after + extra
        money = before or currency_after(tokens, after, self._country)
        end_at = max(after, money.after if money and not before else after)
        start = tokens[at].start if before or extra else number.start
        piece = _Piece(
            number, at, end_at, start, tokens[end_at - 1].end, money.code if money else None, money=money is not None
        )
        if self._is_year(tokens, piece):
            return None
        return self._with_cents(tokens, _in_units(piece, money))

    def _with_cents(self, tokens: Sequence[Token], piece: _Piece) -> _Piece:
        """As in "20 دولارا و43 سنتا" is one amount."""
        if not piece.money or piece.after >= len(tokens) or not tokens[piece.after].text.startswith("و"):
            return piece
        at = piece.after + (1 if tokens[piece.after].text == "و" else 0)
        cents = read_number(tokens, at) if at < len(tokens) else None
        money = currency_after(tokens, cents.after, self._country) if cents else None
        if cents is None or money is None or money.unit == 1 or cents.value is None or piece.number.value is None:
            return piece
        number = replace(piece.number, value=piece.number.value + cents.value * money.unit)
        return replace(piece, number=number, after=money.after, end=tokens[money.after - 1].end)

    def _is_year(self, tokens: Sequence[Token], piece: _Piece) -> bool:
        """As in "عام 2025 مليار دولار": the year is no factor of the amount after it."""
        figure = tokens[piece.first].text
        if not (figure.isdigit() and int(figure) in _YEARS):
            return False
        before = self._text[max(0, piece.start - 16) : piece.start]
        return _DATE_BEFORE.search(before) is not None

    def _pair(self, tokens: Sequence[Token], pieces: Sequence[_Piece], at: int, line: int) -> list[Found]:
        """Two numbers that belong together: a range as one amount, a change as two; none otherwise."""
        if at + 1 >= len(pieces):
            return []
        low, high = pieces[at], pieces[at + 1]
        joint = [token.text for token in tokens[low.after : high.first]]
        shown = high.money or (low.money and high.number.scale > 1)
        if (
            not shown
            or low.number.value is None
            or high.number.value is None
            or not self._joined(low, high, joint, line)
        ):
            return []
        shares = low.number.scale == 1 and not low.money and high.number.scale > 1
        first = low.number.value * (high.number.scale if shares else 1)
        code = low.code or high.code
        if self._moved(low, line, scaled=low.number.scale > 1 or low.money):
            old = Found(low.start, low.end, first, first, code, self._qualifier(low, line), step="old")
            new = self._found(high, line, high.number.value)
            return [self._dated(old), replace(new, step="new")]
        if first >= high.number.value:
            return []
        return [self._dated(Found(low.start, high.end, first, high.number.value, high.code or low.code, "range"))]

    def _joined(self, low: _Piece, high: _Piece, joint: Sequence[str], line: int) -> bool:
        if len(joint) == 1 and joint[0] in _RANGE_JOINTS:
            return True
        between = _BETWEEN.search(self._before(low, line)) is not None
        glued = self._text[low.end : high.start].strip()
        if between and (glued in {"و", "و ", "الي", "-"} or joint == ["و"]):
            return True
        goes_to = joint[:1] == ["الي"] and joint[1:] in (["نحو"], ["حوالي"], ["قرابه"], ["اكثر", "من"])
        return (glued == "ل" or goes_to) and _FROM.search(self._before(low, line)) is not None

    def _moved(self, low: _Piece, line: int, *, scaled: bool) -> bool:
        before = self._before(low, line)
        if not _FROM.search(before) or _SPREAD.search(before):
            return False
        return scaled or _MOVED.search(before) is not None

    def _before(self, piece: _Piece, line: int) -> str:
        return self._text[max(line, piece.start - 70) : piece.start]

    def _single(self, pieces: Sequence[_Piece], at: int, line: int) -> list[Found]:
        piece = pieces[at]
        if _PERCENT.match(self._text, piece.end):
            return []
        if piece.money:
            return [self._found(piece, line, piece.number.value)]
        code = self._shared_currency(pieces, at)
        bare = code and piece.number.scale >= MILLION and piece.number.value
        if bare and (_ELIDED_END.match(self._text, piece.end) or _COMPARED.search(self._before(piece, line))):
            return [self._found(replace(piece, code=code), line, piece.number.value)]
        return []

    def _shared_currency(self, pieces: Sequence[_Piece], at: int) -> str | None:
        """The currency of the nearest amount in the same sentence, the following one first."""
        here = pieces[at]
        before = pieces[max(0, at - _NEIGHBOURS) : at]
        for other in (*pieces[at + 1 : at + 1 + _NEIGHBOURS], *reversed(before)):
            low, high = sorted((here.start, other.start))
            if other.money and not _SENTENCE_END.search(self._text, low, high):
                return other.code
        return None

    def _found(self, piece: _Piece, line: int, value: Decimal | None) -> Found:
        qualifier: Qualifier = "vague" if value is None else self._qualifier(piece, line)
        return self._dated(Found(piece.start, piece.end, value, value, piece.code, qualifier))

    def _qualifier(self, piece: _Piece, line: int) -> Qualifier:
        return qualifier_of(self._text, line, piece.start, piece.end)

    def _dated(self, found: Found) -> Found:
        before = self._text[max(0, found.start - 30) : found.start]
        yearly = _YEARLY_AFTER.match(self._text, found.end) or _YEARLY_BEFORE.search(before)
        return replace(found, yearly=yearly is not None, each=_EACH.match(self._text, found.end) is not None)


@lru_cache(maxsize=50_000)
def _may_begin(word: str) -> bool:
    """Whether an amount may begin with the token."""
    return begins_number(word) or begins_money(word)


def _bracketed(tokens: Sequence[Token], at: int) -> tuple[Number | None, int]:
    """The number at `at`; a figure alone in brackets before its scale ("(31968) مليون") is read without them."""
    bare = at + 3 < len(tokens) and tokens[at].text == "(" and is_figure(tokens[at + 1]) and tokens[at + 2].text == ")"
    if not bare:
        return read_number(tokens, at), 0
    before = tokens[max(0, at - 1) : at]  # as much as a number looks at on either side
    number = read_number([*before, tokens[at + 1], *tokens[at + 3 : at + _LONGEST_NUMBER]], len(before))
    if number is None or number.scale == 1:
        return None, 0
    return replace(number, after=number.after + at - len(before)), 2


def _in_units(piece: _Piece, money: Money | None) -> _Piece:
    if money is None or money.unit == 1 or piece.number.value is None:
        return piece
    return replace(piece, number=replace(piece.number, value=piece.number.value * money.unit))


_CONVERSION_GAP = 40
_CONVERSION = re.compile(
    r" *[(،-]? ?(?:اي |ما يعادل |بما يعادل |او |حوالي |نحو |ما يوازي |يعادل |قرابه )*(?:ما يعادل |نحو |حوالي )?$"
)
_CONVERTS = re.compile(r"\(|يعادل|يوازي|اي ")


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
