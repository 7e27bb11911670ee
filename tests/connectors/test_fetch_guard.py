"""The address guard: only what is public is reached, by whatever spelling, name or redirect."""

from __future__ import annotations

import pytest
from aiohttp import TCPConnector
from typing_extensions import override

from connectors.fetch import Fetcher, Limits, Network
from tests.connectors.fakes import Names
from tests.connectors.fetching import CONTACT, INSIDE, NAMES, OUTSIDE, body, guarded, reason, to
from tests.connectors.servers import Press, press
from tests.connectors.test_addresses import BAD


@pytest.mark.parametrize("address", BAD)
async def test_bad_addresses_are_never_connected_to(address: str) -> None:
    """Neither as a literal, nor as the answer for a name, alone or among good ones."""
    names = Names({"one.example": (address,), "mixed.example": ("93.184.216.34", address)})
    fetching = Fetcher(contact=CONTACT, network=Network(resolver=lambda: names))
    host = f"[{address}]" if ":" in address else address
    for url in (f"http://{host}/", "http://one.example/", "https://mixed.example/"):
        assert reason(await fetching.fetch(url)) == "refused_address"
    assert names.asked == 2
    await fetching.close()


SPELLINGS = [
    "http://127.0.0.1:{port}/",
    "http://127.0.0.1.:{port}/",
    "http://127.1:{port}/",
    "http://2130706433:{port}/",
    "http://0x7f000001:{port}/",
    "http://0177.0.0.1:{port}/",
    "http://\uff11\uff12\uff17.\uff10.\uff10.\uff11:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/",
    "http://localhost:{port}/",
    "http://LOCALHOST.:{port}/",
    "http://127.0.0.1:{port}\\@a.example/",
    "file:///etc/passwd",
    "ftp://127.0.0.1:{port}/",
    "http://127.0.0.1:99999/",
    "http://[broken",
]


@pytest.mark.parametrize("url", [*SPELLINGS, "//127.0.0.1:{port}/", "http:///path", ""])
async def test_no_spelling_reaches_loopback(paper: Press, url: str) -> None:
    """However an address is written, with the system's own resolver: the canary is not asked."""
    fetching = Fetcher(contact=CONTACT, limits=Limits(ports=frozenset({paper.port}), seconds=5.0))
    assert reason(await fetching.fetch(url.format(port=paper.port))) in {"refused_address", "dns"}
    await fetching.close()
    assert paper.requests == []


@pytest.mark.parametrize(
    "target",
    [*SPELLINGS, "//private.example:{port}/", "http://mixed.example:{port}/", "data:text/xml,x", "javascript:1"],
)
async def test_a_redirect_cannot_lead_inside(paper: Press, target: str) -> None:
    """Every hop is judged like the first: literals, names, schemes."""
    async with press(OUTSIDE) as outside:
        fetching = guarded(outside.port, paper.port)
        outside.pages["/"] = to(target.format(port=paper.port))
        assert reason(await fetching.fetch(outside.url("/", "public.example"))) in {"refused_address", "dns"}
        await fetching.close()
        assert len(outside.requests) == 1
    assert paper.requests == []


async def test_a_name_that_moves_inside_reaches_nothing_there(paper: Press) -> None:
    """A thousand fetches of a name that is public one time and private the next: the canary sees none."""

    class Rebinding(Names):
        @override
        def addresses(self, host: str) -> tuple[str, ...]:
            return (OUTSIDE,) if self.asked % 2 else (INSIDE,)

    async with press(OUTSIDE, paper.port) as outside:
        outside.pages["/"] = to("/", 404)
        fetching = guarded(paper.port, names=Rebinding(NAMES))
        reasons = [reason(await fetching.fetch(outside.url("/", "public.example"))) for _ in range(1_000)]
        await fetching.close()
    assert set(reasons) == {"http_404", "refused_address"}
    assert paper.requests == []


async def test_the_socket_is_checked_even_if_the_resolver_was_fooled(paper: Press) -> None:
    """What gets connected to is judged once more, at the last moment."""
    fetching = guarded(paper.port)
    connector = fetching._session(allow_private=False).connector
    assert isinstance(connector, TCPConnector)
    connector._resolver = Names(NAMES)
    assert reason(await fetching.fetch(paper.url("/", "private.example"))) == "refused_address"
    await fetching.close()
    assert paper.requests == []


async def test_a_name_that_is_partly_private_is_refused_whole() -> None:
    """Even its public address is not asked: somebody is trying something."""
    async with press(OUTSIDE) as outside:
        outside.pages["/"] = "<rss/>"
        fetching = guarded(outside.port)
        assert reason(await fetching.fetch(outside.url("/", "mixed.example"))) == "refused_address"
        assert body(await fetching.fetch(outside.url("/", "public.example"))) == b"<rss/>"
        await fetching.close()
        assert len(outside.requests) == 1


async def test_a_port_must_be_open_to_us() -> None:
    """Only the ports of the web, and those that were allowed."""
    fetching = guarded(80)
    assert reason(await fetching.fetch("http://public.example:22/")) == "refused_address"
    await fetching.close()


async def test_private_addresses_are_a_sources_choice(paper: Press) -> None:
    """`allow_private` opens them for one fetch, not for the next."""
    paper.pages["/"] = "<rss/>"
    fetching = guarded(paper.port)
    assert body(await fetching.fetch(paper.url("/"), allow_private=True)) == b"<rss/>"
    assert reason(await fetching.fetch(paper.url("/"))) == "refused_address"
    await fetching.close()


async def test_a_private_host_opens_no_other(paper: Press) -> None:
    """A redirect leads on within the host that the operator allowed; to another one only where it is public."""
    paper.pages |= {"/out": to(paper.url("/", host="127.0.0.3")), "/in": to("/"), "/": "<rss/>"}
    fetching = guarded(paper.port)
    assert reason(await fetching.fetch(paper.url("/out"), allow_private=True)) == "refused_address"
    assert body(await fetching.fetch(paper.url("/in"), allow_private=True)) == b"<rss/>"
    assert [request.path for request in paper.requests] == ["/out", "/in", "/"]
    await fetching.close()
