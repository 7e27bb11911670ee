"""What the ledger forgets, and what it never does."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from alerts import retention
from alerts.backoff import Settled
from alerts.destinations import Destination
from alerts.ledger import Ledger
from alerts.lesson import learn
from alerts.outbox import Outbox
from alerts.retention import forget
from alerts.tables import errands
from tests.alerts.build import POLICY, START, TOTAL, figure, reading

TO = (Destination(id="console", kind="console"), Destination(id="desk", kind="console"))
KEEP = timedelta(days=30)
SENT = START + timedelta(days=20)
LATER = SENT + KEEP + timedelta(seconds=1)


@pytest.fixture
def told(ledger: Ledger) -> Ledger:
    """Six changes of one fact to two destinations: to one all were sent, to the other nothing was tried yet."""
    for number in range(6):
        learn(ledger, reading(f"a{number}", number, figure(TOTAL, 500 + number)), POLICY, TO, START)
    outbox = Outbox(ledger.engine, "test")
    for number in range(6):
        due = outbox.take("console", SENT)
        assert due is not None
        receipt = None if number == 0 else f"C1/{number}"
        dead = number == 4
        outcome = Settled(
            state="dead" if dead else "sent", next_at=None, reason=None, receipt=None if dead else receipt
        )
        assert outbox.finish(due, outcome, SENT)
    return ledger


def left(ledger: Ledger) -> list[tuple[str, int]]:
    numbers = {change.change_id: change.number for change in ledger.changes(99)}
    return sorted((one.destination, numbers[one.change_id]) for one in ledger.deliveries(99))


def test_finished_deliveries_are_forgotten(told: Ledger) -> None:
    """After the set time what was sent or died is gone, but where the thread begins and the last; what is due stays."""
    before = told.facts(), told.claims(TOTAL), told.changes(99)

    assert forget(told, KEEP, SENT + KEEP) == 0
    assert forget(told, KEEP, LATER) == 4
    assert left(told) == [("console", 2), ("console", 6), *(("desk", number) for number in range(1, 7))]
    assert forget(told, KEEP, LATER) == 0
    assert (told.facts(), told.claims(TOTAL), told.changes(99)) == before


def test_a_few_at_a_time(told: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """One call deletes no more than a batch, the oldest first, so that no writer waits long."""
    monkeypatch.setattr(retention, "BATCH", 3)

    assert [forget(told, KEEP, LATER) for _ in range(3)] == [3, 1, 0]


def test_what_hangs_on_a_delivery_goes_with_it(told: Ledger) -> None:
    """An update that waits for a forgotten delivery does not keep it."""
    first = next(one for one in told.deliveries(99, destination="console") if one.receipt == "C1/2")
    with told.engine.begin() as connection:
        row = {"errand_id": "e", "kind": "update", "destination": "console", "body": "{}", "version": 1, "attempts": 0}
        times = {"created": SENT, "next_at": SENT}
        connection.execute(sa.insert(errands).values(row | times | {"delivery_id": first.delivery_id}))

    assert forget(told, KEEP, LATER) == 4
    with told.engine.begin() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(errands)) == 0
