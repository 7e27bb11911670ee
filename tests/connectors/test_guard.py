"""No way leads to an address that is not public: each bad one by each way, and the wire stays still."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from ipaddress import ip_address

import pytest

from connectors.addresses import Address, is_public
from connectors.fetch import Fetcher, Limits, Network
from connectors.outcomes import Answer, Failed, Fetched
from connectors.parse.document import parse
from connectors.wants import PAGE
from tests.connectors.fakes import Names
from tests.connectors.feeds import item, rss
from tests.connectors.fetching import CONTACT, OUTSIDE, to
from tests.connectors.servers import Press, press
from tests.connectors.test_addresses import BAD, GOOD
from tests.connectors.wire import watched

PUBLIC = "93.184.216.34"


def _or_outside(address: Address) -> bool:
    """The real rule, and one loopback address that stands for a server on the public Internet."""
    return is_public(address) or str(address) == OUTSIDE


class Way:
    """The outside world of one bad address: names that lead to it, and a public server that does."""

    def __init__(self, address: str, outside: Press) -> None:
        self.literal = f"http://[{address}]/" if ":" in address else f"http://{address}/"
        self.outside = outside
        self.names = Names(
            {"bad.example": (address,), "mixed.example": (PUBLIC, address), "public.example": (OUTSIDE,)}
        )
        network = Network(resolver=lambda: self.names, allows=_or_outside)
        self.fetcher = Fetcher(contact=CONTACT, limits=Limits(ports=frozenset({80, outside.port})), network=network)

    async def by_literal(self) -> Answer:
        return await self.fetcher.fetch(self.literal)

    async def by_name(self) -> Answer:
        return await self.fetcher.fetch("http://bad.example/")

    async def by_one_of_two_answers(self) -> Answer:
        return await self.fetcher.fetch("http://mixed.example/")

    async def by_redirect_to_literal(self) -> Answer:
        self.outside.pages["/"] = to(self.literal)
        return await self.fetcher.fetch(self.outside.url("/", "public.example"))

    async def by_redirect_to_name(self) -> Answer:
        self.outside.pages["/"] = to("http://bad.example/", 308)
        return await self.fetcher.fetch(self.outside.url("/", "public.example"))

    async def by_link_in_an_article(self) -> Answer:
        self.outside.pages["/"] = rss(item("1", "t", link=self.literal))
        answer = await self.fetcher.fetch(self.outside.url("/", "public.example"))
        assert isinstance(answer, Fetched)
        (entry,) = parse(answer.documents[0]).entries
        return await self.fetcher.fetch(entry.link or "", want=PAGE)

    async def by_hub(self) -> Answer:
        return await self.fetcher.post(self.literal, {"hub.mode": "subscribe"})


WAYS: dict[str, Callable[[Way], Awaitable[Answer]]] = {
    name: getattr(Way, name) for name in vars(Way) if name.startswith("by_")
}


@pytest.fixture
async def outside() -> AsyncIterator[Press]:
    """A server on what stands for the public Internet."""
    async with press(OUTSIDE) as served:
        yield served


@pytest.mark.parametrize("go", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("address", BAD)
async def test_no_way_leads_inside(outside: Press, address: str, go: Callable[[Way], Awaitable[Answer]]) -> None:
    """The poll fails as refused, and nothing but the public server was ever connected to."""
    way = Way(address, outside)
    with watched() as wire:
        answer = await go(way)
    await way.fetcher.close()
    assert isinstance(answer, Failed)
    assert answer.reason == "refused_address"
    assert set(wire.asked) <= {OUTSIDE}


@pytest.mark.parametrize("address", GOOD)
async def test_public_addresses_are_connected_to(address: str) -> None:
    """As a literal and as an answer: the guard lets them by, and it is the cut wire that refuses."""
    names = Names({"good.example": (address,)})
    fetching = Fetcher(contact=CONTACT, network=Network(resolver=lambda: names))
    host = f"[{address}]" if ":" in address else address
    with watched(cut=True) as wire:
        answers = [await fetching.fetch(f"http://{name}/") for name in (host, "good.example")]
    await fetching.close()
    assert [answer.reason for answer in answers if isinstance(answer, Failed)] == ["connect", "connect"]
    assert set(map(ip_address, wire.asked)) == {ip_address(address)}
