"""The key of the fact that a claim speaks of. The one rule: a claim without the parties its role needs has no key."""

from __future__ import annotations

from streams.extract.amounts import Found
from streams.extract.discovery import UNLISTED
from streams.extract.judging import Judged
from streams.records import Role

_OF_TARGET: frozenset[Role] = frozenset(("total", "initial", "secured", "valuation", "revenue"))
_BETWEEN: frozenset[Role] = frozenset(("commitment", "stake", "deal"))


def figure_key(judged: Judged, amount: Found, payers: tuple[str, ...]) -> str | None:
    """The key for these payers, or None where a party, the currency or a comparable role is missing."""
    parties = _parties(judged, payers)
    if parties is None or amount.currency is None or UNLISTED in parties:
        return None
    return f"figure:{judged.role}:{parties}:{amount.currency}" + (":per-year" if amount.yearly else "")


def _parties(judged: Judged, payers: tuple[str, ...]) -> str | None:
    joint = "+".join(sorted(payers))
    if judged.role in _OF_TARGET:
        return judged.to
    if judged.role in _BETWEEN:
        return f"{joint}->{judged.to}" if joint and judged.to else None
    return joint or None if judged.role == "capex" else None


def partner_key(organisation: str, project: str) -> str:
    """The key of whether an organisation takes part in a project."""
    return f"partner:{organisation}@{project}"


def status_key(project: str) -> str:
    """The key of a project's state."""
    return f"status:{project}"
