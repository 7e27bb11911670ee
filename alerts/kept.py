"""What people were last told of a fact, where some of its changes were kept back since.

Kept back are the changes that were too small or had too few origins. The value in force before the first of them is
the one that people still go by; what is told next is told from there.
"""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from alerts.compare import same
from alerts.decide import KEPT, Silence
from alerts.tables import changes
from streams.records import Change, Known, decode


class Heard(msgspec.Struct, frozen=True):
    """The value that people go by."""

    value: Known | None


def heard(connection: sa.Connection, fact: str, number: int) -> Heard | None:
    """What people go by, if the newest change of the fact, its `number`-th, was kept back; None when it was not."""
    mine = changes.c.fact == fact
    newest = sa.select(changes.c.silence).where(mine, changes.c.number == number)
    if not number or connection.scalar(newest) not in KEPT:
        return None
    settled = sa.or_(changes.c.silence.is_(None), changes.c.silence.not_in(KEPT))
    last = connection.scalar(sa.select(sa.func.max(changes.c.number)).where(mine, settled)) or 0
    first = sa.select(changes.c.record).where(mine, changes.c.number == last + 1)
    return Heard(decode(connection.execute(first).scalar_one(), Change).old)


def silence_of_conflict(connection: sa.Connection, fact: str, contender: Known) -> Silence | None:
    """Why nobody was told that this value contends; None when people were told."""
    mine = sa.select(changes.c.record, changes.c.silence).where(changes.c.fact == fact)
    for row in connection.execute(mine.order_by(changes.c.number.desc())):
        change = decode(row.record, Change)
        if change.kind == "conflict" and change.other and same(change.other.value, contender.value):
            silence: Silence | None = row.silence
            return silence
    return None
