"""Reading without a broker: what is in a text, and what items would have caused."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from rasid.verbs.common import Format, ledger, moment, settings_of
from streams.errors import BadInput, Misconfigured

if TYPE_CHECKING:
    from connectors.archive import Archive
    from rasid.backtest import Named
    from rasid.progress import Told

app = typer.Typer()

Files = Annotated[list[Path] | None, typer.Argument(help="JSON Lines or feeds (RSS, Atom); `-` is standard input.")]
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
    from rasid.extract import article_of, line_of, show
    from rasid.progress import bar, counted
    from streams.clock import utc_now

    reader = seeds.make_reader(settings_of())
    items: Iterable[dict[str, object]] = objects([file]) if jsonl else [{"id": str(file), "text": text(file)}]
    console = Console(highlight=False)
    people = form == "table" or (form is None and not jsonl and console.is_terminal)
    with bar("reading") as told:
        for item in counted(items, told):
            try:
                article = article_of(item, utc_now())
            except BadInput as error:
                raise Misconfigured("file", f"{file}: item {item.get('id')!r}: {error}") from error
            reading = reader.read(article)
            if people:
                show(reading, article, reader.lost(article), console)
            else:
                sys.stdout.write(json.dumps(line_of(reading), ensure_ascii=False) + "\n")
                sys.stdout.flush()  # another program may wait for it before it sends the next


@app.command()
def backtest(  # noqa: PLR0913 - the options of one verb
    files: Files = None,
    *,
    baseline: Baseline = None,
    watchlist: Annotated[Path | None, typer.Option(help="Read with this watchlist; none: the settings' one.")] = None,
    against: Annotated[
        str | None,
        typer.Option(metavar="ledger|FILE", help="Only how it differs from the ledger, or from a run's FILE."),
    ] = None,
    since: Annotated[str | None, typer.Option(help="Only alerts of that day or moment (UTC) or later.")] = None,
    form: Format = "json",
    archive: Annotated[bool, typer.Option("--archive", help="Everything that is archived, instead of files.")] = False,
) -> None:
    """Which alerts would these items have caused, had they arrived in this order? One JSON line per change.

    All items are learned, also those before `--since`, as they would have been.
    """
    from rasid import backtest as offline
    from rasid import seeds, show
    from rasid.difference import differences
    from rasid.progress import bar

    if archive == bool(files):
        raise Misconfigured("file", "name files, or --archive")
    given = {name: path for name, path in (("baseline", baseline), ("watchlist", watchlist)) if path}
    settings = settings_of().model_copy(update=given)
    known, names = seeds.read_baseline(settings), seeds.read_watchlist(settings)
    first = moment(since) if since else None
    recorded = _recorded(against, first) if against else []
    with bar("items") as told:
        story = offline.archived(_archive(), told) if archive else _counted(offline.articles(files or (), known), told)
        found = (
            show.change_line(change) | {"item": item}
            for item, change in offline.changes(story, names, known, settings.alerts)
            if first is None or change.time >= first
        )
        lines = list(found) if against or form == "table" else _printed(found)
    if against:
        show.differences(differences(recorded, lines), form)
    elif form == "table":
        show.told(lines)


def _printed(lines: Iterable[dict[str, object]]) -> list[dict[str, object]]:
    """Each line as soon as it is known, on standard output; nothing is left to show."""
    for line in lines:
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    return []


def _counted(story: Iterable[Named], told: Told) -> Iterator[Named]:
    items = list(story)
    for number, item in enumerate(items, 1):
        yield item
        told(number, len(items))


def _archive() -> Archive:
    from connectors.archive import Archive
    from rasid.tables import open_read_only

    return Archive(open_read_only(settings_of(), "archive"))


def _recorded(against: str, since: datetime | None) -> list[dict[str, object]]:
    """What the ledger told, oldest first, or what an earlier run printed into a file."""
    from rasid.show import change_line

    if against == "ledger":
        told = (change for change, silence in ledger().all_changes() if silence is None)
        return [change_line(change) for change in told if since is None or change.time >= since]
    lines = list(objects([Path(against)]))
    if strangers := [number for number, line in enumerate(lines, 1) if not {"fact", "kind"} <= line.keys()]:
        raise Misconfigured("file", f"{against}:{strangers[0]}: not a change as `rasid backtest` prints it")
    return lines


def text(path: Path) -> str:
    """The text of the file, `-` being standard input. Raises `Misconfigured`: the operator named the file."""
    return "".join(_lines(path))


def _lines(path: Path) -> Iterator[str]:
    """Its lines, each as soon as it comes."""
    try:
        with nullcontext(sys.stdin) if str(path) == "-" else path.open(encoding="utf-8") as opened:
            yield from opened
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured("file", f"{path} cannot be read: {error}") from error


def objects(paths: Iterable[Path]) -> Iterator[dict[str, object]]:
    """The JSON objects of JSON Lines files, in order. Raises `Misconfigured` naming file and line."""
    for path in paths:
        for number, line in enumerate(_lines(path), 1):
            if line.strip():
                yield _object(path, number, line)


def _object(path: Path, number: int, line: str) -> dict[str, object]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise Misconfigured("file", f"{path}:{number}: not JSON: {error}") from error
    if not isinstance(found, dict):
        raise Misconfigured("file", f"{path}:{number}: an object is expected")
    return found
