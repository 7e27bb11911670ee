"""Markup to plain text, a paragraph per line, and text made safe to store.

The markup is read as a stream of events, without building a tree: nesting costs nothing. One rule: what a reader would
see stays, character for character, apart from white space; what is not text (scripts, controls) goes.
"""

from __future__ import annotations

import re

from lxml import etree

_BLOCK_NAMES = (
    "address|article|aside|blockquote|body|br|caption|center|dd|details|dialog|div|dl|dt|fieldset|figcaption|figure|"
    "footer|form|h1|h2|h3|h4|h5|h6|header|hr|li|main|nav|ol|option|p|pre|section|summary|table|td|th|tr|ul"
)
_BLOCKS = frozenset(_BLOCK_NAMES.split("|"))
_HIDDEN = frozenset({"head", "iframe", "math", "noembed", "noscript", "object", "script", "style", "svg"})
_HIDDEN |= {"template", "textarea", "title"}

# C0 and C1 controls but tab and line feed, surrogates, and the two non-characters that XML forbids.
_UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_LINE_BREAK = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_BLANKS = re.compile(r"[^\S\n]+")
_MARKUP = re.compile(r"<[A-Za-z/!]|&[A-Za-z#]")
_BLOCK_TAG = re.compile(rf"</?(?:{_BLOCK_NAMES})\b", re.IGNORECASE)


def clean(text: str) -> str:
    """The text without characters that cannot be stored or sent; every kind of line break is a line feed."""
    return _UNSAFE.sub("", _LINE_BREAK.sub("\n", text))


def paragraphs(text: str) -> str:
    """Plain text, cleaned, with one space between words and no empty lines."""
    lines = (_BLANKS.sub(" ", line).strip() for line in clean(text).split("\n"))
    return "\n".join(line for line in lines if line)


def single_line(text: str) -> str:
    """Plain text, cleaned, on one line."""
    return " ".join(clean(text).split())


def from_html(markup: str) -> str:
    """The text of a piece of HTML, a paragraph per line. Total: whatever comes in, text comes out.

    Where nothing in it separates blocks, its own line breaks do.
    """
    if not _MARKUP.search(markup):
        return paragraphs(markup)
    keeps_lines = not _BLOCK_TAG.search(markup)
    collected = _Text(keeps_lines=keeps_lines)
    parser = etree.HTMLParser(target=collected)  # type: ignore[arg-type]  # the stubs fear bytes; lxml gives text
    parser.feed(clean(markup))
    parser.close()
    return paragraphs(collected.text())


class _Text:
    """Collects text from parser events; lxml calls these methods."""

    def __init__(self, *, keeps_lines: bool) -> None:
        self._parts: list[str] = []
        self._hidden = 0
        self._keeps_lines = keeps_lines

    def start(self, tag: str, _attributes: object) -> None:
        self._hidden += tag in _HIDDEN
        self._break(tag)

    def end(self, tag: str) -> None:
        self._hidden -= tag in _HIDDEN and self._hidden > 0
        self._break(tag)

    def data(self, text: str) -> None:
        if not self._hidden:
            self._parts.append(text if self._keeps_lines else text.replace("\n", " "))

    def comment(self, _text: str) -> None:
        """Comments are not for readers."""

    def close(self) -> None:
        """Nothing is left to do."""

    def text(self) -> str:
        return "".join(self._parts)

    def _break(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._parts.append("\n")
