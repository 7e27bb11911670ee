"""What a request asks for: its language, as of when, from where on in a list.

All of it is said in the address, so that every view can be linked to. One rule: what is asked for wrongly is refused
(`BadInput`), never guessed; but an unknown language is Arabic.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import TypeVar

from aiohttp import web

from alerts.keys import LONGEST
from alerts.words import Language
from rasid.web.cursor import unpack
from rasid.web.labels import LANGUAGES
from streams.errors import BadInput

P = TypeVar("P")

_DIGITS = 9


def language(request: web.Request) -> Language:
    """The language asked for, else Arabic."""
    return next((one for one in LANGUAGES if one == request.query.get("lang")), LANGUAGES[0])


def as_of(request: web.Request) -> datetime | None:
    """The moment as of which the page is asked for, in UTC; a day means its end. None for the present.

    Raises `BadInput` (reason `date`) for what is no date.
    """
    written = request.query.get("as_of", "").strip()
    if not written:
        return None
    try:
        if len(written) == len("2026-03-01"):
            return datetime.combine(date.fromisoformat(written), time.max, UTC)
        # In an address a plus is a space.
        moment = datetime.fromisoformat(written.replace(" ", "+"))
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise BadInput("date", f"not a date: {written[:80]!r} (like 2026-03-01 or 2026-03-01T12:00)") from error


def number(request: web.Request, name: str) -> int | None:
    """The whole number from 0 on that is asked for under that name; None where nothing is. Raises `BadInput`."""
    asked = request.query.get(name)
    if asked is None:
        return None
    if not (asked.isascii() and asked.isdigit() and len(asked) <= _DIGITS):
        raise BadInput(name, f"{name} is a whole number")
    return int(asked)


def name(request: web.Request, which: str) -> str | None:
    """The name asked for: of a project, a fact, an article; None where none is. Raises `BadInput` for what is none."""
    asked = request.query.get(which)
    if not asked:
        return None
    if len(asked) > LONGEST or not asked.isprintable():
        raise BadInput(which, f"{which} is no name")
    return asked


def place(request: web.Request, kind: type[P]) -> P | None:
    """Where a list was left (`after`), to go on from there. Raises `BadInput`."""
    cursor = request.query.get("after")
    return unpack(cursor, kind) if cursor else None
