"""The streams stage as a process of its own, on both brokers: it may be killed at any time and loses nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from streams import topics
from streams.records import Article, DeadLetter, Reading, decode
from streams.topics import Kafka, Message
from tests.kafka_client import produce, read_until

_ROOT = Path(__file__).parents[2]
_NOW = datetime(2026, 1, 2, tzinfo=UTC)
_BODY = "تعتزم شركة أوبن إيه آي استثمار 18 مليار دولار في مشروع ستارغيت."

Start = Callable[[], "subprocess.Popen[bytes]"]


@pytest.fixture
def worker(any_broker: Kafka, tmp_path: Path) -> Iterator[Start]:
    """Starts `rasid work` on the broker, as often as asked; what is left over is killed."""
    environ = {
        **os.environ,  # noqa: TID251 - the child needs PATH and HOME
        "RASID_KAFKA__BOOTSTRAP": any_broker.bootstrap,
        "RASID_KAFKA__EMBEDDED": str(any_broker.embedded).lower(),
        "RASID_DATA_DIR": str(tmp_path),
        "RASID_HEALTH__WORK": "0",
    }
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        process = subprocess.Popen([sys.executable, "-m", "rasid", "work"], env=environ, cwd=_ROOT)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def _article(number: int) -> Message:
    return topics.article_message(
        Article(
            article_id=f"a{number}",
            revision=1,
            source_id=f"s{number % 7}",
            url="https://example.com/",
            title="عنوان",
            body=_BODY,
            fetched_at=_NOW,
        )
    )


def _all(count: int) -> Callable[[list[bytes]], bool]:
    return lambda values: {decode(value, Reading).article_id for value in values} >= {f"a{n}" for n in range(count)}


async def test_each_article_is_read_and_what_is_none_is_set_aside(any_broker: Kafka, worker: Start) -> None:
    """Every article has its reading, in its source's order; a poisonous message is a dead letter; SIGTERM is clean."""
    poison = Message(topic=topics.ARTICLES, key=b"s1", value=b"{poison", headers=())
    await produce(any_broker, [*(_article(n) for n in range(50)), poison, *(_article(n) for n in range(50, 100))])
    process = worker()
    readings = [decode(value, Reading) for value in await read_until(any_broker, topics.READINGS, _all(100))]
    letters = await read_until(any_broker, topics.DEAD_LETTER, lambda values: len(values) >= 1)
    assert [decode(value, DeadLetter).payload for value in letters] == ["{poison"]
    for source in {reading.source_id for reading in readings}:
        order = [int(reading.article_id[1:]) for reading in readings if reading.source_id == source]
        assert order == sorted(order)
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0


async def test_a_clean_restart_repeats_nothing(any_broker: Kafka, worker: Start) -> None:
    """What was read before SIGTERM is not read again after it."""
    await produce(any_broker, [_article(n) for n in range(60)])
    process = worker()
    await read_until(any_broker, topics.READINGS, _all(60))
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
    await produce(any_broker, [_article(n) for n in range(60, 90)])
    worker()
    values = await read_until(any_broker, topics.READINGS, _all(90))
    assert len(values) == 90


@contextmanager
def _killed(process: subprocess.Popen[bytes]) -> Iterator[None]:
    yield
    process.kill()
    process.wait()


async def test_kill_under_backlog_loses_nothing(any_broker: Kafka, worker: Start) -> None:
    """kill -9 in the middle of a backlog, three times over: after each, work goes on where it was, and all is read."""
    count = 1500
    await produce(any_broker, [_article(n) for n in range(count)])
    for share in (1, 2, 3):
        with _killed(worker()):
            done = await read_until(any_broker, topics.READINGS, lambda values, least=share * 200: len(values) >= least)  # type: ignore[misc]
            assert len(done) < count, "the kill came too late to show anything"
    worker()
    await read_until(any_broker, topics.READINGS, _all(count))
