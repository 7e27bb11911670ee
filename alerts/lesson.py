"""One lesson: a Reading in; out, in one transaction, the facts it touches, their changes and the deliveries due.

The Reading's claims replace all that earlier revisions of the article claimed, on other facts too. Every fact that old
or new claims touch is computed afresh from all its claims, locked in the order of keys. What it was before and what it
is now are compared, and only that makes a change. So a Reading that comes twice changes nothing, and a crash leaves
either all of it or none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from alerts import keys, metrics
from alerts.compare import Value, same
from alerts.decide import Circumstances, Move, Silence, moved, telling
from alerts.destinations import Destination
from alerts.facts import History, Step
from alerts.kept import heard, silence_of_conflict
from alerts.ledger import Ledger, portions, reports_on
from alerts.past import replace_known
from alerts.policy import Policy
from alerts.render import body
from alerts.reports import BASELINE, Place, effect, spokesmen, value_of
from alerts.restated import restated
from alerts.routing import recipients
from alerts.tables import articles, changes, claims, deliveries, facts, insert_missing, transaction
from alerts.upkeep import Standing, renew
from alerts.walks import Asked, outcome
from streams.failpoints import reach
from streams.records import Change, Claim, Known, Reading, State, decode, encode


class _Lesson(msgspec.Struct, frozen=True):
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


class _Moved(msgspec.Struct, frozen=True):
    """What happened to a fact, and what that is for people, who may not have been told of the last changes (`kept`)."""

    fact: str
    number: int
    move: Move | None
    news: Move | None
    kept: bool
    opened: Silence | None = None  # how silent the conflict was that only time has ended


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
        held = _held(connection, reading, now)
        if not _supersedes(reading, held):
            _note_read_again(connection, reading, held)
            return ()
        reread = held.revision == reading.revision
        changed = (_place(reading), _place(held)) if held.revision else (_place(reading),)
        lesson = _Lesson(connection, policy, destinations, now, reading.quiet, reread, changed, reading.article_id)
        told = _recount(lesson, _replace_claims(connection, reading, held, now))
        reach("learn.before_commit")
    _count(told, lesson.silences)
    return told


def tick(ledger: Ledger, policy: Policy, destinations: Sequence[Destination], now: datetime) -> tuple[Change, ...]:
    """Let the newer value stand in every conflict whose window is over at `now`; gives the changes worth telling."""
    with transaction(ledger.engine) as connection:
        over = connection.scalars(sa.select(facts.c.fact).where(facts.c.contested_until <= now)).all()
        lesson = _Lesson(connection, policy, destinations, now)
        told = _recount(lesson, over)
    _count(told, lesson.silences)
    return told


def learn_baseline(ledger: Ledger, readings: Sequence[Reading], policy: Policy, now: datetime) -> None:
    """Learn what was known before the first article; what the operator changed or took out since is corrected.

    The readings are quiet. Their revisions are counted here: a file has none.
    """
    with transaction(ledger.engine) as connection:
        held = _baseline_held(connection)
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


def _baseline_held(connection: sa.Connection) -> dict[str, tuple[Reading, tuple[Claim, ...]]]:
    rows = connection.execute(sa.select(articles).where(articles.c.source_id == BASELINE))
    held = {}
    for row in rows:
        said = connection.scalars(
            sa.select(claims.c.record).where(claims.c.article_id == row.article_id).order_by(claims.c.number)
        )
        empty = Reading(
            article_id=row.article_id,
            revision=row.revision,
            reader_version=row.reader_version,
            source_id=BASELINE,
            url=row.url,
            title=row.title,
            event_time=row.event_time,
            first_seen=row.first_seen,
            quiet=True,
        )
        held[row.article_id] = (empty, tuple(decode(record, Claim) for record in said))
    return held


def _supersedes(reading: Reading, held: sa.Row[Any]) -> bool:
    """Whether the Reading counts from now on: a later revision, a newer reader's, or a later one with other names."""
    ours, theirs = (reading.revision, reading.reader_version), (held.revision, held.reader_version)
    if ours != theirs:
        return ours > theirs
    later = reading.read_at is not None and (held.read_at is None or reading.read_at > held.read_at)
    return later and reading.watchlist != held.watchlist


def _note_read_again(connection: sa.Connection, reading: Reading, held: sa.Row[Any]) -> None:
    """Read again with the same names: it says the same, and what others read before that no longer counts."""
    theirs = (held.revision, held.reader_version, held.watchlist)
    if (reading.revision, reading.reader_version, reading.watchlist) == theirs and reading.read_at:
        where = (articles.c.article_id == reading.article_id) & (
            articles.c.read_at.is_(None) | (articles.c.read_at < reading.read_at)
        )
        connection.execute(sa.update(articles).where(where).values(read_at=reading.read_at))


def _held(connection: sa.Connection, reading: Reading, now: datetime) -> sa.Row[Any]:
    """The article's row, locked; revision 0 when nothing was learned of it yet."""
    row = _article(reading, now) | {"revision": 0, "reader_version": 0, "known_from": reading.first_seen}
    insert_missing(connection, articles, [row])
    mine = articles.c.article_id == reading.article_id
    return connection.execute(sa.select(articles).where(mine).with_for_update()).one()


def _article(reading: Reading, now: datetime) -> dict[str, Any]:
    return {
        "article_id": reading.article_id,
        "revision": reading.revision,
        "reader_version": reading.reader_version,
        "source_id": reading.source_id,
        "url": reading.url.replace("\0", ""),  # which PostgreSQL cannot store
        "title": reading.title.replace("\0", ""),
        "event_time": reading.event_time,
        "first_seen": reading.first_seen,
        "origin": encode(reading.origin).decode(),
        "learned_at": now,
        "watchlist": reading.watchlist,
        "read_at": reading.read_at,
    }


def _place(article: Reading | sa.Row[Any]) -> Place:
    return article.event_time.astimezone(UTC), article.first_seen.astimezone(UTC), article.article_id


def _replace_claims(connection: sa.Connection, reading: Reading, held: sa.Row[Any], now: datetime) -> list[str]:
    """Put the Reading's claims in the place of the article's; gives the facts touched, in the text's order."""
    # What does not say by itself when it arrived, because it was only read again, is known from now on.
    known_from = reading.first_seen if not held.revision or reading.first_seen > held.first_seen else now
    replace_known(connection, reading.article_id, known_from)
    mine = claims.c.article_id == reading.article_id
    query = sa.select(claims.c.fact).where(mine, claims.c.fact.is_not(None)).order_by(claims.c.number)
    before = connection.scalars(query).all()
    connection.execute(sa.delete(claims).where(mine))
    article = {name: getattr(reading, name) for name in ("article_id", "event_time", "first_seen")}
    rows = [
        article | {"number": number, "fact": claim.fact, "record": encode(claim).decode()}
        for number, claim in enumerate(reading.claims)
    ]
    if rows:
        connection.execute(sa.insert(claims), rows)
    where = articles.c.article_id == reading.article_id
    connection.execute(sa.update(articles).where(where).values(_article(reading, now) | {"known_from": known_from}))
    return [*(claim.fact for claim in reading.claims if claim.fact), *(fact for fact in before if fact)]


def _recount(lesson: _Lesson, touched: Iterable[str]) -> tuple[Change, ...]:
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
            moves.append(_Moved(row.fact, row.changes + 1, move, news, kept is not None, opened))
        elif history.present and history.present.voices.origins != row.origins:
            renew(
                lesson.connection, _standing(row.fact, history.present), lesson.destinations, lesson.policy, lesson.now
            )
    if not moves:
        return ()
    moves.sort(key=lambda one: order[one.fact])
    partners = _partners(lesson, (one.fact for one in moves))
    told = (_record(lesson, one, partners) for one in moves)
    return tuple(change for change in told if change)


def _standing(fact: str, present: Step) -> Standing:
    voices = present.voices
    return Standing(fact=fact, known=present.known, origins=voices.origins, confidence=voices.confidence)


def _move(connection: sa.Connection, row: sa.Row[Any], before: Known | None, after: History) -> Move | None:
    contender = decode(row.contender, Known) if row.contender else None
    return moved(before, contender, after, withdrawn=before is not None and not _said(connection, row.fact, before))


def _opened(lesson: _Lesson, row: sa.Row[Any], move: Move | None) -> Silence | None:
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


def _partners(lesson: _Lesson, moved_facts: Iterable[str]) -> dict[str, set[str]]:
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


def _change(one: _Moved, move: Move, now: datetime) -> Change:
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


def _record(lesson: _Lesson, one: _Moved, partners: Mapping[str, set[str]]) -> Change | None:
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


def _silence(lesson: _Lesson, one: _Moved, partners: Mapping[str, set[str]]) -> Silence | None:
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


def _delivery(lesson: _Lesson, change: Change, destination: Destination) -> dict[str, Any]:
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
