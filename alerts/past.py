"""What was known at a moment of the past: the ledger as it had arrived by then.

An article counts from when its revision was first seen until the next one was, and a reading that only another reader
or watchlist brought from when it was learned: what Rasid reads better today it did not know then. So nothing that was
known is deleted; what a new reading replaces moves to the table `superseded`, with the time until which it was known.

A moment is taken up at the last mark (`alerts.walks`) to which nothing led that was not known then or is superseded
since: it costs what came between that mark and the moment. One rule: a mark is a shortcut and nothing else. Where none
serves, as after a new version of Rasid, the walk begins at the beginning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from alerts import keys
from alerts.facts import History, Walk, timeline
from alerts.ledger import PLACE, REPORTS, Fact, Ledger, portions, reports
from alerts.reports import Place, Report
from alerts.tables import articles, changes, claims, facts, marks, row_of, superseded, transaction
from alerts.walks import Asked, taken_up

Window = Callable[[keys.Key], timedelta]

# The place of a superseded claim's article among all.
GONE_PLACE = (superseded.c.event_time, superseded.c.first_seen, superseded.c.article_id)


def replace_known(connection: sa.Connection, article_id: str, until: datetime) -> None:
    """Keep what the article's claims say now as what was known until then; the caller deletes them."""
    copied = ("source_id", "url", "title", "event_time", "first_seen", "origin", "known_from")
    said = ("article_id", "number", "fact", "record")
    columns = [*(articles.c[name] for name in copied), *(claims.c[name] for name in said)]
    rows = sa.select(*columns, sa.literal(until, superseded.c.known_until.type)).join_from(claims, articles)
    into = sa.insert(superseded).from_select(
        [*copied, *said, "known_until"], rows.where(claims.c.article_id == article_id)
    )
    connection.execute(into)


def facts_then(ledger: Ledger, when: datetime, window: Window) -> Iterator[Fact]:
    """All facts that had a value at that moment, or lost the one they had, by key."""
    with transaction(ledger.engine) as connection:
        ours = sa.select(claims.c.fact).where(claims.c.fact.is_not(None))
        theirs = sa.select(superseded.c.fact).where(superseded.c.fact.is_not(None))
        known = connection.scalars(ours.union(theirs).order_by("fact")).all()
    for some in portions(known):
        yield from (found for found in facts_of(ledger, some, when, window) if found.present or found.changes)


def facts_of(ledger: Ledger, chosen: Sequence[str], when: datetime, window: Window) -> Iterator[Fact]:
    """Those facts as they were known at that moment, in that order: read at once, but for those with marks."""
    with transaction(ledger.engine) as connection:
        marked = set(connection.scalars(sa.select(marks.c.fact).where(marks.c.fact.in_(chosen)).distinct()))
        few = [fact for fact in chosen if fact not in marked]
        told: dict[str, list[Report]] = {fact: [] for fact in few}
        now = REPORTS.where(claims.c.fact.in_(few), _known(when))
        gone = sa.select(superseded).where(superseded.c.fact.in_(few), _known_until(when))
        for report in reports([*connection.execute(now), *connection.execute(gone)]):
            if report.claim.fact in told:
                told[report.claim.fact].append(report)
        newest = sa.select(changes.c.fact, sa.func.max(changes.c.number).label("number")).group_by(changes.c.fact)
        until = newest.where(changes.c.fact.in_(few), changes.c.time <= when)
        numbers = {row.fact: row.number for row in connection.execute(until)}
    for fact in chosen:
        if fact in marked:
            yield fact_then(ledger, fact, when, window)
        else:
            history = timeline(told[fact], when, window(keys.parse(fact)))
            yield _fact(fact, history, numbers.get(fact, 0))


def fact_then(ledger: Ledger, fact: str, when: datetime, window: Window) -> Fact:
    """One fact as it was known at that moment."""
    last = sa.select(changes.c.number).where(changes.c.fact == fact, changes.c.time <= when)
    with transaction(ledger.engine) as connection:
        walk, _ = walked_then(connection, fact, when, window(keys.parse(fact)))
        number = connection.scalar(last.order_by(changes.c.time.desc(), changes.c.position.desc()).limit(1))
    return _fact(fact, walk.history(when), number or 0)


def _fact(fact: str, history: History, number: int) -> Fact:
    present, contender = history.present, history.contender
    return Fact(
        fact=fact,
        key=keys.parse(fact),
        present=present.known if present else None,
        contender=contender.known if contender else None,
        since=present.since if present else None,
        origins=present.voices.origins if present else 0,
        confidence=present.voices.confidence if present else 0.0,
        changes=number,
    )


def history_then(ledger: Ledger, fact: str, when: datetime, window: Window) -> History:
    """The steps of a fact's value as they were known at that moment; costs what was said of it by then."""
    return timeline(reports_then(ledger, fact, when), when, window(keys.parse(fact)))


def reports_then(ledger: Ledger, fact: str, when: datetime) -> tuple[Report, ...]:
    """All that articles were known to say of a fact at that moment, oldest first."""
    with transaction(ledger.engine) as connection:
        return told_then(connection, fact, when)


def walked_then(
    connection: sa.Connection, fact: str, when: datetime, window: timedelta, first: Place | None = None
) -> tuple[Walk, tuple[Report, ...]]:
    """The walk over what was known then, and what of it was walked: from the last mark on that held then.

    With `first`, from the last one before that place.
    """
    rules = connection.scalar(sa.select(facts.c.rules).where(facts.c.fact == fact))
    query = sa.select(*GONE_PLACE).where(gone_since(fact, when)).order_by(*GONE_PLACE).limit(1)
    gone = ((row.event_time, row.first_seen, row.article_id) for row in connection.execute(query))
    bounds = (*gone, *((first,) if first else ()))
    taken = taken_up(connection, Asked(fact=fact, rules=rules, changed=bounds), window, when)
    walk, after = taken or (Walk(window), None)
    told = told_then(connection, fact, when, after)
    walk.take(told)
    return walk, told


def told_then(connection: sa.Connection, fact: str, when: datetime, after: Place | None = None) -> tuple[Report, ...]:
    """What articles, or those behind that place, were known to say of a fact at that moment, oldest first."""
    now, gone = REPORTS.where(known_by(fact, when)), sa.select(superseded).where(gone_since(fact, when))
    if after:
        now, gone = now.where(row_of(PLACE) > row_of(after)), gone.where(row_of(GONE_PLACE) > row_of(after))
    rows: list[sa.Row[Any]] = [*connection.execute(now), *connection.execute(gone)]
    return reports(rows)


def known_by(fact: str, when: datetime) -> sa.ColumnElement[bool]:
    """The claims on a fact that were known at that moment, of claims joined with their articles."""
    return (claims.c.fact == fact) & _known(when)


def spoken_of(when: datetime) -> sa.ColumnElement[bool]:
    """The facts of which anything may have been known at that moment: of others nobody had spoken yet."""
    mine = facts.c.fact
    now = sa.select(claims.c.number).where(claims.c.fact == mine, claims.c.event_time <= when)
    gone = sa.select(superseded.c.number).where(superseded.c.fact == mine, superseded.c.known_from <= when)
    # With a limit no database reads all of a table to look into it.
    return sa.or_(*(query.limit(1).scalar_subquery().is_not(None) for query in (now, gone)))


def gone_since(fact: str, when: datetime) -> sa.ColumnElement[bool]:
    """The superseded claims on a fact that were known at that moment."""
    return (superseded.c.fact == fact) & _known_until(when)


def _known(when: datetime) -> sa.ColumnElement[bool]:
    # No news is of a time after it was seen (`streams.extract.reader`): with that the index leaves out what came later.
    return (claims.c.event_time <= when) & (articles.c.known_from <= when)


def _known_until(when: datetime) -> sa.ColumnElement[bool]:
    return (superseded.c.known_from <= when) & (superseded.c.known_until > when)
