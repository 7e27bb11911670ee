"""What was known at a moment of the past: the ledger as it had arrived by then.

An article counts from when its revision was first seen until the next one was, and a reading that only another reader
or watchlist brought from when it was learned: what Rasid reads better today it did not know then. So nothing that was
known is deleted; what a new reading replaces moves to the table `superseded`, with the time until which it was known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from alerts import keys
from alerts.facts import History, timeline
from alerts.ledger import REPORTS, Fact, Ledger, reports
from alerts.reports import Report
from alerts.tables import articles, changes, claims, superseded, transaction

Window = Callable[[keys.Key], timedelta]


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
    for fact in known:
        found = fact_then(ledger, fact, when, window)
        if found.present or found.changes:
            yield found


def fact_then(ledger: Ledger, fact: str, when: datetime, window: Window) -> Fact:
    """One fact as it was known at that moment."""
    history = history_then(ledger, fact, when, window)
    present, contender = history.present, history.contender
    count = sa.select(sa.func.count()).where(changes.c.fact == fact, changes.c.time <= when)
    with transaction(ledger.engine) as connection:
        numbered = connection.scalar(count) or 0
    return Fact(
        fact=fact,
        key=keys.parse(fact),
        present=present.known if present else None,
        contender=contender.known if contender else None,
        since=present.since if present else None,
        origins=present.voices.origins if present else 0,
        confidence=present.voices.confidence if present else 0.0,
        changes=numbered,
    )


def history_then(ledger: Ledger, fact: str, when: datetime, window: Window) -> History:
    """The steps of a fact's value as they were known at that moment."""
    return timeline(reports_then(ledger, fact, when), when, window(keys.parse(fact)))


def reports_then(ledger: Ledger, fact: str, when: datetime) -> tuple[Report, ...]:
    """All that articles were known to say of a fact at that moment, oldest first."""
    now = REPORTS.where(claims.c.fact == fact, articles.c.known_from <= when)
    gone = sa.select(superseded).where(
        superseded.c.fact == fact, superseded.c.known_from <= when, superseded.c.known_until > when
    )
    with transaction(ledger.engine) as connection:
        rows: list[sa.Row[Any]] = [*connection.execute(now), *connection.execute(gone)]
    return reports(rows)
