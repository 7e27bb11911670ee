"""The ledger a page at a time: facts, changes, claims and deliveries, a bounded number from a place on.

One rule: a page costs what it shows, however much the ledger holds. Each list has an order with an index behind it, and
the place of its last row says where the next page begins, so that what comes in between moves nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec
import sqlalchemy as sa

from alerts.ledger import PLACE, REPORTS, Delivery, Fact, Ledger, fact_of, report_of
from alerts.past import GONE_PLACE, Window, facts_of, gone_since, known_by, spoken_of
from alerts.reports import Report
from alerts.tables import UtcTime, changes, claims, deliveries, facts, superseded, transaction
from streams.records import Change, ChangeKind, decode

# More facts about what is watched than anybody can look at on one page.
_MOST_ABOUT = 1_000

T = TypeVar("T")
P = TypeVar("P")

_CLAIM_PLACE = (*PLACE, claims.c.number)

_KNOWN = sa.or_(facts.c.present.is_not(None), facts.c.changes > 0)
_OURS = facts.c.about.in_(sa.bindparam("names", expanding=True))


def _first(which: sa.ColumnElement[bool], limit: sa.ColumnElement[int], part: int) -> sa.Select[Any]:
    """The first facts by key for which that is true, as this part of a list."""
    query = sa.select(facts, sa.literal(part).label("part")).where(_KNOWN, which).order_by(facts.c.fact)
    return sa.select(query.limit(limit).subquery())


# The facts about some names, and behind them the first of all others.
_ABOUT = sa.union_all(
    _first(_OURS, sa.literal(_MOST_ABOUT), 0), _first(~_OURS, sa.bindparam("others", type_=sa.Integer), 1)
).order_by("part", "fact")


class ChangePlace(NamedTuple):
    """Where a change stands: when it was noticed."""

    time: datetime
    position: int


class DeliveryPlace(NamedTuple):
    """Where a delivery stands: when it was made."""

    created: datetime
    delivery_id: str


class ClaimPlace(NamedTuple):
    """Where a claim stands: at its article's place, and there by its number."""

    event_time: datetime
    first_seen: datetime
    article_id: str
    number: int


@dataclass(frozen=True, slots=True)
class Page(Generic[T, P]):
    """Some rows, and the place after which the next page begins; None where there is no more."""

    items: tuple[T, ...]
    next: P | None


@dataclass(frozen=True, slots=True)
class Moved:
    """A change, and why nobody was told of it; None where it was told."""

    change: Change
    silence: str | None


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """Which facts: of that kind, about that project, site or company."""

    project: str | None = None
    kind: str | None = None


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """Which changes: about that project, of that fact, of that kind, noticed from `since` on and before `until`.

    With `silent` those too that nobody was told of.
    """

    project: str | None = None
    fact: str | None = None
    kind: ChangeKind | None = None
    since: datetime | None = None
    until: datetime | None = None
    silent: bool = False


class Deliveries(msgspec.Struct, frozen=True, kw_only=True):
    """Which deliveries: in that state, to that destination, of that change."""

    state: str | None = None
    destination: str | None = None
    change: str | None = None


def list_facts(ledger: Ledger, which: Facts, limit: int, after: str | None = None) -> Page[Fact, str]:
    """Facts that have or had a value, by key."""
    query = sa.select(facts).where(_KNOWN, *_wanted_facts(which, after))
    rows = _rows(ledger, query.order_by(facts.c.fact).limit(limit + 1))
    found = tuple(fact_of(row) for row in rows[:limit])
    return Page(found, found[-1].fact if len(rows) > limit else None)


def facts_about(ledger: Ledger, names: Collection[str], others: int) -> tuple[Fact, ...]:
    """The facts that have or had a value about those projects and companies, and the first `others` of all others."""
    values = {"names": sorted(names), "others": others}
    return tuple(fact_of(row) for row in _rows(ledger, _ABOUT, values))


def list_facts_then(
    ledger: Ledger, which: Facts, then: tuple[datetime, Window], limit: int, after: str | None = None
) -> Page[Fact, str]:
    """The same as they were known at a moment; each costs what was said of it by then."""
    found = tuple(islice(_then(ledger, _wanted_facts(which, after), then, limit), limit + 1))
    return Page(found[:limit], found[limit - 1].fact if len(found) > limit else None)


def facts_about_then(
    ledger: Ledger, names: Collection[str], then: tuple[datetime, Window], others: int
) -> tuple[Fact, ...]:
    """What `facts_about` gives, as it was known at a moment; each fact costs what was said of it by then."""
    ours = facts.c.about.in_(names)
    chosen = islice(_then(ledger, [ours], then, _MOST_ABOUT), _MOST_ABOUT)
    rest = islice(_then(ledger, [~ours], then, others), others)
    return (*chosen, *rest)


def list_changes(
    ledger: Ledger, which: Changes, limit: int, after: ChangePlace | None = None
) -> Page[Moved, ChangePlace]:
    """Changes, the newest first."""
    place = (changes.c.time, changes.c.position)
    query = sa.select(*place, changes.c.record, changes.c.silence).where(*_wanted(which))
    if after:
        query = query.where(sa.tuple_(*place) < sa.tuple_(*after, types=(UtcTime, sa.Integer)))
    rows = _rows(ledger, query.order_by(*(column.desc() for column in place)).limit(limit + 1))
    found = tuple(Moved(decode(row.record, Change), row.silence) for row in rows[:limit])
    return Page(found, ChangePlace(rows[limit - 1].time, rows[limit - 1].position) if len(rows) > limit else None)


def list_claims(ledger: Ledger, fact: str, limit: int, after: ClaimPlace | None = None) -> Page[Report, ClaimPlace]:
    """All that any article says of a fact, for and against, the newest first."""
    rows = _rows(ledger, _before(REPORTS.where(claims.c.fact == fact), _CLAIM_PLACE, after).limit(limit + 1))
    found = tuple(report_of(row) for row in rows[:limit])
    last = ClaimPlace(*found[-1].order(), rows[limit - 1].number) if len(rows) > limit else None
    return Page(found, last)


def list_claims_then(
    ledger: Ledger, fact: str, when: datetime, limit: int, after: ClaimPlace | None = None
) -> Page[Report, ClaimPlace]:
    """All that articles were known to say of a fact at a moment, the newest first."""
    rows: list[sa.Row[Any]] = []
    for query, place in (
        (REPORTS.where(known_by(fact, when)), _CLAIM_PLACE),
        (sa.select(superseded).where(gone_since(fact, when)), (*GONE_PLACE, superseded.c.number)),
    ):
        rows += _rows(ledger, _before(query, place, after).limit(limit + 1))
    found = sorted(((ClaimPlace(*report_of(row).order(), row.number), row) for row in rows), reverse=True)
    shown = found[:limit]
    return Page(tuple(report_of(row) for _, row in shown), shown[-1][0] if len(found) > limit else None)


def _before(query: sa.Select[Any], place: Sequence[sa.ColumnElement[Any]], after: ClaimPlace | None) -> sa.Select[Any]:
    """The newest first, from a place on."""
    if after:
        types = (UtcTime, UtcTime, sa.Text, sa.Integer)
        query = query.where(sa.tuple_(*place) < sa.tuple_(*after, types=types))
    return query.order_by(*(column.desc() for column in place))


def list_deliveries(
    ledger: Ledger, which: Deliveries, limit: int, after: DeliveryPlace | None = None
) -> Page[Delivery, DeliveryPlace]:
    """Deliveries, the newest first."""
    place = (deliveries.c.created, deliveries.c.delivery_id)
    query = sa.select(*(deliveries.c[name] for name in Delivery.__struct_fields__))
    wanted = (("state", which.state), ("destination", which.destination), ("change_id", which.change))
    query = query.where(*(deliveries.c[name] == value for name, value in wanted if value is not None))
    if after:
        query = query.where(sa.tuple_(*place) < sa.tuple_(*after, types=(UtcTime, sa.Text)))
    rows = _rows(ledger, query.order_by(*(column.desc() for column in place)).limit(limit + 1))
    found = tuple(Delivery(**row._mapping) for row in rows[:limit])  # noqa: SLF001 - SQLAlchemy's public name
    return Page(found, DeliveryPlace(found[-1].created, found[-1].delivery_id) if len(rows) > limit else None)


def _wanted(which: Changes) -> Iterator[sa.ColumnElement[bool]]:
    for column, value in ((changes.c.about, which.project), (changes.c.fact, which.fact), (changes.c.kind, which.kind)):
        if value is not None:
            yield column == value
    if which.since:
        yield changes.c.time >= which.since
    if which.until:
        yield changes.c.time < which.until
    if not which.silent:
        yield changes.c.silence.is_(None)


def _wanted_facts(which: Facts, after: str | None) -> list[sa.ColumnElement[bool]]:
    given = ((facts.c.about, which.project), (facts.c.kind, which.kind))
    wanted = [column == value for column, value in given if value is not None]
    return wanted if after is None else [*wanted, facts.c.fact > after]


def _then(
    ledger: Ledger, wanted: Sequence[sa.ColumnElement[bool]], then: tuple[datetime, Window], batch: int
) -> Iterator[Fact]:
    """Those facts by key that had a value at a moment or lost the one they had, read as they are taken.

    A fact that had a value once keeps its row.
    """
    query = sa.select(facts.c.fact).where(*wanted, spoken_of(then[0])).order_by(facts.c.fact).limit(batch)
    rows = _rows(ledger, query)
    while rows:
        found = facts_of(ledger, [row.fact for row in rows], *then)
        yield from (fact for fact in found if fact.present or fact.changes)
        rows = _rows(ledger, query.where(facts.c.fact > rows[-1].fact))


def _rows(
    ledger: Ledger, query: sa.Select[Any] | sa.CompoundSelect[Any], values: Mapping[str, Any] | None = None
) -> Sequence[sa.Row[Any]]:
    with transaction(ledger.engine) as connection:
        return connection.execute(query, values).all()
