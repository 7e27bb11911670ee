"""The terminal as a destination: one readable line for each alert.

A pipe whose reader stands still takes nothing more. One rule: that is waited for in a thread, where it holds up nobody
else.
"""

from __future__ import annotations

import sys
from typing import TextIO

from alerts.outbox import Due
from alerts.outcome import Delivered, Outcome
from streams.threads import in_thread


class ConsoleSender:
    """Writes each alert's line to `out`, by default standard output. A repeat after a crash shows as a second line."""

    pace = 0.0

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out

    async def send(self, due: Due) -> Outcome:
        """Write the line."""
        await in_thread(self._write, due.body + "\n")
        return Delivered()

    def _write(self, line: str) -> None:
        out = self._out or sys.stdout
        out.write(line)
        out.flush()

    async def close(self) -> None:
        """Nothing is held."""
