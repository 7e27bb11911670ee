"""What all verbs share: the configuration they were given, the ledger to read, the options that look alike.

One rule: the one place that reads the environment.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from rasid import settings as configuration
from rasid.logs import configure
from rasid.settings import Settings

if TYPE_CHECKING:
    from alerts.ledger import Ledger

Format = Annotated[Literal["table", "json"], typer.Option("--format", help="For people or for programs.")]
Limit = Annotated[int, typer.Option(min=1, help="At most that many.")]


class Chosen:
    """Which configuration file the options before the verb named."""

    config: Path | None = None


def settings_of(stage: str = "cli") -> Settings:
    """The settings of this call, with its logging set up. Raises `Misconfigured`."""
    settings = configuration.load(Chosen.config, environ())
    configure(settings.log_level, stage)
    return settings


def ledger() -> Ledger:
    """The ledger, to read."""
    from alerts.ledger import Ledger
    from rasid.tables import open_read_only

    return Ledger(open_read_only(settings_of(), "ledger"))


def environ() -> dict[str, str]:
    """The environment."""
    return dict(os.environ)  # noqa: TID251 - the one reader of the environment
