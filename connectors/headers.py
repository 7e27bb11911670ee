"""The text of headers, which may hold any bytes: aiohttp hands on those that are not UTF-8 as lone surrogates.

Text with surrogates can be neither stored nor sent on. One rule: a header costs no more than itself.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def readable(header: str) -> str:
    """The header, with a replacement character for every byte that is not UTF-8."""
    return header.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def validator(header: str | None) -> str | None:
    """A header that is sent back later as it came; None for one that could not be."""
    return header if header is None or readable(header) == header else None


def http_date(header: str | None) -> datetime | None:
    """The moment that an HTTP date names; None for none, for what is no date, and for one that no clock has."""
    try:
        moment = parsedate_to_datetime(header or "")
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
