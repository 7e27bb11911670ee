"""What becomes of a delivery after a try: ten tries over three days, as Standard Webhooks suggests.

The jitter is a function of the delivery and the attempt: destinations that come back are not met by all at once, and
the same delivery always has the same schedule.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from alerts.outcome import Delivered, Outcome, Refused, Retry, Unknown

State = Literal["pending", "sending", "sent", "unknown", "dead"]

# The wait after each try but the last.
SCHEDULE = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
TRIES = len(SCHEDULE) + 1
_JITTER = 0.2
# What was perhaps accepted is looked for, and that needs a moment to show.
_BEFORE_LOOKING = timedelta(seconds=5)


class Settled(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery's state after a try: when it is tried again (None: never), why, and the receiver's receipt."""

    state: State
    next_at: datetime | None = None
    reason: str | None = None
    receipt: str | None = None


def settle(delivery_id: str, attempts: int, outcome: Outcome, now: datetime) -> Settled:
    """What becomes of a delivery that was tried `attempts` times, the last time with `outcome`."""
    match outcome:
        case Delivered(receipt):
            return Settled(state="sent", receipt=receipt)
        case Refused(reason, pause):
            # A destination at fault says nothing of this alert, which waits until the operator has looked.
            return Settled(state="pending" if pause else "dead", next_at=now, reason=reason)
        case Unknown(reason):
            return _again("unknown", reason, wait(delivery_id, attempts, _BEFORE_LOOKING), now)
        case Retry(reason, after):
            return _again("pending", reason, wait(delivery_id, attempts, after), now)


def _again(state: State, reason: str, after: timedelta | None, now: datetime) -> Settled:
    if after is None:
        return Settled(state="dead", reason="gave_up")
    return Settled(state=state, next_at=now + after, reason=reason)


def wait(delivery_id: str, attempts: int, after: timedelta = timedelta(0)) -> timedelta | None:
    """How long to wait after that many tries, and at least `after`; None when there were enough."""
    if attempts >= TRIES:
        return None
    digest = hashlib.sha256(f"{delivery_id}:{attempts}".encode()).digest()
    share = int.from_bytes(digest[:8], "big") / 2**64
    planned = SCHEDULE[max(attempts, 1) - 1] * (1 - _JITTER + 2 * _JITTER * share)
    return max(planned, after)
