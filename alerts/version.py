"""Which state of the ledger one looks at, told without reading it: as long as nobody has written, it is the same.

Strategy: ask the database what it keeps anyway. SQLite counts, for each connection, the commits of all others that it
has noticed (`PRAGMA data_version`), so one connection is kept for asking. PostgreSQL names the transactions that a
statement sees (`pg_current_snapshot`); together with the start of the server that says so, because one that takes over
counts on from where it was.

One rule: in doubt there is no version. Two equal versions are the same ledger, always; the same ledger may well have
two.
"""

from __future__ import annotations

import sqlite3
from itertools import count
from threading import Lock

import sqlalchemy as sa
from sqlalchemy.pool import StaticPool

from alerts.tables import transaction
from streams.errors import Unavailable

# A standby does not tell which transactions it sees.
_SNAPSHOT = sa.text(
    "SELECT pg_postmaster_start_time()::text, pg_current_snapshot()::text WHERE NOT pg_is_in_recovery()"
)


class Version:
    """The version of the ledger on `engine`. Its method waits for the database: call it in a thread."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._lock = Lock()
        self._numbers = count()
        self._asking: tuple[int, sqlite3.Connection] | None = None

    def read(self) -> str | None:
        """The version now; None where the database cannot tell. What is read afterwards is of that version or newer.

        Raises `Unavailable` when the database does not answer.
        """
        if self._engine.dialect.name == "postgresql":
            return self._snapshot()
        if isinstance(self._engine.pool, StaticPool):  # the connection that asks is the one that writes
            return None
        with self._lock:
            return self._counted()

    def _snapshot(self) -> str | None:
        with transaction(self._engine) as connection:
            seen = connection.execute(_SNAPSHOT).one_or_none()
        return " ".join(seen) if seen else None

    def _counted(self) -> str:
        """The number of the connection that is asked, since another one counts otherwise, and what it counted."""
        try:
            number, connection = self._asking = self._asking or (next(self._numbers), self._connect())
            (commits,) = connection.execute("PRAGMA data_version").fetchone()
        except (sqlite3.Error, sa.exc.DBAPIError) as error:
            self._asking = None
            raise Unavailable("database", f"the ledger does not answer: {error}") from error
        return f"{number} {commits}"

    def _connect(self) -> sqlite3.Connection:
        raw = self._engine.raw_connection()
        connection = raw.driver_connection
        raw.detach()
        if not isinstance(connection, sqlite3.Connection):
            raise TypeError(f"no connection of SQLite: {connection!r}")
        return connection
