"""What is known, put in order: per project its figures, its partners, its sites; everything else apart: pure.

A view holds everything in the words of the page's language; the templates only lay it out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from alerts.decide import families
from alerts.keys import Key
from alerts.ledger import Fact
from alerts.policy import Policy
from alerts.reports import Report
from rasid.web.cards import Card, card
from rasid.web.tongue import Tongue
from streams.records import Change, State

HEADLINES = ("total", "initial", "secured")
# So many facts of no watched project are shown: the page is opened for those that are.
OTHERS = 20
_BETWEEN = ("stake", "deal")
_PARTNER_STATES = ("in", "doubted", "out")

Reports = Mapping[str, Sequence[Report]]


@dataclass(frozen=True, slots=True)
class Row:
    """One fact on the overview: `label` is its role or who pays, `state` is set for partners and projects only."""

    fact: str
    label: str
    value: str
    standing: str | None
    since: datetime | None
    state: str | None
    contender: str | None


@dataclass(frozen=True, slots=True)
class Project:
    """A watched project or site: its figures, its partners, its sites."""

    id: str
    name: str
    status: Row | None
    headlines: tuple[Row, ...]
    commitments: tuple[Row, ...]
    between: tuple[Row, ...]
    partners: Mapping[str, tuple[Row, ...]]
    sites: tuple[Project, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """The front page. `others` are the first of all other facts."""

    projects: tuple[Project, ...]
    others: tuple[Row, ...]
    cards: tuple[Card, ...]


def overview(
    facts: Sequence[Fact], changes: Sequence[Change], reports: Reports, policy: Policy, tongue: Tongue
) -> Overview:
    """The front page: every watched project that anything is known of, some other facts, and the changes as given."""
    present = [fact for fact in facts if fact.present]
    tops = [project for project, parent in policy.projects.items() if parent not in policy.projects]
    shelf = _Shelf(present, policy, tongue)
    projects = tuple(shelf.project(top) for top in tops if shelf.knows(top))
    rest = [fact for fact in present if fact.fact not in shelf.shown]
    cards = tuple(card(change, reports.get(change.fact, ()), tongue) for change in changes)
    return Overview(projects=projects, others=rows_of(rest[:OTHERS], tongue), cards=cards)


def rows_of(facts: Iterable[Fact], tongue: Tongue) -> tuple[Row, ...]:
    """Facts as rows of a list, each with its whole subject; those without a value say that nothing is known."""
    return tuple(_row(fact, tongue.subject(fact.key), tongue) for fact in facts)


def _row(fact: Fact, label: str, tongue: Tongue) -> Row:
    value = fact.present.value if fact.present else None
    return Row(
        fact=fact.fact,
        label=label,
        value=tongue.amount(fact.present),
        standing=tongue.standing(fact.present, fact.key.role),
        since=fact.since,
        state=value.state if isinstance(value, State) else None,
        contender=tongue.value(fact.contender, fact.key.role) if fact.contender else None,
    )


def one_project(facts: Sequence[Fact], project: str, policy: Policy, tongue: Tongue) -> Project | None:
    """A single project or site with its sites; None when it is not watched or nothing is known of it."""
    shelf = _Shelf([fact for fact in facts if fact.present], policy, tongue)
    shown = shelf.project(project) if project in policy.projects else None
    return shown if shown and _anything(shown) else None


class _Shelf:
    """The facts sorted by where they stand on the front page; `shown` collects those that found a place."""

    def __init__(self, facts: Sequence[Fact], policy: Policy, tongue: Tongue) -> None:
        self._facts = facts
        self._policy = policy
        self._tongue = tongue
        self._members = _members(facts, policy)
        self.shown: set[str] = set()

    def knows(self, project: str) -> bool:
        """Whether there is anything to show of a project or its sites."""
        return any(project in families(fact.key, self._policy, self._members) for fact in self._facts)

    def project(self, project: str) -> Project:
        """A project with its sites."""
        own = [fact for fact in self._facts if fact.key.to == project]
        sites = (site for site, parent in self._policy.projects.items() if parent == project)
        status = self._rows(own, "status", None)
        return Project(
            id=project,
            name=self._tongue.name(project),
            status=status[0] if status else None,
            headlines=tuple(row for role in HEADLINES for row in self._rows(own, "figure", role)),
            commitments=self._rows(own, "figure", "commitment"),
            between=self._between(project),
            partners=self._partners(own),
            sites=tuple(shown for site in sites if _anything(shown := self.project(site))),
        )

    def row(self, fact: Fact, label: str) -> Row:
        """A fact as a row, which counts as shown from now on."""
        self.shown.add(fact.fact)
        return _row(fact, label, self._tongue)

    def _rows(self, facts: Iterable[Fact], kind: str, role: str | None) -> tuple[Row, ...]:
        chosen = [fact for fact in facts if fact.key.kind == kind and fact.key.role == role]
        return tuple(self.row(fact, self._label(fact.key)) for fact in chosen)

    def _label(self, key: Key) -> str:
        return self._tongue.labels.get(key.role or "") or self._tongue.parties(key) or self._tongue.name(key.to)

    def _partners(self, own: Sequence[Fact]) -> Mapping[str, tuple[Row, ...]]:
        rows = self._rows(own, "partner", None)
        return {state: tuple(row for row in rows if row.state == state) for state in _PARTNER_STATES}

    def _between(self, project: str) -> tuple[Row, ...]:
        """Stakes and deals between the partners of a whole family of projects, shown with its head."""
        chosen = [
            fact
            for fact in self._facts
            if fact.key.role in _BETWEEN and project in families(fact.key, self._policy, self._members)
        ]
        return tuple(self.row(fact, self._tongue.subject(fact.key)) for fact in chosen)


def _members(facts: Iterable[Fact], policy: Policy) -> dict[str, set[str]]:
    """Who takes part in each family of projects."""
    members: dict[str, set[str]] = {}
    for fact in facts:
        value = fact.present.value if fact.present else None
        taking_part = isinstance(value, State) and value.state != "out"
        if fact.key.kind == "partner" and fact.key.to in policy.projects and taking_part:
            members.setdefault(policy.family(fact.key.to), set()).update(fact.key.payers)
    return members


def _anything(project: Project) -> bool:
    return bool(
        project.status or project.headlines or project.commitments or any(project.partners.values()) or project.sites
    )
