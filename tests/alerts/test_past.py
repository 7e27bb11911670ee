"""What was known then, and what reading an article again changes."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import permutations

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.ledger import Ledger
from alerts.lesson import learn
from alerts.past import fact_then, facts_then, history_then
from streams.records import Reading
from tests.alerts.build import POLICY, START, TOTAL, figure, learn_all, partner, reading, shown
from tests.alerts.conftest import fresh

LATER = START + timedelta(days=100)


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
