"""The feeds that a web page names: `<link rel="alternate" type="application/rss+xml" href="…">`.

Only the page's beginning is looked at, and only for links, without building a tree of it: linear in its size, whatever
it holds. Feeds of comments come last.
"""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urljoin, urlsplit

from connectors.parse.entries import Document

_BEGINNING = 512 * 1024
_TAG = re.compile(r"<link\b([^<>]{1,4000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"""([a-z]{1,20})\s{0,9}=\s{0,9}(?:"([^"]{0,2000})"|'([^']{0,2000})'|([^\s"'>]{1,2000}))""", re.I
)
_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"})
_COMMENTS = re.compile(r"comment|تعليق", re.IGNORECASE)


def feeds_of(page: Document) -> tuple[str, ...]:
    """The addresses of the feeds that a page names, the likeliest first, each once; empty where it names none."""
    text = page.body[:_BEGINNING].decode("utf-8", "replace")
    found: dict[str, bool] = {}
    for tag in _TAG.finditer(text):
        attributes = {name.lower(): unescape(a or b or c) for name, a, b, c in _ATTRIBUTE.findall(tag[1])}
        address = _address(attributes, page.base)
        if address:
            found.setdefault(address, bool(_COMMENTS.search(f"{attributes.get('title', '')} {address}")))
    return tuple(sorted(found, key=lambda address: found[address]))


def _address(attributes: dict[str, str], base: str) -> str | None:
    is_feed = attributes.get("type", "").strip().lower() in _TYPES
    if not is_feed or "alternate" not in attributes.get("rel", "").lower().split():
        return None
    try:
        address = urljoin(base, attributes.get("href", "").strip())
        return address if urlsplit(address).scheme in {"http", "https"} else None
    except ValueError:
        return None
