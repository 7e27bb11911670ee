"""`rasid dead-letters` as an operator calls it, on both brokers."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from typer.testing import CliRunner, Result

from rasid.cli import app
from streams import topics
from streams.records import DeadLetter
from streams.topics import Kafka, dead_letter_message
from tests.kafka_client import produce, read_until

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 1, 2, tzinfo=UTC)

Run = Callable[..., Result]


def letter(payload: str, reason: str = "schema", *, topic: str = topics.ARTICLES, **fields: Any) -> DeadLetter:
    """A letter of the source `paper`."""
    given: dict[str, Any] = {"stage": "work", "key": "paper", "detail": "BadInput: no article", "time": NOW}
    return DeadLetter(payload=payload, reason=reason, topic=topic, **(given | fields))


@pytest.fixture
def run(any_broker: Kafka, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Runs `rasid dead-letters` on the broker: the embedded one is found as `rasid run` leaves word of it."""
    monkeypatch.setenv("RASID_DATA_DIR", str(tmp_path))
    if any_broker.embedded:
        (tmp_path / "broker.port").write_text(any_broker.bootstrap.rpartition(":")[2], encoding="utf-8")
    else:
        monkeypatch.setenv("RASID_KAFKA__BOOTSTRAP", any_broker.bootstrap)
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield lambda *arguments: CliRunner().invoke(app, ["dead-letters", *arguments])
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def listed(run: Run, *arguments: str) -> list[dict[str, Any]]:
    """What the list says, as JSON."""
    return [json.loads(line) for line in run("--format", "json", *arguments).stdout.splitlines()]


def test_letters_are_listed_and_sent_again_once(run: Run, any_broker: Kafka) -> None:
    """Told by reason and time; sent again to their topics as they came; the second time nothing is left to send."""
    old = letter("old", time=NOW - timedelta(days=3))
    cut = letter("cut", "too_large", whole=False)
    learnt = letter("نص", "fact_key", topic=topics.READINGS, stage="learn")
    letters = [letter("one"), old, cut, learnt]
    asyncio.run(produce(any_broker, [dead_letter_message(one) for one in letters]))

    found = {one["payload"]: one["id"] for one in listed(run)}
    assert list(found) == ["old", *(one["payload"] for one in listed(run, "--since", "2026-01-01"))]
    assert [one["payload"] for one in listed(run, "--reason", "fact_key")] == ["نص"]
    assert "BadInput" in run().stdout

    sent = run("--redrive", "--since", "2026-01-01")
    assert (sent.exit_code, sent.stdout) == (0, "2 of 3 sent again\n")
    assert f"{found['cut']}: it was cut" in sent.stderr
    assert asyncio.run(read_until(any_broker, topics.ARTICLES, bool)) == [b"one"]
    assert asyncio.run(read_until(any_broker, topics.READINGS, bool)) == ["نص".encode()]

    assert {one["payload"] for one in listed(run)} == {"old", "cut"}
    assert {one["payload"]: bool(one["redriven"]) for one in listed(run, "--all")}["one"]
    assert run("--redrive", "--since", "2026-01-01").stdout == "0 of 1 sent again\n"
    refused = run("--redrive", found["one"])
    assert (refused.exit_code, refused.stdout) == (2, "0 of 1 sent again\n")
    assert "it was sent again" in refused.stderr
    assert run("--redrive", "--again", found["one"]).exit_code == 0
    twice = asyncio.run(read_until(any_broker, topics.ARTICLES, lambda values: len(values) > 1))
    assert twice == [b"one", b"one"]


@pytest.mark.embedded
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--redrive"], "which letters"),
        (["0-99"], "no such dead letter: 0-99"),
        (["--since", "yesterday"], "not a date"),
    ],
)
def test_what_cannot_be_chosen(arguments: list[str], said: str, embedded: Kafka, tmp_path: Path) -> None:
    """Bad input is one line and status 2."""
    (tmp_path / "broker.port").write_text(embedded.bootstrap.rpartition(":")[2], encoding="utf-8")
    ended = _without_broker(tmp_path, *arguments)
    assert (ended.returncode, ended.stderr.count("\n")) == (2, 1)
    assert said in ended.stderr


def test_no_broker(tmp_path: Path) -> None:
    """No `rasid run` runs and no broker is named: status 2; one that is named and away: status 69; both say where."""
    ended = _without_broker(tmp_path)
    assert (ended.returncode, str(tmp_path) in ended.stderr) == (2, True)
    (tmp_path / "broker.port").write_text("1", encoding="utf-8")
    ended = _without_broker(tmp_path)
    assert (ended.returncode, "127.0.0.1:1" in ended.stderr, ended.stderr.count("\n")) == (69, True, 1)


def _without_broker(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "RASID_DATA_DIR": str(folder)}  # noqa: TID251 - the child needs PATH and HOME
    command = [sys.executable, "-m", "rasid", "dead-letters", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environ, cwd=ROOT, timeout=60, check=False)
