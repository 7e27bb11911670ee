"""The terminal as a destination: one readable line for each alert."""

from __future__ import annotations

import sys
from typing import TextIO

from alerts.outbox import Due
from alerts.outcome import Delivered, Outcome


class ConsoleSender:
    """Writes each alert's line to `out`, by default standard output. A repeat after a crash shows as a second line."""

    pace = 0.0

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out

    async def send(self, due: Due) -> Outcome:
        """Write the line."""
        out = self._out or sys.stdout
        out.write(due.body + "\n")
        out.flush()
        return Delivered()

    async def close(self) -> None:
        """Nothing is held."""
