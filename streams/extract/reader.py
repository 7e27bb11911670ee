"""Reads one article: the door of this package.

The one rule: `Reader.read` is pure and total. The same article and watchlist give the same reading, and no text
makes it raise.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from streams.arabic.fold import Folded, fold
from streams.arabic.tokens import Tokens
from streams.extract.amounts import Amounts, Found
from streams.extract.claims import Draft, Seen, draft, see
from streams.extract.currencies import ANCHORS
from streams.extract.discovery import Recognise
from streams.extract.judging import judge
from streams.extract.mentions import Finder, Hit
from streams.extract.origin import origin_of
from streams.extract.watched import Known
from streams.extract.watchlist import Organisation, Watchlist
from streams.records import Amount, Article, Claim, Mention, Origin, Reading, Role, Span

# Raised with every change of what is read, so that stored articles are read again.
READER_VERSION = 11

# No reading is certain.
_SUREST = 0.99

_DAY = timedelta(days=1)
# Qualifiers that leave one end open.
_OPEN_BELOW, _OPEN_ABOVE = frozenset(("up_to", "less_than")), frozenset(("more_than", "at_least"))
# An empty line: no name, amount or sentence goes on from the title into the body.
_GAP = "\n\n"
_LONGEST_HEADLINE = 160
_INSTANT = timedelta(microseconds=1)


class Reader:
    """Reads articles with one watchlist; `recognise` finds further names of organisations (`discovery.Recognise`)."""

    def __init__(self, watchlist: Watchlist, recognise: Recognise | None = None) -> None:
        self._recognise = recognise
        self._watchlist = watchlist.fingerprint + ("+recognition" if recognise else "")
        self._finder = Finder(watchlist, ANCHORS)
        self._known = Known(
            suppliers=frozenset(each.id for each in watchlist.organisations if each.supplies),
            funds=frozenset(each.id for each in watchlist.organisations if _is_fund(each)),
            countries={each.id: each.country for each in watchlist.organisations if each.country},
            parent_of={each.id: each.parent for each in watchlist.projects if each.parent},
        )

    def read(self, article: Article) -> Reading:
        """All that the article says of the watchlist, also when that is nothing."""
        text = _Text(article)
        hits, seen = self._look(article, text)
        amounts: list[Amount] = []
        for each in seen.found:
            amounts.append(text.amount(each, amounts[each.converts] if each.converts is not None else None))
        drafts = draft(seen, event_time(article).year)
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
            amounts=tuple(amounts),
            claims=tuple(text.claim(each, amounts, suspect=article.encoding_suspect) for each in drafts),
            origin=origin_of(text.folded) if drafts else Origin(),
            watchlist=self._watchlist,
        )

    def see(self, article: Article) -> Seen:
        """The article as everything below the claims sees it."""
        return self._look(article, _Text(article))[1]

    def lost(self, article: Article) -> dict[Span, Sequence[tuple[Role, float]]]:
        """For each amount the roles that it was not given, with the shares that they had (0 to 1), best first."""
        text = _Text(article)
        seen = self._look(article, text)[1]
        judged = judge(seen.views, seen.found, seen.known)
        return {text.span(seen.found[each.amount].start, seen.found[each.amount].end): each.lost for each in judged}

    def _look(self, article: Article, text: _Text) -> tuple[Sequence[Hit], Seen]:
        hits, places = self._finder.find(text.folded)
        tokens = Tokens(text.folded.text)
        found = Amounts(text.folded, tokens, article.country).read(places)
        seen = see(text.folded, tokens, hits, found, known=self._known, title_end=text.title_end)
        return hits, replace(seen, recognise=self._recognise) if self._recognise else seen


def _is_fund(organisation: Organisation) -> bool:
    return any(word in name for name in organisation.name.values() for word in ("صندوق", "Fund"))


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
        self._body_start = len(article.title) + len(_GAP) if article.title else 0
        joined = f"{article.title}{_GAP}{article.body}" if article.title else article.body
        self.folded: Folded = fold(joined)
        self.title_end = self._headline_end(article)

    def _headline_end(self, article: Article) -> int:
        """Where the headline ends in the folded text; without a title the first line is the headline."""
        end = self.folded.text.find("\n")
        return len(self.folded.text) if end < 0 else end if article.title or end < _LONGEST_HEADLINE else 0

    def span(self, start: int, end: int) -> Span:
        first, last = self.folded.span(start, end)
        if first < self._body_start:
            return Span(part="title", start=first, end=min(last, self._body_start - len(_GAP)))
        return Span(part="body", start=first - self._body_start, end=last - self._body_start)

    def amount(self, found: Found, equivalent_of: Amount | None) -> Amount:
        """The amount as the contract has it; `equivalent_of` is the one that it gives in another currency."""
        return Amount(
            low=None if found.qualifier in _OPEN_BELOW else found.low,
            high=None if found.qualifier in _OPEN_ABOVE else found.high,
            currency=found.currency,
            qualifier=found.qualifier,
            span=self.span(found.start, found.end),
            surface=self.folded.slice(found.start, found.end),
            period="year" if found.yearly else None,
            equivalent_of=equivalent_of,
        )

    def claim(self, each: Draft, amounts: Sequence[Amount], *, suspect: bool) -> Claim:
        """The claim as the contract has it; a text that may be misread touches no fact."""
        return Claim(
            kind=each.kind,
            fact=None if suspect else each.fact,
            evidence=self.span(each.start, each.end),
            sentence=self.folded.slice(each.start, each.end),
            confidence=round(min(_SUREST, each.share), 2),
            rule=each.rule,
            role=each.judged.role if each.judged else None,
            payers=each.payers,
            to=each.to,
            amount=amounts[each.amount] if each.amount is not None else None,
            state=each.state,
            polarity=each.standing.polarity,
            status=each.standing.status,
            time=each.standing.time,
            speaker=each.speaker,
            salient=each.salient,
        )

    def mention(self, hit: Hit) -> Mention:
        first, last = self.folded.span(hit.start, hit.end)
        return Mention(entity=hit.entity, span=self.span(hit.start, hit.end), surface=self.folded.original[first:last])
