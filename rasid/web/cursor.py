"""Where a page of a list ended, as an opaque text in an address: the place of its last row."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import TypeVar

import msgspec

from streams.errors import BadInput

T = TypeVar("T")

_BIGGEST = 2**31 - 1  # of what a database numbers rows with


def pack(place: object) -> str:
    """The place as a text of letters, digits, `-` and `_`."""
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).decode().rstrip("=")


def after(place: object | None) -> str | None:
    """The cursor of the page that begins after that place; None where there is none."""
    return None if place is None else pack(place)


def unpack(cursor: str, kind: type[T]) -> T:
    """The place in a cursor, its times in UTC. Raises `BadInput` (reason `cursor`) for what `pack` never made."""
    try:
        data = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        place = msgspec.json.decode(data, type=kind)
        return msgspec.convert(_checked(place), kind)
    except (ValueError, OverflowError) as error:  # msgspec's errors are ValueErrors, as are base64's
        raise BadInput("cursor", "the cursor is none: take the `next` of the page before") from error


def _checked(place: object) -> object:
    match place:
        case tuple():
            return tuple(_checked(part) for part in place)
        case datetime():
            if place.tzinfo is None:
                raise ValueError("a time without its zone")
            return place.astimezone(UTC)
        case int() if not 0 <= place <= _BIGGEST:
            raise ValueError("not the number of a row")
        case str() if "\0" in place:
            raise ValueError("no text that a database holds")
        case _:
            return place
