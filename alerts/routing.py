"""Which change goes to whom: by project (its sites included), by kind, and by how much it matters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

from alerts import keys
from alerts.decide import families
from alerts.destinations import Destination, Severity
from alerts.keys import Key
from alerts.policy import Policy
from streams.records import Change, State

# What a project is said to cost or to have. All other money is between parties.
_OWN_FIGURES = frozenset({"total", "initial", "secured"})
_SETBACKS = frozenset({"stalled", "paused", "cancelled"})


def recipients(
    destinations: Sequence[Destination], change: Change, policy: Policy, partners: Mapping[str, Set[str]]
) -> list[Destination]:
    """The destinations that a change is for. `partners` are those of each family of projects."""
    key = keys.parse(change.fact)
    projects = concerned(key, policy, partners)
    level = severity(change, key)
    return [one for one in destinations if one.wants(change.kind, projects, level)]


def concerned(key: Key, policy: Policy, partners: Mapping[str, Set[str]]) -> frozenset[str]:
    """The projects that a fact is of: its own with all above it, or those between whose partners money moves."""
    line, above = {key.to}, policy.projects.get(key.to)
    while above is not None and above not in line:
        line.add(above)
        above = policy.projects.get(above)
    return families(key, policy, partners) | line


def severity(change: Change, key: Key) -> Severity:
    """How much a change matters.

    `high` is what a reader acts on: a project's own figure, reports that contradict each other, a denial, a partner who
    leaves, a project that stops. `low` is what only puts right: a source that took back what it said, a doubt that is
    over, a project that goes on. All else is `normal`.
    """
    match change.kind:
        case "conflict" | "partner_left":
            return "high"
        case "correction":
            return "high" if change.reason == "denied" else "low"
        case "status":
            return _of_status(change)
        case "figure_new" | "figure_changed":
            return "high" if key.role in _OWN_FIGURES else "normal"
        case "partner_added":
            return "normal"


def _of_status(change: Change) -> Severity:
    value = change.new.value if change.new else None
    if not isinstance(value, State):
        return "normal"
    if value.state in _SETBACKS:
        return "high"
    return "low" if value.state in ("in", "active") else "normal"
