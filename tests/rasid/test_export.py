"""What was known then, and what other programs get, of a ledger that the real code has filled."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from alerts.ledger import Ledger
from rasid.database import migrate, open_engine
from rasid.export import cell, export, write
from streams.errors import Misconfigured
from tests.alerts.build import TOTAL, figure, learn_all, partner, reading
from tests.rasid.commands import Json, Run, lines

_STAKE = "figure:stake:softbank->openai:USD"


@pytest.fixture
def memory() -> Iterator[Ledger]:
    """An empty ledger in memory."""
    engine = open_engine("sqlite://", "ledger")
    migrate(engine, "alerts", "ledger")
    yield Ledger(engine)
    engine.dispose()


def _known(rows: list[Json]) -> dict[str, object]:
    return {row["fact"]: row["present"] for row in rows}


def test_facts_as_of_a_day(run: Run, ledger: Ledger) -> None:
    """Before the first article only the baseline is known; later what had arrived by then; in the end everything."""
    first, middle, last = (
        _known(lines(run("facts", "--format", "json", "--as-of", day)))
        for day in ("2025-01-21", "2025-02-15", "2030-01-01T00:00")
    )

    assert set(first) < set(middle) < set(last)
    assert middle[_STAKE] != last[_STAKE]
    assert last == {fact.fact: last[fact.fact] for fact in ledger.facts()}
    assert last == _known(lines(run("facts", "--format", "json")))


def test_history_as_of_a_day(run: Run, ledger: Ledger) -> None:
    """A fact's history is the steps that were known then, each with its reports and their links."""
    now = lines(run("history", _STAKE, "--format", "json"))
    then = lines(run("history", _STAKE, "--format", "json", "--as-of", "2025-02-15"))

    assert ledger.fact(_STAKE) is not None
    assert 0 < len(then) < len(now)
    assert all(one["url"] and one["evidence"] and one["source"] for step in now for one in step["told_by"])
    assert "link" in run("history", _STAKE).stdout


@pytest.mark.parametrize("written", ["yesterday", "2026-13-01", "", "0001-01-01T00:00+14:00"])
def test_a_date_that_is_none_is_the_operators(run: Run, written: str) -> None:
    """What is no date is said, with how to write one."""
    result = run("facts", "--as-of", written)
    assert isinstance(result.exception, Misconfigured)
    assert "not a date" in str(result.exception)


@pytest.mark.parametrize("what", ["facts", "changes", "claims"])
def test_an_export_holds_everything(run: Run, ledger: Ledger, tmp_path: Path, what: str) -> None:
    """JSON Lines and CSV hold the same rows, all there are, with the same columns in each."""
    expected = {
        "facts": len(ledger.facts()),
        "changes": len(ledger.changes(9_999, silent=True)),
        "claims": sum(1 for _ in ledger.all_claims()),
    }
    found = lines(run("export", what))
    file = tmp_path / "out.csv"
    assert run("export", what, "--format", "csv", "--output", str(file)).exit_code == 0
    table = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"), newline="")))

    assert len(found) == len(table) == expected[what] > 0
    assert {tuple(line) for line in found} == {tuple(row) for row in table}
    for line, row in zip(found, table, strict=True):
        assert {name: cell(value) for name, value in line.items()} == row


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "\n=1"])
def test_a_spreadsheet_computes_nothing(memory: Ledger, text: str) -> None:
    """A sentence that would be a formula is text in the CSV, and untouched in JSON Lines."""
    learn_all(memory, reading("a", 0, figure(TOTAL, 500, sentence=text), partner("cisco@stargate-uae")))
    table, records = io.StringIO(newline=""), io.StringIO()
    write(export(memory, "claims"), "csv", table)
    write(export(memory, "claims"), "jsonl", records)

    table.seek(0)
    assert next(csv.DictReader(table))["evidence"] == f"'{text}"
    assert json.loads(records.getvalue().splitlines()[0])["evidence"] == text


def test_an_output_that_cannot_be_written_is_said(run: Run, ledger: Ledger, tmp_path: Path) -> None:
    """The error names the file."""
    assert ledger.facts()
    result = run("export", "facts", "--output", str(tmp_path / "nowhere" / "x"))
    assert isinstance(result.exception, Misconfigured)
    assert "nowhere" in str(result.exception)
