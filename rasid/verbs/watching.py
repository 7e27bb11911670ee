"""Whom Rasid watches for."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from rasid.verbs.common import Format, ledger, settings_of

app = typer.Typer()
watch = typer.Typer(help="Whom Rasid watches for: who is missing, and how to add it.", no_args_is_help=True)
app.add_typer(watch, name="watchlist")


@watch.command("unlisted")
def watchlist_unlisted(form: Format = "table") -> None:
    """The organisations that articles call partners and that the watchlist does not know, with their sentences."""
    from rasid import seeds, show_press
    from rasid.progress import bar, counted
    from rasid.watch import found_in

    with bar("reports") as told:
        found = found_in(counted(ledger().untouching(), told), seeds.read_watchlist(settings_of()))
    show_press.unlisted(found, form)


@watch.command("add")
def watchlist_add(
    name: Annotated[str, typer.Argument(help="The name as the press writes it, as `rasid watchlist unlisted` prints.")],
    ar: Annotated[str | None, typer.Option("--ar", help="Its Arabic name, if NAME is Latin.")] = None,
    en: Annotated[str | None, typer.Option("--en", help="Its English name, if NAME is Arabic.")] = None,
    identity: Annotated[str | None, typer.Option("--id", help="Its id; without it made of the English name.")] = None,
    alias: Annotated[list[str] | None, typer.Option("--alias", help="Another name of it; can be repeated.")] = None,
) -> None:
    """Add an organisation to the watchlist file; spellings and glued particles are derived from its names."""
    from rasid import watch as watching

    path = settings_of().watchlist
    new = watching.entry(name, identity=identity, ar=ar, en=en, aliases=alias or ())
    line = watching.add(path, new)
    sys.stdout.write(f"{path}:{line}: {new.id}\nit counts from the next article on, once the stages have restarted\n")
