"""What a fetch may ask for and how much it may take: the bounds that `connectors.fetch` keeps.

`Limits` holds for everything that one process fetches, a `Want` for one kind of thing: a feed, a page, a site's rules
for robots. One rule: the smaller bound counts.
"""

from __future__ import annotations

import re

import msgspec

PORTS = frozenset({80, 443, 8080, 8443})

_KIB, _MIB = 1024, 1024 * 1024


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What one fetch may take: decoded bytes, hops, seconds in all, and bytes a second once `patience` is over.

    `silence` is how many seconds may pass without a byte; `per_host` and `at_once` bound how many fetches run, and
    `large_at_once` how many bodies of more than `large` bytes are in memory. At a public host fetches begin `gap`
    seconds apart.
    """

    size: int = 10 * _MIB
    hops: int = 5
    seconds: float = 30.0
    connect_seconds: float = 10.0
    silence: float = 10.0
    patience: float = 5.0
    bytes_per_second: int = 1024
    ports: frozenset[int] = PORTS
    per_host: int = 2
    gap: float = 0.25
    at_once: int = 64
    large: int = 512 * _KIB
    large_at_once: int = 2


class Want(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of thing to fetch: how it is asked for, its most bytes, and the media types that it may have (empty: any).

    An answer that names no type is taken. `opens`: one that is a gzip file is read as what is in it.
    """

    accept: str
    size: int
    types: frozenset[str] = frozenset()
    opens: bool = False

    def takes(self, content_type: str) -> bool:
        """Whether an answer with that Content-Type header may be what is wanted."""
        named = content_type.partition(";")[0].strip().lower()
        return not (self.types and named) or named in self.types


FEED = Want(
    accept="application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5",
    size=10 * _MIB,
    opens=True,
)
PAGE = Want(
    accept="text/html, application/xhtml+xml;q=0.9",
    size=5 * _MIB,
    types=frozenset({"text/html", "application/xhtml+xml"}),
)
ROBOTS = Want(accept="text/plain, */*;q=0.1", size=512 * _KIB)
ANSWER = Want(accept="*/*", size=64 * _KIB)


def agent(contact: str) -> str:
    """Who servers are told that we are: our name, and an address where a person can be reached."""
    return re.sub(r"[^ -~]", "", f"Rasid (+{contact})")
