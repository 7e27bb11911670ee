"""A list of sitemaps to those of them that may hold news.

Outlets with a sitemap for each day, or a dozen by kind, give search engines one address with the list of them. One
rule: only a few are chosen, at the list's own site: what is named after news, else what was changed last.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from connectors.parse.encoding import decode
from connectors.parse.entries import Document, Sitemaps, absolute, same_site
from connectors.parse.markup import rooted
from connectors.parse.shape import require_shape
from connectors.parse.sitemap import elements, text_of
from streams.errors import BadInput

MAX_LISTED = 50_000  # by the protocol
CHOSEN = 4
_END = re.compile(r"</(?:[A-Za-z_][\w.-]*:)?sitemap\s*>", re.IGNORECASE)
_NEWS = re.compile(r"news|akhbar", re.IGNORECASE)


def read_index(document: Document) -> Sitemaps:
    """The sitemaps to look into of the list in a document; what breaks off is left out.

    Raises `BadInput`: `not_a_feed` where it is no such list or names nothing at its own site, `dtd` and `parse_limit`
    as for feeds.
    """
    text = decode(document.body, document.content_type).text.strip("\ufeff\x00 \t\r\n")
    root, listed = rooted(text)
    if root.rpartition(":")[2].lower() != "sitemapindex":
        raise BadInput("not_a_feed", f"no list of sitemaps: it begins with {listed[:40]!r}")
    require_shape(listed)
    ends = [match.end() for match in _END.finditer(listed)]
    if len(ends) > MAX_LISTED:
        raise BadInput("parse_limit", f"more than {MAX_LISTED} sitemaps")
    found = elements(listed[: ends[-1]], "sitemap") if ends else []
    addresses = _chosen([(_address(text_of(one, "loc"), document.base), text_of(one, "lastmod")) for one in found])
    if not addresses:
        raise BadInput("not_a_feed", "a list of sitemaps that names none of its own site")
    return Sitemaps(addresses=addresses)


def _address(location: str, base: str) -> str | None:
    """The address of a sitemap, None where it is on another site; a list that came safely leads nowhere unsafe."""
    address = absolute(base, location)
    if address is None or not same_site(base, address):
        return None
    if base.startswith("https:") and address.startswith("http:"):
        return f"https:{address.removeprefix('http:')}"
    return address


def _chosen(listed: list[tuple[str | None, str]]) -> tuple[str, ...]:
    """Those that are named after news where any is, the last changed first; dates in this format sort as text."""
    own = {address: changed for address, changed in listed if address}
    news = {address: changed for address, changed in own.items() if _NEWS.search(urlsplit(address).path)}
    chosen = news or own
    return tuple(sorted(chosen, key=lambda address: chosen[address], reverse=True)[:CHOSEN])
