"""One lesson: a Reading in; out, in one transaction, the facts it touches, their changes and the deliveries due.

The Reading's claims replace all that earlier revisions of the article claimed, on other facts too. Every fact that old
or new claims touch is computed afresh from all its claims, locked in the order of keys. What it was before and what it
is now are compared, and only that makes a change. So a Reading that comes twice changes nothing, and a crash leaves
either all of it or none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from alerts import keys, metrics
from alerts.compare import Value, same
from alerts.decide import Move, Silence, moved
from alerts.destinations import Destination
from alerts.facts import History, Step
from alerts.kept import heard, silence_of_conflict
from alerts.ledger import Ledger, reports_on
from alerts.policy import Policy
from alerts.reports import BASELINE, effect, spokesmen, value_of
from alerts.said import baseline_held, held_of, note_read_again, place_of, replace_claims, supersedes
from alerts.tables import articles, claims, facts, insert_missing, transaction
from alerts.told import Lesson, Moved, record
from alerts.upkeep import Standing, renew
from alerts.walks import Asked, outcome
from streams.failpoints import reach
from streams.records import Change, Known, Reading, decode, encode


def learn(
    ledger: Ledger, reading: Reading, policy: Policy, destinations: Sequence[Destination], now: datetime
) -> tuple[Change, ...]:
    """Learn one Reading in one transaction; gives the changes worth telling, for which deliveries are now due.

    A Reading that is not newer than what the ledger holds of the article changes nothing; one that was only read again,
    by a newer reader or with another watchlist, or that is quiet, is learned and told to nobody. A text that was
    probably decoded wrongly says nothing and takes nothing back.

    Raises `Unavailable` when the database does not answer.
    """
    if reading.encoding_suspect:
        return ()
    with transaction(ledger.engine) as connection:
        held = held_of(connection, reading, now)
        if not supersedes(reading, held):
            note_read_again(connection, reading, held)
            return ()
        reread = held.revision == reading.revision
        changed = (place_of(reading), place_of(held)) if held.revision else (place_of(reading),)
        lesson = Lesson(connection, policy, destinations, now, reading.quiet, reread, changed, reading.article_id)
        told = _recount(lesson, replace_claims(connection, reading, held, now))
        reach("learn.before_commit")
    _count(told, lesson.silences)
    return told


def tick(ledger: Ledger, policy: Policy, destinations: Sequence[Destination], now: datetime) -> tuple[Change, ...]:
    """Let the newer value stand in every conflict whose window is over at `now`; gives the changes worth telling."""
    return tuple(change for fact in settled(ledger, now) for change in settle(ledger, fact, policy, destinations, now))


def settled(ledger: Ledger, now: datetime) -> Sequence[str]:
    """The facts whose conflict is over at `now`, and whose newer value does not stand yet."""
    with transaction(ledger.engine) as connection:
        over = sa.select(facts.c.fact).where(facts.c.contested_until <= now)
        return connection.scalars(over.order_by(facts.c.fact)).all()


def settle(
    ledger: Ledger, fact: str, policy: Policy, destinations: Sequence[Destination], now: datetime
) -> tuple[Change, ...]:
    """Let the newer value of a fact stand if its conflict is over; gives the changes worth telling."""
    with transaction(ledger.engine) as connection:
        lesson = Lesson(connection, policy, destinations, now)
        told = _recount(lesson, [fact])
    _count(told, lesson.silences)
    return told


def learn_baseline(ledger: Ledger, readings: Sequence[Reading], policy: Policy, now: datetime) -> None:
    """Learn what was known before the first article; what the operator changed or took out since is corrected.

    The readings are quiet. Their revisions are counted here: a file has none.
    """
    with transaction(ledger.engine) as connection:
        held = baseline_held(connection)
    given = {reading.article_id: reading for reading in readings}
    for article_id, (last, said) in held.items():
        if article_id not in given and said:
            learn(ledger, msgspec.structs.replace(last, revision=last.revision + 1), policy, (), now)
    for article_id, reading in given.items():
        last, said = held.get(article_id, (reading, ()))
        if said != reading.claims:
            revision = last.revision + 1 if article_id in held else reading.revision
            learn(ledger, msgspec.structs.replace(reading, revision=revision), policy, (), now)


def _count(told: Iterable[Change], silences: Iterable[Silence]) -> None:
    for change in told:
        metrics.CHANGES.labels(change.kind).inc()
    for silence in silences:
        metrics.SILENT.labels(silence).inc()


def _recount(lesson: Lesson, touched: Iterable[str]) -> tuple[Change, ...]:
    """Compute the facts afresh from their claims; records what moved, in this order, and gives what to tell."""
    order = {fact: place for place, fact in enumerate(dict.fromkeys(touched))}
    moves = []
    for row in _locked(lesson.connection, {fact: keys.parse(fact) for fact in sorted(order)}):
        asked = Asked(fact=row.fact, rules=row.rules, changed=lesson.changed)
        history = outcome(lesson.connection, asked, lesson.now, lesson.policy.window(keys.parse(row.fact)))
        move = _move(lesson.connection, row, decode(row.present, Known) if row.present else None, history)
        kept = heard(lesson.connection, row.fact, row.changes)
        news = _move(lesson.connection, row, kept.value, history) if kept else move
        _write(lesson.connection, row.fact, history)
        if move or news:
            opened = _opened(lesson, row, move)
            moves.append(Moved(row.fact, row.changes + 1, move, news, kept is not None, opened))
        elif history.present and history.present.voices.origins != row.origins:
            renew(
                lesson.connection, _standing(row.fact, history.present), lesson.destinations, lesson.policy, lesson.now
            )
    if not moves:
        return ()
    moves.sort(key=lambda one: order[one.fact])
    return record(lesson, moves)


def _standing(fact: str, present: Step) -> Standing:
    voices = present.voices
    return Standing(fact=fact, known=present.known, origins=voices.origins, confidence=voices.confidence)


def _move(connection: sa.Connection, row: sa.Row[Any], before: Known | None, after: History) -> Move | None:
    contender = decode(row.contender, Known) if row.contender else None
    return moved(before, contender, after, withdrawn=before is not None and not _said(connection, row.fact, before))


def _opened(lesson: Lesson, row: sa.Row[Any], move: Move | None) -> Silence | None:
    """How silent the conflict was whose contender stands now, where no article that is learned says so."""
    contender = decode(row.contender, Known) if row.contender else None
    if not (contender and move and move.kind == "figure_changed" and move.new):
        return None
    if not same(move.new.value, contender.value):
        return None
    mine = claims.c.article_id == lesson.article
    if _says(lesson.connection, mine, row.fact, contender.value):
        return None
    return silence_of_conflict(lesson.connection, row.fact, contender)


def _said(connection: sa.Connection, fact: str, before: Known) -> bool:
    """Whether the article that a value rests on, or what was known before the first article, still says so."""
    article = before.evidence.article_id
    ours = sa.select(articles.c.article_id).where(articles.c.source_id == BASELINE)
    mine = claims.c.article_id == article if article else claims.c.article_id.in_(connection.scalars(ours).all())
    return _says(connection, mine, fact, before.value)


def _says(connection: sa.Connection, which: sa.ColumnElement[bool], fact: str, value: Value) -> bool:
    """Whether one of those claims gives the fact that value, and speaks for its article."""
    said = spokesmen(report for report in reports_on(connection, which) if report.claim.fact == fact)
    return any(effect(one.claim) == "sets" and same(value_of(one.claim), value) for one in said)


def _locked(connection: sa.Connection, parsed: Mapping[str, keys.Key]) -> Sequence[sa.Row[Any]]:
    """The facts' rows, made where missing, locked in the order of their keys so that no two learners wait in a ring."""
    new = {"origins": 0, "confidence": 0.0, "changes": 0}
    rows = [{"fact": fact, "kind": key.kind, "about": key.to} | new for fact, key in parsed.items()]
    insert_missing(connection, facts, rows)
    query = sa.select(facts).where(facts.c.fact.in_(list(parsed))).order_by(facts.c.fact).with_for_update()
    return connection.execute(query).all()


def _write(connection: sa.Connection, fact: str, history: History) -> None:
    present, contender = history.present, history.contender
    values = {
        "present": encode(present.known).decode() if present else None,
        "contender": encode(contender.known).decode() if contender else None,
        "contested_until": history.until,
        "since": present.since if present else None,
        "origins": present.voices.origins if present else 0,
        "confidence": present.voices.confidence if present else 0.0,
    }
    connection.execute(sa.update(facts).where(facts.c.fact == fact).values(values))
