"""Who is told of a fact that moved: the change, why nobody hears of it, or the deliveries that are due.

All of it is written in the transaction of the lesson that moved the fact. One rule: what is told is told from what
people heard last; what is not is written as it happened.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from alerts import keys
from alerts.decide import Circumstances, Move, Silence, telling
from alerts.destinations import Destination
from alerts.ledger import portions
from alerts.policy import Policy
from alerts.render import body
from alerts.reports import Place
from alerts.restated import restated
from alerts.routing import recipients
from alerts.tables import changes, deliveries, facts, insert_missing
from streams.records import Change, Known, State, decode, encode


class Lesson(msgspec.Struct, frozen=True):
    """What every step of one transaction needs."""

    connection: sa.Connection
    policy: Policy
    destinations: Sequence[Destination]
    now: datetime
    quiet: bool = False
    reader_changed: bool = False
    changed: tuple[Place, ...] = ()
    article: str | None = None
    silences: list[Silence] = msgspec.field(default_factory=list)  # of the changes that nobody is told of


class Moved(msgspec.Struct, frozen=True):
    """What happened to a fact, and what that is for people, who may not have been told of the last changes (`kept`)."""

    fact: str
    number: int
    move: Move | None
    news: Move | None
    kept: bool
    opened: Silence | None = None  # how silent the conflict was that only time has ended


def record(lesson: Lesson, moves: Sequence[Moved]) -> tuple[Change, ...]:
    """Write what moved, in this order, with the deliveries that are due; gives the changes worth telling."""
    partners = _partners(lesson, (one.fact for one in moves))
    told = (_record(lesson, one, partners) for one in moves)
    return tuple(change for change in told if change)


def _partners(lesson: Lesson, moved_facts: Iterable[str]) -> dict[str, set[str]]:
    """Who of those that these facts name takes part, for each family of projects; who is in doubt still does."""
    parties = {party for fact in moved_facts for party in keys.parse(fact).parties()}
    asked = sorted(keys.partner(party, project) for party in parties for project in lesson.policy.projects)
    members: dict[str, set[str]] = {}
    for some in portions(asked):
        query = sa.select(facts.c.fact, facts.c.present).where(facts.c.fact.in_(some), facts.c.present.is_not(None))
        for row in lesson.connection.execute(query):
            key, value = keys.parse(row.fact), decode(row.present, Known).value
            if isinstance(value, State) and value.state != "out":
                members.setdefault(lesson.policy.family(key.to), set()).update(key.payers)
    return members


def _record(lesson: Lesson, one: Moved, partners: Mapping[str, set[str]]) -> Change | None:
    """Write the change and its deliveries; gives it back when it is worth telling.

    What is told is told from what people heard last; what is not, is written as it happened. Where nothing happened
    there is nothing to write unless it is told now.
    """
    silence = _silence(lesson, one, partners)
    move = one.move if silence else one.news
    if move is None:
        return None
    change = _change(one, move, lesson.now)
    row = {name: getattr(change, name) for name in ("change_id", "fact", "number", "time", "kind")}
    row |= {"about": keys.parse(change.fact).to}
    lesson.connection.execute(sa.insert(changes).values(row | {"silence": silence, "record": encode(change).decode()}))
    lesson.connection.execute(sa.update(facts).where(facts.c.fact == one.fact).values(changes=one.number))
    if silence:
        lesson.silences.append(silence)
        return None
    wanting = recipients(lesson.destinations, change, lesson.policy, partners)
    rows = [_delivery(lesson, change, destination) for destination in wanting]
    insert_missing(lesson.connection, deliveries, rows)
    return change


def _change(one: Moved, move: Move, now: datetime) -> Change:
    return Change(
        change_id=keys.digest(one.fact, str(one.number)),
        fact=one.fact,
        number=one.number,
        kind=move.kind,
        old=move.old,
        new=move.new,
        other=move.other,
        time=now,
        reason="corroborated" if one.move is None and move.kind != "correction" else move.reason,
        origins=max(1, move.voices.origins),
        confidence=move.voices.confidence if move.voices.sources else 1.0,
    )


def _silence(lesson: Lesson, one: Moved, partners: Mapping[str, set[str]]) -> Silence | None:
    news = one.news
    if news is None:
        return "as_told"
    about = Circumstances(
        partners=partners,
        origins=news.voices.origins,
        sources=news.voices.sources.keys(),
        quiet=lesson.quiet or one.opened in ("quiet", "waiting"),
        reader_changed=lesson.reader_changed or one.opened == "reader",
        in_other_currency=restated(lesson.connection, one.fact, news),
        kept=one.kept,
    )
    return telling(keys.parse(one.fact), news, lesson.policy, about)


def _delivery(lesson: Lesson, change: Change, destination: Destination) -> dict[str, Any]:
    shown = change.new or change.other or change.old
    return {
        "delivery_id": keys.digest(change.change_id, destination.id),
        "change_id": change.change_id,
        "fact": change.fact,
        "number": change.number,
        "destination": destination.id,
        "body": body(change, destination, lesson.policy.names),
        "published": shown.evidence.time if shown else lesson.now,
        "created": lesson.now,
        "state": "pending",
        "attempts": 0,
        "next_at": lesson.now,
    }
