"""What moved, and whether to tell: two pure decisions, each with a named reason.

`moved` compares what a fact was with what it is, and only that makes a Change. `telling` decides whether a change is
worth an alert. To add a rule of what alerts, add a case to `_worth`; to add a reason, name it in `Reason`.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from datetime import timedelta
from typing import Literal

import msgspec

from alerts.compare import Value, restates, same
from alerts.facts import History, Report, Step, known, supporters, voice
from alerts.keys import Key
from streams.records import ChangeKind, Figure, Known, State

Reason = Literal[
    "first_report",  # nothing was known
    "newer_report",  # a later article gives another value
    "denied",  # a later article denies the value in force
    "withdrawn",  # the article that the value rested on no longer says so
    "contradicted",  # two reports contradict each other, and the window is not over
    "doubted",  # a partner's part is in doubt
    "confirmed",  # the doubt about a partner is over
]

# Why a change is recorded and nobody is told.
Silence = Literal["quiet", "reader", "not_watched", "restated_currency", "first_sighting"]

# Figures of a watched project that alert, and figures between its partners that do.
_OF_PROJECT = frozenset({"total", "initial", "secured", "commitment"})
_BETWEEN = frozenset({"stake", "deal"})


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """What is watched: project → its parent, or None. `names` are entities' names by language (`{"mgx": {"ar": …}}`).

    `conflict_window` is how long two reports that contradict each other stay a conflict before the newer stands; zero
    means that it stands at once. `first_sighting` says whether the first value of a fact is told.
    """

    projects: Mapping[str, str | None] = {}
    names: Mapping[str, Mapping[str, str]] = {}
    conflict_window: timedelta = timedelta(0)
    first_sighting: Literal["announce", "silent"] = "announce"

    def family(self, project: str) -> str:
        """The project at the top of `project`'s line of parents."""
        seen = {project}
        while (parent := self.projects.get(project)) is not None and parent not in seen:
            seen.add(parent)
            project = parent
        return project


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """What happened to a fact; with a number it is a Change. `reports` are those that the new value rests on."""

    kind: ChangeKind
    old: Known | None
    new: Known | None
    reason: Reason
    other: Known | None = None
    reports: tuple[Report, ...] = ()


class Circumstances(msgspec.Struct, frozen=True, kw_only=True):
    """What `telling` needs to know besides the move: partners of each family of projects, and how it came about."""

    partners: Mapping[str, Set[str]] = {}
    quiet: bool = False
    reader_changed: bool = False
    in_other_currency: bool = False


def moved(before: Known | None, contender: Known | None, after: History) -> Move | None:
    """The move from what was known, with its contender, to what is; None when nothing moved.

    A value whose newest evidence is older than the one that stood before is no news: it sharpens what was known.
    """
    present = after.present
    new = present.known if present else None
    if after.contender and not (contender and same(contender.value, after.contender.known.value)):
        reports = after.contender.reports
        return Move(
            kind="conflict", old=before, new=new, other=after.contender.known, reason="contradicted", reports=reports
        )
    if present is None:
        return _lost(before, after) if before else None
    if before is None:
        return _first(present)
    if restates(present.known.value, before.value) or _rounded(before.value, present.known.value):
        return None
    return _moved_on(before, present, after)


def _rounded(before: Value, new: Value) -> bool:
    """Whether the value before was the new one, rounded: "about 30" before 29.7."""
    return isinstance(before, Figure) and before.qualifier == "about" and restates(before, new)


def _first(present: Step) -> Move | None:
    new, reports = present.known, present.reports
    if not isinstance(new.value, State):
        return Move(kind="figure_new", old=None, new=new, reason="first_report", reports=reports)
    match new.value.state:
        case "in":
            return Move(kind="partner_added", old=None, new=new, reason="first_report", reports=reports)
        case "stalled" | "paused" | "cancelled":
            return Move(kind="status", old=None, new=new, reason="first_report", reports=reports)
        case _:  # a project that runs, or a partner that never was one: nothing that anybody did not think already
            return None


def _lost(before: Known, after: History) -> Move:
    denial = _denial(before, after)
    return Move(
        kind="correction",
        old=before,
        new=None,
        other=known(denial) if denial else None,
        reason="denied" if denial else "withdrawn",
        reports=(denial,) if denial else (),
    )


def _moved_on(before: Known, present: Step, after: History) -> Move | None:
    new = present.known
    if voice(before.evidence) in supporters(after.steps, before.value):
        if new.evidence.time < before.evidence.time:
            return None
        return _onwards(before, present, after)
    denial = _denial(before, after)
    return Move(
        kind="correction",
        old=before,
        new=new,
        other=known(denial) if denial else None,
        reason="denied" if denial else "withdrawn",
        reports=present.reports,
    )


def _onwards(before: Known, present: Step, after: History) -> Move | None:
    new, reports = present.known, present.reports
    if isinstance(before.value, Figure) or isinstance(new.value, Figure):
        return Move(kind="figure_changed", old=before, new=new, reason="newer_report", reports=reports)
    told = _of_partner(before.value, new.value, after)
    return Move(kind=told[0], old=before, new=new, reason=told[1], reports=reports) if told else None


def _of_partner(before: State, new: State, after: History) -> tuple[ChangeKind, Reason] | None:
    """What to call a partner's or a project's new state; None where nobody took part who could leave or be doubted."""
    took_part = any(step.known.value == State(state="in") for step in after.steps[:-1])
    match before.state, new.state:
        case _, "out":
            return ("partner_left", "newer_report") if took_part else None
        case _, "doubted":
            return ("status", "doubted") if before.state == "in" else None
        case "doubted", "in":
            return ("status", "confirmed") if took_part else ("partner_added", "newer_report")
        case _, "in":
            return "partner_added", "newer_report"
        case _:
            return "status", "newer_report"


def _denial(before: Known, after: History) -> Report | None:
    """The newest report that denies the value that stood before."""
    denials = [step.denied for step in after.steps if step.denied and same(step.known.value, before.value)]
    return max(denials, key=Report.order, default=None)


def telling(key: Key, move: Move, policy: Policy, about: Circumstances) -> Silence | None:
    """Why this move is not told; None when it is an alert."""
    if about.reader_changed:
        return "reader"
    if about.quiet:
        return "quiet"
    if not worth(key, policy, about.partners):
        return "not_watched"
    if move.kind == "figure_new" and about.in_other_currency:
        return "restated_currency"
    if move.reason == "first_report" and policy.first_sighting == "silent":
        return "first_sighting"
    return None


def worth(key: Key, policy: Policy, partners: Mapping[str, Set[str]]) -> bool:
    """Whether a fact is one that people are told of: a watched project's own, or money between its partners."""
    return bool(families(key, policy, partners))


def families(key: Key, policy: Policy, partners: Mapping[str, Set[str]]) -> frozenset[str]:
    """The families of watched projects that a fact matters to."""
    if key.kind != "figure" or key.role in _OF_PROJECT:
        return frozenset({policy.family(key.to)}) if key.to in policy.projects else frozenset()
    if key.role not in _BETWEEN or not key.payers:
        return frozenset()
    parties = set(key.parties())
    return frozenset(family for family, members in partners.items() if parties <= members | {family})
