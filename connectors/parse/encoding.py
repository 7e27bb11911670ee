"""Bytes to text, for a press whose labels are often wrong.

The order: a byte order mark; UTF-8 if the bytes are valid UTF-8, whatever the label says (text in another encoding
almost never is by chance); the label of HTTP, then of the XML declaration, if the bytes fit it; UTF-8 with a few bad
bytes; windows-1256. One rule: where it had to guess, or where the outcome looks like Arabic misread as Latin, the text
is marked as suspect.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

import msgspec

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins with that of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# UTF-16 without a mark: the first character of any feed is ASCII.
_UNMARKED = ((re.compile(rb"[<{\[\s]\x00"), "utf-16-le"), (re.compile(rb"\x00[<{\[\s]"), "utf-16-be"))
_HTTP_LABEL = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_XML_LABEL = re.compile(rb"\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]+)")
_LATIN = re.compile("[\u00c0-\u00ff]")
_LETTERS = re.compile(r"[^\W\d_]")
_SAMPLE = 200_000


class Decoded(msgspec.Struct, frozen=True, kw_only=True):
    """The text, the encoding that it was read in, and whether that is doubtful."""

    text: str
    encoding: str
    suspect: bool


def decode(body: bytes, content_type: str = "") -> Decoded:
    """The text of `body`. Total: every sequence of bytes gives a text."""
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return _lenient(body.removeprefix(mark), encoding)
    for start, encoding in _UNMARKED:
        if start.match(body):
            return _lenient(body, encoding)
    for encoding in ("utf-8", *_labels(body, content_type)):
        if (text := _strict(body, encoding)) is not None:
            return Decoded(text=text, encoding=encoding, suspect=looks_misread(text))
    return _guess(body)


def looks_misread(text: str) -> bool:
    """Whether nearly a third of the letters are accented Latin ones: no language is written so, but Arabic read as
    Latin is."""
    sample = text[:_SAMPLE]
    accented = len(_LATIN.findall(sample))
    return accented > 0 and accented > 0.3 * len(_LETTERS.findall(re.sub("<[^<>]*>", "", sample)))


def _labels(body: bytes, content_type: str) -> Iterator[str]:
    if match := _HTTP_LABEL.search(content_type):
        yield match[1].lower()
    if xml := _XML_LABEL.match(body):
        yield xml[1].decode("ascii").lower()


def _strict(body: bytes, encoding: str) -> str | None:
    """The text, if the encoding is one for text and every byte fits it."""
    try:
        return str(body, encoding)
    except (LookupError, UnicodeError):
        return None


def _lenient(body: bytes, encoding: str) -> Decoded:
    text = str(body, encoding, "replace")
    return Decoded(text=text, encoding=encoding, suspect="\ufffd" in text)


def _guess(body: bytes) -> Decoded:
    """No label fits. A few bad bytes in UTF-8 cost a character each; otherwise the commonest old Arabic encoding."""
    text = str(body, "utf-8", "replace")
    if text.count("\ufffd") <= 0.01 * len(text):
        return Decoded(text=text, encoding="utf-8", suspect=True)
    return Decoded(text=str(body, "windows-1256", "replace"), encoding="windows-1256", suspect=True)
