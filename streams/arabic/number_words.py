"""The words that Arabic counts with, and what each is worth.

The one rule: every table is keyed by the folded word, so that all spellings of a hamza, ya or ta are one entry.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache

from streams.arabic.fold import fold_key

THOUSAND, MILLION, MILLIARD, BILLION = (Decimal(10) ** power for power in (3, 6, 9, 12))
HUNDRED = Decimal(100)


def _table(rows: Mapping[Decimal | int | str, str]) -> dict[str, Decimal]:
    return {fold_key(word): Decimal(value) for value, words in rows.items() for word in words.split()}


UNITS = _table(
    {
        1: "واحد واحدا واحدة أحد إحدى",
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
TEN = _table({10: "عشر عشرة"})
TENS = _table(
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
HUNDREDS = _table(
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
FRACTIONS = _table({"0.5": "نصف ½", "0.25": "ربع أرباع ¼", "0.75": "¾"})
QUARTERS = fold_key("أرباع")

SCALES = _table(
    {
        THOUSAND: "ألف ألفا آلاف الآف thousand",
        MILLION: "مليون مليونا ملايين ميليون million millions mn mln",
        MILLIARD: "مليار مليارا مليارات ملايير ميليار ميليارات ملياردات بليون بليونا بلايين billion billions bn bln",
        BILLION: "تريليون تريليونا تريليونات ترليون ترليونا ترليونات trillion trillions tn trn",
    }
)
SCALE_DUALS = _table(
    {
        THOUSAND: "ألفين ألفي ألفان ألفا",
        MILLION: "مليونين مليوني مليونان مليونا",
        MILLIARD: "مليارين ملياري ملياران مليارا بليونين بليوني",
        BILLION: "تريليونين تريليوني تريليونان ترليونين ترليوني تريليونا",
    }
)
# A Latin letter is a scale only when glued to its figure ("$30B").
SCALE_LETTERS = {"k": THOUSAND, "m": MILLION, "b": MILLIARD, "t": BILLION}


def _words(text: str) -> frozenset[str]:
    return frozenset(map(fold_key, text.split()))


SCALE_PLURALS = _words(
    "آلاف ملايين مليارات ملايير ميليارات بلايين تريليونات ترليونات millions billions trillions",
)
VAGUE = _words("عشرات مئات عدة بضعة بضع آلاف ألوف")
# Of these a plural is vague by itself ("آلاف الدولارات"); others want a scale after them.
ROUND = _words("آلاف ألوف مئات عشرات")
# What says after a plural how many it is not ("مليارات عدة").
SEVERAL = _words("عدة عديدة كثيرة")

BELOW_HUNDRED = frozenset((*UNITS, *TEN, *TENS))
COUNTING = BELOW_HUNDRED | frozenset(HUNDREDS)
_ALL = frozenset((*COUNTING, *FRACTIONS, *SCALES, *SCALE_DUALS, *VAGUE))

_PARTICLES = ("", "و", "ف", "ب", "ل", "ك", "ال", "وال", "بال", "لل", "وب", "ول")


def is_number_word(text: str) -> bool:
    """Whether the word, as it stands, is one of numbers."""
    return text in _ALL


@lru_cache(maxsize=50_000)
def bare(text: str) -> str:
    """A number word without the particles glued before it; the text itself when it is none."""
    for particle in _PARTICLES:
        rest = text[len(particle) :]
        if text.startswith(particle) and rest in _ALL:
            return rest
    return text


@lru_cache(maxsize=50_000)
def begins_number(word: str) -> bool:
    """Whether a number may begin with the token: a figure or a number word."""
    return word[0].isdigit() or bare(word) in _ALL
