"""RSS, RDF and Atom to entries: the only module that imports feedparser.

Feedparser is right about a great many strange feeds and slow on hostile ones. So what it gets is text that was decoded
here, cut to begin with the root element (`connectors.parse.markup`) and to end with a whole item, with items, depth
and attributes bounded (`connectors.parse.shape`), and without references to what is no character. It neither fetches,
resolves nor sanitises anything: markup becomes plain text in `connectors.parse.plaintext`.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import feedparser
import feedparser.mixin

from connectors.parse.entries import MAX_ENTRIES, MAX_TEXT, MAX_TITLE, Entry, Feed, absolute, bounded, usable
from connectors.parse.plaintext import from_html, paragraphs, single_line
from streams.errors import BadInput

_ITEM = re.compile(r"<(?:[A-Za-z_][\w.-]*:)?(?:item|entry)[\s>/]", re.IGNORECASE)
_REFERENCE = re.compile(r"&#(?:[xX](?P<hex>[0-9a-fA-F]+)|(?P<decimal>[0-9]+));?")
_SURROGATES = range(0xD800, 0xE000)
_LONGEST = 7  # digits of a reference to a character
_ITEM_END = re.compile(r"</(?:[A-Za-z_][\w.-]*:)?(?:item|entry)\s*>", re.IGNORECASE)

# Nobody here reads authors, and feedparser takes quadratic time to look for an address in one: it does not look.
feedparser.mixin._FeedParserMixin._sync_author_detail = lambda *_: None  # noqa: SLF001 - it has no switch


def _end_link(parser: Any) -> None:
    """The end of a link, also of one that began in another element: there feedparser itself breaks, and all is lost."""
    links = parser._get_context().setdefault("links", [])  # noqa: SLF001 - as feedparser's own
    if not links:
        links.append(feedparser.FeedParserDict())
    parser.pop("link")


feedparser.mixin._FeedParserMixin._end_link = _end_link  # noqa: SLF001 - as above


def parse_feed(text: str, root: str, base: str) -> Feed:
    """The feed in a document that begins with its root element, `root`.

    Raises `BadInput`: `truncated` where not even one item is whole, `parse_limit` for more items than any feed
    needs.
    """
    document, complete = _whole(_REFERENCE.sub(_possible, text), root)
    if sum(1 for _ in _ITEM.finditer(document)) > MAX_ENTRIES:
        raise BadInput("parse_limit", f"more than {MAX_ENTRIES} items")
    parsed = feedparser.parse(io.BytesIO(document.encode()), resolve_relative_uris=False, sanitize_html=False)
    entries = [_entry(raw, base, parsed.version) for raw in reversed(parsed.entries)]
    kept = tuple(entry for entry in entries if usable(entry))
    return Feed(
        format=parsed.version or root.lower(),
        title=_title(parsed.feed.get("title_detail"), parsed.version),
        language=bounded(parsed.feed.get("language")),
        entries=kept,
        complete=complete,
        skipped=len(entries) - len(kept),
        hubs=tuple(_linked(parsed.feed, "hub", base)),
        topic=next(_linked(parsed.feed, "self", base), None),
    )


def _possible(reference: re.Match[str]) -> str:
    """The reference, or a replacement character where it names none: feedparser would break at it."""
    digits = (reference["hex"] or reference["decimal"]).lstrip("0")
    number = int(f"0{digits}", 16 if reference["hex"] else 10) if len(digits) <= _LONGEST else sys.maxunicode + 1
    return "\ufffd" if number > sys.maxunicode or number in _SURROGATES else reference[0]


def _whole(document: str, root: str) -> tuple[str, bool]:
    """The document up to its last whole item, and whether it is all there."""
    end = 0
    for match in _ITEM_END.finditer(document):
        end = match.end()
    if document.find(f"</{root}", end) >= 0 or re.match(r"<[^<>]*/>", document):
        return document, True
    if not end:
        raise BadInput("truncated", "the document breaks off before its first item ends")
    return document[:end], False


def _entry(raw: dict[str, Any], base: str, version: str) -> Entry:
    # Feedparser's own look-up would give one date for the other, with a warning: `dict.get` does not.
    guid, link = bounded(raw.get("id")), bounded(raw.get("link"))
    if link == guid and link and "://" not in link:
        link = None  # feedparser takes a guid for a link wherever the feed does not say that it is none
    return Entry(
        title=_title(raw.get("title_detail"), version),
        text=_text(raw)[:MAX_TEXT],
        guid=guid,
        link=absolute(base, link),
        published=bounded(dict.get(raw, "published") or dict.get(raw, "updated")),
    )


def _linked(feed: Mapping[str, Any], relation: str, base: str) -> Iterator[str]:
    """Where the feed's own links of that kind lead."""
    for link in feed.get("links", ()):
        if link.get("rel") == relation and (address := absolute(base, link.get("href"))):
            yield address


def _title(detail: Mapping[str, Any] | None, version: str) -> str:
    """A title on one line. Only Atom says whether there is markup in it: elsewhere what looks like markup is markup."""
    if detail is not None and not version.startswith("atom"):
        return single_line(from_html(detail.get("value") or ""))[:MAX_TITLE]
    return single_line(_plain(detail))[:MAX_TITLE]


def _text(raw: Mapping[str, Any]) -> str:
    """The longest of the full contents and the summary."""
    return max((_plain(part) for part in (raw.get("summary_detail"), *raw.get("content", ()))), key=len)


def _plain(detail: Mapping[str, Any] | None) -> str:
    if detail is None:
        return ""
    value = detail.get("value") or ""
    return paragraphs(value) if detail.get("type") == "text/plain" else from_html(value)
