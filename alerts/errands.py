"""What a destination is told besides its alerts: messages that it has are brought up to date, its operator is warned.

Neither needs the care of an alert. An update shows what is known by now, so that doing it twice is doing it once and a
newer one takes an older one's place; a notice may come twice. Hence an errand is a row that is deleted when it is done.
An update waits until its alert was sent, for there is nothing to bring up to date before.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

import msgspec
import sqlalchemy as sa

from alerts.backoff import LONGEST, Settled, Tried
from alerts.keys import digest
from alerts.outbox import LEASE, TIMEOUT
from alerts.tables import deliveries, errands, insert, pauses, transaction

Kind = Literal["update", "notice"]


class Errand(msgspec.Struct, frozen=True, kw_only=True):
    """An errand that is ours to try now. `receipt` is that of the message to bring up to date; a notice has none."""

    errand_id: str
    kind: Kind
    destination: str
    body: str
    version: int
    attempts: int
    created: datetime
    first_try: datetime
    receipt: str | None
    sendable_until: float

    def tried(self) -> Tried:
        """What settles it after the try."""
        return Tried(self.errand_id, self.attempts, self.first_try)


def notice(destination: str, about: str, body: str, now: datetime) -> dict[str, Any]:
    """The row of a word to the operator, about what began at `now`."""
    return {
        "errand_id": digest("notice", about, destination, now.isoformat()),
        "kind": "notice",
        "destination": destination,
        "delivery_id": None,
        "body": body,
        "version": 1,
        "attempts": 0,
        "created": now,
        "next_at": now,
    }


def put_update(connection: sa.Connection, delivery: sa.Row[Any], body: str, now: datetime) -> None:
    """Have a delivery's message show `body`, in place of any earlier update that was not shown yet."""
    row = {
        "errand_id": digest("update", delivery.delivery_id),
        "kind": "update",
        "destination": delivery.destination,
        "delivery_id": delivery.delivery_id,
        "body": body,
        "version": 1,
        "attempts": 0,
        "created": now,
        "next_at": now,
    }
    newer: Mapping[str, Any] = {"body": body, "version": errands.c.version + 1, "attempts": 0, "next_at": now}
    statement = insert(connection, errands).values(row)
    connection.execute(statement.on_conflict_do_update(index_elements=["errand_id"], set_=newer))


class Errands:
    """The errands to run, on the ledger's engine. Every method raises `Unavailable` when it is away."""

    def __init__(self, engine: sa.Engine, owner: str) -> None:
        self._engine = engine
        self._owner = owner

    def take(self, destination: str, now: datetime) -> Errand | None:
        """Lease the next errand to a destination; None when there is none or it is paused."""
        sendable_until = time.monotonic() + LEASE.total_seconds() - TIMEOUT
        with transaction(self._engine) as connection:
            row = connection.execute(_due(destination, now)).first()
            if row is None:
                return None
            first_try = row.first_try or now
            lease = {
                "attempts": row.attempts + 1,
                "first_try": first_try,
                "lease_owner": self._owner,
                "lease_until": now + LEASE,
            }
            mine = errands.c.errand_id == row.errand_id
            connection.execute(sa.update(errands).where(mine).values(lease))
            return Errand(
                errand_id=row.errand_id,
                kind=row.kind,
                destination=row.destination,
                body=row.body,
                version=row.version,
                attempts=row.attempts + 1,
                created=row.created,
                first_try=first_try,
                receipt=row.receipt,
                sendable_until=sendable_until,
            )

    def finish(self, errand: Errand, settled: Settled, now: datetime) -> bool:
        """Delete an errand that is done with, unless it was replaced meanwhile; leave any other for its time.

        False when the lease had run out and somebody else took it over.
        """
        ours = (errands.c.errand_id == errand.errand_id) & (errands.c.lease_owner == self._owner)
        same = ours & (errands.c.version == errand.version)
        free = {"lease_owner": None, "lease_until": None}
        again = {"next_at": settled.next_at or now, "attempts": errand.attempts - (0 if settled.counted else 1)}
        with transaction(self._engine) as connection:
            replaced = sa.update(errands).where(ours, errands.c.version != errand.version).values(free)
            if settled.state in ("sent", "dead"):
                written = connection.execute(sa.delete(errands).where(same))
            else:
                written = connection.execute(sa.update(errands).where(same).values(again | free))
            return written.rowcount + connection.execute(replaced).rowcount == 1


def _due(destination: str, now: datetime) -> sa.Select[tuple[object, ...]]:
    paused = sa.exists().where(pauses.c.destination == destination)
    next_at, lease_until = errands.c.next_at, errands.c.lease_until
    free = lease_until.is_(None) | (lease_until <= now) | (lease_until > now + 2 * LEASE)
    waited = (next_at <= now) | (next_at > now + LONGEST)
    shown = (errands.c.delivery_id.is_(None)) | (deliveries.c.state == "sent")
    query = sa.select(errands, deliveries.c.receipt).join_from(errands, deliveries, isouter=True)
    query = query.where(errands.c.destination == destination, free, waited, shown, ~paused)
    return query.order_by(errands.c.next_at).limit(1).with_for_update(skip_locked=True, of=errands)
