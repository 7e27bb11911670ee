"""What people are told of, and when: the rules of each watch.

A watch is a project or site of the watchlist; its rules are its own, its parent's, or those of all. One rule decides
for all of them: a change that is not told is still a change, recorded with the reason of the silence, and what is kept
back is compared with what people were last told, never with the value that came last. So a figure that creeps is told
once the sum of its steps is material, and one that waits for a second origin is told once that origin came.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from datetime import timedelta
from decimal import Decimal
from typing import Literal, get_args

import msgspec

from alerts.compare import Value, ends
from alerts.keys import Key
from streams.records import Figure

# What a watch may tell: figures by their role, who takes part, and how a project stands.
Subject = Literal[
    "total",
    "initial",
    "secured",
    "commitment",
    "stake",
    "deal",
    "capex",
    "valuation",
    "revenue",
    "partners",
    "status",
]

# Figures of a project itself; those between its partners, with a payer; the others are one company's own.
_OF_PROJECT = frozenset({"total", "initial", "secured", "commitment"})
_BETWEEN = frozenset({"stake", "deal"})
_TOLD = _OF_PROJECT | _BETWEEN | {"partners", "status"}

ROLES = frozenset(get_args(Subject)) - {"partners", "status"}

# The threshold of every figure that has none of its own.
EVERY = "all"


class Threshold(msgspec.Struct, frozen=True, kw_only=True):
    """The least move of a figure that is material: as a share of what was told, and as a sum in each currency.

    Where both are set, a move has to reach both: a large share of a small sum, or a small share of a large one, is not
    material.
    """

    relative: Decimal = Decimal(0)
    absolute: Mapping[str, Decimal] = {}

    def reached(self, told: Value | None, new: Value | None) -> bool:
        """Whether the way from one value to the other is material. What is no pair of figures always is."""
        if not isinstance(told, Figure) or not isinstance(new, Figure):
            return True
        least = self.absolute.get(new.currency or "", Decimal(0))
        return any(
            abs(now - then) >= max(least, self.relative * then) for then, now in zip(ends(told), ends(new), strict=True)
        )


_ANY = Threshold()


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """The rules of one watch.

    `tell` names its subjects. `confirm` is how many independent origins a value needs before it is told; a report by
    one of the `trusted` sources is enough by itself, and with "trusted" only they are. `first_sighting` says whether
    the first value of a fact is told. `conflict_window` is how long two reports that contradict each other stay a
    conflict before the newer stands; zero means that it stands at once. `thresholds` are by role, or for `EVERY` one.
    """

    tell: frozenset[str] = _TOLD
    confirm: int | Literal["trusted"] = 1
    trusted: frozenset[str] = frozenset()
    first_sighting: Literal["announce", "silent"] = "announce"
    conflict_window: timedelta = timedelta(0)
    thresholds: Mapping[str, Threshold] = {}

    def threshold(self, role: str | None) -> Threshold:
        """What is material for figures of that role."""
        return self.thresholds.get(role or EVERY) or self.thresholds.get(EVERY, _ANY)

    def believes(self, origins: int, sources: Set[str]) -> bool:
        """Whether a value that so many origins report, among them those sources, may be told."""
        if not sources.isdisjoint(self.trusted):
            return True
        return self.confirm != "trusted" and origins >= self.confirm


_RULES = Rules()


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """What is watched: project → its parent, or None. `names` are entities' names by language (`{"mgx": {"ar": …}}`).

    `of` are the rules of single watches, `rules` those of all others.
    """

    projects: Mapping[str, str | None] = {}
    names: Mapping[str, Mapping[str, str]] = {}
    rules: Rules = _RULES
    of: Mapping[str, Rules] = {}

    def family(self, project: str) -> str:
        """The project at the top of `project`'s line of parents."""
        return self._line(project)[-1]

    def depth(self, project: str) -> int:
        """How many projects stand above that one."""
        return len(self._line(project)) - 1

    def rules_of(self, watch: str) -> Rules:
        """The rules of a watch: its own, those of the nearest project above it that has some, or those of all."""
        return next((self.of[one] for one in self._line(watch) if one in self.of), self.rules)

    def window(self, key: Key) -> timedelta:
        """How long two reports on a fact stay a conflict."""
        return self.rules_of(key.to).conflict_window

    def watches(self, key: Key, partners: Mapping[str, Set[str]]) -> frozenset[str]:
        """The watches that tell of a fact.

        Those are its own project, or each family of projects that all parties of the fact take part in (`partners`, by
        family).
        """
        about = {"partner": "partners", "status": "status"}.get(key.kind, key.role)
        return frozenset(watch for watch in self._concerned(key, partners) if about in self.rules_of(watch).tell)

    def _concerned(self, key: Key, partners: Mapping[str, Set[str]]) -> Set[str]:
        if key.kind != "figure" or key.role in _OF_PROJECT:
            return {key.to} & self.projects.keys()
        if key.role in _BETWEEN and not key.payers:
            return frozenset()
        parties = set(key.parties())
        families = {self.family(project) for project in self.projects}
        return {family for family in families if parties <= {family, *partners.get(family, ())}}

    def _line(self, project: str) -> list[str]:
        line = [project]
        while (parent := self.projects.get(line[-1])) is not None and parent not in line:
            line.append(parent)
        return line
