"""The ledger, read: facts, their history, their changes and deliveries, ready to show.

One rule: nothing here writes. What is written is written by `learn` (one transaction per Reading) and by `outbox`
(the states of deliveries), on the tables of `tables`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa

from alerts import keys
from alerts.facts import History, timeline
from alerts.reports import Place, Report
from alerts.tables import articles, changes, claims, deliveries, facts, pauses, row_of, superseded, transaction
from streams.records import Change, Claim, Known, Origin, decode

# The place of a claim's article among all.
PLACE = (claims.c.event_time, claims.c.first_seen, claims.c.article_id)

_PAGE = 1_000
# Claims with what a report needs of their articles.
REPORTS = sa.select(articles, claims.c.record, claims.c.number).join_from(claims, articles)
_OF_ARTICLE = ("article_id", "source_id", "url", "title", "event_time", "first_seen", "origin")
_ARTICLES: sa.BindParameter[Sequence[str]] = sa.bindparam("articles", expanding=True)
# What articles say, and what they said before. Asked for the fact too, a database may read all that is said of it.
_SAID_BY = sa.union_all(
    sa.select(*(articles.c[name] for name in _OF_ARTICLE), claims.c.record)
    .join_from(claims, articles)
    .where(claims.c.article_id.in_(_ARTICLES)),
    sa.select(*(superseded.c[name] for name in _OF_ARTICLE), superseded.c.record).where(
        superseded.c.article_id.in_(_ARTICLES)
    ),
)


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one fact: its value in force (None: nothing any more) and, in a conflict, the second one."""

    fact: str
    key: keys.Key
    present: Known | None
    contender: Known | None
    since: datetime | None
    origins: int
    confidence: float
    changes: int


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """One alert to one destination, and how it went. States: pending, sending, sent, unknown, dead."""

    delivery_id: str
    change_id: str
    fact: str
    destination: str
    state: str
    attempts: int
    created: datetime
    next_at: datetime
    finished: datetime | None
    reason: str | None
    receipt: str | None


class Pause(msgspec.Struct, frozen=True, kw_only=True):
    """A destination that refused for good and is left alone until the operator has looked."""

    destination: str
    reason: str
    since: datetime


class Ledger:
    """The read side of the ledger on `engine` (see `rasid.database.open_engine`)."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    def check(self) -> None:
        """Raises `Unavailable` when the database does not answer."""
        self._all(sa.select(sa.literal(1)))

    def facts(self) -> tuple[Fact, ...]:
        """All facts that have or had a value, by key."""
        known = sa.or_(facts.c.present.is_not(None), facts.c.changes > 0)
        return tuple(fact_of(row) for row in self._all(sa.select(facts).where(known).order_by(facts.c.fact)))

    def fact(self, key: str) -> Fact | None:
        """The fact of that key."""
        rows = self._all(sa.select(facts).where(facts.c.fact == key))
        return fact_of(rows[0]) if rows else None

    def standing(self, kind: keys.FactKind, about: Iterable[str]) -> Iterator[tuple[str, Known]]:
        """The facts of that kind about any of these that have a value now, and it.

        Those that name somebody who is not on the watchlist are left out. What is read does not grow with what is known
        of others.
        """
        ours = facts.c.present.is_not(None) & ~facts.c.fact.contains(keys.UNLISTED, autoescape=True)
        query = sa.select(facts.c.fact, facts.c.present).where(facts.c.kind == kind, ours).order_by(facts.c.fact)
        for some in portions(sorted(set(about))):
            for row in self._all(query.where(facts.c.about.in_(some))):
                yield row.fact, decode(row.present, Known)

    def history(self, key: str, now: datetime | None = None, window: timedelta = timedelta(0)) -> History:
        """The steps of a fact's value, oldest first, each with the reports it rests on."""
        return timeline(self.claims(key), now or datetime.now(UTC), window)

    def claims(self, key: str) -> tuple[Report, ...]:
        """All that any article says of a fact, for and against, oldest first."""
        return reports(self._all(REPORTS.where(claims.c.fact == key)))

    def behind(self, of: Sequence[Change]) -> dict[str, tuple[Report, ...]]:
        """By fact, what the articles say of it that these changes rest on: few, however much is said of the fact.

        What an article no longer says is among it: a change may rest on that.
        """
        found: dict[str, tuple[Report, ...]] = {change.fact: () for change in of}
        sides = (side for change in of for side in (change.old, change.new, change.other) if side)
        ids = {side.evidence.article_id for side in sides if side.evidence.article_id}
        for report in reports(self._all(_SAID_BY, {"articles": sorted(ids)})):
            if report.claim.fact in found:
                found[report.claim.fact] += (report,)
        return found

    def article(self, article_id: str) -> tuple[Report, ...]:
        """All claims of one article, in its order, those that touch no fact too."""
        rows = self._all(REPORTS.where(claims.c.article_id == article_id).order_by(claims.c.number))
        return tuple(report_of(row) for row in rows)

    def untouching(self) -> tuple[Report, ...]:
        """The claims of all articles that touch no fact, oldest first."""
        return reports(self._all(REPORTS.where(claims.c.fact.is_(None))))

    def changes(self, limit: int = 50, fact: str | None = None, *, silent: bool = False) -> tuple[Change, ...]:
        """The newest changes first: those that were worth telling, or with `silent` all of them."""
        which = sa.true() if fact is None else changes.c.fact == fact
        if not silent:
            which &= changes.c.silence.is_(None)
        return tuple(change for change, _ in self._newest(limit, which))

    def told_or_not(self, limit: int = 50) -> tuple[tuple[Change, str | None], ...]:
        """The newest changes first, each with why nobody was told (`alerts.decide.Silence`), if nobody was."""
        return tuple(self._newest(limit, sa.true()))

    def all_changes(self) -> Iterator[tuple[Change, str | None]]:
        """All changes, oldest first, each with why nobody was told, if nobody was; read as they are taken."""
        for row in self._stream(sa.select(changes.c.record, changes.c.silence).order_by(changes.c.position)):
            yield decode(row.record, Change), row.silence

    def all_claims(self) -> Iterator[Report]:
        """All claims that articles make now, by fact, oldest first; read as they are taken."""
        yield from map(report_of, self._stream(REPORTS.order_by(claims.c.fact, *PLACE, claims.c.number)))

    def change(self, change_id: str) -> Change | None:
        """The change of that id."""
        rows = self._all(sa.select(changes.c.record).where(changes.c.change_id == change_id))
        return decode(rows[0].record, Change) if rows else None

    def deliveries(
        self, limit: int = 50, *, state: str | None = None, destination: str | None = None, change_id: str | None = None
    ) -> tuple[Delivery, ...]:
        """The newest deliveries first, of that state, destination or change where given."""
        columns = [deliveries.c[name] for name in Delivery.__struct_fields__]
        newest_first = (changes.c.position.desc(), deliveries.c.delivery_id)
        query = sa.select(*columns).join_from(deliveries, changes).order_by(*newest_first).limit(limit)
        for column, value in (("state", state), ("destination", destination), ("change_id", change_id)):
            if value is not None:
                query = query.where(deliveries.c[column] == value)
        return tuple(Delivery(**row._mapping) for row in self._all(query))  # noqa: SLF001 - SQLAlchemy's public name

    def open_deliveries(self) -> dict[str, int]:
        """How many alerts each destination has still to get; those that have none are left out."""
        count = sa.select(deliveries.c.destination, sa.func.count().label("still")).group_by(deliveries.c.destination)
        still_open = count.where(deliveries.c.state.in_(("pending", "sending")))
        return {row.destination: row.still for row in self._all(still_open)}

    def pauses(self) -> tuple[Pause, ...]:
        """The destinations that are left alone, and why."""
        query = sa.select(pauses.c.destination, pauses.c.reason, pauses.c.since).order_by(pauses.c.destination)
        return tuple(Pause(**row._mapping) for row in self._all(query))  # noqa: SLF001 - SQLAlchemy's public name

    def learned(self, of: Sequence[str] | None = None) -> set[tuple[str, int]]:
        """The newest revision learned of each article, or of each of those."""
        query = sa.select(articles.c.article_id, articles.c.revision)
        some = [sa.true()] if of is None else [articles.c.article_id.in_(ids) for ids in portions(of)]
        return {(row.article_id, row.revision) for which in some for row in self._all(query.where(which))}

    def _newest(self, limit: int, which: sa.ColumnElement[bool]) -> Iterator[tuple[Change, str | None]]:
        query = sa.select(changes.c.record, changes.c.silence).where(which)
        for row in self._all(query.order_by(changes.c.position.desc()).limit(limit)):
            yield decode(row.record, Change), row.silence

    def _stream(self, query: sa.Select[Any]) -> Iterator[sa.Row[Any]]:
        engine = self.engine
        if engine.dialect.name == "postgresql":  # its cursors live within a transaction, which a reader has not
            engine = engine.execution_options(isolation_level="REPEATABLE READ")
        with transaction(engine) as connection:
            yield from connection.execution_options(yield_per=_PAGE).execute(query)

    def _all(
        self, query: sa.Select[Any] | sa.CompoundSelect[Any], values: Mapping[str, Any] | None = None
    ) -> list[sa.Row[Any]]:
        with transaction(self.engine) as connection:
            return list(connection.execute(query, values))


def portions(names: Sequence[str]) -> Iterator[Sequence[str]]:
    """The names, so many at a time as a statement may hold."""
    yield from (names[start : start + _PAGE] for start in range(0, len(names), _PAGE))


def reports(rows: Iterable[sa.Row[Any]]) -> tuple[Report, ...]:
    """Joined rows of articles and claims as reports, oldest first."""
    return tuple(sorted(map(report_of, rows), key=Report.order))


def reports_on(connection: sa.Connection, which: sa.ColumnElement[bool]) -> tuple[Report, ...]:
    """The reports of those claims, within a transaction, oldest first."""
    return reports(connection.execute(REPORTS.where(which)))


def between(fact: str, after: Place | None, upto: Place | None) -> sa.ColumnElement[bool]:
    """The claims on a fact by articles behind one place and not behind another; None is no bound."""
    which = claims.c.fact == fact
    if after:
        which &= row_of(PLACE) > row_of(after)
    if upto:
        which &= row_of(PLACE) <= row_of(upto)
    return which


def report_of(row: sa.Row[Any]) -> Report:
    """A joined row of an article and a claim as a report."""
    return Report(
        article_id=row.article_id,
        source_id=row.source_id,
        url=row.url,
        title=row.title,
        event_time=row.event_time,
        first_seen=row.first_seen,
        claim=decode(row.record, Claim),
        origin=decode(row.origin, Origin),
    )


def fact_of(row: sa.Row[Any]) -> Fact:
    """A row of the facts as what is known."""
    return Fact(
        fact=row.fact,
        key=keys.parse(row.fact),
        present=decode(row.present, Known) if row.present else None,
        contender=decode(row.contender, Known) if row.contender else None,
        since=row.since,
        origins=row.origins,
        confidence=row.confidence,
        changes=row.changes,
    )
