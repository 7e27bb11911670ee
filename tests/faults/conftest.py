"""The seed of a run, the story told in it, and the table of what came of each fault at its end."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from streams.topics import Kafka
from tests.faults.plant import Place
from tests.faults.story import Story, telling
from tests.faults.verdict import Verdict


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A row of the table: the fault, how often it fell, and the verdict."""

    fault: str
    seed: int
    fell: int
    verdict: Verdict
    seconds: float


_ROW = "{:<58}{:>6}{:>6}{:>6}{:>6}{:>6}{:>6}{:>9}"
_TABLE = pytest.StashKey[list[Outcome]]()
Note = Callable[[int, Verdict], None]


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    """The seed that `--seed` gives, or another each time; a test that fails shows it."""
    given: int | None = request.config.getoption("--seed")
    chosen = secrets.randbelow(10_000) if given is None else given
    request.node.add_report_section("call", "seed", f"--seed {chosen}")
    return chosen


@pytest.fixture
def note(request: pytest.FixtureRequest, seed: int) -> Note:
    """Puts how often the fault fell, and the verdict, into the final table; a run in which it never fell is void."""
    rows, started = request.config.stash.setdefault(_TABLE, []), time.monotonic()

    def add(fell: int, verdict: Verdict) -> None:
        fault = request.node.name.removeprefix("test_")
        rows.append(Outcome(fault=fault, seed=seed, fell=fell, verdict=verdict, seconds=time.monotonic() - started))
        assert fell > 0, "void: the fault did not fall where it should"

    return add


@pytest.fixture
def place(kafka: Kafka, postgres_url: str) -> Place:
    """Apache Kafka and PostgreSQL, both empty."""
    return Place(kafka=kafka, archive_url=postgres_url, ledger_url=postgres_url)


@pytest.fixture
def story(place: Place, tmp_path: Path, seed: int) -> Iterator[Story]:
    """A story to be told there."""
    with telling(tmp_path, place, seed) as story:
        yield story


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """The table: what each fault came to."""
    rows = config.stash.get(_TABLE, [])
    if not rows:
        return
    terminalreporter.section("faults")
    terminalreporter.write_line(_ROW.format("fault", "seed", "fell", "lost", "false", "dup", "raw", "seconds"))
    for row in rows:
        verdict = row.verdict
        found = (len(verdict.lost), len(verdict.false), len(verdict.duplicates), verdict.raw)
        terminalreporter.write_line(_ROW.format(row.fault[:57], row.seed, row.fell, *found, round(row.seconds)))
