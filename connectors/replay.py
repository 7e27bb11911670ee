"""What was published once, marked to be published again: for a broker that forgot it, or a reader that has changed.

A part at a time, each a transaction of its own, so that polls store what they find in between. Where it breaks off, the
parts that are marked stay so, and marking them once more changes nothing. One rule: what is marked so is no news; it
is in the archive anyway, and does not count against what may wait there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from connectors import rows
from connectors.tables import revisions
from streams.records import Article, decode

PART = 2_000

# The newest revision learned of each of these articles, of those of which one was.
Learned = Callable[[Sequence[str]], Mapping[str, int]]


def nothing(_ids: Sequence[str]) -> Mapping[str, int]:
    """As if nothing had been learned yet."""
    return {}


def last_place(connection: sa.Connection, before: datetime | None = None) -> int:
    """The place of the revision that was stored last, or last before a moment; 0 without any."""
    last = sa.select(sa.func.max(revisions.c.seq))
    if before is not None:
        last = last.where(revisions.c.stored < before)
    place: int | None = connection.execute(last).scalar_one()
    return place or 0


def unlearned(connection: sa.Connection, learned: Learned, after: int, last: int) -> tuple[int, list[int]]:
    """Of the next published revisions between those places, those that are newer than what was `learned` of theirs.

    Gives the place that was reached and their places. What retention took is gone, and of what was probably decoded
    wrongly nothing is ever learned: neither is among them.
    """
    columns = (revisions.c.seq, revisions.c.article_id, revisions.c.revision)
    published = sa.select(*columns).where(revisions.c.published, revisions.c.size > 0)
    part = published.where(revisions.c.seq > after, revisions.c.seq <= last).order_by(revisions.c.seq).limit(PART)
    found = connection.execute(part).all()
    known = learned(sorted({article_id for _, article_id, _ in found}))
    newer = [seq for seq, article_id, number in found if number > known.get(article_id, 0)]
    return found[-1].seq if found else last, list(_legible(connection, newer))


def requeue(connection: sa.Connection, learned: Learned, after: int, last: int) -> tuple[int, int]:
    """Mark the next published revisions between those places that are newer than what was `learned` of their article.

    Gives the place that was reached and how many were marked.
    """
    place, marked = unlearned(connection, learned, after, last)
    for some in rows.chunks(marked):
        waits = sa.update(revisions).where(revisions.c.seq.in_(some)).values(published=False, again=True)
        connection.execute(waits)
    return place, len(marked)


def _legible(connection: sa.Connection, seqs: Iterable[int]) -> Iterator[int]:
    """Those whose text was decoded as it should be, as far as one can tell."""
    for part in rows.chunks(seqs):
        wanted = sa.select(revisions.c.seq, revisions.c.record).where(revisions.c.seq.in_(part))
        for seq, record in connection.execute(wanted.order_by(revisions.c.seq)):
            if not decode(record, Article).encoding_suspect:
                yield seq
