"""The outcome of a fact for the price of what changed, not of all that was ever said of it.

Strategy: after every `SPAN` articles or so that speak of a fact, where its walk stands is written down (`facts.Mark`).
When an article comes, changes or goes, the walk is taken up at the last mark before its place. Arriving at the next one
as it stood there before, it can find nothing new from there on and jumps to the last mark; else it mends the mark and
goes on. So what is new costs the few articles since the last mark, and what comes late those between two marks. Only a
late article that changes what came after it (a value that nobody gave then) costs all that came after it.

One rule: marks are a shortcut and nothing else. `facts.timeline` over all claims says what is true, and gives the same.
Marks that other rules made, those of another version of this code or of another window, are thrown away.
"""

from __future__ import annotations

import hashlib
import inspect
from datetime import datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa

from alerts import compare, corroborate, facts, reports
from alerts.facts import History, Mark, Walk
from alerts.ledger import PLACE, between, reports_on
from alerts.reports import Place
from alerts.tables import articles, claims, marks, row_of
from alerts.tables import facts as facts_table

SPAN = 32

# Whoever changes how claims make facts has nothing to remember: marks of other code are not ours.
_CODE = "".join(inspect.getsource(module) for module in (compare, corroborate, facts, reports))
_ENCODER = msgspec.json.Encoder(decimal_format="string", order="deterministic")

_PLACE = (marks.c.event_time, marks.c.first_seen, marks.c.article_id)


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A fact whose row is locked; `rules` are those of its marks.

    `changed` are the places at which an article's claims on it may have come or gone.
    """

    fact: str
    rules: str | None
    changed: tuple[Place, ...] = ()


def outcome(connection: sa.Connection, asked: Asked, now: datetime, window: timedelta) -> History:
    """What `facts.timeline` gives for all claims on a fact, but that its steps are only those that were walked."""
    path = _Path(connection, asked.fact, window)
    if asked.rules != _rules(window):
        path.forget()
    elif asked.changed:
        for place in sorted(asked.changed):
            path.mend(place)
    else:
        path.jump()
    path.follow(None)
    return path.walk.history(now)


def taken_up(
    connection: sa.Connection, asked: Asked, window: timedelta, known_by: datetime | None = None
) -> tuple[Walk, Place | None] | None:
    """The walk as it stood at the last mark before the places of `asked`, and which (None: at the very beginning).

    With `known_by`, at the last one to which nothing led that was not known then. None where its marks are not those of
    these rules. Nothing is written.
    """
    if asked.rules != _rules(window):
        return None
    path = _Path(connection, asked.fact, window)
    later = path.unknown(known_by) if known_by else None
    path.jump(before=min((*asked.changed, *([later] if later else [])), default=None))
    return path.walk, path.at


def _rules(window: timedelta) -> str:
    return hashlib.sha256(f"{_CODE} {window}".encode()).hexdigest()[:16]


class _Path:
    """The claims on a fact in their order, and the walk over them, which has come to `at` (None: to nothing yet)."""

    def __init__(self, connection: sa.Connection, fact: str, window: timedelta) -> None:
        self._connection = connection
        self._fact = fact
        self._window = window
        self._since: Place | None = None
        self.at: Place | None = None
        self.walk = Walk(window)

    def forget(self) -> None:
        """All marks, because other rules made them."""
        self._connection.execute(sa.delete(marks).where(marks.c.fact == self._fact))
        mine = facts_table.c.fact == self._fact
        self._connection.execute(sa.update(facts_table).where(mine).values(rules=_rules(self._window)))

    def jump(self, before: Place | None = None) -> None:
        """To the last mark, or to the last one before that place; without one to the beginning."""
        query = self._marks().order_by(*(column.desc() for column in _PLACE))
        row = self._first(query.where(row_of(_PLACE) < row_of(before)) if before else query)
        self.at = _place(row) if row else None
        self.walk = Walk(self._window, msgspec.json.decode(row.record, type=Mark) if row else None)

    def unknown(self, then: datetime) -> Place | None:
        """The first mark to which something led that was not known then."""
        later = sa.select(*_PLACE).where(marks.c.fact == self._fact, marks.c.known_from > then).order_by(*_PLACE)
        row = self._first(later)
        return _place(row) if row else None

    def mend(self, changed: Place) -> None:
        """Over what changed at that place, on as long as that changes the marks behind it, and to the last mark."""
        self.jump(before=changed)
        ahead = self._marks().order_by(*_PLACE)
        row = self._first(ahead.where(row_of(_PLACE) >= row_of(changed)))
        while row:
            here = _place(row)
            self.follow(here)
            written = self._written()
            mine = (marks.c.fact == self._fact) & (row_of(_PLACE) == row_of(here))
            self._connection.execute(sa.update(marks).where(mine).values(written))
            if written["record"] == row.record:
                self.jump()
                return
            row = self._first(ahead.where(row_of(_PLACE) > row_of(here)))

    def follow(self, upto: Place | None) -> None:
        """All claims up to that place, or to the end, leaving marks where there is room for them."""
        while boundary := self._boundary(upto):
            self._go(boundary)
            at = dict(zip((column.name for column in _PLACE), boundary, strict=True))
            self._connection.execute(sa.insert(marks).values({"fact": self._fact} | at | self._written()))
        self._go(upto)

    def _boundary(self, upto: Place | None) -> Place | None:
        """The place after which a mark fits: with a span before it, and as much behind it."""
        query = sa.select(*PLACE).distinct().where(between(self._fact, self.at, upto)).order_by(*PLACE)
        places = self._connection.execute(query.limit(2 * SPAN)).all()
        return _place(places[SPAN - 1]) if len(places) == 2 * SPAN else None

    def _go(self, upto: Place | None) -> None:
        self.walk.take(reports_on(self._connection, between(self._fact, self.at, upto)))
        self._since, self.at = self.at, upto

    def _marks(self) -> sa.Select[Any]:
        return sa.select(*_PLACE, marks.c.record).where(marks.c.fact == self._fact)

    def _first(self, query: sa.Select[Any]) -> sa.Row[Any] | None:
        return self._connection.execute(query.limit(1)).first()

    def _written(self) -> dict[str, Any]:
        """The mark where the walk stands: how, and since when what led here from the mark before is known."""
        newest = sa.select(sa.func.max(articles.c.known_from)).join_from(claims, articles)
        known_from = self._connection.scalar(newest.where(between(self._fact, self._since, self.at)))
        return {"record": _ENCODER.encode(self.walk.mark()).decode(), "known_from": known_from}


def _place(row: sa.Row[*tuple[Any, ...]]) -> Place:
    return row.event_time, row.first_seen, row.article_id
