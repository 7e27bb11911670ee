"""The broker is stopped, killed, out of reach: articles wait in the archive, nothing unsafe is committed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from tests import services
from tests.faults.conftest import Note, Tell
from tests.faults.loop import background_loop
from tests.faults.plant import Place
from tests.faults.proxy import KafkaBehind, Proxy, Wire
from tests.faults.story import Story, start_all
from tests.services import KafkaServer

pytestmark = pytest.mark.faults

Wired = tuple[Proxy, Place]


@pytest.mark.parametrize("how", ["stopped", "killed"])
def test_broker_ends_and_comes_back(story: Story, kafka_server: KafkaServer, note: Note, how: str) -> None:
    """Three times amid the work the broker ends, in order or by kill -9, and is away for ten seconds."""
    fell = 0
    start_all(story)
    for _ in range(3):
        end = kafka_server.stop if how == "stopped" else kafka_server.kill
        fell += story.struck(end, kafka_server.start, seconds=10)
    verdict = story.finish()
    note(fell, verdict)
    assert verdict.clean, verdict


@pytest.fixture
def wired(tmp_path: Path, postgres_url: str) -> Iterator[Wired]:
    """Apache Kafka behind a wire that can be cut, and PostgreSQL."""
    (tmp_path / "kafka").mkdir()
    server = KafkaBehind(tmp_path / "kafka")
    with background_loop() as loop:
        proxy = Proxy(lambda: server.port, server.front)
        proxy.open(loop)
        try:
            server.start_empty()  # behind the wire, to which it sends whoever asks whether it is up
            services.create_topics(server.settings)
            kafka = msgspec.structs.replace(server.settings, bootstrap=f"127.0.0.1:{server.front}")
            yield proxy, Place.of(kafka, postgres_url)
        finally:
            proxy.close()
            server.stop()


@pytest.mark.parametrize(("wire", "seconds"), [("drop", 120), ("reset", 30)])
def test_broker_out_of_reach(wired: Wired, tell: Tell, note: Note, wire: Wire, seconds: float) -> None:
    """Amid the work the wire to the broker swallows everything for two minutes, or hangs up on everybody."""
    proxy, place = wired
    with tell(place) as story:
        start_all(story)
        fell = story.struck(lambda: proxy.cut(wire), lambda: proxy.cut("pass"), seconds=seconds)
        story.wave(40, 10)
        verdict = story.finish()
    note(fell, verdict)
    assert verdict.clean, verdict
