"""The terminal as a destination: one readable line for each alert.

A pipe whose reader stands still takes nothing more. One rule: that holds up nobody else, and it ends when the stage
does. So a line goes out in pieces that fit into a pipe at once, each when there is room.
"""

from __future__ import annotations

import select
import sys
from io import UnsupportedOperation
from typing import TextIO

from alerts.outbox import Due
from alerts.outcome import Delivered, Outcome
from streams.threads import in_thread

# A pipe with room takes PIPE_BUF bytes; escaped for a terminal that knows no Arabic, a character has ten at most.
_PIECE = select.PIPE_BUF // 10
_LOOK_MILLISECONDS = 100


class ConsoleSender:
    """Writes each alert's line to `out`, by default standard output. A repeat after a crash shows as a second line."""

    pace = 0.0

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out

    async def send(self, due: Due) -> Outcome:
        """Write the line."""
        out, line = self._out or sys.stdout, due.body + "\n"
        for start in range(0, len(line), _PIECE):
            while not await in_thread(_has_room, out):
                continue
            await in_thread(_write, out, line[start : start + _PIECE])
        return Delivered()

    async def close(self) -> None:
        """Nothing is held."""


def _write(out: TextIO, text: str) -> None:
    out.write(text)
    out.flush()


def _has_room(out: TextIO) -> bool:
    """Waits a moment for room; whether a piece can now be written, or fails, at once."""
    poll = select.poll()
    try:
        poll.register(out.fileno(), select.POLLOUT)
    except UnsupportedOperation:  # not a file of the system's
        return True
    return bool(poll.poll(_LOOK_MILLISECONDS))
