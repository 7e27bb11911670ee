"""The seed of a run, and the table of what came of each fault at its end."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.faults.verdict import Verdict


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A row of the table: the fault, how often it fell, and the verdict."""

    fault: str
    seed: int
    fell: int
    verdict: Verdict
    seconds: float


_TABLE = pytest.StashKey[list[Outcome]]()
Note = Callable[[Outcome], None]


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    """The seed that `--seed` gives, or another each time; a test that fails shows it."""
    given: int | None = request.config.getoption("--seed")
    chosen = secrets.randbelow(10_000) if given is None else given
    request.node.add_report_section("call", "seed", f"--seed {chosen}")
    return chosen


@pytest.fixture
def note(request: pytest.FixtureRequest) -> Note:
    """Puts a row into the table at the end of the run."""
    return request.config.stash.setdefault(_TABLE, []).append


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """The table: what each fault came to."""
    rows = config.stash.get(_TABLE, [])
    if not rows:
        return
    terminalreporter.section("faults")
    columns = ("fault", "seed", "fell", "lost", "false", "dup", "raw", "seconds")
    terminalreporter.write_line("{:<44}{:>6}{:>6}{:>6}{:>6}{:>6}{:>6}{:>9}".format(*columns))
    for row in rows:
        verdict = row.verdict
        found = (len(verdict.lost), len(verdict.false), len(verdict.duplicates), verdict.raw)
        cells = (row.fault, row.seed, row.fell, *found, round(row.seconds))
        terminalreporter.write_line("{:<44}{:>6}{:>6}{:>6}{:>6}{:>6}{:>6}{:>9}".format(*cells))
