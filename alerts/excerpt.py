"""The newest part of what is said of a fact, for people: what can be read at once, however much there is.

Strategy: where more than so many claims speak of a fact, the walk over them is taken up at the last mark before the
newest ones (`alerts.walks`), so that what stands, and since when, is what the whole walk gives.

One rule: what is read does not grow with what is left out, which is counted only so far. Values that began before are
there as they stood, without their reports.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa

from alerts.facts import History, Walk
from alerts.ledger import PLACE, Ledger, between, reports_on
from alerts.past import gone_since, known_by, told_then, walked_then
from alerts.reports import Place, Report
from alerts.tables import articles, claims, row_of, transaction
from alerts.tables import facts as facts_table
from alerts.walks import Asked, taken_up

# So many claims a page or a table shows at most.
MOST = 1_000
# So many of the older ones are counted: of more it is only known that there are more.
COUNTED = 1_000


class Excerpt(msgspec.Struct, frozen=True, kw_only=True):
    """A fact's history as its newest claims tell it.

    `reports` are those claims, oldest first; `before` counts the older ones, and `more` says that there are more than
    so many. Where there are any, a step of `history` that began with them has no reports, and those that were over by
    then are not there at all. After a new version of Rasid, until an article speaks of the fact again, the history
    begins with the oldest of `reports`.
    """

    history: History
    reports: tuple[Report, ...]
    before: int = 0
    more: bool = False


def excerpt(ledger: Ledger, fact: str, now: datetime, window: timedelta, most: int = MOST) -> Excerpt:
    """What the newest `most` claims on a fact tell, as it stands at `now`; all that there is where there are fewer.

    Raises `Unavailable` when the database does not answer.
    """
    with transaction(ledger.engine) as connection:
        count = _count(connection, _of(fact), most)
        first = _first(connection, _of(fact, *PLACE), most) if count > most else None
        if first:
            walk, told = _newest(connection, fact, window, first)
        else:
            walk, told = _whole(reports_on(connection, claims.c.fact == fact), window)
    return _cut(walk.history(now), told, count, most)


def excerpt_then(ledger: Ledger, fact: str, when: datetime, window: timedelta, most: int = MOST) -> Excerpt:
    """The same of the claims that were known at a moment, as it stood then."""
    known, gone = _known(fact, when), sa.select(sa.literal(1)).where(gone_since(fact, when))
    with transaction(ledger.engine) as connection:
        count = _count(connection, known, most) + _count(connection, gone, most)
        first = _first(connection, _known(fact, when, *PLACE), most) if count > most else None
        if first:
            walk, told = walked_then(connection, fact, when, window, first)
        else:
            walk, told = _whole(told_then(connection, fact, when), window)
    return _cut(walk.history(when), told, count, most)


def _of(fact: str, *columns: sa.ColumnElement[Any]) -> sa.Select[Any]:
    return sa.select(*columns or [sa.literal(1)]).where(claims.c.fact == fact)


def _known(fact: str, when: datetime, *columns: sa.ColumnElement[Any]) -> sa.Select[Any]:
    return sa.select(*columns or [sa.literal(1)]).join_from(claims, articles).where(known_by(fact, when))


def _count(connection: sa.Connection, said: sa.Select[Any], most: int) -> int:
    """How many there are, as far as it is of interest."""
    some = said.limit(most + COUNTED + 1).subquery()
    return connection.scalar(sa.select(sa.func.count()).select_from(some)) or 0


def _first(connection: sa.Connection, places: sa.Select[Any], most: int) -> Place | None:
    """Where the newest `most` begin; None where there are not so many."""
    newest = places.order_by(*(column.desc() for column in PLACE)).offset(most - 1).limit(1)
    row = connection.execute(newest).first()
    return (row.event_time, row.first_seen, row.article_id) if row else None


def _whole(told: tuple[Report, ...], window: timedelta) -> tuple[Walk, tuple[Report, ...]]:
    walk = Walk(window)
    walk.take(told)
    return walk, told


def _newest(connection: sa.Connection, fact: str, window: timedelta, first: Place) -> tuple[Walk, tuple[Report, ...]]:
    """The walk up to the end and what was walked, which is all from that place on and back to the mark before."""
    rules = connection.scalar(sa.select(facts_table.c.rules).where(facts_table.c.fact == fact))
    taken = taken_up(connection, Asked(fact=fact, rules=rules, changed=(first,)), window)
    if taken:
        walk, which = taken[0], between(fact, taken[1], None)
    else:  # nobody wrote down where the walk stood
        walk, which = Walk(window), between(fact, None, None) & (row_of(PLACE) >= row_of(first))
    told = reports_on(connection, which)
    walk.take(told)
    return walk, told


def _cut(history: History, told: tuple[Report, ...], count: int, most: int) -> Excerpt:
    before = count - min(len(told), most)
    return Excerpt(history=history, reports=told[-most:], before=min(before, COUNTED), more=count > most + COUNTED)
