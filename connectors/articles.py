"""An entry of a feed, or an item of a back-test, to an Article: what it is, when it was published, whether it is news.

Identity is the source's own name for the item (guid), else its address, else its content. Content is title and text,
and it alone decides whether something is a new revision. One rule: what the source did not say stays unknown. A date
that cannot be right is null, never the time of fetching.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import blake2b
from urllib.parse import urljoin, urlsplit
from zoneinfo import ZoneInfo

import courlan
import msgspec

from connectors.addresses import host_of
from connectors.dates import published
from connectors.excerpts import readable, wants_page
from connectors.parse.entries import Entry, Feed, Page
from connectors.parse.jsonfeed import Item, entry_of
from connectors.sources import Source
from streams.records import Article
from streams.topics import MAX_MESSAGE_BYTES, article_message

MAX_BODY_BYTES = 256 * 1024
_ENVELOPE = 1_024  # what Kafka adds around a message, generously


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """An article as a poll found it, before the archive says whether it is new: its revision is not known yet.

    `content` tells revisions apart. `alias` is a second name, from address and title: an item that comes back under
    another guid but the same alias is the same item. None where the address is unknown. `page` is where the rest of the
    article is, where the feed gave only its beginning; its full text has the same `content`, which is the feed's.
    """

    article: Article
    content: str
    alias: str | None = None
    page: str | None = None


def candidates(
    source: Source, feed: Feed, now: datetime, *, first_poll: bool, began: datetime | None = None
) -> tuple[Candidate, ...]:
    """What a poll of `source` found in one document, the oldest first.

    All of a first poll is history, and what was published before the source `began`, where that is given: the rest of
    a first poll that broke off.
    """
    found = []
    for entry in feed.entries:
        article = article_of(source, entry, now)
        date = article.published_at
        is_old = date is not None and (now - date > source.max_age or (began is not None and date < began))
        article = msgspec.structs.replace(
            article,
            language=source.language or feed.language,
            encoding_suspect=feed.encoding_suspect or entry.encoding_suspect,
            quiet=source.backfill != "announce" and (first_poll or is_old),
            body=readable(article.body),
            excerpt=page_of(source, entry) is not None,
        )
        alias = _hash(source.id, article.url, article.title) if entry.link and article.title else None
        content, page = content_hash(article), page_of(source, entry)
        found.append(Candidate(article=article, content=content, alias=alias, page=page))
    return oldest_first(found)


def page_of(source: Source, entry: Entry) -> str | None:
    """Where the rest of an entry is; None where it is all there, or nobody is to look."""
    if source.kind != "feed" or not wants_page(source.full_text, entry.text):
        return None
    address = canonical_url(entry.link)
    return address if address and host_of(address) else None


def with_page(article: Article, page: Page, base: str) -> Article:
    """An excerpt with the full text and the address of its page, which was found at `base` in the end."""
    url = canonical_url(page.canonical) or canonical_url(base) or article.url
    suspect = article.encoding_suspect or page.encoding_suspect
    full = msgspec.structs.replace(article, body=page.text, url=url, encoding_suspect=suspect, excerpt=False)
    return _sendable(full)


def article_of(source: Source, entry: Entry, now: datetime) -> Article:
    """The article that an entry of `source` is, as its first revision, fetched at `now`."""
    date = published(entry.published, ZoneInfo(source.timezone), now)
    article = Article(
        article_id=article_id(source.id, entry),
        revision=1,
        source_id=source.id,
        url=canonical_url(entry.link) or canonical_url(entry.guid) or _home(source),
        title=entry.title,
        body=entry.text,
        fetched_at=now,
        published_at=date.at if date else None,
        published_precision=date.precision if date else "second",
        language=source.language,
        country=source.country,
    )
    return _sendable(article)


def article_of_item(item: Item, now: datetime, *, source: Source | None = None, revision: int = 1) -> Article:
    """The article that an item of a back-test is; it arrives when it says, or else at `now`.

    Without a `source` it has one that is named as the item says.
    """
    source = source or Source(id=item.source or "backtest", url="", backfill="announce")
    arrived = published(item.arrived, UTC, now)
    article = article_of(source, entry_of(item), arrived.at if arrived else now)
    return msgspec.structs.replace(article, revision=revision)


def article_id(source_id: str, entry: Entry) -> str:
    """The name of an item for ever: from the source and its guid, or its link, or its content."""
    if entry.guid:
        return _hash(source_id, "guid", entry.guid)
    if link := canonical_url(entry.link):
        return _hash(source_id, "link", link)
    return _hash(source_id, "content", entry.title, entry.text)


def content_hash(article: Article) -> str:
    """What tells one revision of an article from another: its title and its text."""
    return _hash(article.title, article.body)


def canonical_url(link: str | None) -> str | None:
    """The address without tracking parameters, fragment and credentials; None where it is no address of the web."""
    try:
        parts = urlsplit(link or "")
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            return None
        bare = parts._replace(netloc=parts.netloc.rpartition("@")[2], fragment="")
        return str(courlan.normalize_url(bare)) or None
    except ValueError:
        return None


def _home(source: Source) -> str:
    """The front page of where a source is on the web. Its own address stays ours: there can be a key in it."""
    address = canonical_url(source.url)
    return "" if address is None else urljoin(address, "/")


def oldest_first(found: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """In order of publication. What has no date keeps its place behind the one before it."""
    latest, keyed = datetime.min.replace(tzinfo=UTC), []
    for candidate in found:
        latest = candidate.article.published_at or latest
        keyed.append((latest, candidate))
    return tuple(candidate for _, candidate in sorted(keyed, key=lambda pair: pair[0]))


def _sendable(article: Article) -> Article:
    """The article, with its body cut at a line where it would not fit into a message."""
    if len(article_message(article).value) <= MAX_MESSAGE_BYTES - _ENVELOPE:
        return article
    start = article.body.encode()[:MAX_BODY_BYTES].decode(errors="ignore")
    return msgspec.structs.replace(article, body=start.rpartition("\n")[0] or start)


def _hash(*parts: str) -> str:
    return blake2b("\0".join(parts).encode("utf-8", "replace"), digest_size=16).hexdigest()
