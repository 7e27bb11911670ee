"""How verbs print what they found: for people aligned tables, for programs JSON lines.

On a terminal a table fits its width, and long cells are folded; what is copied into another command (a fact's key, an
id) is never broken: where it leaves the others no room, it gets a line of its own, with the others below. Anywhere
else each row is one whole line, so that grep, sort and `less -S` can work with it. Widths are those that a terminal
gives: vowel marks and direction marks have none.

The one rule: whatever a cell holds can neither steer the terminal nor turn what stands around it.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Literal, TextIO

from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from alerts.words import clean, isolate

Format = Literal["table", "json"]
Cells = Sequence[str]

# How much of a sentence a table shows.
SENTENCE = 100
_GAP = "  "
# The columns that are copied, and what any other needs at most to be read.
_COPIED = frozenset({"fact", "delivery", "article", "id"})
_READABLE = 20
# What stands beside others where each has to be named; longer cells get lines of their own.
_SHORT = 36
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")


def json_lines(rows: Iterable[Mapping[str, object]], out: TextIO | None = None) -> None:
    """Each row as a line of JSON, as soon as it comes."""
    for row in rows:
        (out or sys.stdout).write(json.dumps(row, ensure_ascii=False, default=str) + "\n")


def table(headers: Cells, rows: Iterable[Cells], out: TextIO | None = None) -> None:
    """The rows under their headers, on a terminal as wide as it is, elsewhere one line each."""
    out = out or sys.stdout
    shown = [tuple(map(plain, row)) for row in rows]
    console = Console(file=out, soft_wrap=False)
    if not console.is_terminal:
        out.writelines(f"{line}\n" for line in aligned([headers, *shown]))
    elif _least(headers, shown) <= console.width:
        console.print(_folded(headers, shown))
    else:
        for row in shown:
            _stack(console, headers, row)


def plain(cell: str) -> str:
    """A cell on one line, without anything that steers; one that reads from right to left turns only itself."""
    text = clean(cell, len(cell))
    return isolate(text) if _RIGHT_TO_LEFT.search(text) else text


def aligned(rows: Sequence[Cells]) -> list[str]:
    """The rows as lines, each column as wide as its widest cell."""
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    return [
        _GAP.join(cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _least(headers: Cells, rows: Sequence[Cells]) -> int:
    """How wide a table must be for nothing copied to be broken, and all else to be readable."""
    columns = zip(headers, *rows, strict=True)
    widths = [(column[0], max(map(cell_len, column))) for column in columns]
    needed = sum(width if header in _COPIED else min(width, _READABLE) for header, width in widths)
    return needed + len(_GAP) * (len(headers) - 1)


def _stack(console: Console, headers: Cells, row: Cells) -> None:
    """One row over several lines: what is copied first and whole, what is said of it below."""
    named = list(zip(headers, row, strict=True))
    copied = _GAP.join(cell for header, cell in named if header in _COPIED)
    console.print(Text(copied, style="bold"), soft_wrap=True)
    rest = [(header, cell) for header, cell in named if cell and header not in _COPIED]
    short = Text(_GAP).join(_named(*one) for one in rest if cell_len(one[1]) <= _SHORT)
    for line in (short, *(_named(*one) for one in rest if cell_len(one[1]) > _SHORT)):
        console.print(Padding(line, (0, 0, 0, len(_GAP))))


def _named(header: str, cell: str) -> Text:
    return Text.assemble((f"{header} ", "dim"), cell)


def _folded(headers: Cells, rows: Iterable[Cells]) -> Table:
    shown = Table(box=None, pad_edge=False, header_style="bold")
    for header in headers:
        shown.add_column(header, overflow="fold", no_wrap=header in _COPIED)
    for row in rows:
        # Text, not str: what comes from an article is never read as markup.
        shown.add_row(*(Text(cell) for cell in row))
    return shown


def when(time: datetime | None) -> str | None:
    """A moment as programs read it."""
    return time.isoformat() if time else None


def minute(time: datetime | None) -> str:
    """A moment as people read it, in UTC."""
    return time.strftime("%Y-%m-%d %H:%M") if time else "never"
