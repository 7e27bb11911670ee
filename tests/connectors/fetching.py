"""Fetchers for tests: impatient ones, and guarded ones to which only one loopback address is public."""

from __future__ import annotations

from aiohttp import web

from connectors.fetch import Fetcher, Limits, Network
from connectors.outcomes import Answer, Failed, Fetched, Validators
from tests.connectors.fakes import Names
from tests.connectors.servers import Page

CONTACT = "mailto:watch@example.org"
QUICK = Limits(size=100_000, seconds=1.0, patience=0.2, bytes_per_second=10_000)

# 127.0.0.2 stands for the public Internet, and what is on 127.0.0.1 is private.
OUTSIDE, INSIDE = "127.0.0.2", "127.0.0.1"
NAMES = {"public.example": (OUTSIDE,), "private.example": (INSIDE,), "mixed.example": (OUTSIDE, INSIDE)}


async def ask(fetcher: Fetcher, url: str, validators: Validators | None = None) -> Answer:
    """Fetch from loopback."""
    return await fetcher.fetch(url, validators or Validators(), allow_private=True)


def reason(answer: Answer) -> str:
    """Why there is nothing."""
    assert isinstance(answer, Failed), answer
    return answer.reason


def body(answer: Answer) -> bytes:
    """What came."""
    assert isinstance(answer, Fetched), answer
    return answer.documents[0].body


def guarded(*ports: int, names: Names | None = None) -> Fetcher:
    """A fetcher to which only `OUTSIDE` is public, and these ports are open."""
    network = Network(resolver=lambda: names or Names(NAMES), allows=lambda address: str(address) == OUTSIDE)
    return Fetcher(contact=CONTACT, limits=Limits(ports=frozenset(ports), seconds=5.0, gap=0), network=network)


def to(target: str, status: int = 302) -> Page:
    """A page that sends elsewhere."""

    async def redirect(_request: web.Request) -> web.Response:
        # A new connection, and so a new look-up, for every request.
        return web.Response(status=status, headers={"Location": target, "Connection": "close"})

    return redirect
