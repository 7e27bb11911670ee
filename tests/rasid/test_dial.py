from __future__ import annotations

import time
from datetime import timedelta

import pytest

from alerts.deliver import open_sender
from alerts.destinations import Destination
from alerts.outbox import Due
from alerts.outcome import Delivered, Outcome, Retry
from connectors.outcomes import Failed
from rasid.dial import dialer, fetcher
from rasid.sections import FetchSection
from rasid.settings import Settings
from tests.connectors.fakes import START
from tests.connectors.servers import press
from tests.connectors.test_addresses import BAD
from tests.connectors.wire import watched

PUBLIC = "93.184.216.34"
SECRET = "whsec_" + "c2VjcmV0" * 4


async def send(
    url: str, *, kind: str = "webhook", allow_private: bool = False, settings: Settings | None = None
) -> Outcome:
    """One try to tell somebody at `url`, as the delivery stage makes it."""
    destination = Destination(
        id="d",
        kind="slack_webhook" if kind == "slack_webhook" else "webhook",
        url=url,
        secrets=(SECRET,),
        allow_private=allow_private,
    )
    sender = open_sender(destination, dialer(settings or Settings()))
    due = Due(
        delivery_id="1",
        change_id="1",
        fact="f",
        destination="d",
        body='{"text":"x"}',
        attempts=1,
        uncertain=False,
        first_try=START,
        published=START - timedelta(minutes=1),
        sendable_until=time.monotonic() + 60,
    )
    try:
        return await sender.send(due)
    finally:
        await sender.close()


@pytest.mark.parametrize("kind", ["webhook", "slack_webhook"])
@pytest.mark.parametrize("address", BAD)
async def test_no_receiver_is_inside(address: str, kind: str) -> None:
    """A webhook's address is guarded like a feed's: the wire stays still."""
    host = f"[{address}]" if ":" in address else address
    with watched() as wire:
        assert await send(f"http://{host}/", kind=kind) == Retry("unreachable")
    assert wire.asked == []


async def test_a_receiver_inside_is_the_operators_choice() -> None:
    """With `allow_private` it is reached, on whatever port; without it, it is not."""
    async with press() as receiver:
        receiver.pages["/"] = "ok"
        assert await send(receiver.url("/")) == Retry("unreachable")
        assert receiver.requests == []
        assert isinstance(await send(receiver.url("/"), allow_private=True), Delivered)


@pytest.mark.parametrize(("ports", "reached"), [([80], [PUBLIC, PUBLIC]), ([8443], [])])
async def test_the_ports_of_the_settings_hold_for_feeds_and_receivers(ports: list[int], reached: list[str]) -> None:
    """The same list for both; what is not on it is not connected to."""
    settings = Settings(fetch=FetchSection(ports=ports))
    fetching = fetcher(settings)
    with watched(cut=True) as wire:
        answer = await fetching.fetch(f"http://{PUBLIC}/")
        assert await send(f"http://{PUBLIC}/", settings=settings) == Retry("unreachable")
    await fetching.close()
    assert isinstance(answer, Failed)
    assert wire.asked == reached
