"""Opening the two databases: the connectors' archive and the alerts' ledger, each SQLite or PostgreSQL.

On SQLite they are two files in WAL mode with `synchronous=FULL`, and every writing transaction begins IMMEDIATE: it
waits its turn at the start instead of failing in the middle. On PostgreSQL they are two schemas of one database, and
every commit is on the disk before it is answered, whatever the server's own setting says: what is committed here is
ticked off elsewhere, in Kafka's offsets and in the feeds' ETags, and would be lost for good with a commit that was not.
"""

from __future__ import annotations

import sqlite3
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.pool import StaticPool

from streams.errors import Misconfigured, Unavailable

BUSY_TIMEOUT_MS = 10_000
# PostgreSQL ends a writer that has stood still for so long within a transaction: a process that is frozen there would
# hold its locks for ever. Between two statements a transaction takes milliseconds; a stage that waits for a lock is
# given up by its watchdog after twice as long.
_FROZEN_MS = 60_000
# A connection whose other end is gone without a word (a cable, a firewall that forgot it) is given up after a minute.
# The kernel's own patience is hours, in which a stage would wait in the middle of a transaction. The URL may say
# otherwise.
_SEVERED = {
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,  # milliseconds: for what was sent and is not acknowledged
}
# The reason of the error about tables that only a newer Rasid knows.
NEWER = "database_version"
# Any constant will do: it only has to be the same in every process that migrates.
_MIGRATION_LOCK = 7_217_043


def open_engine(url: str, schema: str, *, read_only: bool = False) -> sa.Engine:
    """An engine for `url` (`sqlite:///path`, `sqlite://` in memory, `postgresql+psycopg://…`).

    `schema` is the PostgreSQL schema that unqualified table names mean. Connects to nothing yet. Raises
    `Misconfigured` for a URL that names no database we know.
    """
    try:
        parsed = sa.make_url(url)
        if parsed.get_backend_name() == "sqlite":
            return _sqlite(parsed, read_only=read_only)
        options = " ".join(f"-c{name}={value}" for name, value in _postgres(schema, read_only=read_only).items())
        severed = {name: value for name, value in _SEVERED.items() if name not in parsed.query}
        return sa.create_engine(
            parsed,
            pool_pre_ping=True,
            connect_args={"options": options, "connect_timeout": 10, **severed},
            # Who only looks is spared the two journeys that begin and end a transaction.
            **({"isolation_level": "AUTOCOMMIT"} if read_only else {}),
        )
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError, ValueError) as error:
        raise Misconfigured("database_url", f"not a database URL that Rasid can open: {error}") from error


def _postgres(schema: str, *, read_only: bool) -> dict[str, object]:
    if read_only:
        return {"search_path": schema, "default_transaction_read_only": "on"}
    return {
        "search_path": schema,
        "synchronous_commit": "on",
        "idle_in_transaction_session_timeout": _FROZEN_MS,
    }


def _sqlite(url: sa.URL, *, read_only: bool) -> sa.Engine:
    if url.database in (None, "", ":memory:"):
        engine = sa.create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    else:
        if not read_only:
            make_folder(Path(str(url.database)).parent)
        engine = sa.create_engine(url, connect_args={"check_same_thread": False})
    begin = "BEGIN" if read_only else "BEGIN IMMEDIATE"

    @sa.event.listens_for(engine, "connect")
    def configure(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin transactions behind our back
        connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        connection.execute("PRAGMA foreign_keys=ON")
        if read_only:
            connection.execute("PRAGMA query_only=ON")
        else:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")

    @sa.event.listens_for(engine, "begin")
    def start(connection: sa.Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def make_folder(folder: Path) -> Path:
    """The folder, made with those above it where missing, for its owner alone; it takes files.

    Raises `Misconfigured`. A file is tried, because rights alone do not tell of a disk that is mounted to be read.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Misconfigured("data_dir", f"the folder {folder} cannot be made: {error.strerror}") from error
    try:
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise Misconfigured("data_dir", f"the folder {folder} takes no files: {error.strerror}") from error
    return folder


def migrate(engine: sa.Engine, package: str, schema: str) -> None:
    """Bring the tables of `package` (which holds a `migrations` folder) to the newest version, in one transaction.

    Harmless when they are there already, and when several processes do it at once. Raises `Unavailable` when the
    database does not answer, `Misconfigured` when it cannot be used as it is.
    """
    config = _migrations(package)
    try:
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                _require_options(connection, schema)
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
                connection.execute(sa.schema.CreateSchema(schema, if_not_exists=True))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except (sa.exc.OperationalError, sa.exc.InternalError, sa.exc.InterfaceError) as error:
        # InternalError: a PostgreSQL that is read-only for the moment, as after a failover.
        raise Unavailable("database", f"the database {describe(engine)} does not answer: {error.orig}") from error
    except sa.exc.DBAPIError as error:
        raise Misconfigured("database", f"{describe(engine)} cannot be used: {error.orig}") from error
    except CommandError as error:
        message = f"{describe(engine)} was written by another, newer version of Rasid: start that one ({error})"
        raise Misconfigured(NEWER, message) from error


def _require_options(connection: sa.Connection, schema: str) -> None:
    """Refuse a way to PostgreSQL on which the options of a connection get lost, as behind a pooler that ignores them.

    Tables would be made and looked for in another schema, and a commit be answered before it is on the disk.
    """
    if connection.scalar(sa.text("SELECT current_setting('search_path')")) != schema:
        message = (
            f"{describe(connection.engine)} does not take our options: go to PostgreSQL itself, not through a pooler"
        )
        raise Misconfigured("database", message)


def server_settings(engine: sa.Engine) -> dict[str, str]:
    """The settings in force on this way to a PostgreSQL server. Raises `Unavailable` when it does not answer."""
    return dict(_ask(engine, "SELECT name, setting FROM pg_settings"))


def server_time(engine: sa.Engine) -> datetime:
    """What time it is for a PostgreSQL server. Raises `Unavailable` when it does not answer."""
    ((now,),) = _ask(engine, "SELECT clock_timestamp()")
    return cast(datetime, now)


def _ask(engine: sa.Engine, question: str) -> list[Any]:
    try:
        with engine.connect() as connection:
            return list(connection.execute(sa.text(question)))
    except sa.exc.DBAPIError as error:
        raise Unavailable("database", f"the database {describe(engine)} does not answer: {error.orig}") from error


def versions(engine: sa.Engine, package: str) -> tuple[str | None, str | None]:
    """The version of the tables that are there, None where there are none to see, and the newest one.

    Looks only. Raises `Unavailable` when the database does not answer.
    """
    newest = ScriptDirectory.from_config(_migrations(package)).get_current_head()
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision(), newest
    except sa.exc.ProgrammingError:  # this role may not even look
        return None, newest
    except sa.exc.DBAPIError as error:
        raise Unavailable("database", f"the database {describe(engine)} does not answer: {error.orig}") from error


def _migrations(package: str) -> Config:
    config = Config()
    config.set_main_option("script_location", f"{package}:migrations")
    return config


def describe(engine: sa.Engine) -> str:
    """Where the database is, without its password."""
    return engine.url.render_as_string(hide_password=True)
