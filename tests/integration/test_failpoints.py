"""Every window is reached by the stage it is named after: a real process is killed in it, and nothing comes of that."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from alerts.tables import deliveries, transaction
from streams.clock import utc_now
from streams.failpoints import NAMES
from streams.topics import ARTICLES, READINGS, Kafka, Message
from tests.integration.receiver import receiving
from tests.integration.way import Story, Way, on_the_way
from tests.kafka_client import produce

STAGES = ("connect", "work", "learn", "deliver")
_INPUT = {"work": ARTICLES, "learn": READINGS}


@pytest.fixture
def way(tmp_path: Path, embedded: Kafka) -> Iterator[Way]:
    """The stages apart, on the embedded broker and SQLite."""
    broker = {"bootstrap": embedded.bootstrap, "embedded": True}
    with receiving() as receiver, on_the_way(tmp_path, receiver, {"kafka": broker}) as way:
        yield way


class _Victim:
    """A stage that is killed in one window after the other, in the order in which they are named."""

    def __init__(self, way: Way, kafka: Kafka, stage: str) -> None:
        self._way = way
        self._kafka = kafka
        self._stage = stage
        self._windows = [name for name in NAMES if name.startswith(f"{stage}.")]
        self.killed: list[str] = []
        self._start()

    def look(self) -> bool:
        """Start it again when the window has killed it; whether it has been killed in all."""
        if len(self.killed) < len(self._windows) and (status := self._way.ended(self._stage)) is not None:
            assert status == -signal.SIGKILL, self._way.log(self._stage)
            self.killed.append(self._windows[len(self.killed)])
            self._start()
        return self.killed == self._windows

    def _start(self) -> None:
        rest = self._windows[len(self.killed) :]
        self._way.start(self._stage, fault=f"{rest[0]}:1:kill" if rest else "")
        if rest and "dead_letter" in rest[0]:
            poison = Message(topic=_INPUT[self._stage], key=b"poison", value=b"{", headers=())
            asyncio.run(produce(self._kafka, [poison]))


def test_killed_in_every_window(way: Way, embedded: Kafka) -> None:
    """Each stage dies once in each of its windows; the story is told whole, and once to who honours the id."""
    story = Story()
    way.serve(story.feed(story.items))
    victims = [_Victim(way, embedded, stage) for stage in STAGES]
    way.wait(lambda: sum(victim.look() for victim in victims) == len(victims), "every window to be passed", 600)
    assert [name for victim in victims for name in victim.killed] == list(NAMES)
    way.wait(lambda: way.learned() == len(story.items), "every article learned")
    assert way.changes() == story.expected
    _let_leases_run_out(way)
    way.wait(lambda: _all_sent(way, len(story.expected)), "every alert delivered")
    assert len(way.receiver.bodies) == len(story.expected)
    assert sum(way.receiver.tries.values()) == len(story.expected) + 1  # accepted and not marked: it comes twice


def _let_leases_run_out(way: Way) -> None:
    """As if a minute and a half had passed."""
    with transaction(way.ledger.engine) as connection:
        held = sa.update(deliveries).where(deliveries.c.state == "sending")
        connection.execute(held.values(lease_until=utc_now() - timedelta(seconds=1)))


def _all_sent(way: Way, count: int) -> bool:
    return [delivery.state for delivery in way.ledger.deliveries(1000)] == ["sent"] * count
