"""Opening the databases that the settings name."""

from __future__ import annotations

from typing import Literal

import sqlalchemy as sa

from rasid import database
from rasid.settings import Settings

Name = Literal["archive", "ledger"]
_PACKAGES: dict[Name, str] = {"archive": "connectors", "ledger": "alerts"}


def open_tables(settings: Settings, name: Name) -> sa.Engine:
    """That database with its tables at the newest version. Raises `Misconfigured` or `Unavailable`."""
    engine = database.open_engine(settings.database_url(name), name)
    database.migrate(engine, _PACKAGES[name], name)
    return engine


def open_read_only(settings: Settings, name: Name) -> sa.Engine:
    """That database for looking only, with its tables there. Raises `Misconfigured` or `Unavailable`."""
    open_tables(settings, name).dispose()
    return database.open_engine(settings.database_url(name), name, read_only=True)
