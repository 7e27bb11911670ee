"""Where a word or a name begins and ends when Arabic glues particles to it.

The one rule: what stands before a name must be one of the closed set of particles, whole. و ف أ join, ب ل ك govern, ال
defines; لل is ل with ال. A change of script is a boundary of its own ("وSoftBank").
"""

# ruff: noqa: RUF001 (Arabic letters and signs are the data here)

from __future__ import annotations

ARABIC = "ءابتثجحخدذرزسشصضطظعغفقكلمنهوي"
_ARABIC_SET = frozenset(ARABIC)
_LATIN_SET = frozenset("abcdefghijklmnopqrstuvwxyz")

# Longest legal run before a name: و + ب + ال.
_LONGEST = 4
_BEFORE_NAME = frozenset(
    joined + governed
    for joined in ("", "و", "ف", "ا")
    for governed in ("", "ب", "ل", "ك", "ال", "بال", "كال", "لل", "فال")
)


def is_arabic(character: str) -> bool:
    """Whether the folded character is an Arabic letter."""
    return character in _ARABIC_SET


def is_latin(character: str) -> bool:
    """Whether the folded character is a Latin letter."""
    return character in _LATIN_SET


def particles(text: str, start: int) -> str | None:
    """The particles glued before a name that begins at `start`; None when it begins inside another word."""
    if start == 0:
        return ""
    before, first = text[start - 1], text[start]
    if not is_arabic(before):
        glued = (is_latin(before) and is_latin(first)) or (before.isdigit() and first.isdigit())
        return None if glued else ""
    begin = start
    while begin > 0 and start - begin <= _LONGEST and is_arabic(text[begin - 1]):
        begin -= 1
    run = text[begin:start]
    return run if run in _BEFORE_NAME else None


def name_ends(text: str, end: int) -> bool:
    """Whether a name may end at `end`: no letter of its own script, and no digit after a digit or Latin, follows."""
    if end >= len(text):
        return True
    last, following = text[end - 1], text[end]
    if is_arabic(last):
        return not is_arabic(following)
    return not (is_latin(following) or following.isdigit())
