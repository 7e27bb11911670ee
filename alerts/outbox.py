"""The deliveries that are due, and what became of them: pending → sending → sent, unknown or dead.

A try begins with a lease, written before anything is sent: whoever finds one that ran out knows only that the alert may
have been sent, so it is `unknown`. What is due goes out in the order of the changes, which within an article is that of
its text. An alert waits for the earlier ones of its fact to that destination, but not for dead ones. Ten tries of one
alert never hold up another fact.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta

import msgspec
import sqlalchemy as sa

from alerts.backoff import Settled
from alerts.tables import changes, deliveries, insert_missing, pauses, transaction

# How long a try is ours, and the longest that a request takes.
LEASE = timedelta(seconds=90)
TIMEOUT = 15.0

_OPEN = ("pending", "sending", "unknown")


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery that is ours to try now, by the monotonic clock until `sendable_until`.

    `uncertain`: an earlier try may have reached the receiver.
    """

    delivery_id: str
    change_id: str
    fact: str
    destination: str
    body: str
    attempts: int
    uncertain: bool
    first_try: datetime
    published: datetime
    sendable_until: float


class Outbox:
    """The write side of deliveries, on the ledger's engine. Every method raises `Unavailable` when it is away."""

    def __init__(self, engine: sa.Engine, owner: str) -> None:
        self._engine = engine
        self._owner = owner

    def take(self, destination: str, now: datetime) -> Due | None:
        """Lease the next delivery that is due to a destination; None when there is none or it is paused."""
        sendable_until = time.monotonic() + LEASE.total_seconds() - TIMEOUT
        with transaction(self._engine) as connection:
            paused = sa.select(pauses.c.destination).where(pauses.c.destination == destination)
            if connection.execute(paused).first():
                return None
            row = connection.execute(_due(destination, now)).first()
            if row is None:
                return None
            first_try = row.first_try or now
            lease = {
                "state": "sending",
                "attempts": row.attempts + 1,
                "first_try": first_try,
                "lease_owner": self._owner,
                "lease_until": now + LEASE,
            }
            mine = deliveries.c.delivery_id == row.delivery_id
            connection.execute(sa.update(deliveries).where(mine).values(lease))
            return Due(
                delivery_id=row.delivery_id,
                change_id=row.change_id,
                fact=row.fact,
                destination=row.destination,
                body=row.body,
                attempts=row.attempts + 1,
                uncertain=row.state != "pending",
                first_try=first_try,
                published=row.published,
                sendable_until=sendable_until,
            )

    def finish(self, due: Due, settled: Settled, now: datetime) -> bool:
        """Write what became of a try; False when the lease had run out and somebody else took the delivery over."""
        values = {
            "state": settled.state,
            "next_at": settled.next_at or now,
            "finished": now if settled.state in ("sent", "dead") else None,
            "reason": settled.reason,
            "receipt": settled.receipt,
            "lease_owner": None,
            "lease_until": None,
        }
        ours = (
            (deliveries.c.delivery_id == due.delivery_id)
            & (deliveries.c.lease_owner == self._owner)
            & (deliveries.c.attempts == due.attempts)
        )
        with transaction(self._engine) as connection:
            return connection.execute(sa.update(deliveries).where(ours).values(values)).rowcount == 1

    def redeliver(self, delivery_id: str, now: datetime) -> bool:
        """Make a finished delivery due again, with the same id and body; False when there is no such finished one."""
        values = {"state": "pending", "attempts": 0, "next_at": now, "finished": None, "first_try": None}
        mine = (deliveries.c.delivery_id == delivery_id) & deliveries.c.state.in_(("sent", "dead"))
        with transaction(self._engine) as connection:
            return connection.execute(sa.update(deliveries).where(mine).values(values)).rowcount == 1

    def pause(self, destination: str, reason: str, now: datetime) -> None:
        """Leave a destination alone from now on."""
        row = {"destination": destination, "reason": reason, "since": now}
        with transaction(self._engine) as connection:
            insert_missing(connection, pauses, [row])

    def resume(self) -> None:
        """Send again to every destination that is paused."""
        with transaction(self._engine) as connection:
            connection.execute(sa.delete(pauses))

    def oldest(self) -> datetime | None:
        """When the oldest delivery that is not finished was made."""
        with transaction(self._engine) as connection:
            query = sa.select(deliveries.c.created).where(deliveries.c.state.in_(_OPEN))
            return connection.scalar(query.order_by(deliveries.c.created).limit(1))


def _due(destination: str, now: datetime) -> sa.Select[tuple[object, ...]]:
    earlier = deliveries.alias("earlier")
    waits = sa.exists().where(
        earlier.c.destination == deliveries.c.destination,
        earlier.c.fact == deliveries.c.fact,
        earlier.c.number < deliveries.c.number,
        earlier.c.state.in_(_OPEN),
    )
    ready = sa.or_(
        deliveries.c.state.in_(("pending", "unknown")) & (deliveries.c.next_at <= now),
        (deliveries.c.state == "sending") & (deliveries.c.lease_until <= now),
    )
    query = sa.select(deliveries).join(changes).where(deliveries.c.destination == destination, ready, ~waits)
    query = query.order_by(changes.c.position).limit(1)
    return query.with_for_update(skip_locked=True, of=deliveries)
