"""Rows of revisions: which article is which, what its latest revision is, and the row of the next one.

Functions over an open connection, for those who change revisions in a transaction of their own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import product
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
    """What was found, by the id under which it is archived or waits for its page, in order.

    An alias leads to a known article only where nothing says that the two are different items: the known one is not in
    `found` as well, and the alias names one article in the archive and one item in `found`. Else the contents must be
    equal too: the items of a live page share its address and, often, a title.
    """
    own = {candidate.article.article_id: candidate.alias for candidate in found}
    ids, sharing = latest(connection, own), Counter(own.values())
    known = _bearers(connection, source_id, {alias for one, alias in own.items() if alias and one not in ids})
    result: dict[str, Candidate] = {}
    for candidate in found:
        article_id, bearers = candidate.article.article_id, known.get(candidate.alias or "", {})
        if article_id not in ids and article_id not in bearers:
            is_only = len(bearers) == 1 and sharing[candidate.alias] == 1
            gone = (one for one in bearers if one not in own and (is_only or candidate.content in bearers[one]))
            article_id = next(gone, article_id)
        result.pop(article_id, None)
        result[article_id] = candidate
    return result


def _bearers(connection: sa.Connection, source_id: str, aliases: Iterable[str]) -> dict[str, dict[str, set[str]]]:
    """For each alias the articles of the source that bear it, with the contents that they had."""
    found: dict[str, dict[str, set[str]]] = {}
    for table, part in product((pages, revisions), chunks(aliases)):
        columns = (table.c.alias, table.c.article_id, table.c.content)
        query = sa.select(*columns).where(table.c.source_id == source_id, table.c.alias.in_(part))
        for alias, article_id, content in connection.execute(query):
            found.setdefault(alias, {}).setdefault(article_id, set()).add(content)
    return found


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
