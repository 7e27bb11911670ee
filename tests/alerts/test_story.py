"""The story that Rasid was made from, as the claims of four articles, over the shipped baseline."""

from __future__ import annotations

from pathlib import Path

import pytest

from alerts.baseline import load
from alerts.ledger import Ledger
from alerts.lesson import learn_baseline
from streams.records import Claim, Reading
from tests.alerts.build import NOW, POLICY, STAKE, TOTAL, figure, learn_all, partner, reading, shown, status, told

INITIAL = "figure:initial:stargate:USD"
COMMITMENT = "figure:commitment:softbank->stargate:USD"
OPENAI = "figure:commitment:openai->stargate:USD"

DISPUTE = reading(
    "dispute",
    2,
    figure(TOTAL, 500, "up_to"),
    figure(INITIAL, 100),
    figure(COMMITMENT, 10, "less_than", polarity="doubted"),
    figure("figure:capex:microsoft:USD", 80),
    figure("figure:capex:microsoft:USD", 50, salient=False),
    partner("microsoft@stargate"),
)
TALKS = reading(
    "talks",
    9,
    figure(STAKE, (15, 25), status="negotiating"),
    figure(COMMITMENT, 15),
    figure(STAKE, 0.5, time="past"),
    figure(STAKE, 1.5, status="planned", salient=False),
    figure(STAKE, 1, time="past", status="denied"),
    figure(INITIAL, 100),
    figure(TOTAL, 500, "up_to"),
    figure("figure:other:softbank->united-states:USD", 100, status="planned"),
)
STALL = reading(
    "stall",
    182,
    figure(TOTAL, 500, "up_to"),
    figure(INITIAL, 100, status="stalled"),
    figure(STAKE, 30, status="completed"),
    status("stargate", "stalled"),
    partner("oracle@stargate", polarity="doubted"),
    partner("mgx@stargate", polarity="doubted"),
)
SPACE = reading(
    "space",
    317,
    figure("figure:stake:nvidia->openai:USD", 100, status="negotiating"),
    figure("figure:deal:openai->unlisted:clouds:USD", 600, "about"),
    figure("figure:revenue:openai:USD:per-year", 13, status="planned", period="year"),
    figure(OPENAI, 18),
)
STORY = (DISPUTE, TALKS, STALL, SPACE)


@pytest.fixture
def known(ledger: Ledger) -> Ledger:
    """A ledger that has learned the shipped baseline."""
    readings = load((Path(__file__).parents[2] / "seeds" / "baseline.yaml").read_text(encoding="utf-8"))
    learn_baseline(ledger, readings, POLICY, NOW)
    return ledger


def figures(ledger: Ledger, *readings: Reading) -> list[str]:
    return [
        f"{change.fact} {told(change)}"
        for change in learn_all(ledger, *readings)
        if change.fact.startswith("figure:") and "nvidia" not in change.fact
    ]


def test_the_figures_that_change(known: Ledger) -> None:
    """Read one after the other, the four articles change exactly the figures that changed."""
    assert figures(known, DISPUTE) == []
    assert figures(known, TALKS) == [
        f"{STAKE} figure_new None > 15-25 negotiating",
        f"{COMMITMENT} figure_new None > 15",
    ]
    assert figures(known, STALL) == [f"{STAKE} figure_changed 15-25 negotiating > 30 completed"]
    assert figures(known, SPACE) == [f"{OPENAI} figure_new None > 18"]


def test_what_is_reported_besides(known: Ledger) -> None:
    """The stall, the doubt about two partners and a deal between partners are told; nothing else is."""
    changes = [change for change in learn_all(known, *STORY) if not change.fact.startswith("figure:")]

    assert [f"{change.fact} {told(change)}" for change in changes] == [
        "status:stargate status None > stalled",
        "partner:oracle@stargate status in > doubted",
        "partner:mgx@stargate status in > doubted",
    ]


def test_facts_do_not_depend_on_the_order(known: Ledger, memory: Ledger) -> None:
    """Newest first, the facts and their history are the same as oldest first."""
    readings = load((Path(__file__).parents[2] / "seeds" / "baseline.yaml").read_text(encoding="utf-8"))
    learn_baseline(memory, readings, POLICY, NOW)
    learn_all(known, *STORY)
    learn_all(memory, *reversed(STORY))

    assert {one.fact: one.present for one in known.facts()} == {one.fact: one.present for one in memory.facts()}
    assert all(known.history(one.fact, NOW) == memory.history(one.fact, NOW) for one in known.facts())


def test_total_and_initial_stand(known: Ledger) -> None:
    """Repeated, reworded and doubted, the total of 500 and the first 100 stay what they were."""
    learn_all(known, *STORY)
    values = {one.fact: shown(one.present) for one in known.facts()}

    assert values[TOTAL] == "up_to 500"
    assert values[INITIAL] == "100 stalled"
    assert values[COMMITMENT] == "15"


def test_changes_carry_both_sentences(known: Ledger) -> None:
    """A change shows the sentence of the old value and that of the new, each with where and when it stands."""
    changed = next(change for change in learn_all(known, *STORY) if change.kind == "figure_changed")

    assert changed.old is not None
    assert changed.new is not None
    for side, article in ((changed.old, TALKS), (changed.new, STALL)):
        claim: Claim = next(one for one in article.claims if one.fact == STAKE)
        assert side.evidence.sentence == claim.sentence
        assert side.evidence.url == article.url
        assert side.evidence.time == article.event_time
        assert side.evidence.span == claim.evidence


def test_learning_it_again_tells_nothing(known: Ledger) -> None:
    """The baseline and the whole story once more add no change and move no fact."""
    learn_all(known, *STORY)
    before = known.facts(), known.changes(100, silent=True)

    readings = load((Path(__file__).parents[2] / "seeds" / "baseline.yaml").read_text(encoding="utf-8"))
    learn_baseline(known, readings, POLICY, NOW)

    assert learn_all(known, *STORY) == []
    assert (known.facts(), known.changes(100, silent=True)) == before
