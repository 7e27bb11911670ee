"""Conflicts: with a window, a report that contradicts another does not stand at once."""

from __future__ import annotations

import asyncio
import threading
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
import structlog

from alerts.facts import timeline
from alerts.ledger import Ledger
from alerts.lesson import learn, tick
from alerts.policy import Policy, Rules
from alerts.rounds import Rounds
from alerts.tables import facts
from streams.records import Change, Claim, Reading
from tests.alerts.build import POLICY, START, TOTAL, figure, origin, reading, reports, shown, told
from tests.alerts.stage import until

WINDOW = timedelta(days=2)
PATIENT = Policy(projects=POLICY.projects, rules=Rules(conflict_window=WINDOW))
A = reading("a", 0, figure(TOTAL, 500))
B = reading("b", 1, figure(TOTAL, 600))


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def learn_on(ledger: Ledger, one: Reading) -> list[str]:
    """Learn an article on the day it appears, as the stage would."""
    return _shown((*tick(ledger, PATIENT, (), one.event_time), *learn(ledger, one, PATIENT, (), one.event_time)))


def _shown(changes: tuple[Change, ...]) -> list[str]:
    return [f"{told(change)} ({shown(change.other)})" for change in changes]


def present(ledger: Ledger) -> tuple[str | None, str | None]:
    fact = ledger.fact(TOTAL)
    assert fact is not None
    return shown(fact.present), shown(fact.contender)


def test_both_values_stay_visible(memory: Ledger) -> None:
    """Within the window the old value stands, the new one beside it, and the conflict is told once."""
    learn_on(memory, A)

    assert learn_on(memory, B) == ["conflict 500 > 500 (600)"]
    assert present(memory) == ("500", "600")
    assert learn_on(memory, B) == []


def test_the_newer_stands_when_the_window_is_over(memory: Ledger) -> None:
    """The end of the window is a change of its own, told by a tick; before it a tick tells nothing."""
    learn_on(memory, A)
    learn_on(memory, B)

    assert tick(memory, PATIENT, (), day(2.9)) == ()
    assert _shown(tick(memory, PATIENT, (), day(3))) == ["figure_changed 500 > 600 (None)"]
    assert present(memory) == ("600", None)
    assert tick(memory, PATIENT, (), day(4)) == ()


async def test_gauges_never_go_back(memory: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was read first is shown first, even where reading it takes longer than the next reading."""
    started, go = threading.Event(), threading.Event()
    readings, seen = iter((1, 2)), list[int]()

    def read(_ledger: Ledger, _policy: Policy) -> int:
        if (number := next(readings)) == 1:
            started.set()
            go.wait(30)
        return number

    monkeypatch.setattr("alerts.rounds.read", read)
    monkeypatch.setattr("alerts.rounds.show", seen.append)
    rounds = Rounds(memory, PATIENT, ())
    first = asyncio.create_task(rounds.refresh())
    await asyncio.to_thread(started.wait, 30)
    second = asyncio.create_task(rounds.refresh())
    await asyncio.wait({second}, timeout=0.3)  # time to go wrong
    go.set()
    await asyncio.gather(first, second)
    assert seen == [1, 2]


async def test_a_conflict_that_cannot_end_holds_up_no_other(memory: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is wrong with one fact is said, with its name; the conflicts of the others end, and the rounds go on."""
    monkeypatch.setattr("alerts.rounds._TICK", 0.01)
    monkeypatch.setattr("alerts.rounds.utc_now", lambda: day(4))
    broken = "figure:secured:stargate:USD"
    for number, value in ((0, 500), (1, 600)):
        claims = figure(broken, value), figure(TOTAL, value)
        learn(memory, reading(f"article-{number}", number, *claims), PATIENT, (), day(number))
    with memory.engine.begin() as connection:
        connection.execute(sa.update(facts).where(facts.c.fact == broken).values(contender="{"))
    with structlog.testing.capture_logs() as logs:
        rounds = asyncio.create_task(Rounds(memory, PATIENT, ()).run())
        await until(lambda: len([line for line in logs if line["event"] == "conflict_not_ended"]) > 1)
        rounds.cancel()
        await asyncio.wait([rounds])
    assert rounds.cancelled()
    assert {line["fact"] for line in logs if line["event"] == "conflict_not_ended"} == {broken}
    assert present(memory) == ("600", None)


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        (figure(TOTAL, 350, "more_than"), []),
        (figure(TOTAL, 400), ["figure_changed 500 > 400 (None)"]),
        (figure(TOTAL, 400, "about"), ["figure_changed 500 > 400 (None)"]),
    ],
    ids=["says nothing of it", "says so too", "says so loosely"],
)
def test_an_article_after_a_silent_conflict(memory: Ledger, later: Claim, expected: list[str]) -> None:
    """An article that finds the window of a silent conflict over tells its outcome only where it says so itself."""
    learn_on(memory, A)
    learn_on(memory, reading("b", 1, figure(TOTAL, 400), quiet=True))

    assert _shown(learn(memory, reading("c", 5, later), PATIENT, (), day(5))) == expected
    assert present(memory) == ("400", None)


def test_a_second_origin_decides(memory: Ledger) -> None:
    """Another independent report of the new value ends the conflict at once."""
    learn_on(memory, A)
    learn_on(memory, B)

    assert learn_on(memory, reading("c", 1.5, figure(TOTAL, 600))) == ["figure_changed 500 > 600 (None)"]


def test_a_reprint_does_not_decide(memory: Ledger) -> None:
    """The contender's own agency text in another outlet is no second origin."""
    learn_on(memory, A)
    learn_on(memory, reading("b", 1, figure(TOTAL, 600), origin=origin("agency")))

    assert learn_on(memory, reading("c", 1.5, figure(TOTAL, 600), origin=origin("agency"))) == []
    assert present(memory) == ("500", "600")


def test_the_old_value_may_win(memory: Ledger) -> None:
    """A newer report of the old value ends the conflict in its favour, and nothing changed."""
    learn_on(memory, A)
    learn_on(memory, B)

    assert learn_on(memory, reading("c", 1.5, figure(TOTAL, 500))) == []
    assert present(memory) == ("500", None)


def test_a_third_value_contends_anew(memory: Ledger) -> None:
    """A third value takes the place of the second: what was reported first still stands."""
    learn_on(memory, A)
    learn_on(memory, B)

    assert learn_on(memory, reading("c", 1.5, figure(TOTAL, 700))) == ["conflict 500 > 500 (700)"]
    assert _shown(tick(memory, PATIENT, (), day(3.5))) == ["figure_changed 500 > 700 (None)"]


def test_a_loose_report_decides_nothing(memory: Ledger) -> None:
    """A report that would fit the contender just as well leaves the conflict as it is."""
    learn_on(memory, A)
    learn_on(memory, B)

    assert learn_on(memory, reading("c", 1.5, figure(TOTAL, 550, "more_than"))) == []
    assert present(memory) == ("500", "600")


def test_a_denied_value_leaves_the_contender_alone(memory: Ledger) -> None:
    """When the old value is denied, the new one has nothing to contend with and stands."""
    learn_on(memory, A)
    learn_on(memory, B)

    assert learn_on(memory, reading("c", 1.5, figure(TOTAL, 500, polarity="denied"))) == [
        "correction 500 > 600 (500 denied)"
    ]
    assert present(memory) == ("600", None)


@pytest.mark.parametrize(
    "other",
    [
        reading("b", 1, figure(TOTAL, 600), source_id="outlet-a"),
        reading("b", 2, figure(TOTAL, 600)),
    ],
    ids=["one outlet corrects itself", "the window is over"],
)
def test_no_conflict(other: Reading) -> None:
    """An outlet does not contradict itself, and an old report is not contradicted by a new one."""
    history = timeline(reports(A, other), day(2.1), WINDOW)

    assert history.contender is None
    assert history.present is not None
    assert shown(history.present.known) == "600"
