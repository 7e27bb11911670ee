"""What is known, and how it came about."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from alerts.keys import parse
from rasid.verbs.common import Format, Limit, ledger, moment, settings_of
from streams.errors import Misconfigured

if TYPE_CHECKING:
    from alerts.policy import Policy

app = typer.Typer()


AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DATE", help="What was known then: 2026-03-01 (that day's end) or a moment (UTC)."),
]


@app.command()
def facts(form: Format = "table", as_of: AsOf = None) -> None:
    """What is known, or was known at a moment of the past."""
    from rasid import show

    if as_of is None:
        show.facts(ledger().facts(), form)
        return
    from alerts.past import facts_then
    from rasid.progress import bar, counted

    with bar("facts") as told:
        found = list(counted(facts_then(ledger(), moment(as_of, end=True), policy().window), told))
    show.facts(found, form)


@app.command()
def history(
    key: Annotated[str, typer.Argument(help="A fact key, as `rasid facts` prints it.")],
    form: Format = "table",
    as_of: AsOf = None,
    *,
    whole: Annotated[bool, typer.Option("--all", help="Read every report, however many there are.")] = False,
) -> None:
    """How one fact's value moved, by the time of the events, with evidence and link of each step.

    Of what much is said the newest reports are read, and those alone are counted and listed.
    """
    from alerts.excerpt import excerpt
    from alerts.past import history_then
    from rasid import show
    from rasid.progress import bar
    from streams.clock import utc_now

    book = ledger()
    if book.fact(key) is None:
        # Without quotes a shell takes the > of `nvidia->openai` for itself, and makes a file of the rest.
        hint = "in quotes, as its > is the shell's too" if key.endswith("-") else "rasid facts lists them"
        raise Misconfigured("fact_key", f"no such fact: {key} ({hint})")
    watched = policy()
    if as_of is not None:
        with bar("reports"):
            steps = history_then(book, key, moment(as_of, end=True), watched.window).steps
    elif whole:
        with bar("reports"):
            steps = book.history(key, utc_now(), watched.window(parse(key))).steps
    else:
        found = excerpt(book, key, utc_now(), watched.window(parse(key)))
        steps = found.history.steps
        if found.before:
            read = len(found.reports)
            of = f"{'more than ' if found.more else ''}{read + found.before}"
            typer.echo(f"the newest {read} of {of} reports; --all reads every one", err=True)
    show.history(key, steps, form)


@app.command()
def export(
    what: Annotated[Literal["facts", "changes", "claims"], typer.Argument(help="What to write.")],
    form: Annotated[Literal["jsonl", "csv"], typer.Option("--format", help="JSON Lines, or CSV for tables.")] = "jsonl",
    output: Annotated[Path | None, typer.Option(help="The file to write; without it, standard output.")] = None,
) -> None:
    """Write all that is known, for other programs; a spreadsheet that opens the CSV computes nothing."""
    from rasid.export import export as rows
    from rasid.export import write
    from rasid.files import replacing
    from rasid.progress import bar, counted

    found = rows(ledger(), what)
    try:
        with bar(what) as told, nullcontext(sys.stdout) if output is None else replacing(output) as out:
            write(counted(found, told), form, out)
    except OSError as error:
        if output is None:
            raise
        raise Misconfigured("file", f"{output} cannot be written: {error.strerror}") from error


@app.command()
def changes(
    form: Format = "table",
    limit: Limit = 50,
    *,
    silent: Annotated[bool, typer.Option("--silent", help="Also those that nobody was told of, and why.")] = False,
) -> None:
    """What moved, the newest last."""
    from rasid import show

    book = ledger()
    if not silent:
        show.changes(book.changes(limit)[::-1], form)
        return
    rows = book.told_or_not(limit)[::-1]
    show.changes((change for change, _ in rows), form, {change.change_id: why for change, why in rows if why})


def policy() -> Policy:
    """What is watched, and by which rules."""
    from rasid import seeds

    settings = settings_of()
    return seeds.make_policy(seeds.read_watchlist(settings), settings.alerts)
