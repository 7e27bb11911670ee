"""What stages could not use, and sending it again."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from rasid.verbs.common import Format, Limit, Since, moment, settings_of
from streams.errors import Misconfigured

app = typer.Typer()

_ID = "Letters by id, as the list prints them."


@app.command()
def dead_letters(  # noqa: PLR0913 - the options
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]…", help=_ID)] = None,
    form: Format = "table",
    limit: Limit = 50,
    *,
    reason: Annotated[str | None, typer.Option(help="Those with this reason.")] = None,
    since: Since = None,
    everything: Annotated[bool, typer.Option("--all", help="All of them, also those that were sent again.")] = False,
    redrive: Annotated[
        bool, typer.Option("--redrive", help="Send them again, each to the topic it came from.")
    ] = False,
    again: Annotated[bool, typer.Option("--again", help="With --redrive: also what was sent again before.")] = False,
) -> None:
    """The messages that a stage could not use, the newest last; with --redrive they are sent again, once."""
    import asyncio

    from rasid import show_press
    from rasid.letterbox import dead_letters as read
    from rasid.letters import Wanted, choose, send_again
    from rasid.progress import bar
    from rasid.run import running_broker
    from streams.clock import utc_now

    wanted = Wanted(ids=ids or (), reason=reason, since=moment(since) if since else None)
    if redrive and wanted == Wanted() and not everything:
        raise Misconfigured("dead_letter", "which letters? name ids, --reason, --since or --all")
    kafka = running_broker(settings_of())
    with bar("reading"):
        chosen = choose(asyncio.run(read(kafka)), wanted)
    if not (ids or everything or again):
        chosen = tuple(one for one in chosen if not one.redriven)
    if not redrive:
        show_press.dead_letters(chosen[-limit:], form)
        return
    count = send_again(kafka, chosen, utc_now(), insist=again)
    sys.stdout.write(f"{count} of {len(chosen)} sent again\n")
    if ids and count < len(chosen):
        raise typer.Exit(2)
