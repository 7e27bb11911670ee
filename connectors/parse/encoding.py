"""Bytes to text, for a press whose labels are often wrong.

The order: a byte order mark; UTF-8 if the bytes are valid UTF-8, whatever the label says (text in another encoding
almost never is by chance); the label of HTTP, of XML, of HTML, unless another reading of the same bytes is clearly more
Arabic; else the reading that is. One rule: where nothing speaks clearly for one reading, the text is marked as suspect;
a bad byte costs its character, and the entry that it stands in is what is marked (`connectors.parse.document`).
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

import msgspec

from connectors.parse import likeness

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins with that of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# UTF-32 and UTF-16 without a mark: the first character of any feed is ASCII.
_UNMARKED = (
    (re.compile(rb"[<{\[\s]\x00\x00\x00"), "utf-32-le"),
    (re.compile(rb"\x00\x00\x00[<{\[\s]"), "utf-32-be"),
    (re.compile(rb"[<{\[\s]\x00"), "utf-16-le"),
    (re.compile(rb"\x00[<{\[\s]"), "utf-16-be"),
)
_HTTP_LABEL = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_XML_LABEL = re.compile(rb"\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]+)")
_META_LABEL = re.compile(rb"<meta\s[^>]{0,200}?charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_META_WITHIN = 4096
# What Python would decode as text and nobody writes feeds in; some of them say other things than their bytes show.
_NO_CHARSETS = frozenset({"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape", "utf-7"})
_UNLABELLED = ("utf-8", "windows-1256", "iso-8859-6")
_FEW = 0.01


class Decoded(msgspec.Struct, frozen=True, kw_only=True):
    """The text, the encoding that it was read in, and whether that is doubtful."""

    text: str
    encoding: str
    suspect: bool


def decode(body: bytes, content_type: str = "") -> Decoded:
    """The text of `body`. Total: every sequence of bytes gives a text."""
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return _read(body.removeprefix(mark), encoding)
    for start, encoding in _UNMARKED:
        if start.match(body):
            return _read(body, encoding)
    try:
        return _valid(body.decode())
    except UnicodeDecodeError:
        return _judged(body, tuple(_labels(body, content_type)))


def _valid(text: str) -> Decoded:
    """Valid UTF-8: the text, or what it was before somebody took it for something else and encoded it again."""
    if not likeness.is_misread(text):
        return Decoded(text=text, encoding="utf-8", suspect=False)
    repaired = likeness.mended(text)
    return Decoded(text=repaired or text, encoding="utf-8", suspect=repaired is None)


def _judged(body: bytes, labels: tuple[str, ...]) -> Decoded:
    """The reading of its first label that can be one; another that is clearly Arabic where this one is clearly not."""
    labelled = next((read for label in labels if not (read := _read(body, label)).suspect), None)
    guessed = max(
        (_read(body, encoding) for encoding in _UNLABELLED),
        key=lambda read: (likeness.likeness(read.text), not read.suspect),
    )
    if labelled is None:
        return msgspec.structs.replace(guessed, suspect=guessed.suspect or not likeness.looks_arabic(guessed.text))
    return guessed if likeness.better(guessed.text, labelled.text) else labelled


def _labels(body: bytes, content_type: str) -> Iterator[str]:
    if match := _HTTP_LABEL.search(content_type):
        yield from _known(match[1])
    for label in (_XML_LABEL.match(body), _META_LABEL.search(body, 0, _META_WITHIN)):
        if label:
            yield from _known(label[1].decode("ascii", "replace"))


def _known(label: str) -> Iterator[str]:
    """The label, if it names a character set."""
    try:
        name = codecs.lookup(label).name
        "".encode(label)
    except (LookupError, UnicodeError):
        return
    if name.replace("_", "-") not in _NO_CHARSETS:
        yield label.lower()


def _read(body: bytes, encoding: str) -> Decoded:
    """The text in that encoding, suspect where more than a few characters are none."""
    text = str(body, encoding, "replace")
    return Decoded(text=text, encoding=encoding, suspect=text.count("\ufffd") > _FEW * len(text))
