"""The command `rasid`, which is `python -m rasid` too.

One rule: nothing is imported before a signal finds a handler. What all the verbs need takes a second to import, and
whoever changes his mind in it gets no traceback.
"""

from __future__ import annotations

import signal
import sys
from types import FrameType
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line."""
    signal.signal(signal.SIGINT, _interrupted)
    signal.signal(signal.SIGTERM, _interrupted)
    from rasid.cli import main as run

    run()


def _interrupted(number: int, _frame: FrameType | None) -> NoReturn:
    """End with what a shell reports of a command that a signal ended: it has not done what it was to do."""
    sys.exit(128 + number)


if __name__ == "__main__":
    main()
