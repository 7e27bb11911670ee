"""How long a stage is away, on Apache Kafka: from the signal that ends it to the first work of the next process.

The bounds asserted are far wider than what is promised, because a loaded machine must not fail them; the figures are
printed. Promised: five seconds after SIGTERM, and after kill -9 the session timeout and five seconds more.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from alerts.ledger import Ledger
from rasid.database import migrate, open_engine
from streams import topics
from streams.records import Article, Reading, decode
from streams.topics import Kafka, Message
from tests.kafka_client import produce, read_until
from tests.processes import free_port

pytestmark = pytest.mark.faults

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 1, 2, tzinfo=UTC)
SESSION = 10.0
ROUNDS = 3
WIDE = 180.0

Done = Callable[[str], bool]


class Stage:
    """One stage as a process, and how to give it work and see that it is done."""

    def __init__(self, verb: str, environ: dict[str, str], work: Callable[[str], Message], done: Done) -> None:
        self.verb = verb
        self._command = [sys.executable, "-m", "rasid", verb]
        self._environ = environ
        self._work = work
        self._done = done
        self._process = self._start()

    def do(self, kafka: Kafka, name: str) -> None:
        """Give it this piece of work and wait until it is done."""
        asyncio.run(produce(kafka, [self._work(name)]))
        deadline = time.monotonic() + WIDE
        while not self._done(name):
            assert time.monotonic() < deadline, f"{name} was not done within {WIDE:g} s"

    def away(self, kafka: Kafka, number: signal.Signals, name: str) -> float:
        """End the process by this signal, start the next at once; the seconds until that has done a piece of work."""
        started = time.monotonic()
        self._process.send_signal(number)
        self._process.wait(WIDE)
        self._process = self._start()
        self.do(kafka, name)
        return time.monotonic() - started

    def close(self) -> None:
        """Nothing is left running."""
        self._process.kill()
        self._process.wait()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(self._command, env=self._environ, cwd=ROOT, stderr=subprocess.DEVNULL)


def _article(name: str) -> Message:
    return topics.article_message(
        Article(
            article_id=name, revision=1, source_id="s", url="https://example.com/", title=name, body="", fetched_at=NOW
        )
    )


def _reading(name: str) -> Message:
    return topics.reading_message(
        Reading(
            article_id=name,
            revision=1,
            reader_version=1,
            source_id="s",
            url="https://example.com/",
            title=name,
            event_time=NOW,
            first_seen=NOW,
        )
    )


@pytest.fixture(params=["work", "learn"])
def stage(request: pytest.FixtureRequest, kafka: Kafka, tmp_path: Path) -> Iterator[Stage]:
    """Each of the two stages that read from Kafka, running."""
    engine = open_engine(f"sqlite:///{tmp_path / 'ledger.db'}", "ledger")
    migrate(engine, "alerts", "ledger")

    def read(name: str) -> bool:
        def has_it(values: list[bytes]) -> bool:
            return any(decode(value, Reading).article_id == name for value in values)

        return bool(asyncio.run(read_until(kafka, topics.READINGS, has_it, WIDE)))

    def learned(name: str) -> bool:
        time.sleep(0.02)
        return (name, 1) in Ledger(engine).learned()

    verb: str = request.param
    environ = {
        **os.environ,  # noqa: TID251 - the child needs PATH and HOME
        "RASID_KAFKA__BOOTSTRAP": kafka.bootstrap,
        "RASID_KAFKA__SESSION_TIMEOUT": str(SESSION),
        "RASID_DATA_DIR": str(tmp_path),
        f"RASID_HEALTH__{verb.upper()}": str(free_port()),
    }
    running = Stage(verb, environ, *((_article, read) if verb == "work" else (_reading, learned)))
    yield running
    running.close()
    engine.dispose()


@pytest.mark.parametrize(("number", "promised"), [(signal.SIGTERM, 5.0), (signal.SIGKILL, SESSION + 5.0)])
def test_back_at_work(
    stage: Stage, kafka: Kafka, number: signal.Signals, promised: float, capsys: pytest.CaptureFixture[str]
) -> None:
    """A stage that was ended goes on with the next process, and not long after."""
    stage.do(kafka, "first")
    seconds = [stage.away(kafka, number, f"after {turn}") for turn in range(ROUNDS)]
    with capsys.disabled():
        figures = ", ".join(f"{each:.1f}" for each in seconds)
        sys.stdout.write(f"\n{stage.verb} after {number.name}: away for {figures} s (promised: {promised:g} s)\n")
    assert max(seconds) < promised + WIDE
