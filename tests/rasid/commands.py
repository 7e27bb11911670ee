"""Running a verb of the command line in process, and what it printed."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from typer.testing import Result

Json = dict[str, Any]
Run = Callable[..., Result]


def lines(result: Result) -> list[Json]:
    """The JSON Lines that a verb printed."""
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.output.splitlines()]
