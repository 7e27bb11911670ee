"""What is durable on the way from the archive to a receiver, and how it is put back as it was."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from alerts.outbox import LEASE
from alerts.tables import deliveries, metadata


class Durable(NamedTuple):
    """What survives a crash."""

    ledger: bytes
    rows: tuple[object, ...]
    marked: int
    articles: tuple[int, ...]
    readings: tuple[int, ...]
    offsets: tuple[int, int]
    requests: tuple[tuple[str, str], ...]
    clock: datetime

    def key(self) -> tuple[object, ...]:
        """Equal for states that have the same future."""
        return self[1:]


class Torn(Exception):
    """The machine dies within a transaction."""


@contextmanager
def dying(engine: sa.Engine) -> Iterator[None]:
    """Within it the machine dies at every commit."""

    def die(_connection: sa.Connection) -> None:
        raise Torn

    sa.event.listen(engine, "commit", die)
    try:
        yield
    finally:
        sa.event.remove(engine, "commit", die)


class World:
    """What is durable, while it is being worked on."""

    def __init__(self, engine: sa.Engine, state: Durable) -> None:
        self.engine = engine
        driver(engine).deserialize(state.ledger)
        self.marked, self.clock = state.marked, state.clock
        self.articles, self.readings = list(state.articles), list(state.readings)
        self.offsets, self.requests = list(state.offsets), list(state.requests)
        self.deliverers = 0
        self.touched = False
        self._saved = state.ledger, state.rows

    def durable(self) -> Durable:
        """What survives when the machine dies now."""
        if self.touched:
            self._saved = saved(self.engine)
            self.touched = False
        return Durable(
            *self._saved,
            marked=self.marked,
            articles=tuple(self.articles),
            readings=tuple(self.readings),
            offsets=(self.offsets[0], self.offsets[1]),
            requests=tuple(self.requests),
            clock=self.clock,
        )

    def pass_time(self) -> bool:
        """Wait until a lease that nobody holds any more is over; False when nothing is left to wait for."""
        with self.engine.begin() as connection:
            query = sa.select(deliveries.c.delivery_id).where(deliveries.c.state.not_in(("sent", "dead"))).limit(1)
            left = connection.scalar(query)
        self.clock += LEASE + timedelta(seconds=1)
        return left is not None


def beginning(engine: sa.Engine, clock: datetime) -> Durable:
    """Nothing published, nothing known."""
    return Durable(*saved(engine), marked=0, articles=(), readings=(), offsets=(0, 0), requests=(), clock=clock)


def saved(engine: sa.Engine) -> tuple[bytes, tuple[object, ...]]:
    """The ledger as it can be put back, and what stands in it."""
    with engine.begin() as connection:
        rows = tuple(
            tuple(map(tuple, connection.execute(sa.select(table).order_by(*table.primary_key))))
            for table in metadata.sorted_tables
        )
    return bytes(driver(engine).serialize()), rows


def driver(engine: sa.Engine) -> sqlite3.Connection:
    """The one connection of a ledger in memory."""
    raw = engine.raw_connection().driver_connection
    assert isinstance(raw, sqlite3.Connection)
    return raw
