"""Looking for words in facts, changes and archived articles, the newest first.

There is no index of words: what is asked for is folded when it is asked. Rule: one look goes through so many rows and
no more, then says how far it came; the next one goes on from there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from alerts import keys
from alerts.ledger import Fact
from alerts.listing import ChangePlace, Changes, Moved
from alerts.words import clean
from rasid.web.lookup import ROWS, Known, Lookup
from rasid.web.search import Question, Snippet, answers, called, question, snippet
from rasid.web.tongue import Tongue
from streams.records import Article, Change

_FACTS, _CHANGES, _ARTICLES = 20_000, 2_000, 1_000
_SHOWN = 20
_CARDS = 10


@dataclass(frozen=True, slots=True)
class Hit:
    """An article's newest revision that has the words, and where."""

    article: Article
    snippet: Snippet


@dataclass(frozen=True, slots=True)
class FoundFacts:
    """Facts, and the key after which to look on; None where all were looked at."""

    facts: tuple[Fact, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class FoundChanges:
    """Changes with what they rest on, and the place after which to look on."""

    known: Known
    next: ChangePlace | None


@dataclass(frozen=True, slots=True)
class FoundArticles:
    """Articles, and the place in the archive before which to look on."""

    hits: tuple[Hit, ...]
    next: int | None


class Finding:
    """Who looks. Its methods wait for the database: call them in a thread."""

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup
        self._called = called(lookup.policy.names)
        self._tongues = (Tongue("ar", lookup.policy.names), Tongue("en", lookup.policy.names))

    def question(self, written: str) -> Question | None:
        """The question in what was written; None where there is nothing to look for."""
        return question(written, self._called)

    def facts(self, asked: Question, when: datetime | None, after: str | None = None) -> FoundFacts:
        """Facts whose subject, in either language, or key has the words."""
        found: list[Fact] = []
        for _ in range(_FACTS // ROWS):
            page = self._lookup.facts(None, when, after)
            for fact in page.items:
                if answers(asked, self._subject(fact.fact)):
                    found.append(fact)
                if len(found) == _SHOWN:
                    return FoundFacts(tuple(found), fact.fact)
            after = page.next
            if after is None:
                break
        return FoundFacts(tuple(found), after)

    def changes(self, asked: Question, when: datetime | None, after: ChangePlace | None = None) -> FoundChanges:
        """Changes whose subject or sentences have the words, told or not."""
        found: list[Moved] = []
        for _ in range(_CHANGES // _CARDS):
            page = self._lookup.moved(Changes(silent=True), _CARDS, when, after)
            found += [one for one in page.items if answers(asked, self._said(one.change))]
            after = page.next
            if len(found) >= _CARDS or after is None:
                break
        return FoundChanges(self._lookup.behind_of(found), after)

    def articles(self, asked: Question, when: datetime | None, before: int | None = None) -> FoundArticles:
        """Articles that have the words in title or body, each once; without an archive none."""
        archive = self._lookup.behind.archive
        hits: dict[str, Hit] = {}
        looked = 0
        while archive and looked < _ARTICLES:
            page = archive.newest(before=before)
            for revision in page:
                looked, before = looked + 1, revision.seq
                article = revision.article
                if article.article_id in hits or (when and article.fetched_at > when):
                    continue
                if hit := _hit(asked, article):
                    hits[article.article_id] = hit
                if len(hits) == _SHOWN:
                    return FoundArticles(tuple(hits.values()), before)
            if not page:
                return FoundArticles(tuple(hits.values()), None)
        return FoundArticles(tuple(hits.values()), before if archive else None)

    def _subject(self, fact: str) -> str:
        key = keys.parse(fact)
        return " ".join((*(tongue.subject(key) for tongue in self._tongues), fact))

    def _said(self, change: Change) -> str:
        sides = [side.evidence for side in (change.old, change.new, change.other) if side]
        return " ".join((self._subject(change.fact), *_texts((one.sentence, one.title) for one in sides)))


@dataclass(frozen=True, slots=True)
class HitRow:
    """A hit as a page shows it."""

    article_id: str
    title: str
    source: str
    time: datetime
    snippet: Snippet


def hits_of(hits: Iterable[Hit], tongue: Tongue) -> tuple[HitRow, ...]:
    """The hits, ready to show."""
    return tuple(
        HitRow(
            article_id=hit.article.article_id,
            title=clean(hit.article.title, 160),
            source=tongue.source(hit.article.source_id),
            time=hit.article.published_at or hit.article.fetched_at,
            snippet=hit.snippet,
        )
        for hit in hits
    )


def _texts(pairs: Iterable[tuple[str, str]]) -> Iterable[str]:
    return (text for pair in pairs for text in pair)


def _hit(asked: Question, article: Article) -> Hit | None:
    if not answers(asked, f"{article.title}\n{article.body}"):
        return None
    where = snippet(asked, article.body) or snippet(asked, article.title)
    return Hit(article, where) if where else None
