"""Whether an amount is one of every year, or one of every party."""

# ruff: noqa: RUF001 (Arabic letters and signs are the data here)

from __future__ import annotations

import re

_YEAR = r"(?:سنه|عام)(?: الواحده?)?(?![ء-ي])"
# "في السنة المقبلة" and "في العام 2026" name a year; "في السنة" alone is every year.
_YEARLY_AFTER = re.compile(
    rf" *(?:دولار *)?(?:سنويا|سنويه?(?![ء-ي])|علي اساس سنوي|(?:(?:في |عن |ل)?كل |/ ?){_YEAR}(?! \d)"
    rf"|(?:في |ب)ال{_YEAR}(?! (?:ال|نفس|ذات|\d)))"
)
_YEARLY_BEFORE = re.compile(
    r"(?:ال)?(?:سنوي(?:ه|ا)?(?: [ء-ي]+){0,3}|كل (?:سنه|عام)) ?(?:ب|الي|نحو|بنحو|حوالي|قرابه|اكثر من|باكثر من)? *$"
)
_PARTY = r"(?:منهما|منهم|منها|واحده?|من|طرف|شركه|جانب|شريك|جهه|مستثمر|مساهم|مقرض|بنك|مصرف|صندوق|عضو|مجموعه)(?![ء-ي])"
_EACH_AFTER = re.compile(rf" *(?:(?:ل|من |عن )كل {_PARTY}|لكل(?:ا|ي|تا|تي)هما|لكلت?ا ال)")
_EACH_BEFORE = re.compile(rf"(?<![ء-ي])(?:و|ف|ل)?كل {_PARTY}(?: [ء-ي]+){{0,2}} ?(?:ب|نحو|بنحو|حوالي)? *$")
_BEFORE = 40  # characters


def per_year(text: str, start: int, end: int) -> bool:
    """Whether the amount at text[start:end] is paid or earned every year."""
    before = text[max(0, start - _BEFORE) : start]
    said = ("سنو" in before or "كل " in before) and _YEARLY_BEFORE.search(before)
    return bool(said) or _YEARLY_AFTER.match(text, end) is not None


def per_party(text: str, start: int, end: int) -> bool:
    """Whether each of several parties gives or gets the amount at text[start:end]."""
    before = text[max(0, start - _BEFORE) : start]
    said = "كل " in before and _EACH_BEFORE.search(before)
    return bool(said) or _EACH_AFTER.match(text, end) is not None
