"""What tells independent reporting from a reprint: the agency credited, and a sketch of the text.

An agency is credited in the forms that the press uses for it: after نقلا عن, بحسب, ذكرت and the like, as whom somebody
spoke to ("لرويترز"), in a dateline. One that is only named, because it sues somebody or sells something, is not.

The sketch is the smallest hashes of all runs of three words. Numbers are words like any other, so that two texts which
differ in one figure differ in their sketches.
"""

# ruff: noqa: RUF001 (Arabic letters and signs are the data here)

from __future__ import annotations

import re
import zlib

from streams.arabic.fold import Folded, fold_key
from streams.records import SKETCH_SIZE, Origin

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
        "QNA": ("وكالة الأنباء القطرية", "قنا"),
        "Axios": ("أكسيوس", "Axios"),
        "The Washington Post": ("واشنطن بوست", "Washington Post"),
    }.items()
    for spelling in spellings
}
_NAMED = re.compile(
    r"(?<![ء-يa-z])(?P<clitic>[وبل]{0,2})(?P<name>"
    + "|".join(sorted(_CREDITED, key=len, reverse=True))
    + r")(?![ء-يa-z])"
)


def _either(words: str) -> str:
    """A pattern for any of the words and phrases (joined by underscores), as they are when folded."""
    return "(?:" + "|".join(sorted((fold_key(one.replace("_", " ")) for one in words.split()), reverse=True)) + ")"


_OUTLET = _either(
    "وكالة وكالة_أنباء وكالة_الأنباء صحيفة جريدة شبكة قناة موقع منصة مجلة وكالات تقرير تقارير خبر نبأ مقال مقابلة"
)
# Words between what credits and the name.
_BETWEEN = _either(
    """ما لما عن على عليه عليها له لها به في من قد مع كانت أنباء الأنباء للأنباء الإخبارية الإخباري الأمريكية الأميركية
    البريطانية الفرنسية اليابانية العالمية الدولية الاقتصادية المالية نشرته نشره نشرتها نقلته أوردته بثته ذكرته أعدته
    أمس اليوم الأحد الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت سابق حصري خاص خاصة the"""
)
_CREDITS = _either(
    """نقلا_عن نقلت نقل نقلته نقلتها بحسب حسب حسبما وفق وفقا ذكرت ذكر ذكرته أفادت أفاد قالت كشفت كشفته كشف أوردت أورد
    أوردته نشرت نشرته نشر نشره نشرتها بثت بثته أشارت أكدت استنادا_إلى تقرير تقارير المصدر: المصدر مصدر: مقابلة حديث
    حوار تحدثت_مع تحدث_مع تحدثت_إلى تحدث_إلى اطلعت_عليه اطلعت_عليها حصلت_عليه
    according_to told reported_by via source:"""
)
_BEFORE = re.compile(
    rf"(?<![ء-يa-z])(?:[وفك]?[بل]?{_CREDITS}|[وف]?ل{_OUTLET})(?: (?:[بل]?{_OUTLET}|{_BETWEEN}))* [\"'(]*$"
)
_AFTER = re.compile(
    r"""["')]*(?: ?[:/]| -| """
    + _either("ذكرت أفادت قالت كشفت نقلت أوردت نشرت أشارت قد_ذكرت قد_أفادت نقلا عن_مصادر عن_مصدر reported said reports")
    + "(?![ء-يa-z]))"
)
_SENTENCE_END = re.compile(r"[.؟!؛\n]")
_NEAR = 90


def origin_of(folded: Folded) -> Origin:
    """Who is credited first, and the sketch of the words."""
    credited = next((each["name"] for each in _NAMED.finditer(folded.text) if _is_credit(folded.text, each)), None)
    return Origin(attribution=_CREDITED[credited] if credited else None, sketch=_sketch(folded.text))


def _is_credit(text: str, named: re.Match[str]) -> bool:
    """Whether the text credits the agency that it names there."""
    before = _SENTENCE_END.split(text[max(0, named.start() - _NEAR) : named.start()])[-1]
    after = text[named.end() : named.end() + _NEAR]
    if "ل" in named["clitic"] or (before.endswith(("(", "/")) and after.startswith((")", "/"))):
        return True
    return bool(_BEFORE.search(before) or _AFTER.match(after))


def _sketch(text: str) -> tuple[int, ...]:
    words = _WORD.findall(text)
    runs = (
        map(" ".join, zip(*(words[at:] for at in range(_SHINGLE)), strict=False))
        if words[_SHINGLE:]
        else (" ".join(words),)
    )
    return tuple(sorted({zlib.crc32(run.encode()) for run in runs if run})[:SKETCH_SIZE])
