"""The end of the heartbeat's way, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from alerts import metrics
from alerts.heartbeat import Pulse, arrive, newest, note
from alerts.ledger import Ledger
from alerts.tables import heartbeats, transaction
from streams.clock import utc_now

NOW = utc_now()
SECOND = timedelta(seconds=1)


def test_it_arrives_once_learned(ledger: Ledger) -> None:
    """One that was learned arrives once, noted twice or not; the newest that arrived is the one that counts."""
    engine = ledger.engine
    assert (arrive(engine, NOW), newest(engine)) == ((), None)
    for sent in (NOW - 60 * SECOND, NOW - 120 * SECOND, NOW - 60 * SECOND):
        note(engine, sent, NOW)
    assert newest(engine) is None
    assert arrive(engine, NOW) == (NOW - 120 * SECOND, NOW - 60 * SECOND)
    assert (arrive(engine, NOW), newest(engine)) == ((), NOW - 60 * SECOND)


def test_yesterdays_are_forgotten(ledger: Ledger) -> None:
    """A day later a heartbeat is gone, arrived or not."""
    note(ledger.engine, NOW, NOW)
    note(ledger.engine, NOW + timedelta(hours=1), NOW)
    note(ledger.engine, NOW + timedelta(hours=25), NOW + timedelta(hours=25))
    with transaction(ledger.engine) as connection:
        kept = connection.scalars(sa.select(heartbeats.c.sent).order_by(heartbeats.c.sent)).all()
    assert kept == [NOW + timedelta(hours=1), NOW + timedelta(hours=25)]


def test_nobody_sees_one(ledger: Ledger) -> None:
    """A heartbeat is no article, no fact and no change."""
    note(ledger.engine, NOW, NOW)
    assert (ledger.learned(), ledger.facts(), ledger.changes(silent=True)) == (set(), (), ())


async def test_the_age_is_told(disk: Ledger) -> None:
    """Ready while the newest is not older than three intervals; then the problem says how old; the metric always."""
    pulse = Pulse(disk.engine, 60, receives=True)
    pulse._feel()
    assert await pulse.problems() == []
    found: list[str] = []
    for age, problems in ((170, 0), (190, 1)):
        with transaction(disk.engine) as connection:
            connection.execute(sa.delete(heartbeats))
        note(disk.engine, utc_now() - age * SECOND, utc_now())
        pulse._feel()
        found = await pulse.problems()
        assert len(found) == problems
        assert metrics.HEARTBEAT_AGE._value.get() == pytest.approx(age, abs=5)
    assert "no heartbeat has come the whole way for 19" in found[0]


async def test_only_deliver_receives(disk: Ledger) -> None:
    """Who only looks ticks nothing off."""
    note(disk.engine, utc_now(), utc_now())
    Pulse(disk.engine, 60, receives=False)._feel()
    assert newest(disk.engine) is None
    Pulse(disk.engine, 60, receives=True)._feel()
    assert newest(disk.engine) is not None
