"""Which currency a name, sign or code stands for, where it is written beside a number.

A name that several countries share (دولار, ريال, دينار…) is decided by the adjective after it; without one by the
adjective that the text uses elsewhere, then by the outlet's country, then by the country that the text is about, then
by the default of its row. A row without a default stays without a currency rather than being guessed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache

import msgspec

from streams.arabic.fold import fold_key
from streams.arabic.number_words import SCALES
from streams.arabic.tokens import GLUED_CURRENCIES, GLUED_SCALES, Token
from streams.extract import currency_names as names
from streams.extract.countries import is_nation
from streams.extract.subject import country_of_text


class Money(msgspec.Struct, frozen=True):
    """A currency as written in tokens up to `after`; `unit` is its part of the main unit (a cent is 0.01).

    `name` is the row of a name that several countries share; `told` says that the text itself decided between them.
    """

    code: str | None
    after: int
    unit: Decimal = Decimal(1)
    name: str = ""
    told: bool = True


class _Row(msgspec.Struct, frozen=True):
    """What one name may stand for."""

    name: str
    default: str | None
    by_country: Mapping[str, str]


def _folded(words: str) -> frozenset[str]:
    return frozenset(map(fold_key, words.split()))


_NAMES = {
    fold_key(form): _Row(fold_key(forms.split()[0]), default, by_country)
    for forms, (default, by_country) in names.SHARED.items()
    for form in forms.split()
}
_ROWS = {row.name: row for row in _NAMES.values()}
# A dollar without a country is America's wherever it is printed, also beside a Canadian one.
_NEVER_OPEN = frozenset(("دولار",))
_NEED_ADJECTIVE, _NEED_NUMBER = _folded(names.NEED_ADJECTIVE), _folded(names.NEED_NUMBER)
_ADJECTIVES = {fold_key(form): country for country, forms in names.ADJECTIVES.items() for form in forms}
_CENTS = {fold_key(form): code for forms, code in names.SUBUNITS.items() for form in forms.split()}
_TWO = {fold_key(form): code for forms, code in names.DUALS.items() for form in forms.split()}
_CODE_OF = {
    code.lower(): code
    for default, by_country in names.SHARED.values()
    for code in (default, *by_country.values())
    if code and code not in names.NOT_AS_CODE
}
_INITIALS = {tuple(map(fold_key, text.split("."))): meant for text, meant in names.ABBREVIATED.items()}
CURRENCIES = frozenset(_CODE_OF.values()) | names.NOT_AS_CODE & {
    code for _, by_country in names.SHARED.values() for code in by_country.values()
}

# What a text about money must contain somewhere; looked for before anything is read.
ANCHORS = (
    (frozenset(_NAMES) - _NEED_ADJECTIVE - _NEED_NUMBER)
    | {
        f"{name} {adjective}"
        for name in _NEED_ADJECTIVE | _NEED_NUMBER
        for adjective, at in _ADJECTIVES.items()
        if at in _NAMES[name].by_country
    }
    | {f"{before} {name}" for name in _NEED_NUMBER for before in ("", *SCALES)}
    | {scale + name for scale in GLUED_SCALES for name in GLUED_CURRENCIES}
    | frozenset(_CENTS)
    | frozenset(names.SIGNS)
    | frozenset(_CODE_OF)
    | frozenset(".".join(parts) for parts in _INITIALS)
    | frozenset(_TWO)
)
_CENT = Decimal("0.01")
_BEGINNINGS = frozenset((*names.SIGNS, *names.DOLLARS, *_CODE_OF, *_TWO))


def currency_after(tokens: Sequence[Token], at: int, country: str | None) -> Money | None:
    """The currency whose name, sign or code begins at tokens[at], for an outlet of that country."""
    if at >= len(tokens):
        return None
    text = tokens[at].text
    if text in _NAMES:
        return _named(tokens, at, text, country)
    if begins_money(text):
        return currency_before(tokens, at)
    if text in {"من", "ب"} and at + 1 < len(tokens) and tokens[at + 1].text.startswith("ال"):
        return currency_after(tokens, at + 1, country) if _name(tokens[at + 1].text) else None
    name = _name(text)
    if name in _CENTS:
        return Money(_CENTS[name], at + 1, unit=_CENT)
    if name:
        return _named(tokens, at, name, country)
    return _abbreviated(tokens, at, country)


def currency_before(tokens: Sequence[Token], at: int) -> Money | None:
    """The sign or code that stands at tokens[at], before its figure."""
    text = tokens[at].text
    if text in names.DOLLARS and at + 1 < len(tokens) and tokens[at + 1].text == "$":
        return Money(names.DOLLARS[text], at + 2) if tokens[at + 1].start == tokens[at].end else None
    code = names.SIGNS.get(text) or _CODE_OF.get(text)
    return Money(code, at + 1) if code else None


def begins_money(word: str) -> bool:
    """Whether the token is itself the beginning of an amount: a sign, a code, or "two dollars" in one word."""
    return word in _BEGINNINGS


def dual(token: Token) -> str | None:
    """The currency of which the word says two ("دولارين")."""
    return _TWO.get(token.text)


def settled(name: str, told: Collection[str], text: str, country: str | None) -> str | None:
    """The currency that a shared `name` means in a folded text which elsewhere tells these apart."""
    if len(told) == 1:
        return next(iter(told))
    row = _ROWS[name]
    return row.by_country.get(country or "") or row.by_country.get(
        country_of_text(text, row.by_country.keys()), row.default
    )


@lru_cache(maxsize=50_000)
def _name(text: str) -> str:
    """The currency's name without article or particle; empty when it is none."""
    for particle in ("", "ال", "بال", "لل", "ب", "ل"):
        rest = text[len(particle) :]
        if text.startswith(particle) and (rest in _NAMES or rest in _CENTS):
            return rest
    return ""


def _named(tokens: Sequence[Token], at: int, name: str, country: str | None) -> Money | None:
    row = _NAMES[name]
    adjective, after = _adjective(tokens, at + 1)
    code = row.by_country.get(adjective)
    if code:
        return Money(code, after, name=row.name)
    if name in _NEED_ADJECTIVE and not (country and country in row.by_country):
        return None
    if row.name in _NEVER_OPEN:
        return Money(row.by_country.get(country or "", row.default), at + 1)
    if at + 1 < len(tokens) and is_nation(tokens[at + 1].text, feminine=name[-1] == _FEMININE):
        return Money(None, at + 1)  # of a country that has no such currency any more: "ليرة إيطالية"
    if len(row.by_country) > 1:
        return Money(None, at + 1, name=row.name, told=False)
    return Money(row.by_country.get(country or "", row.default), at + 1)


_FEMININE = fold_key("ة")
_PARTS_OF_AFRICA, _CENTRAL = frozenset(("جنوب", "غرب")), "وسط"
_SECOND_WORDS = frozenset(("كونغ", "كونج", "جنوبي", "جنوبيه"))


def _adjective(tokens: Sequence[Token], at: int) -> tuple[str, int]:
    """The country of the adjective at `at`, and the token after it; a second word may belong to it."""
    first = tokens[at].text.removeprefix("ال") if at < len(tokens) else ""
    country = _ADJECTIVES.get(first, "")
    if not country and first not in _PARTS_OF_AFRICA | {_CENTRAL}:
        return "", at
    second = tokens[at + 1].text.removeprefix("ال") if at + 1 < len(tokens) else ""
    if not country:
        part = _ADJECTIVES.get(second, "")
        return "central" if part == "african" and first == _CENTRAL else part, at + 2
    return country, at + 2 if second in _SECOND_WORDS else at + 1


def _abbreviated(tokens: Sequence[Token], at: int, country: str | None) -> Money | None:
    if at + 2 >= len(tokens) or tokens[at + 1].text != ".":
        return None
    meant = _INITIALS.get((tokens[at].text, tokens[at + 2].text))
    if meant is None:
        return None
    after = at + 3
    stop = after < len(tokens) and tokens[after].text == "."
    return Money(meant[1].get(country or "", meant[0]), after + 1 if stop else after)
