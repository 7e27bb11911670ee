"""Reads one article: the door of this package.

The one rule: `Reader.read` is pure and total. The same article and watchlist give the same reading, and no text makes it
raise.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from streams.arabic.fold import Folded, fold
from streams.extract.amounts import Amounts, Found
from streams.extract.currencies import ANCHORS
from streams.extract.mentions import Finder, Hit
from streams.extract.origin import origin_of
from streams.extract.watchlist import Watchlist
from streams.records import Amount, Article, Mention, Reading, Span

# Raised with every change of what is read, so that stored articles are read again.
READER_VERSION = 1

_DAY = timedelta(days=1)
_INSTANT = timedelta(microseconds=1)


class Reader:
    """Reads articles with one watchlist."""

    def __init__(self, watchlist: Watchlist) -> None:
        self._finder = Finder(watchlist, ANCHORS)

    def read(self, article: Article) -> Reading:
        """All that the article says of the watchlist, also when that is nothing."""
        text = _Text(article)
        hits, places = self._finder.find(text.folded)
        found = Amounts(text.folded, article.country).read(places)
        mentions = tuple(text.mention(hit) for hit in hits if hit.kind != "person")
        return Reading(
            article_id=article.article_id,
            revision=article.revision,
            reader_version=READER_VERSION,
            source_id=article.source_id,
            url=article.url,
            title=article.title,
            event_time=event_time(article),
            first_seen=article.fetched_at,
            published_at=article.published_at,
            quiet=article.quiet,
            encoding_suspect=article.encoding_suspect,
            mentions=mentions,
            amounts=tuple(text.amount(amount) for amount in found),
            origin=origin_of(text.folded),
        )


def event_time(article: Article) -> datetime:
    """When the news happened as far as the source says, so that any two articles have an order.

    A day without an hour is the moment of that day nearest to when the article was first seen; a missing or future date
    is that moment itself.
    """
    seen, published = article.fetched_at.astimezone(UTC), article.published_at
    if published is None:
        return seen
    published = published.astimezone(UTC)
    if article.published_precision == "day":
        start = published.replace(hour=0, minute=0, second=0, microsecond=0)
        published = min(max(seen, start), start + _DAY - _INSTANT)
    return seen if published > seen else published


class _Text:
    """An article's title and body as one text, and the way back to the part that a place belongs to."""

    def __init__(self, article: Article) -> None:
        self._body_start = len(article.title) + 1 if article.title else 0
        joined = f"{article.title}\n{article.body}" if article.title else article.body
        self.folded: Folded = fold(joined)

    def span(self, start: int, end: int) -> Span:
        first, last = self.folded.span(start, end)
        if first < self._body_start:
            return Span(part="title", start=first, end=min(last, self._body_start - 1))
        return Span(part="body", start=first - self._body_start, end=last - self._body_start)

    def amount(self, found: Found) -> Amount:
        """The amount as the contract has it."""
        return Amount(
            low=found.low,
            high=found.high,
            currency=found.currency,
            qualifier=found.qualifier,
            span=self.span(found.start, found.end),
            surface=self.folded.slice(found.start, found.end),
            period="year" if found.yearly else None,
        )

    def mention(self, hit: Hit) -> Mention:
        first, last = self.folded.span(hit.start, hit.end)
        return Mention(entity=hit.entity, span=self.span(hit.start, hit.end), surface=self.folded.original[first:last])
