"""The end of the heartbeat's way: noted when learned, ticked off when it would have been delivered.

The age of the newest one that went the whole way is what tells silence from death. One rule: heartbeats have a table of
their own and nothing else ever reads it; a day later they are gone.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import sqlalchemy as sa
import structlog

from alerts import metrics
from alerts.tables import heartbeats, insert_missing, transaction
from streams.clock import utc_now
from streams.errors import Unavailable
from streams.heartbeat import LATE
from streams.threads import in_thread

_KEPT = timedelta(days=1)
_LOOK = 1.0
_LOG = structlog.get_logger()


def note(engine: sa.Engine, sent: datetime, now: datetime) -> None:
    """A heartbeat that set out at `sent` was learned; those of yesterday are forgotten. Raises `Unavailable`."""
    with transaction(engine) as connection:
        insert_missing(connection, heartbeats, [{"sent": sent, "learned": now}])
        connection.execute(sa.delete(heartbeats).where(heartbeats.c.sent < now - _KEPT))
    metrics.HEARTBEAT_SECONDS.labels("learn").set((now - sent).total_seconds())


def arrive(engine: sa.Engine, now: datetime) -> tuple[datetime, ...]:
    """Tick off what was learned, as deliver would send it; gives when each set out. Raises `Unavailable`."""
    with transaction(engine) as connection:
        waiting = sa.select(heartbeats.c.sent).where(heartbeats.c.arrived.is_(None)).order_by(heartbeats.c.sent)
        sent = tuple(connection.scalars(waiting))
        if sent:
            mine = heartbeats.c.sent.in_(sent)
            connection.execute(sa.update(heartbeats).where(mine).values(arrived=now))
    return sent


def newest(engine: sa.Engine) -> datetime | None:
    """When the newest heartbeat that went the whole way set out. Raises `Unavailable`."""
    with transaction(engine) as connection:
        arrived = sa.select(sa.func.max(heartbeats.c.sent)).where(heartbeats.c.arrived.is_not(None))
        found: datetime | None = connection.scalar(arrived)
    return found


class Pulse:
    """Feels for the heartbeat: its age as a metric and, when `interval` seconds passed three times, as a problem.

    In deliver it also ticks off what has arrived (`receives`); elsewhere it only looks, on a ledger that may be open
    for reading only. Without any heartbeat yet the age is counted from the start of the process.
    """

    def __init__(self, engine: sa.Engine, interval: float, *, receives: bool) -> None:
        self._engine = engine
        self._interval = interval
        self._receives = receives
        self._newest = utc_now()
        self._age = 0.0

    async def run(self) -> None:
        """Runs until cancelled; with an interval of 0 there is nothing to feel for."""
        if not self._interval:
            await asyncio.Event().wait()
        metrics.HEARTBEAT_INTERVAL.set(self._interval)
        while True:
            try:
                await in_thread(self._feel)
            except Unavailable as error:
                _LOG.debug("ledger_away", error=str(error))
                self._grow_old()
            await asyncio.sleep(_LOOK)

    async def problems(self) -> list[str]:
        """Says when the newest heartbeat is too old."""
        if self._age <= LATE * self._interval:
            return []
        return [f"no heartbeat has come the whole way for {self._age:.0f} s: one of the stages stands still"]

    def _feel(self) -> None:
        if self._receives:
            for sent in arrive(self._engine, utc_now()):
                metrics.HEARTBEAT_SECONDS.labels("deliver").set((utc_now() - sent).total_seconds())
        self._newest = newest(self._engine) or self._newest
        self._grow_old()

    def _grow_old(self) -> None:
        self._age = max(0.0, (utc_now() - self._newest).total_seconds())
        metrics.HEARTBEAT_AGE.set(self._age)
