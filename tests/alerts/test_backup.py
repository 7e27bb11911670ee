"""A ledger that is put back from a backup, as docs/operating.md says: it comes to know what it knew."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from alerts.destinations import Destination
from alerts.ledger import Ledger
from alerts.lesson import learn
from rasid.database import migrate, open_engine
from streams.records import Reading
from tests.alerts.build import NOW, POLICY, STAKE, TOTAL, figure, partner, reading
from tests.services import Postgres

TO = (Destination(id="desk", kind="console"),)
STORY = (
    reading("a", 0, figure(TOTAL, 500)),
    reading("b", 1, figure(STAKE, (15, 25), status="negotiating"), partner("cisco@stargate")),
    reading("c", 2, figure(TOTAL, 600)),
    reading("b", 1, figure(STAKE, 30, status="completed"), revision=2),
    reading("d", 3, figure(TOTAL, 700), partner("arm@stargate")),
)


@pytest.fixture
def another(database_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """An empty database of the same kind."""
    if database_url.startswith("sqlite"):
        yield f"sqlite:///{tmp_path / 'restored.db'}"
    else:
        server: Postgres = request.getfixturevalue("postgres")
        with server.database() as url:
            yield url


def copy(source: sa.URL, target: sa.URL) -> None:
    """Back the ledger up while it is in use, and put the copy back elsewhere, with the databases' own programs."""
    if source.get_backend_name() == "sqlite":
        with (
            closing(sqlite3.connect(str(source.database))) as old,
            closing(sqlite3.connect(str(target.database))) as new,
        ):
            old.backup(new)
    else:
        addresses = [url.set(drivername="postgresql").render_as_string(hide_password=False) for url in (source, target)]
        dump, restore = shutil.which("pg_dump"), shutil.which("psql")
        assert dump
        assert restore
        written = subprocess.run([dump, "--schema=ledger", addresses[0]], check=True, capture_output=True).stdout
        subprocess.run([restore, "-q", "-v", "ON_ERROR_STOP=1", addresses[1]], check=True, input=written)


def take(ledger: Ledger, *readings: Reading) -> None:
    """Learn them, for the desk."""
    for one in readings:
        learn(ledger, one, POLICY, TO, NOW)


@pytest.mark.parametrize("backed_up", range(len(STORY)))
def test_a_restored_ledger_comes_to_the_same(database_url: str, another: str, backed_up: int) -> None:
    """Backed up after so many articles; all are sent again: facts, changes and deliveries are those that were lost."""
    engine, restored = open_engine(database_url, "ledger"), open_engine(another, "ledger")
    migrate(engine, "alerts", "ledger")
    ledger = Ledger(engine)
    take(ledger, *STORY[:backed_up])
    copy(engine.url, restored.url)
    take(ledger, *STORY[backed_up:])

    again = Ledger(restored)
    take(again, *STORY)

    assert again.facts() == ledger.facts()
    assert again.changes(99, silent=True) == ledger.changes(99, silent=True)
    sent, repeated = (sorted(one.delivery_id for one in each.deliveries(99)) for each in (ledger, again))
    assert repeated == sent
    assert len(sent) == 6
    engine.dispose()
    restored.dispose()
