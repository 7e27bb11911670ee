"""Alerts that were told, kept up to date: how many independent origins a value has by now.

One rule: who was told hears nothing new. Where a message can be changed in place it shows the new number; where it
cannot, it stays as it was. The value, its evidence and the change's own record stay what they were.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec
import sqlalchemy as sa

from alerts.compare import restates
from alerts.destinations import Destination
from alerts.errands import put_update
from alerts.policy import Policy
from alerts.render import body
from alerts.tables import changes, deliveries
from streams.records import Change, Known, decode


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A fact's value in force, and on how many origins' word it stands."""

    fact: str
    known: Known
    origins: int
    confidence: float


def renew(
    connection: sa.Connection, standing: Standing, destinations: Iterable[Destination], policy: Policy, now: datetime
) -> None:
    """Have every message that told of this value, and can be changed, show on how many origins' word it stands."""
    told = sa.select(changes).where(changes.c.fact == standing.fact, changes.c.silence.is_(None))
    row = connection.execute(told.order_by(changes.c.number.desc()).limit(1)).first()
    if row is None:
        return
    change = decode(row.record, Change)
    if change.kind == "conflict" or change.new is None or not restates(standing.known.value, change.new.value):
        return
    now_known = msgspec.structs.replace(change, origins=standing.origins, confidence=standing.confidence)
    can_change: Mapping[str, Destination] = {one.id: one for one in destinations if one.kind == "slack_bot"}
    showing = sa.select(deliveries).where(
        deliveries.c.change_id == change.change_id,
        deliveries.c.destination.in_(can_change),
        deliveries.c.state != "dead",
    )
    for delivery in connection.execute(showing).all():
        put_update(connection, delivery, body(now_known, can_change[delivery.destination], policy.names), now)
