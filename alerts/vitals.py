"""Whether alerts reach people: what waits, what was given up, who refused, and how old the newest heartbeat is.

One rule: a look costs what is wrong, not what the ledger holds.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
import sqlalchemy as sa

from alerts.heartbeat import newest
from alerts.ledger import Ledger, Pause
from alerts.outbox import DROPPED
from alerts.tables import deliveries, transaction

# Given up longer ago than this, an alert is history.
_RECENT = timedelta(days=7)


class Vitals(msgspec.Struct, frozen=True, kw_only=True):
    """The state of the deliveries: how many wait, since when the oldest does; how many were given up lately, without
    those that the operator dropped, and of how many nobody knows; the paused destinations; when the newest heartbeat
    that went the whole way set out.
    """

    waiting: int
    oldest: datetime | None
    given_up: int
    unknown: int
    pauses: tuple[Pause, ...]
    heartbeat: datetime | None


def vitals(ledger: Ledger, now: datetime) -> Vitals:
    """How it is at `now`. Raises `Unavailable`."""
    counted = sa.select(sa.func.count(), sa.func.min(deliveries.c.created))
    waiting = counted.where(deliveries.c.state.in_(("pending", "sending")))
    unknown = counted.where(deliveries.c.state == "unknown")
    dead = (deliveries.c.state == "dead") & deliveries.c.reason.is_distinct_from(DROPPED)
    given_up = counted.where(dead, deliveries.c.finished >= now - _RECENT)
    with transaction(ledger.engine) as connection:
        count, oldest = connection.execute(waiting).one()
        unsure, _ = connection.execute(unknown).one()
        lost, _ = connection.execute(given_up).one()
    return Vitals(
        waiting=count,
        oldest=oldest,
        given_up=lost,
        unknown=unsure,
        pauses=ledger.pauses(),
        heartbeat=newest(ledger.engine),
    )
