"""The archive: how every source is doing, and every revision of every article, which is also the outbox.

A poll's revisions and the mark that its source has been polled are one transaction, so that a first poll is never half
a first poll. Revisions are published in the order in which they were stored, and marked only after the broker's
acknowledgement: what is not marked is published again. Nothing here waits for the network.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

import msgspec
import sqlalchemy as sa

from connectors import replay, rows
from connectors.articles import Candidate
from connectors.feedbook import save_state
from connectors.replay import Learned
from connectors.retention import forget
from connectors.states import FeedState
from connectors.subscriptions import Subscriptions
from connectors.tables import revisions
from connectors.waiting import WaitingRoom, admit
from streams.failpoints import reach
from streams.records import Article, decode


class Revision(msgspec.Struct, frozen=True, kw_only=True):
    """An archived article revision, at its place in the order of storing.

    `weight` is how many bytes of it are news that waits for the broker: none once it was published.
    """

    seq: int
    article: Article
    published: bool
    weight: int = 0


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """What came of storing: what is new (its bytes, how much of it waits for its page first), and what was known."""

    new: int
    known: int
    size: int = 0
    waiting: int = 0


def _nobody(_done: int, _total: int) -> None:
    """Nobody looks on."""


class Archive(WaitingRoom, Subscriptions):
    """The book of the sources, what waits, who pushes, and all that was read in the sources, on one database.

    Every method raises `Unavailable` (reason `archive`) as those of the book do.
    """

    def store(self, state: FeedState, found: Sequence[Candidate], now: datetime) -> Stored:
        """Archive what a poll found and the source's new state, in one transaction.

        What has the content of its latest revision is known; anything else becomes the next revision, unpublished, or
        waits for its page first. Where one article was found twice, the later one of `found` counts.
        """
        with self._revising, self._transaction() as connection:
            named = rows.named(connection, state.source_id, found)
            latest = dict.fromkeys(named, (0, "")) | rows.latest(connection, named)
            news = {one: candidate for one, candidate in named.items() if latest[one][1] != candidate.content}
            admitted = admit(connection, named, news, now)
            new = [rows.row(candidate, one, latest[one][0] + 1, now) for one, candidate in admitted.ready.items()]
            if new:
                connection.execute(sa.insert(revisions), new)
            save_state(connection, state)
            reach("connect.before_archive_commit")
        reach("connect.after_archive_commit")
        known, size = len(named) - len(new) - admitted.waiting, sum(row["size"] for row in new)
        return Stored(new=len(new) + admitted.waiting, known=known, size=size, waiting=admitted.waiting)

    def unpublished(self, source_id: str, limit: int = 100) -> list[Revision]:
        """The first revisions of a source that the broker has not acknowledged, in order."""
        waiting = _select().where(revisions.c.source_id == source_id, ~revisions.c.published)
        with self._transaction() as connection:
            return [_revision(row) for row in connection.execute(waiting.limit(limit))]

    def waiting(self) -> dict[str, int]:
        """How many revisions of each source the broker has not acknowledged; sources without any are left out."""
        count = sa.select(revisions.c.source_id, sa.func.count()).where(~revisions.c.published)
        with self._transaction() as connection:
            return dict(iter(connection.execute(count.group_by(revisions.c.source_id))))

    def waiting_bytes(self) -> int:
        """How many bytes of articles the broker has never acknowledged."""
        total = sa.select(sa.func.coalesce(sa.func.sum(_WEIGHT), 0)).where(~revisions.c.published)
        with self._transaction() as connection:
            return int(connection.execute(total).scalar_one())

    def mark_published(self, seqs: Iterable[int]) -> None:
        """Remember that the broker has acknowledged these revisions."""
        with self._transaction() as connection:
            for part in rows.chunks(seqs):
                connection.execute(sa.update(revisions).where(revisions.c.seq.in_(part)).values(published=True))

    def revisions(self, *, source_id: str | None = None, after: int = 0, limit: int = 1_000) -> list[Revision]:
        """Archived revisions in the order of storing, from behind the place `after`."""
        wanted = _select().where(revisions.c.seq > after)
        if source_id is not None:
            wanted = wanted.where(revisions.c.source_id == source_id)
        with self._transaction() as connection:
            return [_revision(row) for row in connection.execute(wanted.limit(limit))]

    def newest(
        self, *, source_id: str | None = None, since: datetime | None = None, before: int | None = None
    ) -> list[Revision]:
        """Archived revisions, the last stored first, some hundreds at a time: those in front of the place `before`.

        `source_id` and `since` (when they were stored) leave out others.
        """
        wanted = _select().order_by(None).order_by(revisions.c.seq.desc()).limit(rows.CHUNK)
        if source_id is not None:
            wanted = wanted.where(revisions.c.source_id == source_id)
        if since is not None:
            wanted = wanted.where(revisions.c.stored >= since)
        if before is not None:
            wanted = wanted.where(revisions.c.seq < before)
        with self._transaction() as connection:
            return [_revision(row) for row in connection.execute(wanted)]

    def article(self, start: str) -> list[Revision]:
        """The revisions of every article whose id begins like that, each article's in order."""
        end = start + "\U0010ffff"
        wanted = _select().where(revisions.c.article_id.between(start, end))
        with self._transaction() as connection:
            return [_revision(row) for row in connection.execute(wanted)]

    def revisions_of(self, article_id: str, limit: int) -> list[Revision]:
        """The last `limit` revisions of one article whose text is still there, in order."""
        wanted = _select().where(revisions.c.article_id == article_id).order_by(None)
        with self._transaction() as connection:
            rows_of_it = connection.execute(wanted.order_by(revisions.c.revision.desc()).limit(limit))
            return [_revision(row) for row in rows_of_it][::-1]

    def forget(self, before: datetime, limit: int = rows.CHUNK) -> int:
        """Forget the texts of up to `limit` published revisions stored before that moment; how many."""
        with self._transaction() as connection:
            return forget(connection, before, limit)

    def requeue(self, learned: Learned = replay.nothing, told: Callable[[int, int], object] = _nobody) -> int:
        """Mark for publishing again every published revision that is newer than the one `learned` of its article.

        For a broker that has forgotten everything, or readers that read otherwise now. Says how many; meanwhile it has
        `told` how far it is, of how much.
        """
        place = queued = 0
        with self._transaction() as connection:
            last = replay.last_place(connection)
        while place < last:
            with self._transaction() as connection:
                place, marked = replay.requeue(connection, learned, place, last)
            queued += marked
            told(place, last)
        return queued

    def unlearned(self, learned: Learned, before: datetime, told: Callable[[int, int], object] = _nobody) -> int:
        """How many of the revisions stored before that moment were published and are newer than the one `learned`."""
        place = missing = 0
        with self._transaction() as connection:
            last = replay.last_place(connection, before)
        while place < last:
            with self._transaction() as connection:
                place, found = replay.unlearned(connection, learned, place, last)
            missing += len(found)
            told(place, last)
        return missing


# What a revision counts of what may wait.
_WEIGHT = sa.case((revisions.c.published | revisions.c.again, 0), else_=revisions.c.size)


def _select() -> sa.Select[int, bool, str, int]:
    """Those whose text is still there, in the order of storing."""
    whole = sa.select(revisions.c.seq, revisions.c.published, revisions.c.record, _WEIGHT)
    return whole.where(revisions.c.size > 0).order_by(revisions.c.seq)


def _revision(row: sa.Row[int, bool, str, int]) -> Revision:
    seq, published, record, weight = row
    return Revision(seq=seq, article=decode(record, Article), published=published, weight=weight)
