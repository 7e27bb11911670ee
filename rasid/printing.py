"""How verbs print what they found: for people aligned tables, for programs JSON lines."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Literal

from rich.console import Console
from rich.table import Table
from rich.text import Text

Format = Literal["table", "json"]
Cells = Sequence[str]

# How much of a sentence a table shows.
SENTENCE = 100


def json_lines(rows: Iterable[Mapping[str, object]]) -> None:
    for row in rows:
        sys.stdout.write(json.dumps(row, ensure_ascii=False, default=str) + "\n")


def table(headers: Sequence[str], rows: Iterable[Cells]) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for header in headers:
        table.add_column(header, overflow="fold")
    for row in rows:
        # Text, not str: what comes from an article is never read as markup.
        table.add_row(*(Text(cell) for cell in row))
    Console(soft_wrap=False).print(table)


def when(time: datetime | None) -> str | None:
    return time.isoformat() if time else None


def minute(time: datetime | None) -> str:
    return time.strftime("%Y-%m-%d %H:%M") if time else "never"
