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
# No wait is longer than this, so a later time on the ledger was written by a clock that went wrong.
LONGEST = timedelta(hours=30)
_SPAN = sum(SCHEDULE, timedelta(0))
_JITTER = 0.2
_MET_WITHIN = timedelta(seconds=2)
# What was perhaps accepted is looked for, and that needs a moment to show.
_BEFORE_LOOKING = timedelta(seconds=5)


class Settled(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery's state after a try: when it is tried again (None: never), why, and the receiver's receipt.

    `counted`: whether the try is one of the ten.
    """

    state: State
    next_at: datetime | None = None
    reason: str | None = None
    receipt: str | None = None
    counted: bool = True


class Tried(msgspec.Struct, frozen=True):
    """A delivery that was tried `attempts` times, first at `since`; `planned` is when a try ahead of time was due.

    `uncertain`: a try before the last one may have reached the receiver.
    """

    delivery_id: str
    attempts: int
    since: datetime
    planned: datetime | None = None
    uncertain: bool = False


def settle(tried: Tried, outcome: Outcome, now: datetime) -> Settled:
    """What becomes of a delivery whose last try came to `outcome`."""
    # That this try did not arrive says nothing of an earlier one that may have.
    waiting: State = "unknown" if tried.uncertain else "pending"
    match outcome:
        case Delivered(receipt):
            return Settled(state="sent", receipt=receipt)
        case Refused(reason, True):
            # A destination at fault says nothing of this alert, which waits until the operator has looked.
            return Settled(state=waiting, next_at=now, reason=reason, counted=False)
        case Refused(reason, _):
            return Settled(state="dead", next_at=now, reason=reason)
        case Unknown(reason, after):
            return _again(tried, "unknown", outcome, max(after, _BEFORE_LOOKING), now)
        case Retry(reason, after):
            return _again(tried, waiting, outcome, after, now)


def _again(tried: Tried, state: State, outcome: Retry | Unknown, after: timedelta, now: datetime) -> Settled:
    if tried.planned is not None:  # an extra try, which takes none of the ten away
        next_at = max(tried.planned, now + after)
        return Settled(state=state, next_at=next_at, reason=outcome.reason, counted=False)
    if outcome.reason == "rate_limited" and outcome.after and now - tried.since < _SPAN:
        # A receiver that names a time is not failing. It is met a little later than that, not before.
        late = _MET_WITHIN * _share(tried.delivery_id, tried.attempts)
        return Settled(state=state, next_at=now + outcome.after + late, reason=outcome.reason, counted=False)
    planned = wait(tried.delivery_id, tried.attempts, after)
    if planned is None:
        return Settled(state="dead", reason="gave_up")
    return Settled(state=state, next_at=now + planned, reason=outcome.reason)


def wait(delivery_id: str, attempts: int, after: timedelta = timedelta(0)) -> timedelta | None:
    """How long to wait after that many tries, and at least `after`; None when there were enough."""
    if attempts >= TRIES:
        return None
    planned = SCHEDULE[max(attempts, 1) - 1] * (1 - _JITTER + 2 * _JITTER * _share(delivery_id, attempts))
    return max(planned, after)


def _share(delivery_id: str, attempts: int) -> float:
    """Between 0 and 1: where in the span of its jitter a try lies."""
    digest = hashlib.sha256(f"{delivery_id}:{attempts}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64
