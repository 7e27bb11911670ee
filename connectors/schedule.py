"""When a source is polled next: a function of the source, what the last poll brought, and the time.

A source is polled as its own rhythm asks (`connectors.rhythm`), within its bounds. A failing one is left alone for
longer each time, according to what went wrong; a server's own wish (Retry-After) counts within bounds. While nobody
can be reached, each is asked as often as at its best: that is nobody's fault, and news must not wait for it.
One whose server says that it is gone is asked once a week, and at a start: servers are mistaken, and people mend them.
Sources never start together, and their delays never fall in step: both follow from the id, not from chance, so that
the same history always gives the same times.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from hashlib import blake2b

from connectors.headers import http_date
from connectors.outcomes import Failed, Reason
from connectors.rhythm import Rhythm, wait
from connectors.sources import Source

_DAY = timedelta(days=1)
_WEEK = timedelta(weeks=1)
_MINUTE = timedelta(minutes=1)
_LONGEST_START = timedelta(seconds=30)

# So many failures in a row, and somebody should look at the source.
ILL_AFTER = 5

# How many shortest intervals to wait after the first failure, and at most, after many: what tends to pass soon is
# tried soon; what takes a person at the other end is not hammered at. The rest is `_USUAL`.
_USUAL = (1, timedelta(hours=1))
_BACK_OFF: dict[Reason, tuple[int, timedelta]] = {
    "dns": (2, timedelta(hours=6)),
    "tls": (4, timedelta(hours=12)),
    "refused_address": (4, _DAY),
    "redirects": (4, _DAY),
    "http_403": (4, _DAY),
    "http_404": (4, _DAY),
    "http_429": (4, _DAY),
    "too_large": (4, _DAY),
    "decode_bomb": (4, _DAY),
    "not_a_feed": (2, timedelta(hours=6)),
    "dtd": (4, _DAY),
    "parse_limit": (4, _DAY),
}


def first_poll(source: Source, now: datetime) -> datetime:
    """When to poll a source after starting: spread over a tenth of its interval, at most half a minute."""
    if source.kind == "folder":
        return now
    return now + _share(source.id) * min(source.min_interval / 10, _LONGEST_START)


def due(source: Source, stored: datetime | None, now: datetime, *, failing: bool) -> datetime:
    """When a source is due that was to be polled at `stored`: not later than its settings, as they are now, allow.

    A source for which nothing is stored is due now. One that fails waits a week at most: what is stored beyond that was
    written by a clock that was ahead.
    """
    if stored is None:
        return now
    return min(stored, now + (max(_WEEK, source.max_interval) if failing else source.max_interval))


def after_success(source: Source, rhythm: Rhythm, now: datetime) -> timedelta:
    """The interval to the next poll."""
    return max(source.min_interval, min(wait(rhythm, now), source.max_interval))


def after_hold(source: Source, until: datetime) -> datetime:
    """When to poll a source whose host asked to be left alone until then: its sources do not come back together."""
    return until + _share(source.id) * min(source.min_interval / 10, _LONGEST_START)


def after_failure(source: Source, failed: Failed, failures: int) -> timedelta:
    """How long to leave a source alone after `failures` failures in a row."""
    if failed.reason == "http_410":
        return _WEEK
    if failed.reason == "offline":
        return source.min_interval * (1 + 0.1 * _share(f"{source.id}:{failures}"))
    first, longest = _BACK_OFF.get(failed.reason, _USUAL)
    doublings = min(failures - 1, 20)
    delay = min(source.min_interval * (first << doublings), max(longest, source.min_interval))
    delay *= 1 + 0.1 * _share(f"{source.id}:{failures}")
    return delay if failed.retry_after is None else max(delay, failed.retry_after)


def retry_after(header: str | None, now: datetime) -> timedelta | None:
    """What a Retry-After header asks for, in seconds or as an HTTP date, between a minute and a day; else None."""
    if header is None:
        return None
    if re.fullmatch(r"-?\d{1,20}", text := header.strip()):
        return _clamped(timedelta(seconds=max(0, min(int(text), 10**6))))
    moment = http_date(text)
    return None if moment is None else _clamped(moment - now)


def _clamped(delay: timedelta) -> timedelta:
    return max(_MINUTE, min(delay, _DAY))


def _share(text: str) -> float:
    """A number between 0 and 1 that follows from the text."""
    return int.from_bytes(blake2b(text.encode(), digest_size=4).digest()) / 2**32
