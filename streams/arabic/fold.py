"""One linear pass that makes spellings comparable, with exact offsets back into the text.

Strategy: every character of the page below becomes one byte (a C loop), many bytes become one (another), and the marks
that carry no letter are dropped (the same loop). Names, numbers and cues are looked up in what remains. Characters
outside the page (presentation forms, accented Latin) are spelled out first; that slower path runs only on texts that
have them.

The one rule: whatever is found in the folded text is reported through `Folded.span`, so it always slices the original.
"""

# ruff: noqa: RUF001 (Arabic letters and signs are the data here)

from __future__ import annotations

import codecs
import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass, field

# Characters that say nothing about which word it is: vowel marks, tatweel, zero-width and bidi marks.
_DROPPED = (
    "\u0640"  # tatweel
    + "".join(map(chr, range(0x064B, 0x0656)))  # harakat, shadda, sukun, combining madda and hamza
    + "\u0670"
    + "".join(map(chr, range(0x200B, 0x2010)))
    + "".join(map(chr, range(0x202A, 0x202F)))
    + "".join(map(chr, range(0x2066, 0x206A)))
    + "\u061c\u00ad\u2060\ufeff"
)

# What each folded character stands for. The first group is what camel-tools calls alef, alef maksura and teh marbuta
# normalisation; the others join hamza carriers, Persian letters, digits, quotes, dashes and spaces.
_MERGED = {
    "ا": "أإآٱ",
    "ي": "ىئیې",
    "ه": "ةەہ",
    "و": "ؤۆ",
    "ك": "کگ",
    "ب": "پ",
    "ج": "چ",
    "ز": "ژ",
    "ف": "ڤ",
    '"': "“”„‟«»‹›″",
    "'": "‘’‚‛′`",
    "-": "‐‑‒–—―−",
    " ": "*\t\r\u00a0\u2003\u2009\u200a\u202f",
    "\n": "\x0b\x0c\u2028\u2029",
    "%": "٪",
    ",": "",
    "…": "",
    **{str(d): chr(0x0660 + d) + chr(0x06F0 + d) for d in range(10)},
}
_KEPT = "\n !\"#$%&'()+,-./:;<=>@[\\]^_{|}~…•·،؛؟٫٬€£¥₪₺₹₽₩₫₴₦₱₸﷼½¼¾" + "ءابتثجحخدذرزسشصضطظعغفقكلمنهوي"
_ASCII_LOWER = "abcdefghijklmnopqrstuvwxyz0123456789"

_UNKNOWN = "?"  # what the C encoder puts for a character outside the page; a real "?" is made "؟" before
_MARK = "\x01"


def _page() -> str:
    characters = ["\x00", _MARK, _UNKNOWN]
    for each in (*_KEPT, *_ASCII_LOWER, *_ASCII_LOWER[:26].upper(), *_DROPPED, *"".join(_MERGED.values())):
        if each not in characters:
            characters.append(each)
    return "".join(characters).ljust(256, "\ufffe")


_PAGE = _page()
_TO_PAGE = codecs.charmap_build(_PAGE)
# A private-use letter stands for any character that Rasid has no use for.
_OTHER = "\ue000"


def _targets() -> str:
    """For each byte of the page the folded character, `_MARK` for those to drop."""
    meaning = {source: target for target, sources in _MERGED.items() for source in sources}
    meaning |= dict.fromkeys(_DROPPED, _MARK) | {_UNKNOWN: _OTHER, _MARK: _OTHER, "\x00": _OTHER}
    return "".join(meaning.get(each, each.lower()) for each in _PAGE)


_TARGETS = _targets()
_CODE = {target: code for code, target in reversed(list(enumerate(_TARGETS)))}
_TABLE = bytes(_CODE[target] for target in _TARGETS)
_MARK_BYTE = bytes([_CODE[_MARK]])
_UNKNOWN_BYTE = bytes([_PAGE.index(_UNKNOWN)])
_NEWLINE_BYTE, _SPACE_BYTE = bytes([_CODE["\n"]]), bytes([_CODE[" "]])
_RARE = re.compile(f"[^{re.escape(_PAGE)}]")


@dataclass(frozen=True, slots=True)
class Folded:
    """A text as folded: `text` to read, `code` (one byte a character, newlines as spaces) to search."""

    original: str
    text: str
    code: bytes
    _dropped: list[int] = field(repr=False)
    _origins: list[int] | None = field(repr=False)

    def origin(self, index: int) -> int:
        """Where the folded character at `index` stands in the original (its length for the end)."""
        spelled = index + bisect_right(self._dropped, index)
        return spelled if self._origins is None else self._origins[spelled]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original offsets of the folded text[start:end]."""
        return (self.origin(start), self.origin(end - 1) + 1) if end > start else (self.origin(start),) * 2

    def slice(self, start: int, end: int) -> str:
        """The original text under the folded text[start:end]."""
        first, last = self.span(start, end)
        return self.original[first:last]


def fold(text: str) -> Folded:
    """The text folded; total, linear, and idempotent on its own result."""
    coded, origins = _encode(text), None
    if _UNKNOWN_BYTE in coded:
        spelled, origins = _spell_out(text)
        coded = _encode(spelled)
    merged = coded.translate(_TABLE)
    dropped: list[int] = []
    if _MARK_BYTE in merged:
        dropped = [m.start() - k for k, m in enumerate(re.finditer(re.escape(_MARK_BYTE), merged))]
        merged = merged.replace(_MARK_BYTE, b"")
    plain, _ = codecs.charmap_decode(merged, "strict", _TARGETS)
    return Folded(text, plain, merged.replace(_NEWLINE_BYTE, _SPACE_BYTE), dropped, origins)


def without_marks(text: str) -> str:
    """A name as people print it: composed letters, without vowel marks, tatweel and invisible marks."""
    return "".join(c for c in unicodedata.normalize("NFC", text) if c not in _DROPPED)


def fold_key(text: str) -> str:
    """A name or cue folded for lookup, its spaces single."""
    return " ".join(fold(text).text.split())


def encode_key(key: str) -> bytes:
    """A folded key as the bytes that stand for it in `Folded.code`."""
    return _encode(key).translate(_TABLE)


def _encode(text: str) -> bytes:
    coded, _ = codecs.charmap_encode(text.replace("?", "؟"), "replace", _TO_PAGE)
    return coded


def _spell_out(text: str) -> tuple[str, list[int]]:
    """Characters outside the page by their compatibility letters, and where each resulting one came from."""
    parts: list[str] = []
    origins: list[int] = []
    done = 0
    for match in _RARE.finditer(text):
        start = match.start()
        letters = _letters(match[0])
        parts += (text[done:start], letters)
        origins += range(done, start)
        origins += [start] * len(letters)
        done = start + 1
    origins += range(done, len(text) + 1)
    return "".join([*parts, text[done:]]), origins


def _letters(character: str) -> str:
    spelled = unicodedata.normalize("NFKD", character)
    bare = "".join(c for c in spelled if not unicodedata.combining(c))
    return bare or _MARK_FOR_RARE


# A combining mark outside the page is dropped like those on it: it becomes a tatweel.
_MARK_FOR_RARE = "\u0640"
