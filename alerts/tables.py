"""The ledger's tables, as the newest migration leaves them.

One rule: primary keys make repetition harmless (an article counts once, a claim once per article, a change once per
number, a delivery once per change and destination). Records are kept as the JSON that travels on the wire.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from typing_extensions import override

from streams.errors import Unavailable


# The archive has one too: connectors and alerts share the contract of their records and nothing else.
class UtcTime(sa.TypeDecorator[datetime]):
    """An aware time in UTC, on databases that keep the zone and on those that do not."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        return value.astimezone(UTC) if value else None

    @override
    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = sa.MetaData()

# The newest revision learned of each article, known since `known_from`. `watchlist` is the fingerprint of the one that
# it was read with, `read_at` when.
articles = sa.Table(
    "articles",
    metadata,
    sa.Column("article_id", sa.Text, primary_key=True),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("reader_version", sa.Integer, nullable=False),
    sa.Column("source_id", sa.Text, nullable=False, index=True),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("event_time", UtcTime, nullable=False),
    sa.Column("first_seen", UtcTime, nullable=False),
    sa.Column("origin", sa.Text, nullable=False),
    sa.Column("learned_at", UtcTime, nullable=False),
    sa.Column("watchlist", sa.Text, nullable=False),
    sa.Column("read_at", UtcTime),
    sa.Column("known_from", UtcTime, nullable=False),
)

# What those revisions say. `fact` is null where a claim touches none; the times are the article's.
claims = sa.Table(
    "claims",
    metadata,
    sa.Column("article_id", sa.Text, sa.ForeignKey("articles.article_id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("fact", sa.Text),
    sa.Column("event_time", UtcTime, nullable=False),
    sa.Column("first_seen", UtcTime, nullable=False),
    sa.Column("record", sa.Text, nullable=False),
    sa.Index("ix_claims_place", "fact", "event_time", "first_seen", "article_id"),
)

# What they said before, as it was known from one moment until another: nothing that was known is deleted.
superseded = sa.Table(
    "superseded",
    metadata,
    sa.Column("position", sa.Integer, sa.Identity(), primary_key=True),
    sa.Column("article_id", sa.Text, nullable=False, index=True),
    sa.Column("source_id", sa.Text, nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("event_time", UtcTime, nullable=False),
    sa.Column("first_seen", UtcTime, nullable=False),
    sa.Column("origin", sa.Text, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("fact", sa.Text, index=True),
    sa.Column("record", sa.Text, nullable=False),
    sa.Column("known_from", UtcTime, nullable=False),
    sa.Column("known_until", UtcTime, nullable=False),
)

# What is known: the value in force and its contender while reports conflict. `about` is the project, site or company
# of the key; `changes` counts the fact's changes; `rules` names those by which its marks were made.
facts = sa.Table(
    "facts",
    metadata,
    sa.Column("fact", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("about", sa.Text, nullable=False),
    sa.Column("present", sa.Text),
    sa.Column("contender", sa.Text),
    sa.Column("contested_until", UtcTime, index=True),
    sa.Column("since", UtcTime),
    sa.Column("origins", sa.Integer, nullable=False),
    sa.Column("confidence", sa.Float, nullable=False),
    sa.Column("changes", sa.Integer, nullable=False),
    sa.Column("rules", sa.Text),
    sa.Index("ix_facts_about", "kind", "about"),
    sa.Index("ix_facts_listed", "about", "fact"),
)

# Where the walk over a fact's claims stands after the article of that place: see `alerts.walks`. All that was walked
# from the mark before is known since `known_from`; null where nothing is left of it.
marks = sa.Table(
    "marks",
    metadata,
    sa.Column("fact", sa.Text, primary_key=True),
    sa.Column("event_time", UtcTime, primary_key=True),
    sa.Column("first_seen", UtcTime, primary_key=True),
    sa.Column("article_id", sa.Text, primary_key=True),
    sa.Column("record", sa.Text, nullable=False),
    sa.Column("known_from", UtcTime),
    sa.Index("ix_marks_known", "fact", "event_time", "first_seen", "article_id", "known_from"),
)

_TOLD = sa.text("silence IS NULL")


def _told(name: str, *columns: str) -> sa.Index:
    """An index of the changes that were told, by those columns and newest last."""
    return sa.Index(name, *columns, "time", "position", sqlite_where=_TOLD, postgresql_where=_TOLD)


# Every move of a fact, `about` what the fact is about. `silence` says why nobody was told; null marks an alert.
changes = sa.Table(
    "changes",
    metadata,
    sa.Column("position", sa.Integer, sa.Identity(), primary_key=True),
    sa.Column("change_id", sa.Text, nullable=False, unique=True),
    sa.Column("fact", sa.Text, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("time", UtcTime, nullable=False),
    sa.Column("silence", sa.Text),
    sa.Column("record", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False, server_default=""),
    sa.Column("about", sa.Text, nullable=False, server_default=""),
    sa.UniqueConstraint("fact", "number"),
    _told("ix_changes_told"),
    _told("ix_changes_told_about", "about"),
    _told("ix_changes_told_kind", "kind"),
    sa.Index("ix_changes_time", "time", "position"),
    sa.Index("ix_changes_of", "fact", "time", "position"),
)

# One alert to one destination. `body` is frozen, so that every try sends the same.
deliveries = sa.Table(
    "deliveries",
    metadata,
    sa.Column("delivery_id", sa.Text, primary_key=True),
    sa.Column("change_id", sa.Text, sa.ForeignKey("changes.change_id"), nullable=False, index=True),
    sa.Column("fact", sa.Text, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("destination", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("published", UtcTime, nullable=False),
    sa.Column("created", UtcTime, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("next_at", UtcTime, nullable=False),
    sa.Column("first_try", UtcTime),
    sa.Column("lease_owner", sa.Text),
    sa.Column("lease_until", UtcTime),
    sa.Column("finished", UtcTime),
    sa.Column("reason", sa.Text),
    sa.Column("receipt", sa.Text),
    sa.Index("ix_deliveries_due", "destination", "state", "next_at"),
    sa.Index("ix_deliveries_order", "destination", "fact", "number"),
    sa.Index("ix_deliveries_created", "created", "delivery_id"),
    sa.Index("ix_deliveries_state", "state", "created", "delivery_id"),
)

# What a destination is to be told or shown besides: `update`, a message that it has with what is known by now;
# `notice`, a word to the operator. A row that is done with is deleted. `version` counts the bodies that took its place.
errands = sa.Table(
    "errands",
    metadata,
    sa.Column("errand_id", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("destination", sa.Text, nullable=False),
    sa.Column("delivery_id", sa.Text, sa.ForeignKey("deliveries.delivery_id", ondelete="CASCADE"), index=True),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("created", UtcTime, nullable=False),
    sa.Column("next_at", UtcTime, nullable=False),
    sa.Column("first_try", UtcTime),
    sa.Column("lease_owner", sa.Text),
    sa.Column("lease_until", UtcTime),
    sa.Index("ix_errands_due", "destination", "next_at"),
)

# Destinations that refused for good, until the operator resumes them.
pauses = sa.Table(
    "pauses",
    metadata,
    sa.Column("destination", sa.Text, primary_key=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("since", UtcTime, nullable=False),
)

# Heartbeats on their way: when each set out, was learned, and would have been delivered.
heartbeats = sa.Table(
    "heartbeats",
    metadata,
    sa.Column("sent", UtcTime, primary_key=True),
    sa.Column("learned", UtcTime, nullable=False),
    sa.Column("arrived", UtcTime),
)


# The sources of which the operator was told that they cannot be read, since when.
moods = sa.Table(
    "moods",
    metadata,
    sa.Column("source_id", sa.Text, primary_key=True),
    sa.Column("since", UtcTime, nullable=False),
)


def row_of(values: Sequence[Any]) -> sa.Tuple:
    """Columns, or values for them, as one row, to compare with another."""
    types = (UtcTime, UtcTime, sa.Text)
    return sa.tuple_(*values, types=types[: len(values)])


def insert(connection: sa.Connection, table: sa.Table) -> postgresql.Insert | sqlite.Insert:
    """An INSERT in the connection's dialect, which knows what to do with a row that is there already."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def insert_missing(connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert the rows whose primary key is not there yet, in the order given."""
    if rows:
        connection.execute(insert(connection, table).on_conflict_do_nothing(), [dict(row) for row in rows])


# The transaction that others join.
_TOGETHER: ContextVar[tuple[sa.Engine, sa.Connection] | None] = ContextVar("together", default=None)


@contextmanager
def transaction(engine: sa.Engine) -> Iterator[sa.Connection]:
    """One transaction: committed at the end, rolled back by an exception; within `together` a part of that one.

    Raises `Unavailable` when the database is away, or refuses whatever is asked of it: one that is read-only while
    another takes over, or lacks a right or a table, is waited for. Only an error that lies in the data is raised as
    it is.
    """
    joined = _TOGETHER.get()
    try:
        if joined and joined[0] is engine:
            yield joined[1]
        else:
            with engine.begin() as connection:
                yield connection
    except sa.exc.DBAPIError as error:
        if isinstance(error, sa.exc.DataError | sa.exc.IntegrityError) and not error.connection_invalidated:
            raise
        raise Unavailable("database", f"the ledger does not answer: {error.orig}") from error


@contextmanager
def together(engine: sa.Engine) -> Iterator[None]:
    """Makes one transaction of all that the caller, and whom it calls, does in transactions on that engine."""
    with transaction(engine) as connection:
        before = _TOGETHER.set((engine, connection))
        try:
            yield
        finally:
            _TOGETHER.reset(before)
