"""What is archived."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from rasid.verbs.common import Format, Limit, Since, ledger, moment, settings_of

app = typer.Typer()


@app.command()
def replay(
    *, missing: Annotated[bool, typer.Option("--missing", help="Only what the ledger has never learned.")] = False
) -> None:
    """Queue every archived article again; what is known already changes nothing and alerts nobody.

    With --missing only what was published and not learned: for a broker, or a ledger, that lost something.
    """
    from connectors.archive import Archive
    from connectors.replay import nothing
    from rasid.progress import bar
    from rasid.tables import open_tables

    archive = Archive(open_tables(settings_of(), "archive"))
    known = ledger() if missing else None
    with bar("queueing") as told:
        queued = archive.requeue((lambda ids: dict(known.learned(ids))) if known else nothing, told)
    sys.stdout.write(f"{queued} article revisions are queued; `rasid connect` publishes them\n")


@app.command()
def articles(  # noqa: PLR0913, PLR0917 - one for each option
    identity: Annotated[str | None, typer.Argument(metavar="[ID]", help="One article with all its revisions.")] = None,
    text: Annotated[
        str | None, typer.Option("--grep", help="With this text in title or body; spelling and marks do not matter.")
    ] = None,
    source: Annotated[str | None, typer.Option(help="Of this source.")] = None,
    since: Since = None,
    limit: Limit = 50,
    form: Format = "table",
) -> None:
    """What is archived, the newest first."""
    from connectors.archive import Archive
    from rasid import articles as archived
    from rasid import show_press
    from rasid.progress import bar
    from rasid.tables import open_read_only

    archive = Archive(open_read_only(settings_of(), "archive"))
    if identity is not None:
        show_press.article(archived.one(archive, identity), form)
        return
    day = moment(since) if since else None
    wanted = archived.Wanted(text=text, source=source, since=day, limit=limit)
    with bar("searching") as told:
        found = list(archived.search(archive, wanted, told))
    show_press.articles(found, form)
