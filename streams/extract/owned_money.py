"""Whose worth, income or debt an amount is, read off the grammar of its sentence.

A noun of worth names its owner right after it ("تقييم X", "القيمة السوقية لـX"), by its pronoun ("قيمتها السوقية"), or
through the subject of what governs it ("تتوقع X إيرادات"). What a contract is worth is the contract's: a deal.
"""

# ruff: noqa: RUF001 (Arabic letters and signs are the data here)

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from streams.extract import money_words as words
from streams.extract.acting import only
from streams.extract.line import ENDS, Line
from streams.extract.setting import Judged
from streams.extract.valence import NOBODY, Who, controller, embedded, who
from streams.records import Role

_STEMS: dict[str, Role] = {
    "تقييم": "valuation",
    "قيمه": "valuation",
    "ايرادات": "revenue",
    "عايدات": "revenue",
    "مبيعات": "revenue",
    "دخل": "revenue",
}
_WORTH = 5.2
_MARKET = frozenset(("السوقيه", "سوقيه", "السوقي"))
_REACH, _NEAR = 18, 4
_PRONOUNS = ("ها", "هم", "هما", "ه")
_LOOSE = frozenset(("اجمالي", "صافي", "حجم", "من"))


def owned(line: Line, at: int, amount: int, last: Sequence[Judged]) -> Judged | None:
    """The worth or income that the amount at `at` is, with its owner; None where its noun names nobody."""
    place = _noun_before(line, at)
    if place is None and line.word(at + 1) == "من":
        place = _noun_at(line, at + 2)
        if line.word(at + 2) in {"قيمتها", "قيمته"}:  # "خسرت X 9 مليارات من قيمتها"
            place = at + 2, "valuation", "ها"
    if place is None:
        return None
    noun, role, pronoun = place
    bought = next((each.to for each in reversed(last) if each.role == "stake" and each.to), None)
    if bought is None:
        bought = next((only(who(line, k, 1.0).entities) for k, _ in line.governed(0, noun, frozenset(("في",)))), None)
    if role == "valuation" and bought and _at_which(line, noun, pronoun):
        return Judged(amount, role, (), bought, _WORTH, "the worth at which it is bought")
    owner = _owner(line, noun, pronoun)
    if len(owner.entities) != 1:
        return Judged(amount, "other", (), None, _WORTH, "the worth of several") if owner.entities else None
    return Judged(amount, role, (), owner.entities[0], _WORTH, "its owner named beside it")


def _at_which(line: Line, noun: int, pronoun: str) -> bool:
    """Whether the worth is only that of the deal ("بتقييم قدره", "عند تقييم") and names no owner of its own."""
    named = any(line.party(k) is not None for k in range(noun + 1, noun + 3))
    return not pronoun and not named and (line.word(noun)[:1] == "ب" or line.word(noun - 1) in _AT)


_AT = frozenset(("عند", "علي", "اساس", "وفق", "ب"))


def _noun_before(line: Line, at: int) -> tuple[int, Role, str] | None:
    for k in range(at - 1, max(-1, at - _REACH), -1):
        found = _noun_at(line, k)
        if found:
            share = line.word(k - 1) == "من" and words.PERCENT & set(line.words[max(0, k - _NEAR) : k])
            return None if share else found  # a share of an income is no income
        if line.amount(k) is not None or line.words[k] in ENDS:
            return None
    return None


def _noun_at(line: Line, k: int) -> tuple[int, Role, str] | None:
    """The noun of worth or income at `k`, with its role and its pronoun."""
    word = line.word(k)
    stem, pronoun = _stem_of(word)
    if not stem:
        return None
    if stem == "قيمه":
        market = line.word(k + 1) in _MARKET or (line.party(k + 1) is not None and line.word(k + 2) in _MARKET)
        owner = line.party(k + 1) if word.lstrip("وف") == stem else None
        if not market and (owner is None or not owner.payer):
            return None
    return k, _STEMS[stem], pronoun


@lru_cache(maxsize=50_000)
def _stem_of(word: str) -> tuple[str, str]:
    """The noun of worth or income in a word, and the pronoun behind it; empty for another word."""
    if word == "دخل":
        return "", ""  # also a verb
    for bare in (word, word.lstrip("وفبل"), word.removeprefix("ال"), word.lstrip("وفبل").removeprefix("ال")):
        if bare in _STEMS:
            return bare, ""
        for pronoun in (each for each in _PRONOUNS if bare.endswith(each)):
            stem = bare.removesuffix(pronoun)
            stem = f"{stem[:-1]}ه" if stem == "قيمت" else stem
            if stem in _STEMS:
                return stem, pronoun
    return "", ""


def _owner(line: Line, noun: int, pronoun: str) -> Who:
    if pronoun:
        return _meant(line, noun)
    for k in range(noun + 1, noun + 1 + _NEAR):
        party = line.party(k)
        if party is not None:
            return (
                who(line, k, 1.0) if party.payer and line.word(k - 1) in {"ل", *_MARKET} | {line.word(noun)} else NOBODY
            )
        if line.word(k) not in _MARKET | {"ل"} and not line.word(k).startswith("ال"):
            break
    if line.word(noun).startswith(("ال", "بال")):
        return NOBODY
    return controller(line, noun, 0.8)


def _meant(line: Line, noun: int) -> Who:
    """Whom the pronoun of a noun of worth means: the nearest company before it, a subject or what a subject is of."""
    for k in range(noun - 1, -1, -1):
        party = line.party(k)
        fits = party is not None and party.payer and party.entities and line.governor(k) in {"", "of", "ل"}
        if fits and not embedded(line, k):
            return who(line, k, 0.9)
    return Who(line.view.subject[:1], 0.5)
