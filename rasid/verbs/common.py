"""What all verbs share: the configuration they were given, the ledger to read, the options that look alike.

One rule: the one place that reads the environment.
"""

from __future__ import annotations

import contextlib
import os
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from rasid import settings as configuration
from rasid.logs import configure
from rasid.settings import Settings
from streams.errors import Misconfigured

if TYPE_CHECKING:
    from alerts.ledger import Ledger

Format = Annotated[Literal["table", "json"], typer.Option("--format", help="For people or for programs.")]
Since = Annotated[str | None, typer.Option(help="That day or moment (UTC) or later, like 2026-03-01.")]
Limit = Annotated[int, typer.Option(min=1, max=1_000_000, help="At most that many.")]


class Chosen:
    """Which configuration file the options before the verb named."""

    config: Path | None = None


def moment(written: str, *, end: bool = False) -> datetime:
    """The moment that an operator named, in UTC where no zone is named; a day means its beginning, or its `end`.

    Raises `Misconfigured` for what is none.
    """
    with contextlib.suppress(ValueError):
        return datetime.combine(date.fromisoformat(written), time.max if end else time.min, UTC)
    try:
        found = datetime.fromisoformat(written)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise Misconfigured("date", f"not a date: {written!r} (like 2026-03-01 or 2026-03-01T12:00)") from error


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
