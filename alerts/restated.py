"""News that another currency told already: the first value of what is known in dollars, or a move that dollars made.

Each currency is a fact of its own, because nobody knows the rate that an outlet took. But two moves by the same share,
within the days in which one piece of news goes round, are one move.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import sqlalchemy as sa

from alerts.compare import in_step
from alerts.corroborate import WINDOW
from alerts.decide import Move
from alerts.kept import heard
from alerts.keys import Key, parse
from alerts.tables import changes, facts
from streams.records import Change, decode


def restated(connection: sa.Connection, fact: str, news: Move) -> bool:
    """Whether people know of this move of a figure from the same fact in another currency."""
    match news.kind:
        case "figure_new":
            return any(_known(connection, sibling) for sibling in _siblings(connection, parse(fact)))
        case "figure_changed":
            return any(_told_as(connection, sibling.fact, news) for sibling in _siblings(connection, parse(fact)))
        case _:
            return False


def _siblings(connection: sa.Connection, key: Key) -> Iterator[sa.Row[Any]]:
    """The same fact in other currencies."""
    rows = connection.execute(sa.select(facts).where(facts.c.kind == key.kind, facts.c.about == key.to))
    for row in rows:
        other = parse(row.fact)
        if other != key and msgspec.structs.replace(other, currency=key.currency) == key:
            yield row


def _known(connection: sa.Connection, sibling: sa.Row[Any]) -> bool:
    """Whether people go by a value of the sibling: not by one kept back from the first on, or not yet recorded."""
    kept = heard(connection, sibling.fact, sibling.changes)
    return kept.value is not None if kept else sibling.present is not None and sibling.changes > 0


def _told_as(connection: sa.Connection, sibling: str, news: Move) -> bool:
    """Whether the sibling's last alert told of this move."""
    told = sa.select(changes.c.record).where(changes.c.fact == sibling, changes.c.silence.is_(None))
    record = connection.scalar(told.order_by(changes.c.number.desc()).limit(1))
    last = decode(record, Change) if record else None
    if last is None or not (last.old and last.new and news.old and news.new):
        return False
    near = abs(last.new.evidence.time - news.new.evidence.time) <= WINDOW
    return near and in_step((last.old.value, last.new.value), (news.old.value, news.new.value))
