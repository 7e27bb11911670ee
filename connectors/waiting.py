"""The waiting room: articles of which the feed gave only the beginning, until their pages have been asked for.

An article waits here before its first revision, so that nobody reads half a sentence while the whole is a second away.
When its page cannot be had at once, the excerpt is told and the page tried again later: a revision when it comes. What
was told in full is not taken back by a changed excerpt while there is hope for the page: facts would go and come again.
One rule: who leaves the room leaves it in the transaction that stores the revision, so that it is stored once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from threading import Lock

import msgspec
import sqlalchemy as sa

from connectors import rows
from connectors.articles import Candidate
from connectors.feedbook import FeedBook
from connectors.tables import pages, revisions
from streams.records import Article, decode, encode

# Of one poll only so many wait, the newest; a feed's first poll must not become a crawl.
ROOM = 30
_FORSAKEN = timedelta(days=1)


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """An excerpt whose page is to be fetched from `url` for the (`tries` + 1)th time."""

    article: Article
    content: str
    alias: str | None
    url: str
    tries: int


class Admitted(msgspec.Struct, frozen=True, kw_only=True):
    """Of a poll's news: those to be stored now, and how many began to wait. The others were waiting already."""

    ready: dict[str, Candidate]
    waiting: int


class WaitingRoom(FeedBook):
    """The waiting room's part of the archive. Every method raises `Unavailable` as those of the book do.

    Who adds revisions holds `_revising`: two at once could give one number to two revisions of an article.
    """

    def __init__(self, engine: sa.Engine) -> None:
        super().__init__(engine)
        self._revising = Lock()

    def due(self, now: datetime, own: Collection[str], limit: int = 500) -> list[Waiting]:
        """Those whose page is to be asked for now: of each source a few, and of all sources the first ones first.

        So the backlog of a slow site hides nobody. Of other sources than one's `own` only those that nobody has cared
        for in a day: another process may, with another part of the sources.
        """
        cared = pages.c.source_id.in_(own) | (pages.c.next_try <= now - _FORSAKEN)
        order = (pages.c.next_try, pages.c.place)
        turn = sa.func.row_number().over(partition_by=pages.c.source_id, order_by=order).label("turn")
        turns = sa.select(pages.c.place, turn).where(pages.c.next_try <= now, cared).subquery()
        query = sa.select(pages).join(turns, turns.c.place == pages.c.place).where(turns.c.turn <= ROOM)
        with self._transaction() as connection:
            return [_waiting(row) for row in connection.execute(query.order_by(turns.c.turn, *order).limit(limit))]

    def in_waiting(self) -> int:
        """How many wait."""
        with self._transaction() as connection:
            return connection.execute(sa.select(sa.func.count()).select_from(pages)).scalar_one()

    def fill(self, waiting: Waiting, article: Article, now: datetime) -> int:
        """Store the article with its full text; gives its bytes, 0 where the feed has said something else meanwhile."""
        with self._revising, self._transaction() as connection:
            if not connection.execute(sa.delete(pages).where(_is(waiting))).rowcount:
                return 0
            return _store(connection, waiting, article, now)

    def put_off(self, waiting: Waiting, next_try: datetime | None, now: datetime, *, counts: bool = True) -> int:
        """Note that the page could not be had, and when to try again (None: no more); gives the bytes stored instead.

        A try that does not count uses up none but the first, with which the article is told. The excerpt is stored when
        nobody has been told of the article yet, or of its beginning only, or when there is no more hope.
        """
        with self._revising, self._transaction() as connection:
            tries = max(waiting.tries + counts, 1)
            later = sa.update(pages).where(_is(waiting)).values(tries=tries, next_try=next_try)
            change = sa.delete(pages).where(_is(waiting)) if next_try is None else later
            if not connection.execute(change).rowcount:
                return 0
            return _tell(connection, waiting, now, hopeless=next_try is None)

    def tell_late(self, before: datetime, now: datetime) -> dict[str, int]:
        """Store the excerpts that have waited since `before` for their first try; bytes by source.

        They go on waiting for their pages, with one try less.
        """
        late = sa.and_(pages.c.tries == 0, pages.c.next_try <= before)
        sizes: dict[str, int] = {}
        with self._revising, self._transaction() as connection:
            found = [_waiting(row) for row in connection.execute(sa.select(pages).where(late).order_by(pages.c.place))]
            if found:
                connection.execute(sa.update(pages).where(late).values(tries=1))
            for waiting in found:
                source_id = waiting.article.source_id
                sizes[source_id] = sizes.get(source_id, 0) + _tell(connection, waiting, now, hopeless=False)
        return sizes


def admit(
    connection: sa.Connection, named: Mapping[str, Candidate], news: Mapping[str, Candidate], now: datetime
) -> Admitted:
    """Let those of the `news` wait that should, and say what is to be stored now.

    `named` is all that the poll found, `news` what differs from the archive. Who waited with what the feed has changed
    since is forgotten.
    """
    inside = _inside(connection, named)
    overtaken = [article_id for article_id, content in inside.items() if named[article_id].content != content]
    for part in rows.chunks(overtaken):
        connection.execute(sa.delete(pages).where(pages.c.article_id.in_(part)))
    known = news.keys() & (inside.keys() - overtaken)
    fresh = [article_id for article_id, candidate in news.items() if candidate.page and article_id not in known]
    waiting = set(fresh[-ROOM:])
    if waiting:
        connection.execute(sa.insert(pages), [_row(one, news[one], now) for one in fresh if one in waiting])
    ready = {one: candidate for one, candidate in news.items() if one not in waiting | known}
    return Admitted(ready=ready, waiting=len(waiting))


def _inside(connection: sa.Connection, ids: Mapping[str, Candidate]) -> dict[str, str]:
    """The content with which each of the articles waits that does."""
    found: dict[str, str] = {}
    for part in rows.chunks(ids):
        query = sa.select(pages.c.article_id, pages.c.content).where(pages.c.article_id.in_(part))
        found |= dict(iter(connection.execute(query)))
    return found


def _row(article_id: str, candidate: Candidate, now: datetime) -> dict[str, object]:
    article = msgspec.structs.replace(candidate.article, article_id=article_id)
    return {
        "article_id": article_id,
        "source_id": article.source_id,
        "content": candidate.content,
        "alias": candidate.alias,
        "url": candidate.page,
        "tries": 0,
        "next_try": now,
        "record": encode(article).decode(),
    }


def _waiting(row: sa.Row[*tuple[object, ...]]) -> Waiting:
    fields = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for it
    return Waiting(
        article=decode(fields["record"], Article),
        content=fields["content"],
        alias=fields["alias"],
        url=fields["url"],
        tries=fields["tries"],
    )


def _is(waiting: Waiting) -> sa.ColumnElement[bool]:
    return sa.and_(pages.c.article_id == waiting.article.article_id, pages.c.content == waiting.content)


def _told(connection: sa.Connection, article_id: str) -> tuple[str, bool] | None:
    """The content of the article's latest revision, and whether that was only an excerpt; None without any."""
    query = sa.select(revisions.c.content, revisions.c.record).where(revisions.c.article_id == article_id)
    found = connection.execute(query.order_by(revisions.c.revision.desc()).limit(1)).one_or_none()
    return None if found is None else (found[0], bool(found[1]) and decode(found[1], Article).excerpt)


def _tell(connection: sa.Connection, waiting: Waiting, now: datetime, *, hopeless: bool) -> int:
    """Store the excerpt where that is better than silence; its bytes, or 0."""
    told = _told(connection, waiting.article.article_id)
    if told and (told[0] == waiting.content or not (hopeless or told[1])):
        return 0
    return _store(connection, waiting, waiting.article, now)


def _store(connection: sa.Connection, waiting: Waiting, article: Article, now: datetime) -> int:
    article_id = waiting.article.article_id
    number, _ = rows.latest(connection, [article_id]).get(article_id, (0, ""))
    candidate = Candidate(article=article, content=waiting.content, alias=waiting.alias)
    row = rows.row(candidate, article_id, number + 1, now)
    connection.execute(sa.insert(revisions), [row])
    return row["size"]
