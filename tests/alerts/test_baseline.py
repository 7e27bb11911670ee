"""The file of what was known before."""

from __future__ import annotations

import pytest

from alerts.baseline import load
from alerts.ledger import Ledger
from alerts.lesson import learn_baseline
from streams.errors import Misconfigured
from tests.alerts.build import NOW, POLICY, TOTAL, figure, learn_all, reading, shown, told

ENTRY = """
- date: 2025-01-21
  source: the announcement
  project: stargate
  figures:
    - {role: total, amount: %s, says: first sentence}
    - {role: stake, from: [softbank], to: openai, amount: 15-25 billion USD, status: negotiating, says: second}
  partners:
    - {organisations: [mgx, arm], says: third}
  status: {state: active, says: fourth}
"""
GIVEN = ENTRY % "500 billion USD"


def values(ledger: Ledger) -> dict[str, str | None]:
    return {fact.fact: shown(fact.present) for fact in ledger.facts()}


def test_entries_become_facts(memory: Ledger) -> None:
    """Every line of an entry is a fact, learned without a word."""
    learn_baseline(memory, load(GIVEN), POLICY, NOW)

    assert values(memory) == {
        TOTAL: "500",
        "figure:stake:softbank->openai:USD": "15-25 negotiating",
        "partner:mgx@stargate": "in",
        "partner:arm@stargate": "in",
        "status:stargate": "active",
    }
    assert memory.changes() == ()


def test_it_shows_its_source_and_no_article(memory: Ledger) -> None:
    """What is known from the file names the file's sentence and source, and no article."""
    learn_baseline(memory, load(GIVEN), POLICY, NOW)
    fact = memory.fact(TOTAL)

    assert fact is not None
    assert fact.present is not None
    evidence = fact.present.evidence
    assert (evidence.sentence, evidence.title, evidence.article_id, evidence.span) == (
        "first sentence",
        "the announcement",
        None,
        None,
    )


def test_an_article_moves_on_from_it(memory: Ledger) -> None:
    """A newer article with another figure is a change, not a correction of the file."""
    learn_baseline(memory, load(GIVEN), POLICY, NOW)
    changes = learn_all(memory, reading("a", 1, figure(TOTAL, 600)))

    assert [told(change) for change in changes] == ["figure_changed 500 > 600"]


def test_an_edited_file_is_learned_again(memory: Ledger) -> None:
    """What the operator changes, takes out and puts back is what is known then; nobody is told."""
    steps = []
    for text in (GIVEN, ENTRY % "up to 400 billion USD", "", GIVEN, GIVEN):
        learn_baseline(memory, load(text), POLICY, NOW)
        steps.append(values(memory).get(TOTAL))

    assert steps == ["500", "up_to 400", None, "500", "500"]
    assert memory.changes() == ()


@pytest.mark.parametrize(
    ("written", "low", "high", "qualifier"),
    [
        ("500 billion USD", 500_000_000_000, 500_000_000_000, "exact"),
        ("1.5 trillion SAR", 1_500_000_000_000, 1_500_000_000_000, "exact"),
        ("250 EUR", 250, 250, "exact"),
        ("15-25 million USD", 15_000_000, 25_000_000, "range"),
        ("15 \u2013 25 million USD", 15_000_000, 25_000_000, "range"),
        ("up to 5 million USD", None, 5_000_000, "up_to"),
        ("less than 5 million USD", None, 5_000_000, "less_than"),
        ("at least 5 million USD", 5_000_000, None, "at_least"),
        ("more than 5 million USD", 5_000_000, None, "more_than"),
        ("about 5 million USD", 5_000_000, 5_000_000, "about"),
    ],
)
def test_amounts(written: str, low: int | None, high: int | None, qualifier: str) -> None:
    """Amounts are written as people write them."""
    amount = load(ENTRY % written)[0].claims[0].amount

    assert amount is not None
    assert (amount.low, amount.high, amount.qualifier) == (low, high, qualifier)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("date: 2025-01-21", "a list of entries"),
        ("- {", "not YAML"),
        ("- date: 2026-99-99", "not YAML: month must be in 1..12"),
        ("- date: 2025-01-21", "line 1: Object missing required field `source`"),
        (ENTRY % "much money", "line 2: not an amount: 'much money'"),
        (ENTRY % "25-15 billion USD", "not an amount"),
        (ENTRY % "about 15-25 billion USD", "not an amount"),
        (GIVEN.replace("says: fourth", "sais: fourth"), "sais"),
        (GIVEN.replace("total", "totality"), "totality"),
        (GIVEN + GIVEN, "two entries have the same"),
    ],
)
def test_mistakes(text: str, said: str) -> None:
    """Each mistake is told with its place."""
    with pytest.raises(Misconfigured) as caught:
        load(text)
    assert said in str(caught.value)


def test_all_mistakes_at_once() -> None:
    """Two wrong entries give two lines."""
    with pytest.raises(Misconfigured) as caught:
        load(ENTRY % "much" + ENTRY % "more")
    assert len(str(caught.value).splitlines()) == 2
