"""When to try again: ten tries over three days, as Standard Webhooks suggests.

The jitter is a function of the delivery and the attempt: destinations that come back are not met by all at once, and
the same delivery always has the same schedule.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta

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


def wait(delivery_id: str, attempts: int, after: timedelta = timedelta(0)) -> timedelta | None:
    """How long to wait after that many tries, and at least `after`; None when there were enough."""
    if attempts >= TRIES:
        return None
    digest = hashlib.sha256(f"{delivery_id}:{attempts}".encode()).digest()
    share = int.from_bytes(digest[:8], "big") / 2**64
    planned = SCHEDULE[max(attempts, 1) - 1] * (1 - _JITTER + 2 * _JITTER * share)
    return max(planned, after)
