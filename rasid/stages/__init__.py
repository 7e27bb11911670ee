"""The composition roots: one module per stage, `build(settings)`, so that a process imports only what it runs."""

from __future__ import annotations

import importlib
from typing import Literal, cast

from rasid.settings import Settings
from rasid.stage import Hosted

__all__ = ["Hosted", "Verb", "build"]

Verb = Literal["connect", "work", "learn", "deliver", "web"]


def build(verb: Verb, settings: Settings) -> Hosted:
    """The stage that `rasid <verb>` runs. Raises `Misconfigured` or `Unavailable`."""
    module = importlib.import_module(f"rasid.stages.{verb}")
    return cast(Hosted, module.build(settings))
