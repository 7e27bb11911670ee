"""The ledger's version: the same as long as nobody writes, another one after every write of whomever."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from alerts.ledger import Ledger
from alerts.tables import pauses, together, transaction
from alerts.version import Version
from rasid.database import open_engine
from streams.errors import Unavailable
from tests.alerts.conftest import fresh

WRITE = sa.insert(pauses).values(reason="http_410", since=datetime(2026, 1, 1, tzinfo=UTC))


def pause(engine: sa.Engine, name: str) -> None:
    """Commits a row."""
    with transaction(engine) as connection:
        connection.execute(WRITE.values(destination=name))


def test_a_write_makes_another_version(ledger: Ledger) -> None:
    """One who may only look sees every commit by its version, and none where there was none."""
    reader = open_engine(ledger.engine.url.render_as_string(hide_password=False), "ledger", read_only=True)
    version = Version(reader)
    first = version.read()
    assert first is not None
    assert version.read() == first
    seen: set[str | None] = {first}
    for name in ("a", "b", "c"):
        pause(ledger.engine, name)
        seen.add(now := version.read())
        assert version.read() == now
    assert len(seen) == 4
    reader.dispose()


def test_a_database_that_cannot_tell_has_no_version(memory: Ledger) -> None:
    """In memory who asks is who writes, and would notice nothing."""
    assert Version(memory.engine).read() is None


def test_a_ledger_that_is_away_has_no_version_and_another_one_when_it_is_back(tmp_path: Path) -> None:
    """It raises as every look does; whoever asks anew afterwards takes no old number for a new one."""
    away = Version(open_engine("postgresql+psycopg://nobody@127.0.0.1:1/none", "ledger", read_only=True))
    with pytest.raises(Unavailable):
        away.read()
    file = tmp_path / "later" / "ledger.db"
    version = Version(open_engine(f"sqlite:///{file}", "ledger", read_only=True))
    with pytest.raises(Unavailable):
        version.read()
    fresh(f"sqlite:///{file}").dispose()
    assert version.read() == version.read() is not None


def test_what_is_done_together_is_one_transaction(ledger: Ledger) -> None:
    """Transactions within it begin none of their own; all is undone by an exception, and the next one stands alone."""
    begun: list[sa.Connection] = []
    sa.event.listen(ledger.engine, "begin", begun.append)

    def write() -> None:
        with together(ledger.engine):
            pause(ledger.engine, "a")
            assert [one.destination for one in ledger.pauses()] == ["a"]
            assert len(begun) == 1
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write()
    assert ledger.pauses() == ()
    assert len(begun) == 2
