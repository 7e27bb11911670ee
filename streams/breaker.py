"""When most of what comes fails, the fault is not in what comes: then a stage stops taking it.

One message that cannot be used is set aside and costs nothing. Too many in a row, or too large a share of the last few
minutes, say that something is wrong with us or with all of our input, and open the breaker: nothing more is taken, and
nothing is lost, because what is not taken keeps its place. After a pause one message is let through; if it fares well
all goes on, if not the pause doubles. One rule: seconds come from the caller, this module knows no clock.
"""

from __future__ import annotations

from collections import deque

import msgspec

LONGEST_PAUSE = 300.0
_SLOTS = 30  # how finely the window is kept


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What is too much: more than `in_a_row` failures, or more than `share` of all within `window` seconds.

    The share counts from `at_least` failures on: one of three is no sign of anything. `pause` is the first, in seconds.
    """

    in_a_row: int = 20
    share: float = 0.05
    at_least: int = 10
    window: float = 300.0
    pause: float = 30.0


class _Slot(msgspec.Struct):
    number: int
    all: int = 0
    failed: int = 0


class Breaker:
    """Told of every input how it fared, says whether to take the next. `problem` says why not, while it is open."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._slots: deque[_Slot] = deque()
        self._in_a_row = 0
        self._pause = limits.pause
        self._closed_until = 0.0
        self.problem: str | None = None

    def wait(self, now: float) -> float:
        """For how many seconds nothing may be taken; 0 when something may be."""
        # Added to a time and taken off again, a pause can come out a hair longer than it was.
        return min(self._pause, max(0.0, self._closed_until - now)) if self.problem else 0.0

    def note(self, now: float, *, failed: bool) -> None:
        """An input fared well or failed at `now` seconds, which never go backwards."""
        if self.problem is not None:
            self._probed(now, failed=failed)
            return
        self._count(now, failed=failed)
        if failed and (problem := self._too_many()):
            self.problem, self._pause = problem, self._limits.pause
            self._closed_until = now + self._pause

    def _probed(self, now: float, *, failed: bool) -> None:
        if failed:
            self._pause = min(LONGEST_PAUSE, self._pause * 2)
            self._closed_until = now + self._pause
            return
        self.problem, self._in_a_row = None, 0
        self._slots.clear()

    def _count(self, now: float, *, failed: bool) -> None:
        self._in_a_row = self._in_a_row + 1 if failed else 0
        number = int(now // (self._limits.window / _SLOTS))
        while self._slots and self._slots[0].number <= number - _SLOTS:
            self._slots.popleft()
        if not self._slots or self._slots[-1].number != number:
            self._slots.append(_Slot(number))
        self._slots[-1].all += 1
        self._slots[-1].failed += failed

    def _too_many(self) -> str | None:
        limits = self._limits
        if self._in_a_row > limits.in_a_row:
            return f"nothing is taken: {self._in_a_row} inputs in a row could not be used"
        failed, everything = sum(slot.failed for slot in self._slots), sum(slot.all for slot in self._slots)
        if failed >= limits.at_least and failed > limits.share * everything:
            return f"nothing is taken: {failed} of {everything} inputs in {limits.window:g} s could not be used"
        return None
