"""Finding archived articles again: by words as a reader of Arabic would, by source, by time.

The archive stores no second, folded text: what is searched is folded when it is asked for, newest first, and the search
ends when enough is found. So a search needs no index, and the same folding as the reader's decides: spelling, vowel
marks and digits of either kind make no difference.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec

from connectors.archive import Archive, Revision
from rasid.progress import Told
from streams.arabic.fold import fold, fold_key
from streams.errors import Misconfigured
from streams.records import Article

_AROUND = 60


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which articles: with this text in title or body, of this source, stored since then; at most so many."""

    text: str | None = None
    source: str | None = None
    since: datetime | None = None
    limit: int = 50


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """An article's newest revision that has what was wanted, and the words around it."""

    article: Article
    snippet: str


def search(archive: Archive, wanted: Wanted, told: Told = lambda _done, _total: None) -> Iterator[Hit]:
    """What is wanted, the last stored first, each article once; `told` hears how far the search is.

    Raises `Misconfigured` (reason `grep`) when the text has no letter to look for.
    """
    key = fold_key(wanted.text) if wanted.text else None
    if key == "":
        raise Misconfigured("grep", "there is nothing to look for in a text without letters or digits")
    seen: set[str] = set()
    total = 0
    for revision in _newest(archive, wanted):
        total = total or revision.seq
        told(total - revision.seq, total)
        snippet = _snippet(revision.article, key)
        if snippet is None or revision.article.article_id in seen:
            continue
        seen.add(revision.article.article_id)
        yield Hit(article=revision.article, snippet=snippet)
        if len(seen) == wanted.limit:
            return


def one(archive: Archive, start: str) -> list[Article]:
    """The revisions, the oldest first, of the one article whose id begins like that.

    Raises `Misconfigured` (reason `article`) when there is none, or more than one.
    """
    found = [revision.article for revision in archive.article(start)] if start else []
    ids = {article.article_id for article in found}
    if not found:
        raise Misconfigured("article", f"no such article: {start!r} (`rasid articles` lists them)")
    if len(ids) > 1:
        raise Misconfigured("article", f"{len(ids)} articles begin with {start!r}: give more of the id")
    return sorted(found, key=lambda article: article.revision)


def _newest(archive: Archive, wanted: Wanted) -> Iterator[Revision]:
    page = archive.newest(source_id=wanted.source, since=wanted.since)
    while page:
        yield from page
        page = archive.newest(source_id=wanted.source, since=wanted.since, before=page[-1].seq)


def _snippet(article: Article, key: str | None) -> str | None:
    """The words around the key in title or body; the beginning where nothing is looked for; None where it is not."""
    if key is None:
        return article.body[: 2 * _AROUND]
    for text in (article.title, article.body):
        folded = fold(text)
        at = folded.text.replace("\n", " ").find(key)
        if at >= 0:
            start, end = folded.span(at, at + len(key))
            return text[max(0, start - _AROUND) : end + _AROUND]
    return None
