"""Where a word or a name begins and ends when Arabic glues particles to it.

The one rule: what stands before a name must be one of the closed set of particles, whole. و ف أ join, ب ل ك govern, ال
defines; لل is ل with ال. A change of script is a boundary of its own ("وSoftBank").
"""

# ruff: noqa: RUF001 (Arabic letters and signs are the data here)

from __future__ import annotations

import re

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
# Verbs also take the future's س; nouns never do.
_BEFORE_CUE = _BEFORE_NAME | {"س", "وس", "فس"}
_AFTER_CUE = frozenset(("", "ه", "ها", "هم", "هما", "هن", "نا", "ي", "ك"))
_LONGEST_SUFFIX = 3

WORD = re.compile(rf"[{ARABIC}]+|[a-z][a-z0-9&]*|[0-9]+")


def is_arabic(character: str) -> bool:
    """Whether the folded character is an Arabic letter."""
    return character in _ARABIC_SET


def is_latin(character: str) -> bool:
    """Whether the folded character is a Latin letter."""
    return character in _LATIN_SET


def particles(text: str, start: int) -> str | None:
    """The particles glued before a name that begins at `start`; None when it begins inside another word."""
    return _particles(text, start, _BEFORE_NAME)


def name_ends(text: str, end: int) -> bool:
    """Whether a name may end at `end`: no letter of its own script, and no digit after a digit or Latin, follows."""
    if end >= len(text):
        return True
    last, following = text[end - 1], text[end]
    if is_arabic(last):
        return not is_arabic(following)
    return not (is_latin(following) or following.isdigit())


def cue_fits(text: str, start: int, end: int) -> bool:
    """Whether the word at text[start:end] stands alone but for particles before it and a pronoun after it."""
    if _particles(text, start, _BEFORE_CUE) is None:
        return False
    if not is_arabic(text[end - 1]):
        return name_ends(text, end)
    stop = end
    while stop < len(text) and stop - end <= _LONGEST_SUFFIX and is_arabic(text[stop]):
        stop += 1
    return text[end:stop] in _AFTER_CUE


def _particles(text: str, start: int, allowed: frozenset[str]) -> str | None:
    if start == 0:
        return ""
    before, first = text[start - 1], text[start]
    if not is_arabic(before):
        glued = (is_latin(before) or before.isdigit()) and not is_arabic(first)
        return None if glued else ""
    begin = start
    while begin > 0 and start - begin <= _LONGEST and is_arabic(text[begin - 1]):
        begin -= 1
    run = text[begin:start]
    return run if run in allowed else None
