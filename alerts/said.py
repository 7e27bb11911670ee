"""What an article says, as the ledger holds it: one revision at a time, its claims replaced as a whole.

What the revision before said is kept as what was known until then (`alerts.past`). One rule: nothing here looks at what
the claims do to facts; that is `alerts.lesson`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from alerts.past import replace_known
from alerts.reports import BASELINE, Place
from alerts.tables import articles, claims, insert_missing
from streams.records import Claim, Reading, decode, encode


def held_of(connection: sa.Connection, reading: Reading, now: datetime) -> sa.Row[Any]:
    """The article's row, locked; revision 0 when nothing was learned of it yet."""
    row = _article(reading, now) | {"revision": 0, "reader_version": 0, "known_from": reading.first_seen}
    insert_missing(connection, articles, [row])
    mine = articles.c.article_id == reading.article_id
    return connection.execute(sa.select(articles).where(mine).with_for_update()).one()


def supersedes(reading: Reading, held: sa.Row[Any]) -> bool:
    """Whether the Reading counts from now on: a later revision, a newer reader's, or a later one with other names."""
    ours, theirs = (reading.revision, reading.reader_version), (held.revision, held.reader_version)
    if ours != theirs:
        return ours > theirs
    later = reading.read_at is not None and (held.read_at is None or reading.read_at > held.read_at)
    return later and reading.watchlist != held.watchlist


def note_read_again(connection: sa.Connection, reading: Reading, held: sa.Row[Any]) -> None:
    """Read again with the same names: it says the same, and what others read before that no longer counts."""
    theirs = (held.revision, held.reader_version, held.watchlist)
    if (reading.revision, reading.reader_version, reading.watchlist) == theirs and reading.read_at:
        where = (articles.c.article_id == reading.article_id) & (
            articles.c.read_at.is_(None) | (articles.c.read_at < reading.read_at)
        )
        connection.execute(sa.update(articles).where(where).values(read_at=reading.read_at))


def replace_claims(connection: sa.Connection, reading: Reading, held: sa.Row[Any], now: datetime) -> list[str]:
    """Put the Reading's claims in the place of the article's; gives the facts touched, in the text's order."""
    # What does not say by itself when it arrived, because it was only read again, is known from now on.
    again = held.revision and reading.first_seen <= held.first_seen
    known_from = max(now, reading.first_seen) if again else reading.first_seen
    replace_known(connection, reading.article_id, known_from)
    mine = claims.c.article_id == reading.article_id
    query = sa.select(claims.c.fact).where(mine, claims.c.fact.is_not(None)).order_by(claims.c.number)
    before = connection.scalars(query).all()
    connection.execute(sa.delete(claims).where(mine))
    article = {name: getattr(reading, name) for name in ("article_id", "event_time", "first_seen")}
    rows = [
        article | {"number": number, "fact": claim.fact, "record": encode(claim).decode()}
        for number, claim in enumerate(reading.claims)
    ]
    if rows:
        connection.execute(sa.insert(claims), rows)
    where = articles.c.article_id == reading.article_id
    connection.execute(sa.update(articles).where(where).values(_article(reading, now) | {"known_from": known_from}))
    return [*(claim.fact for claim in reading.claims if claim.fact), *(fact for fact in before if fact)]


def baseline_held(connection: sa.Connection) -> dict[str, tuple[Reading, tuple[Claim, ...]]]:
    rows = connection.execute(sa.select(articles).where(articles.c.source_id == BASELINE))
    held = {}
    for row in rows:
        said = connection.scalars(
            sa.select(claims.c.record).where(claims.c.article_id == row.article_id).order_by(claims.c.number)
        )
        empty = Reading(
            article_id=row.article_id,
            revision=row.revision,
            reader_version=row.reader_version,
            source_id=BASELINE,
            url=row.url,
            title=row.title,
            event_time=row.event_time,
            first_seen=row.first_seen,
            quiet=True,
        )
        held[row.article_id] = (empty, tuple(decode(record, Claim) for record in said))
    return held


def place_of(article: Reading | sa.Row[Any]) -> Place:
    return article.event_time.astimezone(UTC), article.first_seen.astimezone(UTC), article.article_id


def _article(reading: Reading, now: datetime) -> dict[str, Any]:
    return {
        "article_id": reading.article_id,
        "revision": reading.revision,
        "reader_version": reading.reader_version,
        "source_id": reading.source_id,
        "url": reading.url.replace("\0", ""),  # which PostgreSQL cannot store
        "title": reading.title.replace("\0", ""),
        "event_time": reading.event_time,
        "first_seen": reading.first_seen,
        "origin": encode(reading.origin).decode(),
        "learned_at": now,
        "watchlist": reading.watchlist,
        "read_at": reading.read_at,
    }
