"""A ledger on each database, in a file, and a quick one in memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from alerts.ledger import Ledger
from alerts.tables import metadata
from rasid.database import migrate, open_engine


def fresh(url: str) -> sa.Engine:
    """An engine on a migrated ledger."""
    engine = open_engine(url, "ledger")
    migrate(engine, "alerts", "ledger")
    return engine


@pytest.fixture
def ledger(database_url: str) -> Iterator[Ledger]:
    """An empty ledger on SQLite and on PostgreSQL in turn: for what must hold on both."""
    engine = fresh(database_url)
    yield Ledger(engine)
    engine.dispose()


@pytest.fixture
def memory() -> Iterator[Ledger]:
    """An empty ledger in memory."""
    engine = fresh("sqlite://")
    yield Ledger(engine)
    engine.dispose()


@pytest.fixture(scope="session")
def _shared() -> Iterator[Ledger]:
    engine = fresh("sqlite://")
    yield Ledger(engine)
    engine.dispose()


@pytest.fixture
def blank(_shared: Ledger) -> Ledger:
    """The one ledger in memory of all tests that need many, emptied: making one costs more than most tests."""
    return emptied(_shared)


def emptied(ledger: Ledger) -> Ledger:
    """The ledger without its rows."""
    with ledger.engine.begin() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(sa.delete(table))
    return ledger


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Ledger]:
    """An empty ledger in a file: for what several threads use at once."""
    engine = fresh(f"sqlite:///{tmp_path / 'ledger.db'}")
    yield Ledger(engine)
    engine.dispose()
