"""What is known, and how it came about."""

from __future__ import annotations

from typing import Annotated

import typer

from rasid.verbs.common import Format, Limit, ledger
from streams.errors import Misconfigured

app = typer.Typer()


@app.command()
def facts(form: Format = "table") -> None:
    """What is known."""
    from rasid import show

    show.facts(ledger().facts(), form)


@app.command()
def history(
    key: Annotated[str, typer.Argument(help="A fact key, as `rasid facts` prints it.")], form: Format = "table"
) -> None:
    """How one fact's value moved, by the time of the events, with the evidence of each step."""
    from rasid import show

    book = ledger()
    if book.fact(key) is None:
        raise Misconfigured("fact_key", f"no such fact: {key} (rasid facts lists them)")
    show.history(book.history(key).steps, form)


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
    rows = book.changes(limit, silent=silent)[::-1]
    show.changes(rows, form, book.silences(rows) if silent else None)
