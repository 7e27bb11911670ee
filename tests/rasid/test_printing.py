"""Tables and bars: aligned whatever a cell is written in, whole where no terminal is, never in the way of output."""

from __future__ import annotations

import io
import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from typing_extensions import override

from rasid.printing import aligned, plain, table
from tests.integration.way import ROOT

ROWS = [
    ("figure:total:stargate:USD", "500 billion", "استثمار بقيمة 500 مليار دولار " * 8),
    ("partner:g42", "in", "دَخَلَتْ المَجمُوعة"),
    ("x", "", "plain"),
]


class Screen(io.StringIO):
    """Output that says it is a terminal."""

    @override
    def isatty(self) -> bool:
        return True


def test_elsewhere_each_row_is_one_whole_line() -> None:
    """Piped, nothing is folded or cut, and each column begins at the same place in every line."""
    out = io.StringIO()
    table(("fact", "value", "evidence"), ROWS, out)
    lines = out.getvalue().splitlines()
    assert len(lines) == 1 + len(ROWS)
    assert all(plain(row[2]) in line for row, line in zip(ROWS, lines[1:], strict=True))
    begins = [cell_len(line[: line.index(word)]) for line, word in zip(lines, ("value", "500", "in"), strict=False)]
    assert len(set(begins)) == 1
    assert len({cell_len(line.partition(plain(row[2]))[0]) for row, line in zip(ROWS, lines[1:], strict=True)}) == 1


def test_on_a_terminal_a_table_is_as_wide_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Folded, no line is wider than the terminal, and no word of a cell is lost."""
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("TERM", "xterm")
    out = Screen()
    table(("fact", "value", "evidence"), ROWS, out)
    lines = re.sub("\x1b\\[\\d*m", "", out.getvalue()).splitlines()
    assert len(lines) > 1 + len(ROWS)
    assert max(map(cell_len, lines)) <= 60
    assert sum(line.count("مليار") for line in lines) == 8


def test_what_is_copied_is_never_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a narrow terminal a fact's key stands whole on a line, and all that is said of it below, named."""
    key = "figure:commitment:aker+nscale->stargate-norway:USD"
    monkeypatch.setenv("TERM", "xterm")
    for width in ("80", "60", "40", "200"):
        monkeypatch.setenv("COLUMNS", width)
        out = Screen()
        table(("fact", "value", "since", "evidence"), [(key, "1 billion USD", "2025-07-31", ROWS[0][2])], out)
        text = re.sub("\x1b\\[\\d*m", "", out.getvalue())
        assert key in text
        assert text.count("مليار") == 8
        assert ("\n  value 1 billion USD" in text) == (width != "200")


@pytest.mark.parametrize("cell", ["\x1b[2Jx", "a\r\nb", "\u202eevil", "a\u2069b", "\x9b31m", "x\x00\u200fy\tz"])
def test_no_cell_steers_the_terminal(cell: str) -> None:
    """Escapes, line ends and direction marks of what comes from outside are gone."""
    assert plain(cell).isprintable()


@given(st.lists(st.tuples(st.text(max_size=20), st.text(max_size=20)), min_size=1, max_size=6))
def test_columns_stay_where_they_are(rows: list[tuple[str, str]]) -> None:
    """Whatever is in the first column, the second begins at one and the same place, and no row has two lines."""
    shown = [(plain(first), f"|{plain(second)}") for first, second in rows]
    lines = aligned(shown)
    widest = max(cell_len(first) for first, _ in shown)
    for (first, second), line in zip(shown, lines, strict=True):
        assert line == f"{first}{' ' * (widest - cell_len(first))}  {second}".rstrip()


def test_a_bar_takes_nothing_from_the_output(tmp_path: Path) -> None:
    """With the screen on standard error alone, what a verb prints goes to the file that it was sent to, all of it."""
    items = tmp_path / "items.jsonl"
    items.write_text("".join(json.dumps({"id": str(n), "text": "لا شيء"}) + "\n" for n in range(3)), encoding="utf-8")
    ours, theirs = pty.openpty()
    with (tmp_path / "out").open("wb") as out:
        command = [sys.executable, "-m", "rasid", "extract", "--jsonl", str(items)]
        subprocess.run(command, cwd=ROOT, stdout=out, stderr=theirs, check=True, timeout=120)
    os.close(theirs)
    screen = os.read(ours, 65536).decode()
    os.close(ours)
    assert [json.loads(line)["id"] for line in (tmp_path / "out").read_text().splitlines()] == ["0", "1", "2"]
    assert "reading" in screen
    assert "mentions" not in screen
