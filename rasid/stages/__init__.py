"""The composition roots: one module per stage, `build(settings)`, so that a process imports only what it runs."""

from __future__ import annotations

import importlib
from collections.abc import Awaitable, Callable
from typing import Literal, cast

import msgspec

from rasid.settings import Settings
from rasid.stage import Stage

Verb = Literal["connect", "work", "learn", "deliver", "web"]


class Hosted(msgspec.Struct, frozen=True):
    """A stage, where it serves its health, and what must be there before it starts."""

    stage: Stage
    address: tuple[str, int]
    prepare: Callable[[], Awaitable[None]] | None = None


def build(verb: Verb, settings: Settings) -> Hosted:
    """The stage that `rasid <verb>` runs. Raises `Misconfigured` or `Unavailable`."""
    module = importlib.import_module(f"rasid.stages.{verb}")
    return cast(Hosted, module.build(settings))
