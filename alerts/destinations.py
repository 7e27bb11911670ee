"""Who is told, in which way, of what."""

from __future__ import annotations

from collections.abc import Set
from typing import Literal

import msgspec
from typing_extensions import override

Channel = Literal["slack_webhook", "slack_bot", "webhook", "console"]


class Destination(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody to tell. What it shows of itself never holds a URL, a token or a secret.

    `url` is the address of a webhook of either kind, or, for `slack_bot`, another base of Slack's API. Several
    `secrets` all sign, so that a receiver can change from one to the next. Empty `projects` or `kinds` mean all.
    `allow_private` lets a webhook go to an address that is not public.
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
    allow_private: bool = False

    @override
    def __repr__(self) -> str:
        return f"Destination(id={self.id!r}, kind={self.kind!r})"

    def wants(self, kind: str, projects: Set[str]) -> bool:
        """Whether a change of that kind, of any of those projects, is for this destination."""
        return (not self.kinds or kind in self.kinds) and (not self.projects or not projects.isdisjoint(self.projects))
