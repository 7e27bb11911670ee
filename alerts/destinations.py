"""Who is told, in which way, of what.

What it shows of itself never holds a URL, a token or a secret.
"""

from __future__ import annotations

from collections.abc import Set
from typing import Literal

import msgspec
from typing_extensions import override

Channel = Literal["slack_webhook", "slack_bot", "webhook", "console"]
Severity = Literal["low", "normal", "high"]

_LEVELS: tuple[Severity, ...] = ("low", "normal", "high")


class Destination(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody to tell.

    `url` is the address of a webhook of either kind, or, for `slack_bot`, another base of Slack's API. Several
    `secrets` all sign, so that a receiver can change from one to the next. Empty `projects` or `kinds` mean all;
    `severity` is the least that is told. `changes` false: none at all; `operator` true: also when Rasid needs its
    operator. `when_unsure` says what an incoming webhook of Slack does after a send of which nobody knows whether it
    arrived. `allow_private` lets a webhook go to an address that is not public. `agent` is who receivers are told
    that we are (their User-Agent). `page` is where people reach Rasid's own page, for messages that lead to it.
    """

    id: str
    kind: Channel
    url: str | None = None
    token: str | None = None
    channel: str | None = None
    secrets: tuple[str, ...] = ()
    language: Literal["ar", "en"] = "ar"
    projects: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    severity: Severity = "low"
    changes: bool = True
    operator: bool = False
    when_unsure: Literal["repeat", "drop"] = "repeat"
    allow_private: bool = False
    agent: str = "Rasid"
    page: str | None = None

    @override
    def __repr__(self) -> str:
        return f"Destination(id={self.id!r}, kind={self.kind!r})"

    def wants(self, kind: str, projects: Set[str], severity: Severity) -> bool:
        """Whether a change of that kind and severity, of any of those projects, is for this destination."""
        return (
            self.changes
            and (not self.kinds or kind in self.kinds)
            and (not self.projects or not projects.isdisjoint(self.projects))
            and _LEVELS.index(severity) >= _LEVELS.index(self.severity)
        )

    def lane(self) -> str:
        """What this destination shares with others that lead to the same place: they take turns at its pace."""
        match self.kind:
            case "slack_bot":
                return f"slack_bot {self.url} {self.channel}"
            case "slack_webhook":
                return f"slack_webhook {self.url}"
            case _:
                return f"{self.kind} {self.id}"
