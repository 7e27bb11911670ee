"""The delivery stage in tests: alerts made due on a ledger, the stage run beside the test, its end waited for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import sqlalchemy as sa

from alerts.deliver import Deliverer
from alerts.destinations import Destination
from alerts.ledger import Ledger
from alerts.lesson import learn
from alerts.tables import deliveries
from streams.clock import utc_now
from tests.alerts.build import NOW, POLICY, TOTAL, figure, reading

CONSOLE = Destination(id="console", kind="console")
LATER = timedelta(days=9)


def tell(ledger: Ledger, to: Sequence[Destination], *values: int, fact: str = TOTAL, day: int = 0) -> None:
    """Make alerts due: the fact takes each of the values in turn, from that day on."""
    for number, value in enumerate(values, day):
        one = reading(f"{fact}-{number}", number, figure(fact, value))
        assert learn(ledger, one, POLICY, to, utc_now())


def states(ledger: Ledger, destination: str | None = None) -> list[str]:
    """The states of all deliveries, oldest first."""
    return [one.state for one in ledger.deliveries(destination=destination)][::-1]


def make_due(ledger: Ledger) -> bool:
    """Let the time of waiting be over; says that nothing else is."""
    with ledger.engine.begin() as connection:
        connection.execute(sa.update(deliveries).values(next_at=NOW - LATER))
    return False


async def until(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    async with asyncio.timeout(seconds):
        while not await asyncio.to_thread(condition):  # noqa: ASYNC110 - a database tells no event
            await asyncio.sleep(0.02)


@asynccontextmanager
async def running(stage: Deliverer) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(stage.run())
    try:
        yield task
    finally:
        if not task.cancelling():
            task.cancel()
        with suppress(asyncio.CancelledError):
            await task
