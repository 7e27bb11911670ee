"""How a source is doing, and what a poll makes of that: functions of the source, its state, the poll and the time.

A success forgets the failures; a failure forgets nothing that was learned: validators, rhythm and the first poll stay.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from connectors import moving, rhythm, schedule
from connectors.headers import http_date
from connectors.moving import Move
from connectors.outcomes import Failed, Validators
from connectors.rhythm import Rhythm
from connectors.sources import Source

_CACHED = timedelta(days=1)


class FeedState(msgspec.Struct, frozen=True, kw_only=True):
    """How a source is doing.

    `url` is the operator's address, `followed` the one that the feed has moved to (`connectors.moving`). `etag`,
    `last_modified` and `content` (a hash) are those of the last document whose articles the broker has acknowledged.
    `first_success` is when its first poll was stored; until then everything it brings is history, and what is older
    than that until one document came whole. `failures` counts those since the last success, `reason` and `detail`
    describe the last of them; a source that is `gone` (its server says: for good) is polled at a start and once a week.
    `interval` is the present one, `held_until` the end of what its host asked for. `cadence`, `last_news` and
    `longest_silence` are its rhythm.
    """

    source_id: str
    url: str
    etag: str | None = None
    last_modified: str | None = None
    content: str | None = None
    first_success: datetime | None = None
    last_success: datetime | None = None
    last_poll: datetime | None = None
    next_poll: datetime | None = None
    interval: timedelta | None = None
    failures: int = 0
    reason: str | None = None
    detail: str | None = None
    gone: bool = False
    held_until: datetime | None = None
    cadence: timedelta | None = None
    last_news: datetime | None = None
    longest_silence: timedelta | None = None
    moved_to: str | None = None
    moved_times: int = 0
    moved_since: datetime | None = None
    followed: str | None = None

    @property
    def rhythm(self) -> Rhythm:
        """How often it brings news."""
        return Rhythm(cadence=self.cadence, last_news=self.last_news, longest_silence=self.longest_silence)

    @property
    def move(self) -> Move:
        """What its server says of its address."""
        return Move(
            moved_to=self.moved_to,
            moved_times=self.moved_times,
            moved_since=self.moved_since,
            followed=self.followed,
        )

    @property
    def is_ill(self) -> bool:
        """Whether it has failed so often in a row that somebody should look at it."""
        return self.failures >= schedule.ILL_AFTER


def is_older(validators: Validators, state: FeedState, now: datetime) -> bool:
    """Whether what came with these `validators` is older than what was read last, by Last-Modified.

    The caches in front of a server do not change over at once: one may still give what another has replaced, and to
    follow each would be to tell that a paper went back to its old figure, and forth. A day behind the newer one no
    cache is meant: the server itself has gone back.
    """
    had, given = http_date(state.last_modified), http_date(validators.last_modified)
    return had is not None and given is not None and given < had and abs(now - had) < _CACHED


def polled(source: Source, state: FeedState, moved: str | None, now: datetime) -> FeedState:
    """After a poll that brought a feed or nothing new, by way of permanent redirects to `moved`."""
    interval = schedule.after_success(source, state.rhythm, now)
    move = moving.after_feed(state.move, state.followed or source.url, moved, now)
    return msgspec.structs.replace(
        state,
        last_success=now,
        last_poll=now,
        interval=interval,
        next_poll=now + interval,
        failures=0,
        reason=None,
        detail=None,
        gone=False,
        held_until=None,
        **msgspec.structs.asdict(move),
    )


def with_news(source: Source, state: FeedState, dates: Iterable[datetime], new: int, now: datetime) -> FeedState:
    """After `new` revisions were stored of items with these dates, those to the second: with its rhythm of now."""
    heard = rhythm.heard(state.rhythm, dates, new, now)
    interval = schedule.after_success(source, heard, now)
    return msgspec.structs.replace(state, interval=interval, next_poll=now + interval, **msgspec.structs.asdict(heard))


def failing(source: Source, state: FeedState, failure: Failed, now: datetime) -> FeedState:
    """After a poll that brought nothing. When nobody can be reached, that does not count against the source."""
    failures = max(state.failures, 1) if failure.reason == "offline" else state.failures + 1
    move = state.move if failure.reason == "offline" else moving.after_failure()
    return msgspec.structs.replace(
        state,
        last_poll=now,
        next_poll=now + schedule.after_failure(source, failure, failures),
        failures=failures,
        reason=failure.reason,
        detail=failure.detail,
        gone=failure.reason == "http_410",
        held_until=now + failure.retry_after if failure.retry_after else None,
        **msgspec.structs.asdict(move),
    )
