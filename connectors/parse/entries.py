"""What goes into a parser and what comes out of it, whatever the format: plain frozen data, safe to hand on.

One rule: an entry holds what the feed said. Dates stay as written, because only the source's settings know what they
mean; markup has become plain text, a paragraph per line.
"""

from __future__ import annotations

import re
from typing import Literal
from urllib.parse import urljoin, urlsplit

import msgspec

from connectors.parse.plaintext import clean

MAX_ENTRIES = 5_000
MAX_TITLE = 1_000
MAX_TEXT = 1_000_000
MAX_KEY = 4_096


Kind = Literal["feed", "page", "robots", "sitemaps"]


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """Bytes as they were fetched or read from a file, and what they are to be read as.

    `base` is the address that relative links start from; for `robots`, the address that permission is asked for.
    """

    kind: Kind = "feed"
    body: bytes
    base: str = ""
    content_type: str = ""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One item of a feed. `text` is its longest account of itself; `published` is the date as it is written there.

    `encoding_suspect` marks one that was probably decoded wrongly, or has characters that could not be decoded.
    """

    title: str = ""
    text: str = ""
    guid: str | None = None
    link: str | None = None
    published: str | None = None
    encoding_suspect: bool = False


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """A parsed document. `entries` run from old to new, as far as the order in the document tells.

    `complete` is false where the document broke off: its whole entries are there, a later fetch may bring more.
    `encoding_suspect` marks a document that was probably decoded wrongly as a whole; `skipped` counts items that could
    not be used.
    """

    format: str
    entries: tuple[Entry, ...]
    title: str = ""
    language: str | None = None
    encoding: str = "utf-8"
    encoding_suspect: bool = False
    complete: bool = True
    skipped: int = 0
    hubs: tuple[str, ...] = ()
    topic: str | None = None


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """The article on a web page: its text, a paragraph per line, and the address that the page calls its own."""

    text: str
    canonical: str | None = None
    encoding_suspect: bool = False


class Permission(msgspec.Struct, frozen=True, kw_only=True):
    """What a site's rules for robots say of an address: may it be fetched, and how many seconds apart from others."""

    allowed: bool
    delay: float = 0.0


class Sitemaps(msgspec.Struct, frozen=True, kw_only=True):
    """Of a list of sitemaps, the addresses of those that may hold news, the likeliest first."""

    addresses: tuple[str, ...]


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """What a parsing child answers: what was wanted, or why there is none; and whether it ends after this one."""

    feed: Feed | None = None
    page: Page | None = None
    permission: Permission | None = None
    sitemaps: Sitemaps | None = None
    reason: str = ""
    detail: str = ""
    last: bool = False


def usable(entry: Entry) -> bool:
    """Whether there is anything to read in it."""
    return bool(entry.title or entry.text)


def bounded(text: str | None) -> str | None:
    """A guid or link without what cannot be stored, or None where it is empty or longer than anybody needs."""
    stripped = clean(text or "").strip()
    return stripped if 0 < len(stripped) <= MAX_KEY else None


def is_web_address(address: str) -> bool:
    """Whether it leads to a host of the web."""
    try:
        parts = urlsplit(address)
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False


def same_site(one: str, other: str) -> bool:
    """Whether two addresses are of one site: what outlets put before it for telephones is not looked at."""
    return is_web_address(one) and is_web_address(other) and _site(one) == _site(other)


def _site(address: str) -> str:
    return re.sub(r"^(?:www|m|mobile|amp)\.", "", (urlsplit(address).hostname or "").lower())


def absolute(base: str, link: str | None) -> str | None:
    """The address that a link in a document at `base` leads to, or None where it can lead nowhere."""
    try:
        return urljoin(base, stripped) if (stripped := bounded(link)) else None
    except ValueError:
        return None
