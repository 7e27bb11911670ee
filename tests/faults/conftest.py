"""The seed of a run, the story told in it, and the table of what came of each fault at its end."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import pytest

from streams.topics import Kafka
from tests.faults.plant import Place
from tests.faults.story import Story, telling
from tests.faults.verdict import Verdict

_COLUMNS = ("fault", "seed", "fell", "lost", "false", "dup", "raw", "seconds")
_ROW = "{:<58}{:>6}{:>6}{:>6}{:>6}{:>6}{:>6}{:>9}"
_PROPERTY = "fault"
Note = Callable[[int, Verdict], None]
Tell = Callable[[Place], AbstractContextManager[Story]]


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
    started = time.monotonic()

    def add(fell: int, verdict: Verdict) -> None:
        fault = request.node.name.removeprefix("test_")[:57]
        found = (len(verdict.lost), len(verdict.false), len(verdict.duplicates), verdict.raw)
        row = (fault, seed, fell, *found, round(time.monotonic() - started))
        request.node.user_properties.append((_PROPERTY, row))  # which reaches the end also from another process
        assert fell > 0, "void: the fault did not fall where it should"

    return add


@pytest.fixture
def place(kafka: Kafka, postgres_url: str) -> Place:
    """Apache Kafka and PostgreSQL, both empty."""
    return Place.of(kafka, postgres_url)


@pytest.fixture
def tell(tmp_path: Path, seed: int) -> Tell:
    """Tells a story at a place of the test's own."""
    return partial(telling, tmp_path, seed)


@pytest.fixture
def story(place: Place, tell: Tell) -> Iterator[Story]:
    """A story told on Apache Kafka and PostgreSQL."""
    with tell(place) as story:
        yield story


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The table: what each fault came to."""
    reports = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    rows = [row for report in reports for name, row in getattr(report, "user_properties", ()) if name == _PROPERTY]
    if rows:
        terminalreporter.section("faults")
        terminalreporter.write_line(_ROW.format(*_COLUMNS))
        for row in rows:
            terminalreporter.write_line(_ROW.format(*row))
