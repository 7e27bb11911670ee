"""Countries by the adjectives that the press puts after "المجموعة", "الشركة" or a currency instead of a name."""

# ruff: noqa: RUF001 (Arabic letters are the data here)

from __future__ import annotations

from streams.arabic.fold import fold_key

_ADJECTIVES = {
    "ae": "إماراتي ظبياني",
    "ar": "أرجنتيني",
    "at": "نمساوي",
    "au": "أسترالي",
    "az": "أذربيجاني أذري",
    "bd": "بنغلاديشي",
    "be": "بلجيكي",
    "bg": "بلغاري",
    "bh": "بحريني",
    "br": "برازيلي",
    "ca": "كندي",
    "ch": "سويسري",
    "cl": "تشيلي",
    "cn": "صيني",
    "co": "كولومبي",
    "cy": "قبرصي",
    "cz": "تشيكي",
    "de": "ألماني",
    "dj": "جيبوتي",
    "dk": "دنماركي دانماركي",
    "dz": "جزائري",
    "eg": "مصري",
    "es": "إسباني",
    "et": "إثيوبي",
    "fi": "فنلندي",
    "fr": "فرنسي",
    "gb": "بريطاني إنجليزي",
    "gh": "غاني",
    "gr": "يوناني",
    "hk": "هونغكونغي",
    "hu": "مجري هنغاري",
    "id": "إندونيسي",
    "ie": "إيرلندي أيرلندي",
    "il": "إسرائيلي",
    "in": "هندي",
    "iq": "عراقي",
    "ir": "إيراني",
    "is": "آيسلندي أيسلندي",
    "it": "إيطالي",
    "jo": "أردني",
    "jp": "ياباني",
    "ke": "كيني",
    "km": "قمري",
    "kr": "كوري",
    "kw": "كويتي",
    "kz": "كازاخستاني كازاخي",
    "lb": "لبناني",
    "lk": "سريلانكي",
    "lu": "لوكسمبورغي لوكسمبرغي",
    "ly": "ليبي",
    "ma": "مغربي",
    "mr": "موريتاني",
    "mx": "مكسيكي",
    "my": "ماليزي",
    "ng": "نيجيري",
    "nl": "هولندي",
    "no": "نرويجي",
    "nz": "نيوزيلندي",
    "om": "عماني",
    "pe": "بيروفي",
    "ph": "فلبيني فيليبيني",
    "pk": "باكستاني",
    "pl": "بولندي",
    "ps": "فلسطيني",
    "pt": "برتغالي",
    "qa": "قطري",
    "ro": "روماني",
    "rs": "صربي",
    "ru": "روسي",
    "rw": "رواندي",
    "sa": "سعودي",
    "sd": "سوداني",
    "se": "سويدي",
    "sg": "سنغافوري",
    "sn": "سنغالي",
    "so": "صومالي",
    "sy": "سوري",
    "th": "تايلاندي تايلندي",
    "tn": "تونسي",
    "tr": "تركي",
    "tw": "تايواني",
    "ua": "أوكراني",
    "us": "أميركي أمريكي",
    "uz": "أوزبكي",
    "ve": "فنزويلي",
    "vn": "فيتنامي",
    "ye": "يمني",
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


def is_nation(word: str, *, feminine: bool) -> bool:
    """Whether the folded word, with the article or without, is the adjective of a country that agrees in gender."""
    return word.endswith("ه") == feminine and f"ال{word.removeprefix('ال')}" in _OF
