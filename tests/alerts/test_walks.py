"""Marks are a shortcut and nothing else: taking up a walk gives what walking everything gives."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from alerts import tables, walks
from alerts.facts import History, Mark, Walk, timeline
from alerts.ledger import Ledger, reports_on
from alerts.lesson import learn
from alerts.policy import Policy, Rules
from alerts.reports import Place, Report
from streams.records import Reading
from tests.alerts.build import NOW, POLICY, TOTAL, figure, learn_all, origin, reading, reports, shown
from tests.alerts.conftest import emptied, fresh
from tests.alerts.test_properties import FACTS, claims

# A failing story is told as it was found: making it smaller takes longer than the whole test.
NO_LONG_SHRINKING = [Phase.explicit, Phase.reuse, Phase.generate]
WINDOWS = (timedelta(0), timedelta(days=2))


@st.composite
def arrivals(draw: st.DrawFn) -> list[Reading]:
    """Readings in the order of arrival: late ones, revisions that say less, more or something else, at other times."""
    revisions: dict[str, int] = {}
    story = []
    for article in draw(st.lists(st.sampled_from("abcdefghijkl"), max_size=24)):
        revisions[article] = revisions.get(article, 0) + 1
        story.append(
            reading(
                article,
                draw(st.integers(0, 12)),
                *draw(st.lists(claims(), max_size=3)),
                revision=revisions[article],
                source_id=f"outlet-{draw(st.integers(1, 4))}",
                origin=origin(draw(st.sampled_from([None, None, "agency"])), draw(st.sampled_from([(), (1, 2, 3)]))),
            )
        )
    return story


@pytest.fixture(scope="module")
def shared() -> Iterator[Ledger]:
    """One ledger for all examples."""
    engine = fresh("sqlite://")
    yield Ledger(engine)
    engine.dispose()


def patient(window: timedelta) -> Policy:
    return Policy(projects=POLICY.projects, rules=Rules(conflict_window=window))


def unwalked(history: History) -> History:
    """The outcome without what was walked to get there."""
    bare = {
        name: msgspec.structs.replace(step, reports=()) if (step := getattr(history, name)) else None
        for name in ("present", "contender")
    }
    return msgspec.structs.replace(history, steps=(), **bare)


def held(ledger: Ledger, fact: str, window: timedelta) -> History:
    """The outcome as the marks give it."""
    with ledger.engine.begin() as connection:
        rules = connection.scalar(sa.select(tables.facts.c.rules).where(tables.facts.c.fact == fact))
        return walks.outcome(connection, walks.Asked(fact=fact, rules=rules), NOW, window)


def marks_of(ledger: Ledger, fact: str) -> list[tuple[Place, Mark]]:
    with ledger.engine.begin() as connection:
        rows = connection.execute(sa.select(tables.marks).where(tables.marks.c.fact == fact)).all()
    return [
        ((row.event_time, row.first_seen, row.article_id), msgspec.json.decode(row.record, type=Mark)) for row in rows
    ]


def walked(told: tuple[Report, ...], place: Place, window: timedelta) -> Mark:
    walk = Walk(window)
    walk.take(report for report in told if report.order() <= place)
    return walk.mark()


@settings(max_examples=60, deadline=None, phases=NO_LONG_SHRINKING)
@given(story=arrivals(), span=st.integers(1, 3), window=st.sampled_from(WINDOWS))
def test_taking_up_a_walk_is_walking_it_all(shared: Ledger, story: list[Reading], span: int, window: timedelta) -> None:
    """After late articles, revisions and withdrawals, outcome, row and every mark are those of the whole walk."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(walks, "SPAN", span)
        learn_all(emptied(shared), *story, policy=patient(window))
        for fact in FACTS:
            told = shared.claims(fact)
            whole = timeline(told, NOW, window)
            row = shared.fact(fact)
            assert unwalked(held(shared, fact, window)) == unwalked(whole)
            assert (row.present if row else None) == (whole.present.known if whole.present else None)
            for place, mark in marks_of(shared, fact):
                assert mark == walked(told, place, window)


def reading_of(ledger: Ledger, one: Reading) -> int:
    """How many reports are read back from the ledger to learn one more article."""
    read: list[int] = []

    def counted(*given: Any) -> tuple[Report, ...]:
        found = reports_on(*given)
        read.append(len(found))
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(walks, "reports_on", counted)
        learn(ledger, one, POLICY, (), NOW)
    return sum(read)


ONE_MORE = {
    "newest": reading("new", 500, figure(TOTAL, 500)),
    "another value": reading("other", 501, figure(TOTAL, 700)),
    "late": reading("late", 100.5, figure(TOTAL, 500), source_id="outlet-1"),
    "a revision": reading("a100", 100, figure(TOTAL, 500), revision=2, source_id="outlet-0"),
    "moved from the beginning to the end": reading("a10", 502, figure(TOTAL, 700), revision=2, source_id="outlet-0"),
    "withdrawn": reading("a100", 100, revision=3, source_id="outlet-0"),
}


def test_one_more_article_reads_few(memory: Ledger) -> None:
    """Of three hundred articles on a fact, those around the one that comes, changes or goes are read again, not all."""
    story = [
        reading(f"a{n}", n, figure(TOTAL, 400 if n < 20 else 500), source_id=f"outlet-{n % 5}") for n in range(300)
    ]
    learn_all(memory, *story)

    for what, one in ONE_MORE.items():
        assert reading_of(memory, one) <= 6 * walks.SPAN, what
        assert unwalked(held(memory, TOTAL, timedelta(0))) == unwalked(timeline(memory.claims(TOTAL), NOW)), what


def test_marks_of_other_rules_are_thrown_away(memory: Ledger) -> None:
    """When the window is another one, the whole fact is walked anew, and its marks are those of the new rules."""
    story = [reading(f"a{n}", n / 10, figure(TOTAL, 500 + 100 * (n % 3 // 2))) for n in range(100)]
    learn_all(memory, *story)
    learn_all(memory, reading("last", 11, figure(TOTAL, 500)), policy=patient(WINDOWS[1]))

    told = memory.claims(TOTAL)
    assert unwalked(held(memory, TOTAL, WINDOWS[1])) == unwalked(timeline(told, NOW, WINDOWS[1]))
    assert marks_of(memory, TOTAL)
    assert all(mark == walked(told, place, WINDOWS[1]) for place, mark in marks_of(memory, TOTAL))


def test_one_article_with_many_claims_is_one_place(memory: Ledger) -> None:
    """An article that says a figure more often than a span is long still speaks with one voice."""
    loud = [figure(TOTAL, 500 + n, salient=n == 7, sentence=f"s{n}") for n in range(3 * walks.SPAN)]
    learn_all(memory, reading("a", 0, figure(TOTAL, 400)), reading("b", 1, *loud), reading("c", 2, figure(TOTAL, 507)))

    fact = memory.fact(TOTAL)
    assert fact is not None
    assert (shown(fact.present), fact.origins) == ("507", 2)


def test_a_mark_forgets_the_texts_of_values_long_gone() -> None:
    """Of sixteen values that each stood for weeks, only the texts of the last seven days are written down."""
    walk = Walk(timedelta(0))
    for n in range(800):
        text = origin(None, range(n * 64, n * 64 + 64))
        walk.take(reports(reading(f"a{n}", n, figure(TOTAL, 100 + n // 40), origin=text)))

    texts = [len(step.voices.texts) for step in walk.mark().standing]
    assert texts == [0] * 15 + [8]


def test_what_a_mark_holds_is_bounded() -> None:
    """However many reports, values, denials and texts there were, a mark stays as large as its bounds say."""
    sizes = []
    for count in (500, 5_000):
        walk = Walk(timedelta(0))
        for n in range(count):
            denied = n % 3 == 2
            claim = figure(TOTAL, 100 + (n - denied) % 97, polarity="denied" if denied else "affirmed")
            text = origin("agency", range(n * 64, n * 64 + 64))
            walk.take(reports(reading(f"a{n}", n / 1000, claim, source_id=f"outlet-{n % 20}", origin=text)))
        sizes.append(len(msgspec.json.encode(walk.mark())))
    assert sizes[1] < sizes[0] * 1.2
