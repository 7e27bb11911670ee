"""Every crash, and every pair of crashes, on the whole way: nothing is lost, nothing is false, nothing out of order."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from alerts.policy import Policy, Rules
from streams.records import Reading
from tests.alerts.build import NOW, POLICY, TOTAL, figure, partner, reading
from tests.alerts.chain import Chain, Found, Order
from tests.alerts.conftest import fresh
from tests.alerts.world import Durable, beginning

SITE = "figure:total:stargate-uae:USD"
RULES = Policy(projects=POLICY.projects, of={"stargate-uae": Rules(confirm=2)})

A = reading("a", 0, figure(TOTAL, 500))
B = reading("b", 1, figure(TOTAL, 600))
B_EDITED = reading("b", 1, figure(SITE, 20), revision=2)
C = reading("c", 2, partner("cisco@stargate"), figure(SITE, 20))
# The connector publishes an old revision again after the new one.
SHORT = (A, B, reading("b", 1, revision=2), B)
SHORT_TRUTH = [
    f"{TOTAL} figure_new None > 500",
    f"{TOTAL} figure_changed 500 > 600",
    f"{TOTAL} correction 600 > 500",
]
LONG = (A, B, A, B_EDITED, B, C, reading("d", 3, figure(TOTAL, 700)), C)
LONG_TRUTH = [
    *SHORT_TRUTH,
    "partner:cisco@stargate partner_added None > in",
    f"{SITE} figure_new None > 20",
    f"{TOTAL} figure_changed 500 > 700",
]


@pytest.fixture(scope="module")
def engine() -> Iterator[sa.Engine]:
    """A ledger in memory, which every run sets to where it begins."""
    made = fresh("sqlite://")
    yield made
    made.dispose()


@pytest.fixture(scope="module")
def start(engine: sa.Engine) -> Durable:
    """Before anything was published."""
    return beginning(engine, NOW)


def test_no_crash_or_pair_of_crashes_loses_or_invents(
    engine: sa.Engine, start: Durable, capsys: pytest.CaptureFixture[str]
) -> None:
    """After any two crashes between any two steps the receiver that honours the id has heard the truth, in order."""
    found = Chain(engine, SHORT, RULES).explore(start, SHORT_TRUTH, crashes=2)

    with capsys.disabled():
        sys.stdout.write(f"\n  every crash and every pair of them: {found}\n")
    assert (found.lost, found.false, found.disordered) == (0, 0, 0)
    assert found.schedules > 500
    assert found.repeated > 0, "a crash between sending and marking repeats the request, or the model is blind"


@pytest.mark.parametrize("batch", [1, 3])
def test_no_crash_loses_or_invents_in_a_longer_story(engine: sa.Engine, start: Durable, batch: int) -> None:
    """The same for one crash, with what waits for a second origin, partners, and other batches."""
    found = Chain(engine, LONG, RULES, batch=batch).explore(start, LONG_TRUTH, crashes=1)

    assert (found.lost, found.false, found.disordered) == (0, 0, 0)


def test_no_death_of_one_process_loses_or_invents(engine: sa.Engine, start: Durable) -> None:
    """Whoever dies after whatever step, while the others go on: the receiver hears the truth, in order."""
    found = Chain(engine, LONG, RULES).bereave(start, LONG_TRUTH, deaths=1)

    assert (found.lost, found.false, found.disordered) == (0, 0, 0)
    assert found.repeated > 0


def test_without_a_crash_the_truth_is_told(engine: sa.Engine, start: Durable) -> None:
    """The model's own end, without which the others would prove nothing."""
    found = Chain(engine, LONG, RULES).explore(start, LONG_TRUTH, crashes=0)

    assert found == Found(schedules=1, runs=1, lost=0, false=0, disordered=0, repeated=0)


@pytest.mark.parametrize(
    ("mistake", "finds"),
    [
        (Order(marks_before_publishing=True), "lost"),
        (Order(commits_before_reading=True), "lost"),
        (Order(commits_before_learning=True), "lost"),
        (Order(marks_before_sending=True), "lost"),
        (Order(compares_again=True), "false"),
    ],
    ids=lambda value: value if isinstance(value, str) else next(name for name, on in value._asdict().items() if on),
)
def test_each_order_is_needed(engine: sa.Engine, start: Durable, mistake: Order, finds: str) -> None:
    """With one step before the other that it has to follow, a single crash loses or invents: the model bites."""
    found = Chain(engine, SHORT, RULES, order=mistake).explore(start, SHORT_TRUTH, crashes=1)

    assert getattr(found, finds) > 0


def test_the_story_is_not_trivial() -> None:
    """An old revision follows a new one, and an article comes twice."""
    assert [(one.article_id, one.revision) for one in LONG].count(("a", 1)) == 2
    assert _falls_back(SHORT)
    assert _falls_back(LONG)


def _falls_back(story: tuple[Reading, ...]) -> bool:
    seen = [one.revision for one in story if one.article_id == "b"]
    return seen != sorted(seen)
