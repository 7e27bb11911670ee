"""XML to entries: what its root element is decides who reads it.

Before any XML parser sees a document it begins with that element: no document type, no entities, no run of blanks in
front. One rule: a document that brings its own document type declaration is refused unread.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from connectors.parse.entries import Feed
from connectors.parse.shape import require_shape
from connectors.parse.sitemap import parse_sitemap
from connectors.parse.syndication import parse_feed
from streams.errors import BadInput

_PROLOG = re.compile(r"\s*(?:<\?.*?\?>|<!--.*?-->)", re.DOTALL)
_NETSCAPE = re.compile(r'\s*<!DOCTYPE\s+rss\s+PUBLIC\s+"-//Netscape[^"\[\]<>]*"\s+"[^"\[\]<>]*"\s*>', re.IGNORECASE)
_ROOT = re.compile(r"\s*<((?:[A-Za-z_][\w.-]*:)?[A-Za-z_][\w.-]*)")

_HTML = re.compile(r"<!DOCTYPE\s+html\b", re.IGNORECASE)

# By the name of the root, whatever its namespace: text from there on, the root's full name, base address.
READERS: dict[str, Callable[[str, str, str], Feed]] = {
    "rss": parse_feed,
    "rdf": parse_feed,
    "feed": parse_feed,
    "urlset": parse_sitemap,
}


def parse_xml(text: str, base: str) -> Feed:
    """The feed or news sitemap in an XML document.

    Raises `BadInput`: `not_a_feed` for other XML and for HTML, `dtd` for a document type declaration, `truncated` where
    not even one item is whole, `parse_limit` for more items, attributes or depth than any feed needs.
    """
    root, document = rooted(text)
    reader = READERS.get(root.rpartition(":")[2].lower())
    if reader is None:
        raise _refusal(document)
    require_shape(document)
    return reader(document, root, base)


def rooted(text: str) -> tuple[str, str]:
    """The full name of an XML document's root element, and the text from there on.

    Raises `BadInput` (`not_a_feed`, `dtd`) where no element is the first thing behind what may stand before it.
    """
    position = 0
    while match := _PROLOG.match(text, position):
        position = match.end()
    if match := _NETSCAPE.match(text, position):
        position = match.end()
    root = _ROOT.match(text, position)
    if root is None:
        raise _refusal(text[position : position + 100].lstrip())
    return root[1], text[root.start(1) - 1 :]


def _refusal(head: str) -> BadInput:
    if head[:9].upper() == "<!DOCTYPE" and not _HTML.match(head):
        return BadInput("dtd", "the document brings its own document type declaration")
    if head.lower().startswith("<sitemapindex"):
        return BadInput("not_a_feed", "a list of sitemaps within another")
    return BadInput("not_a_feed", f"not a feed: it begins with {head[:40]!r}")
