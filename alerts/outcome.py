"""What an attempt to deliver came to, and from an HTTP answer which it was.

A delivery that nobody can vouch for is `Unknown`: sent perhaps, answered not. `reason` is a closed vocabulary.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal

import msgspec

Reason = Literal[
    "rate_limited",
    "redirect",
    "server_error",
    "unauthorized",
    "unexpected",
    "unreachable",
    "busy",
    "gone",
    "forbidden",
    "not_found",
    "rejected",
    "private_address",
    "no_answer",
    "perhaps_sent",
    "gave_up",
]

LONGEST_WAIT = timedelta(hours=24)

_RETRY: Mapping[int, Reason] = {401: "unauthorized", 408: "busy", 409: "busy", 425: "busy", 429: "rate_limited"}
_PAUSE: Mapping[int, Reason] = {403: "forbidden", 404: "not_found", 410: "gone"}
# A gateway answered in the receiver's place: whether the receiver took the message is not known.
_GATEWAY = frozenset({502, 504})
_OK, _REDIRECT, _CLIENT, _SERVER = 200, 300, 400, 500


class Delivered(msgspec.Struct, frozen=True):
    """The receiver has it."""

    receipt: str = ""


class Retry(msgspec.Struct, frozen=True):
    """The receiver does not have it, and may take it later: not before `after`, where it said so."""

    reason: Reason
    after: timedelta = timedelta(0)


class Refused(msgspec.Struct, frozen=True):
    """The receiver will not take it. `pause`: nor anything else that we would send there.

    `asked` false: it was given up without a request, which says nothing of the receiver.
    """

    reason: Reason
    pause: bool = False
    asked: bool = True


class Unknown(msgspec.Struct, frozen=True):
    """The receiver may have it. It is not to be asked again before `after`, where it said so."""

    reason: Reason = "no_answer"
    after: timedelta = timedelta(0)


Outcome = Delivered | Retry | Refused | Unknown


def judge(status: int, headers: Mapping[str, str], now: datetime) -> Outcome:
    """What an HTTP answer means. Only 2xx is success; a redirect is a failure and never followed."""
    if _OK <= status < _REDIRECT:
        return Delivered()
    if status in _PAUSE:
        return Refused(_PAUSE[status], pause=True)
    if status in _GATEWAY:
        return Unknown("server_error", retry_after(headers, now))
    if status in _RETRY or status >= _SERVER:
        return Retry(_RETRY.get(status, "server_error"), retry_after(headers, now))
    if _CLIENT <= status < _SERVER:
        return Refused("rejected")
    return Retry("redirect" if status >= _REDIRECT else "unexpected")


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta:
    """The wait that `Retry-After` asks for, in seconds or as a date; zero without one, at most a day."""
    said = next((text.strip() for name, text in headers.items() if name.lower() == "retry-after"), "")
    if said.isascii() and said.isdigit():
        return min(timedelta(seconds=int(said[:9])), LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(said)
    except (ValueError, OverflowError):  # no date, or one with a zone that no clock has
        return timedelta(0)
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max(until - now, timedelta(0)), LONGEST_WAIT)
