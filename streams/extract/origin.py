"""What tells independent reporting from a reprint: the agency credited, and a sketch of the text.

The sketch is the smallest hashes of all runs of three words. Numbers are words like any other, so that two texts which
differ in one figure differ in their sketches.
"""

# ruff: noqa: RUF001 (Arabic letters and signs are the data here)

from __future__ import annotations

import re
import zlib

from streams.arabic.fold import Folded, fold_key
from streams.records import Origin

_SKETCH_SIZE = 64
_SHINGLE = 3
_WORD = re.compile(r"[ء-يa-z0-9]+(?:[.,٫][0-9]+)*")

# Agencies and papers that others quote, folded, by the name that Rasid shows. Our own list of those the Arabic press
# credits most; the longest spelling comes first where one contains another.
_CREDITED = {
    fold_key(spelling): name
    for name, spellings in {
        "Reuters": ("رويترز", "Reuters"),
        "Bloomberg": ("بلومبرغ", "بلومبيرغ", "بلومبرج", "Bloomberg"),
        "The Wall Street Journal": ("وول ستريت جورنال", "Wall Street Journal", "WSJ"),
        "Financial Times": ("فاينانشال تايمز", "فايننشال تايمز", "فاينانشيال تايمز", "Financial Times"),
        "The New York Times": ("نيويورك تايمز", "New York Times"),
        "The Information": ("ذا إنفورميشن", "The Information"),
        "CNBC": ("CNBC", "سي إن بي سي"),
        "Nikkei": ("نيكاي", "نيكي", "Nikkei"),
        "AFP": ("فرانس برس", "AFP"),
        "AP": ("أسوشيتد برس", "Associated Press"),
        "WAM": ("وكالة أنباء الإمارات", "وام"),
        "SPA": ("وكالة الأنباء السعودية", "واس"),
        "DPA": ("وكالة الأنباء الألمانية", "د ب أ"),
        "Yonhap": ("يونهاب", "Yonhap"),
    }.items()
    for spelling in spellings
}
_CREDIT = re.compile(
    r"(?<![ء-يa-z])[وبل]{0,2}(" + "|".join(sorted(_CREDITED, key=len, reverse=True)) + r")(?![ء-يa-z])"
)


def origin_of(folded: Folded) -> Origin:
    """Who is credited first, and the sketch of the words."""
    credited = _CREDIT.search(folded.text)
    return Origin(attribution=_CREDITED[credited[1]] if credited else None, sketch=_sketch(folded.text))


def _sketch(text: str) -> tuple[int, ...]:
    words = _WORD.findall(text)
    runs = (
        map(" ".join, zip(*(words[at:] for at in range(_SHINGLE)), strict=False))
        if words[_SHINGLE:]
        else (" ".join(words),)
    )
    return tuple(sorted({zlib.crc32(run.encode()) for run in runs if run})[:_SKETCH_SIZE])
