"""The rules of what is told, as they are written in the settings: for all watches, and for single projects and sites.

One rule: what is not given is as in the rules above it: a site's over its project's, those over everybody's, those over
the defaults.
"""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal

import msgspec
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

from alerts.policy import EVERY, ROLES, Policy, Rules, Subject, Threshold
from connectors.sources import duration


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _rate(given: Any) -> Any:
    """A share, also when it is written as "5%"."""
    share = re.fullmatch(r"(\d+(?:\.\d+)?) ?%", given) if isinstance(given, str) else None
    return Decimal(share[1]) / 100 if share else given


def _duration(given: Any) -> timedelta | None:
    return None if given is None else duration(str(given))


def _written(window: timedelta | None) -> str | None:
    return None if window is None else f"{window.total_seconds():.6f}s"


def _confirm(given: object) -> object:
    """A number of origins, also as the environment's text."""
    if given is None or given == "trusted":
        return given
    if not re.fullmatch(r"[1-9]\d{0,5}", str(given)):
        raise ValueError(f"a number of origins from 1 on, or the word trusted, not {given!r}")
    return int(str(given))


def _role(given: str) -> str:
    if given not in ROLES | {EVERY}:
        raise ValueError(f"no role of a figure: {given} (one of {', '.join(sorted(ROLES))}, or {EVERY})")
    return given


Currency = Annotated[str, Field(pattern="^[A-Z]{3}$")]


class ThresholdSection(_Part):
    """The least move of a figure that is told: a share of what was told, a sum in each currency, or both at once."""

    relative: Annotated[Decimal, BeforeValidator(_rate), Field(ge=0)] = Decimal(0)
    absolute: dict[Currency, Annotated[Decimal, Field(ge=0)]] = {}


class RulesSection(_Part):
    """What a watch tells, and when. What is not given is as in the rules above it."""

    tell: list[Subject] | None = None
    confirm: Annotated[int | Literal["trusted"] | None, BeforeValidator(_confirm)] = None
    trusted: list[str] | None = None
    first_sighting: Literal["announce", "silent"] | None = None
    conflict_window: Annotated[timedelta | None, BeforeValidator(_duration), PlainSerializer(_written)] = None
    thresholds: dict[Annotated[str, AfterValidator(_role)], ThresholdSection] | None = None

    def over(self, rules: Rules) -> Rules:
        """These rules, and where they say nothing the others."""
        given = {name: getattr(self, name) for name in RulesSection.model_fields if getattr(self, name) is not None}
        for name in ("tell", "trusted"):
            if name in given:
                given[name] = frozenset(given[name])
        if self.thresholds is not None:
            given["thresholds"] = {
                role: Threshold(relative=one.relative, absolute=one.absolute) for role, one in self.thresholds.items()
            }
        return msgspec.structs.replace(rules, **given)


class AlertsSection(RulesSection):
    """The rules of all watches, and of single projects or sites."""

    projects: dict[str, RulesSection] = {}

    def lay(self, policy: Policy) -> Policy:
        """The policy with these rules."""
        policy = msgspec.structs.replace(policy, rules=self.over(policy.rules))
        for project in sorted(self.projects, key=policy.depth):  # a site's rules lie over those of its project
            rules = self.projects[project].over(policy.rules_of(project))
            policy = msgspec.structs.replace(policy, of={**policy.of, project: rules})
        return policy
