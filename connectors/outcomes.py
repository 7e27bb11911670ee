"""What asking a source can come to: documents, nothing new, or a failure with its class.

The classes of failure are one closed vocabulary, for log fields, metric labels, the archive and the back-off.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

import msgspec

from connectors.parse.entries import Document
from streams.errors import RasidError

Reason = Literal[
    # the way there
    "dns",
    "connect",
    "tls",
    "timeout",
    "refused_address",
    "redirects",
    # the answer
    "http_403",
    "http_404",
    "http_410",
    "http_429",
    "http_5xx",
    "http_other",
    "too_large",
    "decode_bomb",
    "decode_error",
    "media_type",
    # the document
    "empty",
    "truncated",
    "not_a_feed",
    "dtd",
    "parse_limit",
    # the page of an article
    "robots",
    "not_a_page",
    "no_text",
    "unlike",
    # the folder
    "unreadable",
    # ourselves
    "offline",
    "internal",
]

# Those that say as much of us as of the document: it may well be parsed when the machine has less to do.
MAY_PASS: frozenset[Reason] = frozenset({"parse_limit", "internal"})


class Validators(msgspec.Struct, frozen=True, kw_only=True):
    """What a source gave to ask it by next time: has anything changed since?"""

    etag: str | None = None
    last_modified: str | None = None


class Fetched(msgspec.Struct, frozen=True, kw_only=True):
    """Whole documents (a feed is one, a folder any number), and what to ask by next time.

    `links` are the answer's Link headers as they were sent; `moved` is the address that permanent redirects led to.
    """

    documents: tuple[Document, ...]
    validators: Validators = Validators()
    links: tuple[str, ...] = ()
    moved: str | None = None


class Unchanged(msgspec.Struct, frozen=True, kw_only=True):
    """What we have is still current. `moved` is as in `Fetched`."""

    moved: str | None = None


class Failed(msgspec.Struct, frozen=True, kw_only=True):
    """A poll that brought nothing. `detail` is for people and holds no secrets; `retry_after` is the server's wish.

    `host` is who said so, where it was said by a server.
    """

    reason: Reason
    detail: str
    retry_after: timedelta | None = None
    host: str | None = None


Answer = Fetched | Unchanged | Failed


def failed(error: RasidError) -> Failed:
    """The failure that an error stands for: its reason where that is one of ours, otherwise `internal`."""
    try:
        return Failed(reason=msgspec.convert(error.reason, Reason), detail=str(error))
    except msgspec.ValidationError:
        return Failed(reason="internal", detail=f"{error.reason}: {error}")
