"""A feed's own rhythm: how often it brings news, how long it is usually silent, and so how soon to ask again.

The cadence is the usual (median) time between two items, from the dates in the document where it has them, else from
when they were found. It is asked about twice per item; while it is silent (at night, on a holiday) ever more rarely,
an eighth of the silence. The longest silence is remembered and fades, so that a feed is stale by its own measure and
not by everybody's. One rule: a function of the past alone; the bounds are the source's.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median_high

import msgspec

_ITEMS = 20  # as many of the newest make the cadence
_ENOUGH = 5
_PER_ITEM = 2
_OF_SILENCE = 8
_OLD_SHARE = 3  # of four parts of a cadence that is found poll by poll
_HALF_LIFE = timedelta(days=30)
_STALE_TIMES = 2
_NEVER_STALE = timedelta(hours=6)


class Rhythm(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of it: the usual time between items, when news was last seen, the longest silence of late."""

    cadence: timedelta | None = None
    last_news: datetime | None = None
    longest_silence: timedelta | None = None


def heard(rhythm: Rhythm, dates: Iterable[datetime], new: int, now: datetime) -> Rhythm:
    """The rhythm after a poll that found `new` revisions; `dates` are those of the document's items, to the second."""
    if not new:
        return rhythm
    newest = sorted({date for date in dates if date <= now})[-_ITEMS:]
    gaps = [later - earlier for earlier, later in pairwise(newest)]
    dated = len(newest) >= _ENOUGH
    if rhythm.last_news is None:
        return Rhythm(
            cadence=median_high(gaps) if dated else None,
            last_news=newest[-1] if newest else now,
            longest_silence=max([*gaps, now - newest[-1]]) if dated else None,
        )
    silence = max(now - rhythm.last_news, timedelta())
    return Rhythm(
        cadence=median_high(gaps) if dated else _mixed(rhythm.cadence, silence / new),
        last_news=now,
        longest_silence=max(silence, _faded(rhythm.longest_silence or timedelta(), silence)),
    )


def wait(rhythm: Rhythm, now: datetime) -> timedelta:
    """How long a poll may wait, as far as the rhythm goes."""
    silence = max(now - rhythm.last_news, timedelta()) if rhythm.last_news else timedelta()
    return max((rhythm.cadence or timedelta()) / _PER_ITEM, silence / _OF_SILENCE)


def is_stale(rhythm: Rhythm, now: datetime) -> bool:
    """Whether the feed has been silent for twice as long as it ever was of late, and for six hours at least."""
    if rhythm.last_news is None or rhythm.longest_silence is None:
        return False
    return now - rhythm.last_news > max(_STALE_TIMES * rhythm.longest_silence, _NEVER_STALE)


def _mixed(cadence: timedelta | None, sample: timedelta) -> timedelta:
    return sample if cadence is None else (cadence * _OLD_SHARE + sample) / (_OLD_SHARE + 1)


def _faded(longest: timedelta, elapsed: timedelta) -> timedelta:
    """A bank holiday is remembered for a month or two, not for ever."""
    return longest * float(0.5 ** (elapsed / _HALF_LIFE))
