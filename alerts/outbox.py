"""The deliveries that are due, and what became of them: pending → sending → sent, unknown or dead.

A try begins with a lease, written before anything is sent: whoever finds one that ran out knows only that the alert may
have been sent, so it is `unknown`. What is due goes out in the order of the changes, which within an article is that of
its text. An alert waits for the earlier ones of its fact to that destination, but not for dead ones. Ten tries of one
alert never hold up another fact.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa

from alerts.backoff import LONGEST, Settled, Tried
from alerts.tables import changes, deliveries, errands, insert, insert_missing, pauses, transaction

# How long a try is ours, and the longest that a request takes.
LEASE = timedelta(seconds=90)
TIMEOUT = 15.0

# Why the operator's own wish gave an alert up.
DROPPED = "dropped"

_WAITING = ("pending", "unknown")
_OPEN = (*_WAITING, "sending")
_FINISHED = ("sent", "dead")


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery that is ours to try now, by the monotonic clock until `sendable_until`.

    `uncertain`: an earlier try may have reached the receiver. `thread` is the receipt of the fact's first alert to that
    destination, where there is an earlier one. `planned` is when this try would have been due, had it not been taken
    ahead of its time.
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
    thread: str | None = None
    planned: datetime | None = None

    def tried(self) -> Tried:
        """What settles it after the try."""
        return Tried(self.delivery_id, self.attempts, self.first_try, self.planned, self.uncertain)


class Outbox:
    """The write side of deliveries, on the ledger's engine. Every method raises `Unavailable` when it is away."""

    def __init__(self, engine: sa.Engine, owner: str) -> None:
        self._engine = engine
        self._owner = owner

    def take(self, destination: str, now: datetime) -> Due | None:
        """Lease the next delivery that is due to a destination; None when there is none or it is paused."""
        return self._take(destination, now, _ready(now))

    def take_ahead(self, destination: str, now: datetime, skip: Collection[str] = ()) -> Due | None:
        """Lease the next delivery that waits for its time, but for those of the ids in `skip`."""
        waiting = deliveries.c.state.in_(_WAITING) & deliveries.c.delivery_id.not_in(skip)
        return self._take(destination, now, waiting)

    def _take(self, destination: str, now: datetime, ready: sa.ColumnElement[bool]) -> Due | None:
        sendable_until = time.monotonic() + LEASE.total_seconds() - TIMEOUT
        with transaction(self._engine) as connection:
            paused = sa.select(pauses.c.destination).where(pauses.c.destination == destination)
            if connection.execute(paused).first():
                return None
            row = connection.execute(_next(destination, ready)).first()
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
                thread=connection.scalar(_first_of_fact(row)),
                planned=row.next_at if row.state in _WAITING and row.next_at > now else None,
            )

    def finish(self, due: Due, settled: Settled, now: datetime) -> bool:
        """Write what became of a try; False when the lease had run out and somebody else took the delivery over."""
        values = {
            "state": settled.state,
            "attempts": due.attempts - (0 if settled.counted else 1),
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
            written = connection.execute(sa.update(deliveries).where(ours).values(values)).rowcount == 1
            if written and settled.state == "dead":  # there will be no message to bring up to date
                connection.execute(sa.delete(errands).where(errands.c.delivery_id == due.delivery_id))
            return written

    def redeliver(self, wanted: str, now: datetime) -> int:
        """Make deliveries due now, with the same id and body: that of the id `wanted`, or all of the change of that id.

        What is finished starts afresh; what waits for its time need not wait; what is being sent is left alone. Gives
        how many are due now.
        """
        mine = (deliveries.c.delivery_id == wanted) | (deliveries.c.change_id == wanted)
        afresh = {"state": "pending", "attempts": 0, "next_at": now, "finished": None, "first_try": None}
        with transaction(self._engine) as connection:
            waiting = sa.update(deliveries).where(mine, deliveries.c.state.in_(_WAITING)).values(next_at=now)
            finished = sa.update(deliveries).where(mine, deliveries.c.state.in_(_FINISHED)).values(afresh)
            return sum(connection.execute(update).rowcount for update in (waiting, finished))

    def drop(self, destination: str, now: datetime) -> int:
        """Give up what waits for that destination, as the operator wishes; how many. What is being sent, is sent."""
        ended = {"state": "dead", "reason": DROPPED, "finished": now, "next_at": now}
        abandoned = (deliveries.c.state == "sending") & (deliveries.c.lease_until <= now)
        waits = (deliveries.c.destination == destination) & (deliveries.c.state.in_(_WAITING) | abandoned)
        with transaction(self._engine) as connection:
            mine = sa.select(deliveries.c.delivery_id).where(waits)
            connection.execute(sa.delete(errands).where(errands.c.delivery_id.in_(mine)))
            return connection.execute(sa.update(deliveries).where(waits).values(ended)).rowcount

    def pause(self, destination: str, reason: str, now: datetime, notices: Sequence[Mapping[str, Any]] = ()) -> bool:
        """Leave a destination alone and have `notices` (rows of errands) sent; False when it was paused already."""
        row = {"destination": destination, "reason": reason, "since": now}
        with transaction(self._engine) as connection:
            unless_there = insert(connection, pauses).values(row).on_conflict_do_nothing()
            begun = connection.execute(unless_there.returning(pauses.c.destination)).first()
            if begun:
                insert_missing(connection, errands, notices)
            return begun is not None

    def resume(self, destination: str) -> int:
        """Send again to that destination; gives 1, or 0 when it was not paused."""
        with transaction(self._engine) as connection:
            return connection.execute(sa.delete(pauses).where(pauses.c.destination == destination)).rowcount

    def oldest(self, destinations: Collection[str]) -> datetime | None:
        """When the oldest delivery to any of those destinations that is not finished was made."""
        mine = deliveries.c.state.in_(_OPEN) & deliveries.c.destination.in_(destinations)
        with transaction(self._engine) as connection:
            query = sa.select(deliveries.c.created).where(mine)
            return connection.scalar(query.order_by(deliveries.c.created).limit(1))


def _ready(now: datetime) -> sa.ColumnElement[bool]:
    """What may be tried by its time: whose wait is over, and whose lease ran out."""
    next_at, lease_until = deliveries.c.next_at, deliveries.c.lease_until
    waited = deliveries.c.state.in_(_WAITING) & ((next_at <= now) | (next_at > now + LONGEST))
    abandoned = (deliveries.c.state == "sending") & ((lease_until <= now) | (lease_until > now + 2 * LEASE))
    return waited | abandoned


def _next(destination: str, ready: sa.ColumnElement[bool]) -> sa.Select[tuple[object, ...]]:
    earlier = deliveries.alias("earlier")
    waits = sa.exists().where(
        earlier.c.destination == deliveries.c.destination,
        earlier.c.fact == deliveries.c.fact,
        earlier.c.number < deliveries.c.number,
        earlier.c.state.in_(_OPEN),
    )
    query = sa.select(deliveries).join(changes).where(deliveries.c.destination == destination, ready, ~waits)
    query = query.order_by(changes.c.position).limit(1)
    return query.with_for_update(skip_locked=True, of=deliveries)


def _first_of_fact(row: sa.Row[Any]) -> sa.Select[str | None]:
    """The receipt of the first alert of the same fact that went out to the same destination before this one."""
    query = sa.select(deliveries.c.receipt).where(
        deliveries.c.destination == row.destination,
        deliveries.c.fact == row.fact,
        deliveries.c.number < row.number,
        deliveries.c.state == "sent",
        deliveries.c.receipt.is_not(None),
    )
    return query.order_by(deliveries.c.number).limit(1)
