from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from connectors.heartbeat import Heart
from streams.errors import Unavailable
from streams.heartbeat import KEY
from streams.records import Article, decode
from streams.topics import Message

START = datetime(2026, 1, 2, tzinfo=UTC)


class Broker:
    """Refuses the first few; knows what it was asked to take and what it took."""

    def __init__(self, refusals: int) -> None:
        self.refusals = refusals
        self.asked: list[Message] = []
        self.taken: list[Message] = []
        self.closed = False

    async def publish(self, message: Message) -> None:
        self.asked.append(message)
        if len(self.asked) <= self.refusals:
            raise Unavailable("broker", "away")
        self.taken.append(message)

    async def check(self) -> None:
        """Nobody asks."""

    async def close(self) -> None:
        self.closed = True


async def test_it_beats_and_waits_for_the_broker() -> None:
    """A heartbeat sets out every interval; while the broker is away the same one is offered, and no other waits."""
    broker, beats = Broker(refusals=2), iter(START + timedelta(minutes=number) for number in range(1000))
    heart = Heart(broker, 0.001, lambda: next(beats))
    heart.retry = 0.001
    task = asyncio.create_task(heart.run())
    async with asyncio.timeout(60):
        while len(broker.taken) < 3:  # noqa: ASYNC110 - it tells no event
            await asyncio.sleep(0.001)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert broker.closed
    assert len({message.value for message in broker.asked[:3]}) == 1
    sent = [decode(message.value, Article) for message in broker.taken[:3]]
    assert [one.fetched_at for one in sent] == [START + timedelta(minutes=number) for number in range(3)]
    assert all(message.key == KEY for message in broker.taken)
    assert all(one.quiet for one in sent)
