"""What the ledger may forget: finished deliveries, after a set time, a few at a time.

Claims, facts and changes are never forgotten: they are what Rasid knows, and how it came to know it. Of the deliveries
of a fact to a destination the last one stays, which a further origin brings up to date and which can be sent again, and
the first one that has a receipt, in whose thread the next is written.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from alerts.ledger import Ledger
from alerts.tables import deliveries, transaction

BATCH = 500


def forget(ledger: Ledger, keep: timedelta, now: datetime) -> int:
    """Delete up to `BATCH` deliveries that were finished longer than `keep` ago; how many. Raises `Unavailable`."""
    with transaction(ledger.engine) as connection:
        old = connection.scalars(_forgettable(now - keep)).all()
        if old:
            connection.execute(sa.delete(deliveries).where(deliveries.c.delivery_id.in_(old)))
    return len(old)


def _forgettable(before: datetime) -> sa.Select[str]:
    other = deliveries.alias("other")
    same = (other.c.destination == deliveries.c.destination) & (other.c.fact == deliveries.c.fact)
    later = sa.exists().where(same, other.c.number > deliveries.c.number)
    begun = sa.exists().where(
        same, other.c.number < deliveries.c.number, other.c.state == "sent", other.c.receipt.is_not(None)
    )
    finished = deliveries.c.state.in_(("sent", "dead")) & (deliveries.c.finished < before)
    begins = (deliveries.c.state == "sent") & deliveries.c.receipt.is_not(None) & ~begun
    query = sa.select(deliveries.c.delivery_id).where(finished, later, ~begins)
    return query.order_by(deliveries.c.finished).limit(BATCH)
