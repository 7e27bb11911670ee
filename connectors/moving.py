"""Where a feed is asked for when its server says that it has moved for good (301, 308).

The operator's address stays the feed's own. A new one is only followed after the same answer has come with ten polls
in a row over two days or more, each with a feed at its end: a login page, a portal or a hijacked name for an hour
changes nothing. The first failure at the new address leads back to the operator's. One rule: a step down (https to
http) is never followed, nor is anything where the address holds credentials.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

TIMES = 10
LASTING = timedelta(days=2)


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """What the server said: the new address, how often in a row, since when; and the one that is `followed`."""

    moved_to: str | None = None
    moved_times: int = 0
    moved_since: datetime | None = None
    followed: str | None = None


def after_feed(move: Move, url: str, to: str | None, now: datetime) -> Move:
    """After a poll of `url` that brought a feed or nothing new, by way of permanent redirects `to` another address."""
    if to is None or _may_not(url, to):
        return Move(followed=move.followed)
    again = move.moved_to == to and move.moved_since is not None
    since, times = (move.moved_since or now, move.moved_times + 1) if again else (now, 1)
    if times >= TIMES and now - since >= LASTING:
        return Move(followed=to)
    return Move(moved_to=to, moved_times=times, moved_since=since, followed=move.followed)


def after_failure() -> Move:
    """After a poll that failed: nothing is followed, and what was counted does not count."""
    return Move()


def _may_not(url: str, to: str) -> bool:
    down = url.startswith("https:") and not to.startswith("https:")
    return down or "@" in url.partition("://")[2].partition("/")[0]
