"""Words to the operator about sources: once when one cannot be read any more, once when it can be again.

Alerts know nothing of sources; whoever does says how they are doing. One rule: what the operator was told is a row,
written in the transaction that has it told, so that no repeat, restart or second process tells it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from alerts.destinations import Destination
from alerts.errands import notice
from alerts.render import Mood, sources
from alerts.tables import errands, insert, insert_missing, moods, transaction


def tell(engine: sa.Engine, seen: Sequence[Mood], destinations: Sequence[Destination], now: datetime) -> list[Mood]:
    """Have the operator told of those whose mood has changed since he was told last; gives these.

    Of `seen`, those with failures are told as failing, the others as well again; a source of which nothing is certain
    is left out of it. Without a destination that is for the operator nothing is noted. Raises `Unavailable`.
    """
    desks = [one for one in destinations if one.operator]
    if not desks:
        return []
    with transaction(engine) as connection:
        known = set(connection.scalars(sa.select(moods.c.source_id)))
        fallen = [one for one in seen if one.failures and one.source_id not in known and _fell(connection, one, now)]
        risen = [one for one in seen if not one.failures and one.source_id in known and _rose(connection, one)]
        for about, changed in (("failing", fallen), ("recovered", risen)):
            if changed:
                rows = [notice(desk.id, f"sources {about}", sources(changed, now, desk), now) for desk in desks]
                insert_missing(connection, errands, rows)
    return fallen + risen


def _fell(connection: sa.Connection, mood: Mood, now: datetime) -> bool:
    """Note it; false where somebody else did so meanwhile."""
    row = {"source_id": mood.source_id, "since": now}
    noted = insert(connection, moods).values(row).on_conflict_do_nothing().returning(moods.c.source_id)
    return connection.execute(noted).first() is not None


def _rose(connection: sa.Connection, mood: Mood) -> bool:
    return connection.execute(sa.delete(moods).where(moods.c.source_id == mood.source_id)).rowcount == 1
