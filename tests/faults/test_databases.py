"""The databases end, or their disk is full: nothing is committed past them, and what was under way is done again."""

from __future__ import annotations

import os
from collections.abc import Callable

import psycopg
import pytest

from streams.topics import Kafka
from tests import services
from tests.faults.conftest import Note, Tell
from tests.faults.disks import small_disk
from tests.faults.plant import Place
from tests.faults.story import Story, start_all
from tests.services import Postgres

pytestmark = pytest.mark.faults

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to mount a small disk")


@pytest.mark.parametrize("how", ["stopped", "killed"])
def test_postgres_ends_and_comes_back(kafka: Kafka, own_postgres: Postgres, tell: Tell, note: Note, how: str) -> None:
    """Three times amid the work PostgreSQL ends, in order or by kill -9, and is away for ten seconds."""
    with own_postgres.database() as url, tell(Place.of(kafka, url)) as story:
        end = own_postgres.stop if how == "stopped" else own_postgres.kill
        fell = _start_and_strike(story, lambda: story.struck(end, own_postgres.start, seconds=10))
        verdict = story.finish()
    note(fell, verdict)
    assert verdict.clean, verdict


@needs_root
def test_postgres_disk_full(kafka: Kafka, own_postgres: Postgres, tell: Tell, note: Note) -> None:
    """Amid the work the disk under PostgreSQL's tables is full, for ten seconds, and then has room again."""
    with small_disk(64) as disk:
        tables = disk.path / "tables"
        tables.mkdir(mode=0o777)
        tables.chmod(0o777)
        services.own(tables)
        with psycopg.connect(own_postgres.address, autocommit=True) as connection:
            connection.execute(f"CREATE TABLESPACE small LOCATION '{tables}'".encode())
        with own_postgres.database("small") as url, tell(Place.of(kafka, url)) as story:
            fell = _start_and_strike(story, lambda: story.struck(disk.fill, disk.free, seconds=10))
            verdict = story.finish()
            refused = "No space left" in story.plant.logs(4000)
    note(fell if refused else 0, verdict)
    assert verdict.clean, verdict


@needs_root
def test_sqlite_disk_full(kafka: Kafka, tell: Tell, note: Note) -> None:
    """Amid the work the disk under archive and ledger (SQLite) is full for ten seconds, and then has room again."""
    with small_disk(48) as disk:
        place = Place(
            kafka=kafka, archive_url=f"sqlite:///{disk.path}/archive.db", ledger_url=f"sqlite:///{disk.path}/ledger.db"
        )
        with tell(place) as story:
            fell = _start_and_strike(story, lambda: story.struck(disk.fill, disk.free, seconds=10))
            verdict = story.finish()
            refused = "disk is full" in story.plant.logs(4000)
    note(fell if refused else 0, verdict)
    assert verdict.clean, verdict


def _start_and_strike(story: Story, strike: Callable[[], bool]) -> int:
    start_all(story)
    story.wave(40, 10)
    return sum(strike() for _ in range(3))
