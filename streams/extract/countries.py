"""Countries by the adjectives that the press puts after "المجموعة" or "الشركة" instead of a name."""

# ruff: noqa: RUF001 (Arabic letters are the data here)

from __future__ import annotations

from streams.arabic.fold import fold_key

_ADJECTIVES = {
    "ae": "إماراتي ظبياني",
    "ar": "أرجنتيني",
    "au": "أسترالي",
    "br": "برازيلي",
    "ca": "كندي",
    "ch": "سويسري",
    "cn": "صيني",
    "de": "ألماني",
    "eg": "مصري",
    "es": "إسباني",
    "fr": "فرنسي",
    "gb": "بريطاني إنجليزي",
    "in": "هندي",
    "it": "إيطالي",
    "jo": "أردني",
    "jp": "ياباني",
    "kr": "كوري",
    "kw": "كويتي",
    "ma": "مغربي",
    "my": "ماليزي",
    "nl": "هولندي",
    "no": "نرويجي",
    "pl": "بولندي",
    "qa": "قطري",
    "sa": "سعودي",
    "sg": "سنغافوري",
    "tr": "تركي",
    "tw": "تايواني",
    "us": "أميركي أمريكي",
}
_OF = {
    f"ال{fold_key(adjective)}{ending}": country
    for country, listed in _ADJECTIVES.items()
    for adjective in listed.split()
    for ending in ("", "ه", "تان", "تين", "ان", "ين")
}
COUNTRIES = frozenset(_ADJECTIVES)


def country_of(word: str) -> str:
    """The country (ISO 3166, two letters) of a folded adjective with the article; "" for any other word."""
    return _OF.get(word, "")
