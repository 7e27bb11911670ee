"""`python -m tests.faults.child [--without PROTECTION] VERB…`: the real command line, in a hurry.

Waits that are minutes or hours in production (leases, retries, session times) are seconds here; nothing else differs,
unless a protection is switched off to show that it is needed (`tests.faults.without`).
"""

from __future__ import annotations

import importlib
import sys
from datetime import timedelta
from typing import Any

SESSION = 3.0
LEASE = 6.0
_TIMEOUT = 2.0
# A look at Slack, this long apart from the next, must leave time within the lease for the post.
_SHOWS_AFTER = 0.5
_WAITS = (0.5, 1, 1, 2, 4, 8, 16, 32, 64)


def hurry() -> None:
    """Shorten the waits. Before anything else is imported, for others take them over at import."""
    put("alerts.outbox", "LEASE", timedelta(seconds=LEASE))
    put("alerts.outbox", "TIMEOUT", _TIMEOUT)
    put("alerts.backoff", "SCHEDULE", tuple(timedelta(seconds=wait) for wait in _WAITS))
    put("alerts.backoff", "_BEFORE_LOOKING", timedelta(seconds=0.2))
    shorten(importlib.import_module("alerts.slack").SlackBotSender.__init__, "shows_after", _SHOWS_AFTER)
    settings = importlib.import_module("rasid.sections").KafkaSection
    connection = settings.connection
    replace = importlib.import_module("msgspec").structs.replace
    settings.connection = lambda section: replace(connection(section), session_timeout=SESSION)


def put(module: str, name: str, value: Any) -> None:
    """Set what the module has under that name; fails where it has nothing, lest a rename make this a no-op."""
    loaded = importlib.import_module(module)
    if not hasattr(loaded, name):
        raise AttributeError(f"{module} has no {name}")
    setattr(loaded, name, value)


def shorten(function: Any, name: str, value: Any) -> None:
    """Set what the function takes for that argument when nobody gives it; fails where it has no such default."""
    if name not in (function.__kwdefaults__ or {}):
        raise AttributeError(f"{function} has no default {name}")
    function.__kwdefaults__[name] = value


def main() -> None:
    """Run the command line with these arguments."""
    hurry()
    arguments = sys.argv[1:]
    if arguments[0] == "--without":
        importlib.import_module("tests.faults.without").PROTECTIONS[arguments[1]]()
        arguments = arguments[2:]
    sys.argv = ["rasid", *arguments]
    importlib.import_module("rasid.__main__").main()


if __name__ == "__main__":
    main()
