"""Rows of revisions: which article is which, what its latest revision is, and the row of the next one.

Functions over an open connection, for those who change revisions in a transaction of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TypedDict, TypeVar

import msgspec
import sqlalchemy as sa

from connectors.articles import Candidate
from connectors.tables import pages, revisions
from streams.records import encode

T = TypeVar("T")

CHUNK = 500


class Row(TypedDict):
    """A row of `revisions`, as it is inserted."""

    article_id: str
    revision: int
    source_id: str
    content: str
    alias: str | None
    stored: datetime
    published: bool
    record: str
    size: int


def named(connection: sa.Connection, source_id: str, found: Sequence[Candidate]) -> dict[str, Candidate]:
    """What was found, by the id under which it is archived or waits for its page, in order."""
    ids = latest(connection, [candidate.article.article_id for candidate in found])
    strangers = [c.alias for c in found if c.alias and c.article.article_id not in ids]
    known_as: dict[str | None, str] = {}
    for table in (pages, revisions):
        for part in chunks(strangers):
            query = sa.select(table.c.alias, table.c.article_id).where(
                table.c.source_id == source_id, table.c.alias.in_(part)
            )
            known_as |= dict(iter(connection.execute(query)))
    result: dict[str, Candidate] = {}
    for candidate in found:
        own = candidate.article.article_id
        article_id = own if own in ids else known_as.get(candidate.alias, own)
        result.pop(article_id, None)
        result[article_id] = candidate
    return result


def latest(connection: sa.Connection, ids: Iterable[str]) -> dict[str, tuple[int, str]]:
    """The number and the content of the latest revision of each article that is archived."""
    found: dict[str, tuple[int, str]] = {}
    columns = (revisions.c.article_id, revisions.c.revision, revisions.c.content)
    for part in chunks(ids):
        query = sa.select(*columns).where(revisions.c.article_id.in_(part)).order_by(revisions.c.revision)
        for article_id, number, content in connection.execute(query):
            found[article_id] = (number, content)
    return found


def row(candidate: Candidate, article_id: str, number: int, now: datetime) -> Row:
    """The candidate as that revision of that article, not published yet."""
    article = msgspec.structs.replace(candidate.article, article_id=article_id, revision=number)
    record = encode(article)
    return {
        "article_id": article_id,
        "revision": number,
        "source_id": article.source_id,
        "content": candidate.content,
        "alias": candidate.alias,
        "stored": now,
        "published": False,
        "record": record.decode(),
        "size": len(record),
    }


def chunks(items: Iterable[T]) -> Iterator[list[T]]:
    """The items in lists that a statement can take as parameters."""
    rest = list(items)
    while rest:
        yield rest[:CHUNK]
        rest = rest[CHUNK:]
