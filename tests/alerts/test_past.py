"""What was known then, and what reading an article again changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import permutations, product

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts import walks
from alerts.excerpt import excerpt_then
from alerts.facts import timeline
from alerts.keys import parse
from alerts.ledger import Ledger
from alerts.lesson import learn
from alerts.past import fact_then, facts_then, history_then, reports_then, walked_then
from streams.records import Reading
from tests.alerts.build import POLICY, START, TOTAL, figure, learn_all, partner, reading, shown
from tests.alerts.conftest import emptied, fresh
from tests.alerts.test_properties import FACTS
from tests.alerts.test_walks import NO_LONG_SHRINKING, WINDOWS, arrivals, patient, unwalked

LATER = START + timedelta(days=100)
_DAYS = st.integers(0, 5).map(lambda days: timedelta(days=days))


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def value(ledger: Ledger, number: float) -> str | None:
    return shown(fact_then(ledger, TOTAL, day(number), POLICY.window).present)


def read_with(one: Reading, names: str, minute: int) -> Reading:
    return msgspec.structs.replace(one, watchlist=names, read_at=LATER + timedelta(minutes=minute))


def test_what_was_known_then(ledger: Ledger) -> None:
    """A moment knows what had arrived by then, each article as it was then, whatever was learned since."""
    learn_all(
        ledger,
        reading("a", 0, figure(TOTAL, 500)),
        reading("b", 2, figure(TOTAL, 600)),
        reading("b", 2, figure(TOTAL, 650), revision=2, first_seen=day(4)),
        reading("late", 1, figure(TOTAL, 550), first_seen=day(6)),
        reading("b", 2, revision=3, first_seen=day(8)),
    )

    assert [value(ledger, number) for number in (-1, 0, 1.9, 2, 4, 6, 8)] == [
        None,
        "500",
        "500",
        "600",
        "650",
        "650",
        "550",
    ]
    assert [shown(step.known) for step in history_then(ledger, TOTAL, day(6), POLICY.window).steps] == [
        "500",
        "550",
        "650",
    ]


def test_facts_of_a_moment(ledger: Ledger) -> None:
    """All facts of the moment and no others; of today they are what the ledger shows."""
    learn_all(ledger, reading("a", 0, figure(TOTAL, 500)), reading("b", 3, partner("cisco@stargate-uae")))

    assert [fact.fact for fact in facts_then(ledger, day(1), POLICY.window)] == [TOTAL]
    now = datetime.now(START.tzinfo) + timedelta(days=3650)
    assert tuple(facts_then(ledger, now, POLICY.window)) == ledger.facts()


@pytest.fixture(scope="module")
def shared() -> Iterator[Ledger]:
    """One ledger for all examples."""
    ledger = Ledger(fresh("sqlite://"))
    yield ledger
    ledger.engine.dispose()


def test_what_came_late_is_not_known_before(memory: Ledger) -> None:
    """An article that is found long after its day moves the marks behind that day away from the moments before."""
    learn_all(memory, *(reading(f"a{n:03}", n, figure(TOTAL, 500), source_id=f"s{n % 5}") for n in range(300)))
    learn_all(memory, reading("late", 100.5, figure(TOTAL, 700), source_id="late", first_seen=day(400)))
    assert [fact_then(memory, TOTAL, day(n), POLICY.window).since for n in (120, 299, 400)] == [START, START, day(101)]


@st.composite
def seen_late(draw: st.DrawFn) -> list[Reading]:
    """Readings, each seen some days after its news."""
    story = draw(arrivals())
    return [msgspec.structs.replace(one, first_seen=one.event_time + draw(_DAYS)) for one in story]


@settings(max_examples=40, deadline=None, phases=NO_LONG_SHRINKING)
@given(story=seen_late(), again=st.integers(0, 3), span=st.integers(1, 3), window=st.sampled_from(WINDOWS))
def test_a_moment_taken_up_from_a_mark_is_that_moment(
    shared: Ledger, story: list[Reading], again: int, span: int, window: timedelta
) -> None:
    """With late articles, revisions, and some read again much later, marks give what walking all of it gives."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(walks, "SPAN", span)
        learn_all(emptied(shared), *story, policy=patient(window))
        for one in story[:again]:
            learn(shared, msgspec.structs.replace(one, reader_version=9), patient(window), (), LATER)
    for fact, number in product(FACTS, (-1, 3, 6, 9, 12, 99, 100)):
        whole = reports_then(shared, fact, day(number))
        with shared.engine.begin() as connection:
            walk, _ = walked_then(connection, fact, day(number), window)
        outcome = unwalked(timeline(whole, day(number), window))
        assert unwalked(walk.history(day(number))) == outcome
        newest = excerpt_then(shared, fact, day(number), window, 3)
        assert (newest.reports, newest.before) == (whole[-3:], len(whole[:-3]))
        assert unwalked(newest.history) == outcome


def test_a_moment_reads_what_came_since_the_last_mark(memory: Ledger) -> None:
    """Of three hundred articles on a fact few are read for a moment, in the middle or at the end of them."""
    learn_all(memory, *(reading(f"a{n:03}", n, figure(TOTAL, 400 + n // 20)) for n in range(300)))
    for number in (0, 10, 150, 299, 1000):
        with memory.engine.begin() as connection:
            walk, told = walked_then(connection, TOTAL, day(number), POLICY.window(parse(TOTAL)))
        assert len(told) <= 2 * walks.SPAN
        present = walk.history(day(number)).present
        assert present is not None
        assert shown(present.known) == str(400 + min(number, 299) // 20)


def test_what_was_read_again_is_walked_from_before_it(memory: Ledger) -> None:
    """A mark that stands on a reading of later on is not one of the moment before that."""
    learn_all(memory, *(reading(f"a{n:03}", n, figure(TOTAL, 400 + n // 20)) for n in range(300)))
    learn(memory, reading("a100", 100, figure(TOTAL, 999), reader_version=2), POLICY, (), day(400))
    for number, value_then, most in ((90, "404", 64), (299, "414", 264), (400, "414", 64)):
        with memory.engine.begin() as connection:
            walk, told = walked_then(connection, TOTAL, day(number), POLICY.window(parse(TOTAL)))
        present = walk.history(day(number)).present
        assert present is not None
        assert shown(present.known) == value_then
        assert len(told) <= most


@settings(max_examples=25, deadline=None)
@given(values=st.lists(st.sampled_from([100, 500, 600, None]), min_size=1, max_size=6))
def test_the_past_is_what_the_ledger_said_then(values: list[int | None]) -> None:
    """Asked for the moment of each arrival, the past gives what the ledger itself showed at that moment."""
    ledger = Ledger(fresh("sqlite://"))
    held = []
    for number, billions in enumerate(values):
        said = [] if billions is None else [figure(TOTAL, billions)]
        article = "ab"[number % 2]
        one = reading(article, number // 2, *said, revision=number // 2 + 1, first_seen=day(number))
        learn(ledger, one, POLICY, (), day(number))
        held.append(ledger.facts())
    assert [tuple(facts_then(ledger, day(number), POLICY.window)) for number in range(len(values))] == held
    ledger.engine.dispose()


def test_what_is_only_read_again_is_known_from_then_on(ledger: Ledger) -> None:
    """A newer reader's reading, or that of another watchlist, is no knowledge of the time before it."""
    learn_all(ledger, reading("a", 0, figure(TOTAL, 500)))
    learn(ledger, reading("a", 0, figure(TOTAL, 450), reader_version=2), POLICY, (), day(10))

    assert [value(ledger, number) for number in (0, 9, 10)] == ["500", "500", "450"]


def test_nothing_is_known_before_it_is_seen(memory: Ledger) -> None:
    """Read again by a clock that is slow, an article is no knowledge of the time before it was there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(walks, "SPAN", 1)
        learn_all(memory, reading("a", 5, figure(TOTAL, 500)), reading("b", 9, figure(TOTAL, 600)))
        learn(memory, reading("a", 5, figure(TOTAL, 450), reader_version=2), POLICY, (), day(3))
    assert [value(memory, number) for number in (4, 5, 9)] == [None, "450", "600"]


def test_another_watchlist_replaces_what_was_read_and_tells_nobody(ledger: Ledger) -> None:
    """A replay with another watchlist replaces the article's claims as a newer reader does, and nobody is told."""
    first = reading("a", 0, figure(TOTAL, 500))
    again = reading("a", 0, figure(TOTAL, 500), partner("cisco@stargate-uae"))

    assert len(learn_all(ledger, read_with(first, "old", 0))) == 1
    assert learn_all(ledger, read_with(again, "new", 1)) == []
    assert [fact.fact for fact in ledger.facts()] == [TOTAL, "partner:cisco@stargate-uae"]
    assert [change.fact for change in ledger.changes(9)] == [TOTAL]


def test_readings_with_several_watchlists_are_a_set(memory: Ledger) -> None:
    """In whatever order the readings of one revision arrive, the one that was read last is what counts."""
    story = [
        read_with(reading("a", 0, figure(TOTAL, 500)), "one", 0),
        read_with(reading("a", 0, figure(TOTAL, 600)), "two", 1),
        read_with(reading("a", 0, figure(TOTAL, 500)), "one", 2),
        reading("a", 0, figure(TOTAL, 400)),
    ]
    for number, order in enumerate(permutations(story)):
        named = [msgspec.structs.replace(one, article_id=f"a{number}") for one in order]
        fact = f"figure:total:p{number}:USD"
        learn_all(memory, *(_about(one, fact) for one in named))
        row = memory.fact(fact)
        assert row is not None
        assert shown(row.present) == "500"


def _about(one: Reading, fact: str) -> Reading:
    return msgspec.structs.replace(one, claims=tuple(msgspec.structs.replace(claim, fact=fact) for claim in one.claims))
