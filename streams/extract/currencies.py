"""Currencies by name, country, symbol and code.

The names and adjectives are our own list of what Arabic papers print, the codes are ISO 4217. A name that several
countries share (دولار, ريال, دينار…) is decided by the adjective after it, then by the outlet's country, then by the
default of its row; a row without a default stays without a currency rather than being guessed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache

import msgspec

from streams.arabic.fold import fold_key
from streams.arabic.tokens import Token


class Money(msgspec.Struct, frozen=True):
    """A currency as written in tokens up to `after`; `unit` is its part of the main unit (a cent is 0.01)."""

    code: str | None
    after: int
    unit: Decimal = Decimal(1)


# name's forms: (currency without an adjective, {ISO 3166 country: currency})
_SHARED: Mapping[str, tuple[str | None, Mapping[str, str]]] = {
    "دولار دولارا دولارات dollar dollars": (
        "USD",
        {"US": "USD", "CA": "CAD", "AU": "AUD", "NZ": "NZD", "SG": "SGD", "HK": "HKD", "TW": "TWD"},
    ),
    "جنيه جنيها جنيهات": ("EGP", {"EG": "EGP", "GB": "GBP", "SD": "SDG", "SS": "SSP"}),
    "ريال ريالا ريالات": ("SAR", {"SA": "SAR", "QA": "QAR", "OM": "OMR", "YE": "YER", "IR": "IRR", "BR": "BRL"}),
    "درهم درهما دراهم": ("AED", {"AE": "AED", "MA": "MAD"}),
    "دينار دينارا دنانير": (
        None,
        {"KW": "KWD", "BH": "BHD", "JO": "JOD", "IQ": "IQD", "DZ": "DZD", "TN": "TND", "LY": "LYD", "RS": "RSD"},
    ),
    "ليرة ليرات": (None, {"TR": "TRY", "LB": "LBP", "SY": "SYP"}),
    "روبية روبيات روبيه": ("INR", {"IN": "INR", "PK": "PKR", "ID": "IDR", "LK": "LKR"}),
    "كرونة كرونا كرونات كرونر كرون": (
        None,
        {"NO": "NOK", "SE": "SEK", "DK": "DKK", "IS": "ISK", "CZ": "CZK"},
    ),
    "فرنك فرنكا فرنكات": ("CHF", {"CH": "CHF"}),
    "بيزو بيزوس": (None, {"MX": "MXN", "AR": "ARS", "CL": "CLP", "CO": "COP", "PH": "PHP"}),
    "يورو أورو euro euros": ("EUR", {}),
    "ين ينا": ("JPY", {"JP": "JPY"}),
    "يوان يوانا رنمينبي رينمينبي": ("CNY", {"CN": "CNY"}),
    "وون وونا": ("KRW", {"KR": "KRW", "KP": "KPW"}),
    "روبل روبلا": ("RUB", {"RU": "RUB"}),
    "شيكل شيقل شيكلا شواقل شواكل": ("ILS", {"IL": "ILS"}),
    "راند رند": ("ZAR", {"ZA": "ZAR"}),
    "رينغيت رينجيت": ("MYR", {"MY": "MYR"}),
    "بات باهت": ("THB", {"TH": "THB"}),
    "زلوتي": ("PLN", {"PL": "PLN"}),
    "فورنت": ("HUF", {"HU": "HUF"}),
    "نايرا": ("NGN", {"NG": "NGN"}),
    "تومان": ("IRT", {"IR": "IRT"}),
    "أوقية أوقيات": ("MRU", {"MR": "MRU"}),
    "دونغ": ("VND", {"VN": "VND"}),
    "تاكا": ("BDT", {"BD": "BDT"}),
    "هريفنيا": ("UAH", {"UA": "UAH"}),
}
# Names that are also everyday words count as money only after a figure or a scale word with their adjective.
_NEEDS_ADJECTIVE = frozenset(map(fold_key, ("ين", "ينا", "بات", "رند", "كرون")))

_SUBUNITS = {"سنت سنتا سنتات سينت سينتات": "USD", "يوروسنت": "EUR", "بنس بنسا": "GBP", "هللة هللات": "SAR"}
_DUALS = {"دولارين": "USD", "دولاران": "USD", "جنيهين": "EGP", "ريالين": "SAR", "درهمين": "AED"}

_COUNTRIES = {
    "US": "أمريكي أميركي أمريكية أميركية أمريكيا أميركيا",
    "CA": "كندي",
    "AU": "أسترالي أوسترالي",
    "NZ": "نيوزيلندي",
    "SG": "سنغافوري",
    "HK": "هونغ هونج هونغكونغ",
    "TW": "تايواني",
    "EG": "مصري مصرية مصريا",
    "GB": "إسترليني استرليني إسترلينية إسترلينيا بريطاني",
    "SD": "سوداني سودانية",
    "SS": "جنوبسوداني",
    "SA": "سعودي سعودية سعوديا",
    "QA": "قطري قطرية",
    "OM": "عماني عمانية",
    "YE": "يمني يمنية",
    "IR": "إيراني إيرانية",
    "BR": "برازيلي",
    "AE": "إماراتي إماراتية إماراتيا",
    "MA": "مغربي مغربية",
    "KW": "كويتي كويتية كويتيا",
    "BH": "بحريني بحرينية",
    "JO": "أردني أردنية",
    "IQ": "عراقي عراقية",
    "DZ": "جزائري جزائرية",
    "TN": "تونسي تونسية",
    "LY": "ليبي ليبية",
    "RS": "صربي",
    "TR": "تركية تركي",
    "LB": "لبنانية لبناني",
    "SY": "سورية سوري",
    "IN": "هندية هندي",
    "PK": "باكستانية باكستاني",
    "ID": "إندونيسية إندونيسي",
    "LK": "سريلانكية",
    "NO": "نرويجية نرويجي",
    "SE": "سويدية سويدي",
    "DK": "دنماركية دنماركي دانماركية",
    "IS": "آيسلندية",
    "CZ": "تشيكية",
    "CH": "سويسري سويسرية",
    "MX": "مكسيكي",
    "AR": "أرجنتيني",
    "CL": "تشيلي",
    "CO": "كولومبي",
    "PH": "فلبيني",
    "JP": "ياباني يابانيا",
    "CN": "صيني صينيا",
    "KR": "كوري كوريا",
    "KP": "شمالي",
    "RU": "روسي",
    "IL": "إسرائيلي إسرائيلية",
    "ZA": "إفريقي أفريقي",
    "MY": "ماليزي",
    "TH": "تايلاندي",
    "PL": "بولندي",
    "HU": "مجري",
    "NG": "نيجيرية نيجيري",
    "MR": "موريتانية",
    "VN": "فيتنامي",
    "BD": "بنغلاديشية",
    "UA": "أوكرانية",
}
_SYMBOLS = {
    "$": "USD",
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
    "₪": "ILS",
    "₺": "TRY",
    "₹": "INR",
    "₽": "RUB",
    "₩": "KRW",
    "﷼": "SAR",
}
_CODES = [
    "USD",
    "EUR",
    "GBP",
    "JPY",
    "CNY",
    "CHF",
    "CAD",
    "AUD",
    "NZD",
    "SGD",
    "HKD",
    "TWD",
    "SAR",
    "AED",
    "QAR",
    "OMR",
    "YER",
    "KWD",
    "BHD",
    "JOD",
    "IQD",
    "DZD",
    "TND",
    "LYD",
    "MAD",
    "EGP",
    "SDG",
    "LBP",
    "SYP",
    "TRY",
    "ILS",
    "IRR",
    "INR",
    "PKR",
    "IDR",
    "NOK",
    "SEK",
    "DKK",
    "KRW",
    "RUB",
    "BRL",
    "MXN",
    "ZAR",
    "MYR",
    "THB",
    "PLN",
    "NGN",
]
# Abbreviations, letters apart by full stops, as tokens.
_ABBREVIATED = {
    "د.ك": "KWD",
    "د.إ": "AED",
    "د.ب": "BHD",
    "د.أ": "JOD",
    "د.ع": "IQD",
    "د.ج": "DZD",
    "د.م": "MAD",
    "د.ت": "TND",
    "د.ل": "LYD",
    "ر.س": "SAR",
    "ر.ق": "QAR",
    "ر.ع": "OMR",
    "ر.ي": "YER",
    "ج.م": "EGP",
    "ج.س": "SDG",
    "ل.ل": "LBP",
    "ل.س": "SYP",
    "ل.ت": "TRY",
}

_NAMES = {fold_key(form): row for forms, row in _SHARED.items() for form in forms.split()}
_ADJECTIVES = {fold_key(form): country for country, forms in _COUNTRIES.items() for form in forms.split()}
_CENTS = {fold_key(form): code for forms, code in _SUBUNITS.items() for form in forms.split()}
_TWO = {fold_key(form): code for form, code in _DUALS.items()}
_CODE_OF = {code.lower(): code for code in _CODES}
_INITIALS = {tuple(fold_key(part) for part in text.split(".")): code for text, code in _ABBREVIATED.items()}

# What a text about money must contain somewhere; looked for before anything is read.
ANCHORS = (
    (frozenset(_NAMES) - _NEEDS_ADJECTIVE)
    | {
        f"{name} {adjective}"
        for name in _NEEDS_ADJECTIVE
        for adjective, at in _ADJECTIVES.items()
        if at in _NAMES[name][1]
    }
    | frozenset(_CENTS)
    | frozenset(_SYMBOLS)
    | frozenset(_CODE_OF)
    | frozenset(".".join(parts) for parts in _INITIALS)
    | frozenset(_TWO)
)
_CENT = Decimal("0.01")


def currency_after(tokens: Sequence[Token], at: int, country: str | None) -> Money | None:
    """The currency whose name, symbol or code begins at tokens[at], for an outlet of that country."""
    if at >= len(tokens):
        return None
    text = tokens[at].text
    if text in {"من", "ب"} and at + 1 < len(tokens) and tokens[at + 1].text.startswith("ال"):
        return currency_after(tokens, at + 1, country) if _name(tokens[at + 1].text) else None
    if text in _SYMBOLS:
        return Money(_SYMBOLS[text], at + 1)
    if text in _CODE_OF:
        return Money(_CODE_OF[text], at + 1)
    name = _name(text)
    if name in _CENTS:
        return Money(_CENTS[name], at + 1, unit=_CENT)
    if name in _NAMES:
        return _named(tokens, at, name, country)
    return _abbreviated(tokens, at)


def currency_before(tokens: Sequence[Token], at: int) -> Money | None:
    """The symbol or code that stands at tokens[at], before its figure."""
    text = tokens[at].text
    code = _SYMBOLS.get(text) or _CODE_OF.get(text)
    return Money(code, at + 1) if code else None


def begins_money(word: str) -> bool:
    """Whether the token is itself the beginning of an amount: a sign, a code, or "two dollars" in one word."""
    return word in _SYMBOLS or word in _CODE_OF or word in _TWO


def dual(token: Token) -> str | None:
    """The currency of which the word says two ("دولارين")."""
    return _TWO.get(token.text)


@lru_cache(maxsize=50_000)
def _name(text: str) -> str:
    """The currency's name without article or particle; the text itself when it is none."""
    for particle in ("", "ال", "بال", "لل", "ب", "ل"):
        rest = text[len(particle) :]
        if text.startswith(particle) and (rest in _NAMES or rest in _CENTS):
            return rest
    return text


def _named(tokens: Sequence[Token], at: int, name: str, country: str | None) -> Money | None:
    default, by_country = _NAMES[name]
    following = tokens[at + 1].text.removeprefix("ال") if at + 1 < len(tokens) else ""
    adjective = _ADJECTIVES.get(following, "")
    if adjective in by_country:
        return Money(by_country[adjective], _past_adjective(tokens, at + 1))
    if name in _NEEDS_ADJECTIVE and at > 0 and not tokens[at - 1].text[0].isdigit():
        plain = tokens[at - 1].text
        if not any(scale in plain for scale in ("مليون", "مليار", "تريليون", "الف", "ملايين")):
            return None
    return Money(by_country.get(country or "", default), at + 1)


def _past_adjective(tokens: Sequence[Token], at: int) -> int:
    """After the adjective; a second word of it ("هونغ كونغ", "كوري جنوبي") belongs to it."""
    second = tokens[at + 1].text.removeprefix("ال") if at + 1 < len(tokens) else ""
    return at + 2 if second in {"كونغ", "كونج", "جنوبي", "جنوبيه"} else at + 1


def _abbreviated(tokens: Sequence[Token], at: int) -> Money | None:
    if at + 2 >= len(tokens) or tokens[at + 1].text != ".":
        return None
    code = _INITIALS.get((tokens[at].text, tokens[at + 2].text))
    if code is None:
        return None
    after = at + 3
    return Money(code, after + (1 if after < len(tokens) and tokens[after].text == "." else 0))
