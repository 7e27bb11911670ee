"""A document to a feed: decode it, see what it is, and give it to the parser for that."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from connectors.parse.encoding import decode
from connectors.parse.entries import Document, Entry, Feed
from connectors.parse.jsonfeed import parse_json
from connectors.parse.likeness import is_misread
from connectors.parse.markup import parse_xml
from streams.errors import BadInput

# By the first character that is not blank.
PARSERS: dict[str, Callable[[str, str], Feed]] = {"<": parse_xml, "{": parse_json}


def parse(document: Document) -> Feed:
    """The feed in a document.

    Raises `BadInput` with a reason of `connectors.outcomes`: `empty`, `not_a_feed`, `dtd`, `truncated`, `parse_limit`.
    """
    decoded = decode(document.body, document.content_type)
    text = decoded.text.strip("\ufeff\x00 \t\r\n")
    if not text:
        raise BadInput("empty", "the document is empty")
    parser = PARSERS.get(text[0])
    if parser is None:
        raise BadInput("not_a_feed", f"not a feed: it begins with {text[:40]!r}")
    feed = parser(text, document.base)
    return msgspec.structs.replace(
        feed,
        entries=tuple(map(_marked, feed.entries)),
        encoding=decoded.encoding,
        encoding_suspect=decoded.suspect,
    )


def _marked(entry: Entry) -> Entry:
    """The entry, marked where it came misread into a document that is not, or with characters missing."""
    text = f"{entry.title}\n{entry.text}"
    if "\ufffd" in text or is_misread(text):
        return msgspec.structs.replace(entry, encoding_suspect=True)
    return entry
