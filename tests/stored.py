"""Databases of earlier versions, as dumps of SQL: put back as they were written."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import psycopg
import sqlalchemy as sa

ROOT = Path(__file__).parents[1]


def versions(folder: Path) -> list[str]:
    """The schema versions of which there is a dump in `folder`, the oldest first."""
    return sorted(path.stem.rpartition("-")[2] for path in folder.glob("sqlite-*.sql"))


def restore(engine: sa.Engine, folder: Path, version: str) -> None:
    """Fill the empty database of `engine` with that version's dump for its kind."""
    dump = (folder / f"{engine.dialect.name}-{version}.sql").read_text(encoding="utf-8")
    if engine.dialect.name == "sqlite":
        with sqlite3.connect(str(engine.url.database)) as connection:
            connection.executescript(dump)
    else:
        address = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(address, autocommit=True) as server:
            server.execute(dump.encode())


def earlier(package: str) -> list[str]:
    """Every schema version that the migrations of `package` make but the newest, of which a dump must be stored."""
    return sorted(path.name[:4] for path in (ROOT / package / "migrations" / "versions").glob("0*.py"))[:-1]
