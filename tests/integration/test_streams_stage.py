"""The streams stage as a process of its own, on both brokers: it may be killed at any time and loses nothing."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from streams import topics
from streams.app import Streams
from streams.breaker import Limits
from streams.extract import watchlist
from streams.extract.reader import Reader
from streams.records import Article, DeadLetter, Reading, decode
from streams.topics import Kafka, Message
from tests.kafka_client import produce, read_until
from tests.processes import free_port

_ROOT = Path(__file__).parents[2]
_NOW = datetime(2026, 1, 2, tzinfo=UTC)
_BODY = "تعتزم شركة أوبن إيه آي استثمار 18 مليار دولار في مشروع ستارغيت."

_PORT = free_port()  # one worker at a time serves its health here

Start = Callable[[], "subprocess.Popen[bytes]"]


@pytest.fixture
def worker(any_broker: Kafka, tmp_path: Path) -> Iterator[Start]:
    """Starts `rasid work` on the broker, as often as asked; what is left over is killed."""
    environ = {
        **os.environ,  # noqa: TID251 - the child needs PATH and HOME
        "RASID_KAFKA__BOOTSTRAP": any_broker.bootstrap,
        "RASID_KAFKA__EMBEDDED": str(any_broker.embedded).lower(),
        "RASID_DATA_DIR": str(tmp_path),
        "RASID_HEALTH__WORK": str(_PORT),
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


@pytest.fixture
def stage(tmp_path: Path) -> Callable[[Kafka], Streams]:
    """Makes the stage in this process, so that a test can look into it."""
    names = watchlist.load((_ROOT / "seeds/watchlist.yaml").read_text(encoding="utf-8"))
    return lambda kafka: Streams(kafka, Reader(names), lambda: _NOW, tmp_path / "faust")


def _health(path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{_PORT}/{path}", timeout=10) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 0, ""


async def _until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 60
    while not await asyncio.to_thread(condition):
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        await asyncio.sleep(0.2)


async def test_the_watchdog_sees_lag_and_a_dead_broker(
    request: pytest.FixtureRequest, any_broker: Kafka, worker: Start
) -> None:
    """While the worker runs its lag is measured; when the broker dies, readiness says so, and SIGTERM still ends it."""
    server = request.getfixturevalue("embedded_server" if any_broker.embedded else "kafka_server")
    process = worker()
    await produce(any_broker, [_article(n) for n in range(20)])
    await read_until(any_broker, topics.READINGS, _all(20))
    await _until(lambda: 'rasid_consumer_lag{topic="rasid.articles"} 0.0' in _health("metrics")[1], "a measured lag")
    assert _health("readyz") == (200, "ready\n")
    server.kill()
    await _until(lambda: any_broker.bootstrap in _health("readyz")[1], "the broker to be missed")
    assert _health("readyz")[0] == 503
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0


async def test_a_watchdog_that_fails_ends_the_stage(any_broker: Kafka, stage: Callable[[Kafka], Streams]) -> None:
    """A stage that nobody watches any more does not go on."""
    streams = stage(any_broker)

    async def fail() -> None:
        raise ZeroDivisionError

    streams._watchdog.run = fail  # type: ignore[method-assign]
    with pytest.raises(ZeroDivisionError):
        await asyncio.wait_for(streams.run(), 60)


async def test_too_much_bad_input_opens_the_breaker(embedded: Kafka, tmp_path: Path) -> None:
    """When too much in a row is bad nothing more is read and readiness says so; after the pause all goes on."""
    names = watchlist.load((_ROOT / "seeds/watchlist.yaml").read_text(encoding="utf-8"))
    streams = Streams(embedded, Reader(names), lambda: _NOW, tmp_path / "faust", Limits(in_a_row=3, pause=3.0))
    poison = Message(topic=topics.ARTICLES, key=b"s0", value=b"{", headers=())
    await produce(embedded, [*[poison] * 4, _article(0), _article(7)])
    working = asyncio.create_task(streams.run())
    try:
        async with asyncio.timeout(60):
            while "nothing is taken: 4 inputs in a row could not be used" not in await streams.problems():  # noqa: ASYNC110 - it tells no event
                await asyncio.sleep(0.05)
        await read_until(embedded, topics.DEAD_LETTER, lambda values: len(values) == 4)
        values = await read_until(embedded, topics.READINGS, lambda values: len(values) == 2)
        assert [decode(value, Reading).article_id for value in values] == ["a0", "a7"]
        assert await streams.problems() == []
    finally:
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working
