"""The book of the sources: how each is doing, which are paused, how each has failed. Nothing waits for the network.

A pause is a row of its own: the operator makes it while the stage, in another process, may be saving the state.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime

import msgspec
import sqlalchemy as sa

from connectors.sources import Source
from connectors.states import FeedState
from connectors.tables import failures, feeds, pauses
from streams.errors import Unavailable


class FailureCount(msgspec.Struct, frozen=True, kw_only=True):
    """How often a source has failed for one reason, ever, and when last."""

    source_id: str
    reason: str
    count: int
    last: datetime


class FeedBook:
    """The sources' part of the archive on `engine`, whose tables `rasid.database.migrate` has made.

    Every method raises `Unavailable` (reason `archive`) when the database does not answer, or refuses whatever is
    asked of it (read-only, a right or a table that is missing); an error that lies in the data is raised as it is.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        # SQLite has one writer at a time, and whoever finds it busy sleeps in ever longer steps: better to queue here.
        self._turn: AbstractContextManager[object] = (
            threading.Lock() if engine.dialect.name == "sqlite" else nullcontext()
        )

    def close(self) -> None:
        """Let go of the connections to the database; the next question opens others."""
        self._engine.dispose()

    def check(self) -> None:
        """Do nothing, successfully, when the database answers."""
        with self._transaction() as connection:
            connection.execute(sa.select(sa.literal(1)))

    def feed(self, source: Source) -> FeedState:
        """How a source is doing. One whose address has changed starts anew, except that it is no first poll."""
        with self._transaction() as connection:
            row = connection.execute(sa.select(feeds).where(feeds.c.source_id == source.id)).one_or_none()
        fresh = FeedState(source_id=source.id, url=source.address)
        known = _state(row) if row else fresh
        if known.url == fresh.url:
            return known
        return msgspec.structs.replace(
            fresh,
            first_success=known.first_success,
            last_success=known.last_success,
            **msgspec.structs.asdict(known.rhythm),
        )

    def feeds(self) -> list[FeedState]:
        """How every source is doing that was ever polled, by id."""
        with self._transaction() as connection:
            return [_state(row) for row in connection.execute(sa.select(feeds).order_by(feeds.c.source_id))]

    def save(self, state: FeedState) -> None:
        """Remember how a source is doing."""
        with self._transaction() as connection:
            save_state(connection, state)

    def save_all(self, states: Iterable[FeedState]) -> None:
        """Remember how several sources are doing, in one transaction."""
        with self._transaction() as connection:
            for state in states:
                save_state(connection, state)

    def save_failure(self, state: FeedState, now: datetime) -> None:
        """Remember how a source is doing that has just failed for `state.reason`, and count it."""
        this = (failures.c.source_id == state.source_id) & (failures.c.reason == state.reason)
        with self._transaction() as connection:
            save_state(connection, state)
            more = sa.update(failures).where(this).values(count=failures.c.count + 1, last=now)
            if not connection.execute(more).rowcount:
                new = {"source_id": state.source_id, "reason": state.reason, "count": 1, "last": now}
                connection.execute(sa.insert(failures).values(new))

    def failures(self) -> list[FailureCount]:
        """How each source has failed, the most frequent reason first."""
        rows = sa.select(failures).order_by(failures.c.source_id, failures.c.count.desc(), failures.c.reason)
        with self._transaction() as connection:
            return [FailureCount(**row._asdict()) for row in connection.execute(rows)]

    def pause(self, source_id: str, now: datetime) -> bool:
        """Leave a source alone until it is resumed, also after a restart; false when it was so already."""
        with self._transaction() as connection:
            known = connection.execute(sa.select(pauses).where(pauses.c.source_id == source_id)).one_or_none()
            if known is None:
                connection.execute(sa.insert(pauses).values(source_id=source_id, since=now))
        return known is None

    def resume(self, source_id: str) -> bool:
        """Poll a source again; false when it was not paused."""
        with self._transaction() as connection:
            return bool(connection.execute(sa.delete(pauses).where(pauses.c.source_id == source_id)).rowcount)

    def paused(self) -> dict[str, datetime]:
        """The sources that are paused, and since when."""
        with self._transaction() as connection:
            return dict(iter(connection.execute(sa.select(pauses.c.source_id, pauses.c.since))))

    @contextmanager
    def _transaction(self) -> Iterator[sa.Connection]:
        try:
            with self._turn, self._engine.begin() as connection:
                yield connection
        except sa.exc.DBAPIError as error:
            if isinstance(error, sa.exc.DataError | sa.exc.IntegrityError) and not error.connection_invalidated:
                raise
            raise Unavailable("archive", f"the archive does not answer: {error.orig}") from error


def save_state(connection: sa.Connection, state: FeedState) -> None:
    """Remember how a source is doing, within a transaction."""
    values = msgspec.structs.asdict(state)
    changed = connection.execute(sa.update(feeds).where(feeds.c.source_id == state.source_id).values(values))
    if not changed.rowcount:
        connection.execute(sa.insert(feeds).values(values))


def _state(row: sa.Row[*tuple[object, ...]]) -> FeedState:
    return FeedState(**row._asdict())
