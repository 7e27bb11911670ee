"""Choosing dead letters, and sending them again. One rule: a letter is sent again once, unless somebody insists."""

from __future__ import annotations

import asyncio
import itertools
import sys
from collections.abc import Sequence
from datetime import datetime

import msgspec

from rasid.letterbox import redrive
from rasid.progress import bar
from streams.errors import Misconfigured
from streams.letters import Filed, obstacle
from streams.topics import Kafka


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which letters: of these ids (none: of any), for this reason, set aside at that time or later."""

    ids: Sequence[str] = ()
    reason: str | None = None
    since: datetime | None = None


def choose(letters: Sequence[Filed], wanted: Wanted) -> tuple[Filed, ...]:
    """The wanted ones, in order. Raises `Misconfigured` for an id that is none."""
    known = {one.id for one in letters}
    if missing := [given for given in wanted.ids if given not in known]:
        raise Misconfigured("dead_letter", f"no such dead letter: {', '.join(missing)} (rasid dead-letters lists them)")
    return tuple(
        one
        for one in letters
        if (not wanted.ids or one.id in wanted.ids)
        and (wanted.reason is None or one.letter.reason == wanted.reason)
        and (wanted.since is None or one.letter.time >= wanted.since)
    )


def send_again(kafka: Kafka, chosen: Sequence[Filed], now: datetime, *, insist: bool) -> int:
    """Send these again, and say of each that cannot be why; gives how many were sent. Raises `Unavailable`.

    With `insist` also those that were sent again before.
    """
    asked = [msgspec.structs.replace(one, redriven=None) if insist else one for one in chosen]
    for one in asked:
        if why := obstacle(one):
            sys.stderr.write(f"rasid: {one.id}: {why}\n")
    ready = [one for one in asked if obstacle(one) is None]
    done = itertools.count(1)
    with bar("sending again") as told:
        asyncio.run(redrive(kafka, ready, now, lambda: told(next(done), len(ready))))
    return len(ready)
