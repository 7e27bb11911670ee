"""Opening the databases that the settings name."""

from __future__ import annotations

from typing import Literal

import sqlalchemy as sa

from rasid import database
from rasid.settings import Settings
from streams.errors import Misconfigured, RasidError, Unavailable

Name = Literal["archive", "ledger"]
_PACKAGES: dict[Name, str] = {"archive": "connectors", "ledger": "alerts"}


def open_tables(settings: Settings, name: Name) -> sa.Engine:
    """That database with its tables at the newest version. Raises `Misconfigured` or `Unavailable`."""
    engine = database.open_engine(settings.database_url(name), name)
    try:
        database.migrate(engine, _PACKAGES[name], name)
    except RasidError:
        engine.dispose()
        raise
    return engine


def open_read_only(settings: Settings, name: Name) -> sa.Engine:
    """That database for looking only; where its tables are the newest, nothing is written, so any reader may open it.

    Where they are not, they are brought there first, if this role may. Raises `Misconfigured`, saying who must do it,
    or `Unavailable`.
    """
    url = settings.database_url(name)
    engine = database.open_engine(url, name, read_only=True)
    held, newest = _versions(engine, name)
    if held != newest:
        try:
            open_tables(settings, name).dispose()
        except RasidError as error:
            engine.dispose()
            raise _too_old(error, held, newest, name) from error
    return engine


def _versions(engine: sa.Engine, name: Name) -> tuple[str | None, str | None]:
    try:
        return database.versions(engine, _PACKAGES[name])
    except Unavailable:
        if engine.dialect.name == "sqlite":
            return None, ""  # no file yet, in a folder that is not there yet
        raise


def _too_old(error: RasidError, held: str | None, newest: str | None, name: Name) -> RasidError:
    """Who must act, when the tables are not what we read and we may not make them so."""
    if error.reason == database.NEWER or not newest or (isinstance(error, Unavailable) and held is None):
        return error
    there = f"has its tables in version {held}" if held else "has no tables that we may see"
    stage = {"archive": "rasid connect", "ledger": "rasid learn"}[name]
    return Misconfigured(
        "database",
        f"the {name} {there}, and this Rasid reads version {newest}: start `{stage}` of this version, as a role that"
        f" owns the tables, which brings them there ({error})",
    )
