"""A news sitemap to entries: addresses, headlines and dates of two days, as outlets write them for search engines.

It holds no text at all: that is on the pages. Outlets whose feeds are gone or rarely filled keep these up to date. One
rule: only what is marked as news is an entry; a sitemap of everything else on a site is no feed.
"""

from __future__ import annotations

import re

from lxml import etree

from connectors.parse.entries import MAX_ENTRIES, MAX_TITLE, Entry, Feed, absolute, bounded, usable
from connectors.parse.plaintext import single_line
from streams.errors import BadInput

_NEWS = "schemas/sitemap-news/"  # part of the namespace that a news sitemap declares, also while there is no news
_URL_END = re.compile(r"</(?:[A-Za-z_][\w.-]*:)?url\s*>", re.IGNORECASE)
_EMPTY = re.compile(r"<[^<>]*/>")


def parse_sitemap(text: str, root: str, base: str) -> Feed:
    """The news in a sitemap that begins with its root element, `root`.

    Raises `BadInput`: `truncated` where not even one address is whole, `not_a_feed` where nothing is marked as news,
    `parse_limit` for more addresses than any news sitemap may have.
    """
    ends = [match.end() for match in _URL_END.finditer(text)]
    complete = text.find(f"</{root}", ends[-1] if ends else 0) >= 0 or bool(_EMPTY.match(text))
    if not ends and not complete:
        raise BadInput("truncated", "the sitemap breaks off before its first address ends")
    if len(ends) > MAX_ENTRIES:
        raise BadInput("parse_limit", f"more than {MAX_ENTRIES} addresses")
    urls = elements(text if complete else text[: ends[-1]], "url")
    entries = [entry for url in reversed(urls) if usable(entry := _entry(url, base))]
    if not entries and (urls or _NEWS not in text):
        raise BadInput("not_a_feed", "a sitemap in which nothing is marked as news")
    named = [publication for url in urls if (publication := url.find("{*}news/{*}publication")) is not None]
    return Feed(
        format="news-sitemap",
        title=text_of(named[0], "name")[:MAX_TITLE] if named else "",
        language=bounded(text_of(named[0], "language")) if named else None,
        entries=tuple(entries),
        complete=complete,
        skipped=len(urls) - len(entries),
    )


def elements(document: str, name: str) -> list[etree._Element]:
    """The elements of that name right below the root. Nothing is expanded or fetched; what is broken is passed over.

    Raises `BadInput` (`not_a_feed`) for what is no XML at all.
    """
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(document.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        raise BadInput("not_a_feed", f"a sitemap that is no XML: {error}") from error
    return [] if root is None else list(root.iterchildren(f"{{*}}{name}"))


def _entry(url: etree._Element, base: str) -> Entry:
    return Entry(
        title=text_of(url, "news/{*}title")[:MAX_TITLE],
        link=absolute(base, text_of(url, "loc")),
        published=bounded(text_of(url, "news/{*}publication_date") or text_of(url, "lastmod")),
    )


def text_of(element: etree._Element, path: str) -> str:
    """The text of what lies on that path, whatever prefix the outlet gave its names."""
    found = element.find(f"{{*}}{path}")
    return "" if found is None else single_line("".join(map(str, found.itertext())))
