"""Errands on both databases: leased, replaced by newer ones, gone when done."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from alerts.backoff import Settled
from alerts.errands import Errand, Errands, notice, put_update
from alerts.ledger import Ledger
from alerts.outbox import LEASE, Outbox
from alerts.tables import deliveries, errands, transaction
from streams.clock import utc_now
from tests.alerts.stage import CONSOLE, tell

SENT = Settled(state="sent", receipt="C0/1.0")


def put(ledger: Ledger, body: str, now: datetime) -> None:
    with transaction(ledger.engine) as connection:
        put_update(connection, connection.execute(sa.select(deliveries)).one(), body, now)


def left(ledger: Ledger) -> int:
    with transaction(ledger.engine) as connection:
        return len(connection.execute(sa.select(errands)).all())


def taken(found: Errand | None) -> Errand:
    assert found is not None
    return found


def send(ledger: Ledger, now: datetime, settled: Settled = SENT) -> None:
    outbox = Outbox(ledger.engine, "me")
    due = outbox.take("console", now)
    assert due is not None
    assert outbox.finish(due, settled, now)


def test_an_update_waits_for_its_alert(ledger: Ledger) -> None:
    """A message is brought up to date only once it was sent; then once, with the newest body and the receipt."""
    tell(ledger, (CONSOLE,), 500)
    mine, now = Errands(ledger.engine, "me"), utc_now()
    put(ledger, "two", now)
    assert mine.take("console", now) is None
    put(ledger, "three", now)
    send(ledger, now)

    errand = taken(mine.take("console", now))
    assert (errand.kind, errand.body, errand.receipt, errand.attempts) == ("update", "three", "C0/1.0", 1)
    assert mine.finish(errand, SENT, now)
    assert left(ledger) == 0


def test_a_newer_update_is_not_lost(ledger: Ledger) -> None:
    """What was replaced while it was on its way is not done with: the newer body goes out too."""
    tell(ledger, (CONSOLE,), 500)
    mine, now = Errands(ledger.engine, "me"), utc_now()
    send(ledger, now)
    put(ledger, "two", now)
    errand = taken(mine.take("console", now))
    put(ledger, "three", now)

    assert mine.take("console", now) is None
    assert mine.finish(errand, SENT, now)
    assert taken(mine.take("console", now)).body == "three"


def test_an_errand_is_leased(ledger: Ledger) -> None:
    """Two deliverers do not run one errand; a lease that ran out frees it, and who lost it cannot end it."""
    tell(ledger, (CONSOLE,), 500)
    mine, other, now = Errands(ledger.engine, "me"), Errands(ledger.engine, "other"), utc_now()
    send(ledger, now)
    put(ledger, "two", now)
    errand = taken(mine.take("console", now))

    assert other.take("console", now) is None
    assert mine.take("elsewhere", now) is None
    again = taken(other.take("console", now + LEASE))
    assert again.attempts == 2
    assert not mine.finish(errand, SENT, now)
    assert other.finish(again, Settled(state="pending", next_at=now + timedelta(hours=1)), now)
    assert other.take("console", now) is None
    assert other.take("console", now + timedelta(hours=1)) is not None


def test_a_dead_alert_has_nothing_to_bring_up_to_date(ledger: Ledger) -> None:
    """An alert that is given up takes its update with it."""
    tell(ledger, (CONSOLE,), 500)
    now = utc_now()
    put(ledger, "two", now)
    send(ledger, now, Settled(state="dead", reason="rejected"))

    assert left(ledger) == 0


def test_a_pause_and_its_notices_are_one(ledger: Ledger) -> None:
    """The operator is told of a pause once, however often it is written; the paused destination itself gets nothing."""
    outbox, mine, now = Outbox(ledger.engine, "me"), Errands(ledger.engine, "me"), utc_now()
    later = now + timedelta(seconds=1)
    assert outbox.pause("program", "gone", now, [notice("console", "program", "paused", now)])
    assert not outbox.pause("program", "gone", later, [notice("console", "program", "paused", later)])
    outbox.pause("console", "gone", now)

    assert mine.take("console", now) is None
    outbox.resume("console")
    errand = taken(mine.take("console", now))
    assert (errand.kind, errand.body, errand.receipt) == ("notice", "paused", None)
    assert left(ledger) == 1
