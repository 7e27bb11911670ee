"""Opening the databases: durable, migrated once by whoever comes first, read-only where asked, clear when away."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from rasid.database import describe, migrate, open_engine
from streams.errors import Misconfigured, Unavailable
from tests.services import Postgres

_PACKAGES = [("connectors", "archive"), ("alerts", "ledger")]


@pytest.mark.parametrize(("package", "schema"), _PACKAGES)
def test_migrating_makes_the_tables_and_is_harmless_again(database_url: str, package: str, schema: str) -> None:
    """From an empty database to the newest version; a second time changes nothing."""
    engine = open_engine(database_url, schema)
    migrate(engine, package, schema)
    tables = set(sa.inspect(engine).get_table_names())
    assert len(tables) > 2
    migrate(engine, package, schema)
    assert set(sa.inspect(engine).get_table_names()) == tables
    engine.dispose()


def test_archive_and_ledger_share_a_postgresql(postgres_url: str) -> None:
    """In one PostgreSQL database each has a schema of its own."""
    for package, schema in _PACKAGES:
        engine = open_engine(postgres_url, schema)
        migrate(engine, package, schema)
        engine.dispose()
    engine = open_engine(postgres_url, "ledger")
    inspector = sa.inspect(engine)
    assert inspector.get_table_names(schema="ledger")
    assert inspector.get_table_names(schema="archive")
    assert not inspector.get_table_names(schema="public")
    engine.dispose()


def test_processes_that_migrate_at_once_do_not_disturb_each_other(database_url: str) -> None:
    """Learn, deliver and the page start together: each finds the tables or makes them."""
    code = (
        "import sys; from rasid.database import migrate, open_engine;"
        "migrate(open_engine(sys.argv[1], 'ledger'), 'alerts', 'ledger')"
    )
    racers = [subprocess.Popen([sys.executable, "-c", code, database_url]) for _ in range(4)]
    assert [racer.wait(60) for racer in racers] == [0, 0, 0, 0]


def test_who_is_frozen_in_a_transaction_holds_up_nobody(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL ends a writer that stands still in a transaction, and whoever waited for its locks goes on."""
    monkeypatch.setattr("rasid.database._FROZEN_MS", 300)
    engine = open_engine(postgres_url, "ledger")
    lock = sa.select(sa.func.pg_advisory_xact_lock(1))
    with engine.connect() as frozen:
        frozen.execute(lock)
        with engine.begin() as other:
            other.execute(sa.text("SET LOCAL lock_timeout = '60s'"))
            other.execute(lock)
        with pytest.raises(sa.exc.DBAPIError, match="idle-in-transaction"):
            frozen.execute(sa.select(1))
    engine.dispose()


@pytest.mark.parametrize("read_only", [False, True])
def test_a_severed_connection_is_given_up_within_a_minute(postgres_url: str, *, read_only: bool) -> None:
    """The kernel asks whether a silent server is still there, and waits no longer for an acknowledgement."""
    engine = open_engine(postgres_url, "ledger", read_only=read_only)
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        with socket.socket(fileno=os.dup(driver.fileno())) as wire:
            assert wire.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
            names = (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT)
            idle, interval, count = (wire.getsockopt(socket.IPPROTO_TCP, name) for name in names)
            unanswered = wire.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
    engine.dispose()
    assert idle + interval * count <= 60
    assert unanswered == 60_000


def test_postgresql_keeps_what_it_committed_when_it_is_killed(own_postgres: Postgres) -> None:
    """A server that is set to answer a commit before it is written does so to others, not to Rasid."""
    with own_postgres.database() as url:
        engine = open_engine(url, "public")
        with engine.begin() as connection:
            connection.execute(sa.text("CREATE TABLE kept (n integer)"))
        for n in range(200):
            with engine.begin() as connection:
                connection.execute(sa.text("INSERT INTO kept VALUES (:n)"), {"n": n})
        own_postgres.kill()
        own_postgres.start()
        with engine.connect() as connection:
            assert connection.scalar(sa.text("SELECT count(*) FROM kept")) == 200
        engine.dispose()


def test_sqlite_is_durable_and_waits_its_turn(tmp_path: Path) -> None:
    """WAL, full synchronisation, foreign keys, and a busy timeout: on every connection."""
    engine = open_engine(f"sqlite:///{tmp_path / 'deep' / 'x.db'}", "ledger")
    with engine.begin() as connection:
        values = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert values == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}
    engine.dispose()


def test_read_only_cannot_write(database_url: str) -> None:
    """The page's connection cannot change anything, whatever is asked of it."""
    engine = open_engine(database_url, "ledger")
    migrate(engine, "alerts", "ledger")
    engine.dispose()
    looking = open_engine(database_url, "ledger", read_only=True)
    with pytest.raises(sa.exc.DBAPIError, match=r"read.?only"), looking.begin() as connection:
        connection.execute(sa.text("DELETE FROM claims"))
    looking.dispose()


@pytest.mark.parametrize("url", ["nonsense", "mysql://x/y", "oracle://x", "sqlite+nothing:///x"])
def test_a_url_that_names_no_database_is_the_operators(url: str) -> None:
    """A URL that Rasid cannot open is a configuration mistake, told without a traceback."""
    with pytest.raises(Misconfigured, match="database URL"):
        open_engine(url, "ledger")


def test_a_database_that_is_away_is_said_without_its_password() -> None:
    """Nobody listens there: the error names the place and not the password."""
    engine = open_engine("postgresql+psycopg://u:canary@127.0.0.1:1/x", "ledger")
    with pytest.raises(Unavailable, match=r"127\.0\.0\.1:1") as raised:
        migrate(engine, "alerts", "ledger")
    assert "canary" not in str(raised.value)
    assert "canary" not in describe(engine)


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    """A data folder below a file: a clear error."""
    (tmp_path / "file").write_text("")
    with pytest.raises(Misconfigured, match="file"):
        open_engine(f"sqlite:///{tmp_path / 'file' / 'x.db'}", "ledger")


def test_a_way_that_loses_our_options_is_refused(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind a pooler that drops them tables would go astray: nothing is made, and the operator is told."""
    monkeypatch.setattr("rasid.database._postgres", lambda _schema, *, read_only: {})
    engine = open_engine(postgres_url, "ledger")
    with pytest.raises(Misconfigured, match="not through a pooler"):
        migrate(engine, "alerts", "ledger")
    assert not sa.inspect(engine).get_table_names("public")
    engine.dispose()
