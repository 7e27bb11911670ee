"""How much a text looks like Arabic, and whether it is Arabic that was decoded wrongly.

Letters alone tell nothing: UTF-8 read as windows-1256 is Arabic letters too. What tells is which letters follow each
other: 150 of the 833 pairs that occur make up three quarters of any Arabic text, and hardly any of a misread one. One
rule: time grows with the length of the text and never faster, and stops at a sample.
"""

from __future__ import annotations

import re
from itertools import pairwise

# First letter, then the letters that often follow it: counted over the Arabic of this project's own sample texts.
_FOLLOWERS = (
    "لايمىتأفبكشونلسعغإقة ارلتنيمكسقبءودئ ولناربعقيفمست يانتوةهلردمكس ملانوعريشسةتج راويكغةبت تارهيمقوب نايفهكتدو "
    "بنيالرعق كلاةوريس علاةدنت دويراة فيتاعق ستواين إنليم قاديع أونم جيما هام غيا شر آي ثم حد"
)
_COMMON = frozenset((row[0], second) for row in _FOLLOWERS.split() for second in row[1:])
_FOREIGN = re.compile("[^\x00-\x7f]+")
_LETTERS = re.compile("[\u0621-\u063a\u0641-\u064a]{2,}")
_SAMPLE = 20_000

# Real Arabic has 0.5 to 0.7 of its characters begin a common pair, misread Arabic next to none, but that the two old
# 8-bit alphabets, which share a third of their letters, read each other's texts as 0.2 to 0.3.
_ARABIC = 0.35
_CLEAR, _MUCH = 0.1, 0.15
_ENOUGH = 8

# What is taken for what: each of the alphabets of the Arabic press for another, or for that of western Europe.
_TAKEN_FOR = ("windows-1256", "latin-1", "iso-8859-6")
_WAS = ("windows-1256", "iso-8859-6")
_ACCENTED = re.compile("[\u00c0-\u00ff]{3}")  # no language is written so: Arabic read as Latin is
# In the UTF-8 of Arabic every other byte is one of these; in the old alphabets they are rare letters, in latin-1 rarer.
_LEADS = re.compile(b"[\xd8-\xdb]")
_SHARE_OF_LEADS = 0.3
# Where windows-1252 puts its quotation marks and accents, latin-1 has controls: as bytes they are the same.
_TO_LATIN = {ord(bytes([byte]).decode("cp1252", "replace")): byte for byte in range(0x80, 0xA0)}
_TO_LATIN.pop(0xFFFD, None)


def likeness(text: str) -> float:
    """The share of a sample's characters beyond ASCII that begin a common pair of Arabic letters; 0 where none are."""
    sample = _sample(text)
    return _pairs(sample) / (len(sample) - sample.count(" ")) if sample else 0.0


def looks_arabic(text: str) -> bool:
    """Whether there is enough Arabic in it to say that it was decoded rightly."""
    return likeness(text) >= _ARABIC and _pairs(_sample(text)) >= _ENOUGH


def better(one: str, other: str, *, by: float = _CLEAR) -> bool:
    """Whether `one` is clearly Arabic and `other` clearly less so: two readings of the same bytes."""
    return looks_arabic(one) and likeness(one) > likeness(other) + by


def is_misread(text: str) -> bool:
    """Whether the text is Arabic that was decoded wrongly: back to bytes, another way of decoding gives Arabic."""
    sample = _sample(text)
    if not sample or likeness(sample) >= _ARABIC:
        return False
    if _ACCENTED.search(sample):
        return True
    return any(_was_other(sample, _bytes(sample, taken_for, "ignore"), taken_for) for taken_for in _TAKEN_FOR)


def mended(text: str) -> str | None:
    """UTF-8 that was taken for something else and encoded again, as it was; None where it was not, or not all of it."""
    for taken_for in ("windows-1256", "latin-1"):
        try:
            repaired = _bytes(text, taken_for, "strict").decode()
        except UnicodeError:
            continue
        if better(repaired, text):
            return repaired
    return None


def _was_other(sample: str, data: bytes, taken_for: str) -> bool:
    """Whether a text that is these bytes in `taken_for` was another; never where many of its characters are not."""
    if len(data) < 0.8 * len(sample):
        return False
    if len(_LEADS.findall(data)) >= _SHARE_OF_LEADS * len(data) and min(data.count(b"\xd8"), data.count(b"\xd9")) > 1:
        return True
    return any(better(data.decode(was, "replace"), sample, by=_MUCH) for was in _WAS if was != taken_for)


def _bytes(text: str, encoding: str, errors: str) -> bytes:
    return (text.translate(_TO_LATIN) if encoding == "latin-1" else text).encode(encoding, errors)


def _sample(text: str) -> str:
    """The first characters beyond ASCII, with a space for what stood between them."""
    found: list[str] = []
    left = _SAMPLE
    for run in _FOREIGN.finditer(text):
        found.append(run[0][:left])
        left -= len(found[-1])
        if left <= 0:
            break
    return " ".join(found)


def _pairs(sample: str) -> int:
    return sum(pair in _COMMON for run in _LETTERS.findall(sample) for pair in pairwise(run))
