"""Faults on demand: at a named window of the code, the nth passing kills, stops or fails this process.

Strategy: each window between two writes that a crash could tear apart has a name, and the code says `reach(name)`
there. One rule: unarmed, which is always but in a test of faults, reaching costs a look at an empty mapping. Nothing
here reads the environment: the front door arms what `RASID_FAULT` says, once.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from typing import Literal, NamedTuple, get_args

from streams.errors import Misconfigured, Unavailable

# The stage that passes it, then the window. docs/guarantees.md says for each what a crash there comes to.
Name = Literal[
    "connect.before_archive_commit",
    "connect.after_archive_commit",
    "connect.after_publish",
    "connect.before_validators",
    "work.after_read",
    "work.before_dead_letter",
    "work.after_send",
    "work.after_ack",
    "learn.before_transaction",
    "learn.before_commit",
    "learn.after_commit",
    "learn.before_dead_letter",
    "learn.after_dead_letter",
    "deliver.after_lease",
    "deliver.after_accepted",
    "deliver.after_mark",
]
Effect = Literal["kill", "stop", "fail"]

NAMES: tuple[Name, ...] = get_args(Name)
_EFFECTS: tuple[Effect, ...] = get_args(Effect)
_FORM = f"name:nth:effect, the effect one of {', '.join(_EFFECTS)}, several joined by commas"


class Fault(NamedTuple):
    """What happens at the `nth` passing (from 1) of a window."""

    name: Name
    nth: int
    effect: Effect


_armed: dict[str, list[Fault]] = {}
_passed: dict[str, int] = {}
_counting = threading.Lock()


def parse(spec: str) -> tuple[Fault, ...]:
    """The faults that `spec` asks for: `name:nth:effect`, several joined by commas; none where it is blank.

    Raises `Misconfigured` (reason `fault`) for what is no fault; for an unknown name it lists those there are.
    """
    return tuple(_fault(part.strip()) for part in spec.split(",") if part.strip())


def for_stage(spec: str, stage: str) -> str:
    """The part of `spec` that speaks of this stage's windows. Raises like `parse`."""
    mine = (fault for fault in parse(spec) if fault.name.startswith(f"{stage}."))
    return ",".join(f"{fault.name}:{fault.nth}:{fault.effect}" for fault in mine)


def arm(spec: str) -> None:
    """From now on these faults fall, counted from here, and no others. Raises like `parse`."""
    faults = parse(spec)
    with _counting:
        _armed.clear()
        _passed.clear()
        for fault in faults:
            _armed.setdefault(fault.name, []).append(fault)


def reach(name: Name) -> None:
    """This window is passed now. Where a fault is armed for this passing, the process is killed (as by `kill -9`) or
    stopped (until SIGCONT), or `Unavailable` is raised."""
    if _armed:
        for effect in _falling(name):
            _fall(name, effect)


def _fault(written: str) -> Fault:
    name, _, rest = written.partition(":")
    nth, _, effect = rest.partition(":")
    if name not in NAMES:
        raise Misconfigured("fault", f"RASID_FAULT: no window is named {name!r}; there are: {', '.join(NAMES)}")
    if not (nth.isascii() and nth.isdigit()) or int(nth) == 0 or effect not in _EFFECTS:
        raise Misconfigured("fault", f"RASID_FAULT: {written!r} is not {_FORM}")
    return Fault(name, int(nth), effect)


def _falling(name: str) -> Iterator[Effect]:
    if name not in _armed:
        return
    with _counting:
        passed = _passed[name] = _passed.get(name, 0) + 1
    yield from (fault.effect for fault in _armed[name] if fault.nth == passed)


def _fall(name: str, effect: Effect) -> None:
    if effect == "fail":
        raise Unavailable("fault", f"asked to fail at {name}")
    os.kill(os.getpid(), signal.SIGKILL if effect == "kill" else signal.SIGSTOP)
