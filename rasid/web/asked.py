"""What a request asks for: its language, how much of a list; said in the address, so that every view can be linked to.

One rule: what is asked for wrongly is refused (`BadInput`), never guessed; but an unknown language is Arabic.
"""

from __future__ import annotations

from aiohttp import web

from alerts.words import Language
from rasid.web.labels import LANGUAGES
from streams.errors import BadInput

CARDS = 30
_MOST = 500
_DIGITS = 9


def language(request: web.Request) -> Language:
    """The language asked for, else Arabic."""
    return next((one for one in LANGUAGES if one == request.query.get("lang")), LANGUAGES[0])


def limit(request: web.Request) -> int:
    """How many changes are asked for. Raises `BadInput` unless it is a number from 1 to 500."""
    asked = request.query.get("limit", str(CARDS))
    if not (asked.isascii() and asked.isdigit() and len(asked) <= len(str(_MOST)) and 1 <= int(asked) <= _MOST):
        raise BadInput("limit", f"limit is a number from 1 to {_MOST}")
    return int(asked)


def number(request: web.Request, name: str) -> int | None:
    """The whole number from 0 on that is asked for under that name; None where nothing is. Raises `BadInput`."""
    asked = request.query.get(name)
    if asked is None:
        return None
    if not (asked.isascii() and asked.isdigit() and len(asked) <= _DIGITS):
        raise BadInput(name, f"{name} is a whole number")
    return int(asked)
