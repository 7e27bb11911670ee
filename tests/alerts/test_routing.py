"""Which change goes to whom."""

from __future__ import annotations

from typing import Any

import pytest

from alerts.destinations import Destination, Severity
from alerts.keys import parse
from alerts.policy import Policy
from alerts.routing import concerned, recipients, severity
from streams.records import Change, ChangeKind, Evidence, Known, State
from tests.alerts.build import NOW, STAKE, TOTAL

POLICY = Policy(projects={"stargate": None, "stargate-uae": "stargate", "stargate-uae-2": "stargate-uae", "neom": None})
PARTNERS = {"stargate": {"softbank", "openai"}}


def change(kind: ChangeKind, fact: str, reason: str = "newer_report", state: Any = None) -> Change:
    evidence = Evidence(sentence="s", source_id="o", url="", time=NOW)
    new = Known(value=State(state=state), evidence=evidence) if state else None
    return Change(change_id="c", fact=fact, number=1, kind=kind, old=None, new=new, time=NOW, reason=reason)


CONCERNED = [
    (TOTAL, {"stargate"}),
    ("figure:total:stargate-uae-2:USD", {"stargate", "stargate-uae", "stargate-uae-2"}),
    ("partner:cisco@stargate-uae", {"stargate", "stargate-uae"}),
    ("status:neom", {"neom"}),
    (STAKE, {"stargate", "openai"}),
    ("figure:stake:softbank->arm:USD", {"arm"}),
]


@pytest.mark.parametrize(("fact", "projects"), CONCERNED)
def test_concerned(fact: str, projects: set[str]) -> None:
    """A site's fact is also one of every project above it; money between partners is one of their projects'."""
    assert concerned(parse(fact), POLICY, PARTNERS) == projects


SEVERITIES: list[tuple[Change, Severity]] = [
    (change("figure_changed", TOTAL), "high"),
    (change("figure_new", "figure:initial:stargate:USD"), "high"),
    (change("figure_new", "figure:secured:stargate:USD"), "high"),
    (change("figure_new", "figure:commitment:softbank->stargate:USD"), "normal"),
    (change("figure_changed", STAKE), "normal"),
    (change("conflict", STAKE), "high"),
    (change("correction", STAKE, "denied"), "high"),
    (change("correction", TOTAL, "withdrawn"), "low"),
    (change("partner_left", "partner:arm@stargate"), "high"),
    (change("partner_added", "partner:arm@stargate"), "normal"),
    (change("status", "partner:arm@stargate", state="doubted"), "normal"),
    (change("status", "partner:arm@stargate", state="in"), "low"),
    (change("status", "status:stargate", state="paused"), "high"),
    (change("status", "status:stargate", state="cancelled"), "high"),
    (change("status", "status:stargate", state="active"), "low"),
    (change("status", "status:stargate"), "normal"),
]


@pytest.mark.parametrize(("one", "expected"), SEVERITIES)
def test_severity(one: Change, expected: Severity) -> None:
    """What a reader acts on is high, what only puts right is low, all else is normal."""
    assert severity(one, parse(one.fact)) == expected


def to(**fields: Any) -> Destination:
    return Destination(id="d", kind="console", **fields)


WANTED = [
    (to(), TOTAL, True),
    (to(projects=("stargate",)), "partner:cisco@stargate-uae-2", True),
    (to(projects=("stargate-uae",)), "partner:cisco@stargate-uae-2", True),
    (to(projects=("stargate-uae",)), "partner:cisco@stargate", False),
    (to(projects=("neom",)), TOTAL, False),
    (to(projects=("neom", "stargate")), STAKE, True),
    (to(kinds=("figure_changed",)), TOTAL, True),
    (to(kinds=("figure_new",)), TOTAL, False),
    (to(severity="high"), TOTAL, True),
    (to(severity="high"), STAKE, False),
    (to(severity="normal"), STAKE, True),
    (to(changes=False, operator=True), TOTAL, False),
]


@pytest.mark.parametrize(("destination", "fact", "wanted"), WANTED)
def test_recipients(destination: Destination, fact: str, *, wanted: bool) -> None:
    """A destination gets what is of its projects with all their sites, of its kinds, and matters enough to it."""
    told = recipients([destination], change("figure_changed", fact), POLICY, PARTNERS)

    assert told == ([destination] if wanted else [])


def test_lanes() -> None:
    """Two destinations that lead into one Slack channel take turns; all others go their own ways."""
    bots = [Destination(id=name, kind="slack_bot", channel=channel) for name, channel in (("a", "C0"), ("b", "C0"))]
    other = Destination(id="c", kind="slack_bot", channel="C1")
    hooks = [Destination(id=name, kind="webhook", url="https://a.example") for name in "de"]

    assert bots[0].lane() == bots[1].lane()
    assert len({one.lane() for one in (*bots, other, *hooks)}) == 4
    slack = [Destination(id=name, kind="slack_webhook", url=f"https://{name}.example") for name in "fg"]
    assert slack[0].lane() != slack[1].lane()
