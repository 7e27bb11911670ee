"""The page of one project: its figures as charts, its partners as a timeline, and what changed: pure.

A partner's line shows since when it takes part, when that was in doubt, and when it left; all lines share one span of
time, that of the oldest fact of the project until now, so that they can be read down as well as along.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from alerts.facts import History
from alerts.keys import parse
from alerts.ledger import Fact
from alerts.policy import Policy
from rasid.web.cards import Card, card
from rasid.web.chart import Bar, Chart, bars, chart
from rasid.web.overview import HEADLINES, Project, Reports, Row, one_project
from rasid.web.tongue import Tongue
from streams.records import Change


@dataclass(frozen=True, slots=True)
class Dossier:
    """All that the ledger holds on one project: every fact, the histories of those that `drawn` names, its changes."""

    project: str
    facts: Sequence[Fact]
    histories: Mapping[str, History]
    changes: Sequence[Change]
    reports: Reports


@dataclass(frozen=True, slots=True)
class Life:
    """One partner's line: what it is called, its state now, and the bars."""

    fact: str
    name: str
    state: str | None
    value: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class ProjectPage:
    """The page of one project. `charts` are the headline figures that have moved, each with its row."""

    project: Project
    charts: tuple[tuple[Row, Chart], ...]
    lives: tuple[Life, ...]
    since: str
    until: str
    cards: tuple[Card, ...]


def drawn(facts: Iterable[Fact], project: str) -> tuple[str, ...]:
    """The facts of a project whose histories are shown as pictures: headline figures and partners."""
    own = (fact for fact in facts if fact.key.to == project)
    return tuple(fact.fact for fact in own if fact.key.kind == "partner" or fact.key.role in HEADLINES)


def project_page(dossier: Dossier, policy: Policy, tongue: Tongue, now: datetime) -> ProjectPage | None:
    """The page; None when nothing is known of the project."""
    project = one_project(dossier.facts, dossier.project, policy, tongue)
    if project is None:
        return None
    charts = ((row, chart(dossier.histories[row.fact], now, tongue, parse(row.fact).role)) for row in project.headlines)
    first = min((step.since for one in dossier.histories.values() for step in one.steps[:1]), default=now)
    lives = (
        Life(row.fact, row.label, row.state, row.value, bars(dossier.histories[row.fact], first, now))
        for rows in project.partners.values()
        for row in rows
    )
    return ProjectPage(
        project=project,
        charts=tuple((row, found) for row, found in charts if found),
        lives=tuple(sorted(lives, key=lambda life: life.bars[0].left if life.bars else 0.0)),
        since=tongue.day(first),
        until=tongue.day(now),
        cards=tuple(card(change, dossier.reports.get(change.fact, ()), tongue) for change in dossier.changes),
    )
