"""What is worth telling, and to whom it matters."""

from __future__ import annotations

from typing import get_args

import pytest

from alerts.decide import Circumstances, Move, Reason, families, telling
from alerts.keys import parse
from alerts.policy import Policy, Rules
from alerts.words import WORDS, Language
from tests.alerts.build import TOTAL

POLICY = Policy(projects={"stargate": None, "stargate-uae": "stargate", "neom": None})
PARTNERS = {"stargate": {"softbank", "openai", "oracle", "cisco"}, "neom": {"acwa"}}

WORTH = [
    ("figure:total:stargate:USD", {"stargate"}),
    ("figure:total:stargate-uae:USD", {"stargate"}),
    ("figure:initial:neom:SAR", {"neom"}),
    ("figure:secured:stargate:USD", {"stargate"}),
    ("figure:commitment:unlisted:x->stargate:USD", {"stargate"}),
    ("figure:stake:softbank->openai:USD", {"stargate"}),
    ("figure:deal:openai->oracle:USD", {"stargate"}),
    ("figure:stake:openai+softbank->cisco:USD", {"stargate"}),
    ("figure:deal:cisco->stargate:USD", {"stargate"}),
    ("partner:cisco@stargate-uae", {"stargate"}),
    ("status:stargate-uae", {"stargate"}),
    ("figure:total:other:USD", set()),
    ("figure:deal:openai->acwa:USD", set()),
    ("figure:stake:intel->openai:USD", set()),
    ("figure:deal:openai:USD", set()),
    ("figure:capex:openai:USD", set()),
    ("figure:valuation:openai:USD", set()),
    ("figure:revenue:openai:USD", set()),
    ("figure:other:openai->stargate:USD", set()),
    ("partner:cisco@other", set()),
    ("status:other", set()),
]


@pytest.mark.parametrize(("fact", "expected"), WORTH)
def test_families(fact: str, expected: set[str]) -> None:
    """A fact matters to the family of its project, or to the one that all its parties are partners of."""
    assert families(parse(fact), POLICY, PARTNERS) == expected


NEW = Move(kind="figure_new", old=None, new=None, reason="first_report")
MOVED = Move(kind="figure_changed", old=None, new=None, reason="newer_report")
SILENT = Policy(projects=POLICY.projects, rules=Rules(first_sighting="silent"))


@pytest.mark.parametrize(
    ("move", "policy", "about", "silence"),
    [
        (NEW, POLICY, Circumstances(), None),
        (NEW, POLICY, Circumstances(quiet=True), "quiet"),
        (NEW, POLICY, Circumstances(quiet=True, reader_changed=True), "reader"),
        (NEW, Policy(), Circumstances(), "not_watched"),
        (NEW, POLICY, Circumstances(in_other_currency=True), "restated_currency"),
        (MOVED, POLICY, Circumstances(in_other_currency=True), "restated_currency"),
        (NEW, SILENT, Circumstances(), "first_sighting"),
        (MOVED, SILENT, Circumstances(), None),
    ],
)
def test_telling(move: Move, policy: Policy, about: Circumstances, silence: str | None) -> None:
    """Each silence has its name, and what has none is told."""
    assert telling(parse(TOTAL), move, policy, about) == silence


def test_a_circle_of_parents_ends() -> None:
    """Projects that name each other as parents are a mistake, not an endless loop."""
    assert Policy(projects={"a": "b", "b": "a"}).family("a") == "b"


@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_reason_can_be_said(language: Language) -> None:
    """No alert shows a reason as the code names it."""
    assert set(get_args(Reason)) == set(WORDS[language].reason)
