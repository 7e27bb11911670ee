"""A progress bar on standard error while something takes long, where that is a terminal; otherwise nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

Told = Callable[[int, int | None], None]
_T = TypeVar("_T")


@contextmanager
def bar(label: str) -> Iterator[Told]:
    """A bar to be told how much is done, of how much where that is known; without a word it shows that time passes."""
    columns = (TextColumn(label), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    # What is printed meanwhile goes above the bar where both are on the screen, and otherwise where it belongs.
    above = sys.stdout.isatty()
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal, redirect_stdout=above
    ) as progress:
        task = progress.add_task("", total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def counted(items: Iterable[_T], told: Told) -> Iterator[_T]:
    """The items as they come; `told` hears how many came."""
    for number, item in enumerate(items, 1):
        yield item
        told(number, None)
