"""The newest part of a fact's history is that part of the whole one, and costs no more than it shows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts import excerpt as excerpts
from alerts import walks
from alerts.excerpt import excerpt
from alerts.facts import History, Step, timeline
from alerts.ledger import Ledger, reports_on
from alerts.tables import facts
from streams.records import Reading
from tests.alerts.build import NOW, TOTAL, figure, learn_all, reading
from tests.alerts.conftest import emptied, fresh
from tests.alerts.test_properties import FACTS
from tests.alerts.test_walks import WINDOWS, arrivals, patient, unwalked

NONE = timedelta(0)
SPAN = 8


@pytest.fixture(scope="module")
def shared() -> Iterator[Ledger]:
    """One ledger for all examples."""
    engine = fresh("sqlite://")
    yield Ledger(engine)
    engine.dispose()


def bare(steps: tuple[Step, ...]) -> list[Step]:
    """Steps without what was walked of them."""
    return [msgspec.structs.replace(step, reports=()) for step in steps]


def told(ledger: Ledger) -> None:
    """A hundred and twenty articles of five outlets, twenty on each value, with a mark after every eighth."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(walks, "SPAN", SPAN)
        learn_all(
            ledger,
            *(reading(f"a{n:03}", n, figure(TOTAL, 400 + n // 20), source_id=f"outlet-{n % 5}") for n in range(120)),
        )


@settings(max_examples=40, deadline=None)
@given(story=arrivals(), span=st.integers(1, 2), window=st.sampled_from(WINDOWS), most=st.integers(1, 8))
def test_the_excerpt_is_the_end_of_the_whole(
    shared: Ledger, story: list[Reading], span: int, window: timedelta, most: int
) -> None:
    """What stands, what contends and what is denied are those of the whole walk; the reports are its newest ones."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(walks, "SPAN", span)
        learn_all(emptied(shared), *story, policy=patient(window))
        for fact in FACTS:
            claims = shared.claims(fact)
            whole, found = timeline(claims, NOW, window), excerpt(shared, fact, NOW, window, most)
            assert unwalked(found.history) == unwalked(whole)
            assert found.reports == claims[-most:]
            assert found.before + len(found.reports) == len(claims)
            ours = bare(found.history.steps)
            assert [step for step in bare(whole.steps) if step in ours] == ours


def test_what_few_said_is_whole(memory: Ledger) -> None:
    """Where there are no more claims than may be shown, nothing is left out."""
    told(memory)
    found = excerpt(memory, TOTAL, NOW, NONE, most=120)

    assert found.history == timeline(memory.claims(TOTAL), NOW)
    assert (len(found.reports), found.before) == (120, 0)


def reading_of(ledger: Ledger, most: int) -> tuple[History, int]:
    """The history of an excerpt, and how many reports were read for it."""
    read: list[int] = []

    def counted(*given: Any) -> Any:
        found = reports_on(*given)
        read.append(len(found))
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(excerpts, "reports_on", counted)
        history = excerpt(ledger, TOTAL, NOW, NONE, most).history
    return history, sum(read)


def test_few_are_read(ledger: Ledger) -> None:
    """Of many, those that are shown and those back to the mark before are read; older values stand without."""
    told(ledger)
    history, read = reading_of(ledger, 30)

    assert 30 <= read <= 30 + 2 * SPAN
    assert [len(step.reports) > 0 for step in history.steps] == [False] * 4 + [True] * 2
    assert bare(history.steps) == bare(timeline(ledger.claims(TOTAL), NOW).steps)


@pytest.mark.parametrize(("counted", "before", "more"), [(89, 89, True), (90, 90, False), (91, 90, False)])
def test_the_rest_is_counted_only_so_far(memory: Ledger, counted: int, before: int, more: bool) -> None:  # noqa: FBT001 - a row
    """Of ninety older claims, up to so many are counted; beyond it is said that there are more."""
    told(memory)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(excerpts, "COUNTED", counted)
        found = excerpt(memory, TOTAL, NOW, NONE, 30)
    assert (len(found.reports), found.before, found.more) == (30, before, more)


def test_marks_of_other_rules_are_not_trusted(memory: Ledger) -> None:
    """After a change of the rules no more is read than before; what is shown begins with the oldest claim shown."""
    told(memory)
    with memory.engine.begin() as connection:
        connection.execute(sa.update(facts).values(rules="others"))
    history, read = reading_of(memory, 30)

    assert read == 30
    assert bare(history.steps)[-1] == bare(timeline(memory.claims(TOTAL), NOW).steps)[-1]
    assert [len(step.reports) for step in history.steps] == [10, 20]
