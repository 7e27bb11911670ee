"""Reading without a broker: what is in a text, and what items would have caused."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Literal

import typer

from rasid.verbs.common import settings_of
from streams.errors import BadInput, Misconfigured

app = typer.Typer()

Files = Annotated[list[Path], typer.Argument(help="JSON Lines or feeds (RSS, Atom); `-` is standard input.")]
Baseline = Annotated[Path | None, typer.Option(help="What was known before the first item; none: the settings' one.")]


@app.command()
def extract(
    file: Annotated[Path, typer.Argument(help="A text, or with --jsonl JSON Lines; `-` is standard input.")] = Path(
        "-"
    ),
    *,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Read and print JSON Lines.")] = False,
    form: Annotated[
        Literal["table", "json"] | None,
        typer.Option("--format", help="For people (the default on a terminal) or for programs."),
    ] = None,
) -> None:
    """Read texts and print what was read in them, and why: mentions, amounts, claims."""
    from rich.console import Console

    from rasid import seeds
    from rasid.clock import now
    from rasid.extract import article_of, line_of, show

    reader = seeds.make_reader(settings_of())
    items = objects([file]) if jsonl else [{"id": str(file), "text": text(file)}]
    console = Console(highlight=False)
    people = form == "table" or (form is None and not jsonl and console.is_terminal)
    for item in items:
        try:
            article = article_of(item, now())
        except BadInput as error:
            raise Misconfigured("file", f"{file}: item {item.get('id')!r}: {error}") from error
        reading = reader.read(article)
        if people:
            show(reading, article, reader.lost(article), console)
        else:
            sys.stdout.write(json.dumps(line_of(reading), ensure_ascii=False) + "\n")


@app.command()
def backtest(files: Files, baseline: Baseline = None) -> None:
    """Which alerts would these items have caused, had they arrived in this order? One JSON line per change."""
    from rasid import backtest as offline
    from rasid import seeds, show

    settings = settings_of()
    if baseline:
        settings = settings.model_copy(update={"baseline": baseline})
    known = seeds.read_baseline(settings)
    names = seeds.read_watchlist(settings)
    for item, change in offline.changes(offline.articles(files, known), names, known, settings.alerts):
        sys.stdout.write(json.dumps(show.change_line(change) | {"item": item}, ensure_ascii=False) + "\n")


def text(path: Path) -> str:
    """The text of the file, `-` being standard input. Raises `Misconfigured`: the operator named the file."""
    try:
        return sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured("file", f"{path} cannot be read: {error}") from error


def objects(paths: Iterable[Path]) -> Iterator[dict[str, object]]:
    """The JSON objects of JSON Lines files, in order. Raises `Misconfigured` naming file and line."""
    for path in paths:
        # Not splitlines: a JSON text may hold line separators of other kinds.
        for number, line in enumerate(text(path).split("\n"), 1):
            if line.strip():
                yield _object(path, number, line)


def _object(path: Path, number: int, line: str) -> dict[str, object]:
    try:
        found = json.loads(line)
    except ValueError as error:
        raise Misconfigured("file", f"{path}:{number}: not JSON: {error}") from error
    if not isinstance(found, dict):
        raise Misconfigured("file", f"{path}:{number}: an object is expected")
    return found
