"""Who was told, and the destinations."""

from __future__ import annotations

import sys
from typing import Annotated, Literal

import typer

from rasid.verbs.common import Format, Limit, ledger, settings_of
from streams.errors import Misconfigured

app = typer.Typer()
alert = typer.Typer(help="The destinations.", no_args_is_help=True)
app.add_typer(alert, name="alert")

_State = Literal["pending", "sending", "sent", "unknown", "dead"]


@app.command()
def deliveries(
    form: Format = "table",
    limit: Limit = 50,
    state: Annotated[_State | None, typer.Option(help="Only those; `dead` are given up.")] = None,
    destination: Annotated[str | None, typer.Option(help="Only those to that destination.")] = None,
    redeliver: Annotated[
        str | None, typer.Option(metavar="ID", help="Send again, same id and body: a delivery, or all of a change.")
    ] = None,
) -> None:
    """What was sent where, and how it went, the newest first."""
    from rasid import show

    if redeliver is not None:
        _redeliver(redeliver)
        return
    known = ledger()
    show.deliveries(known.deliveries(limit, state=state, destination=destination), form)
    for pause in known.pauses():
        mend = f"`rasid alert resume {pause.destination}` once that is mended"
        sys.stderr.write(f"{pause.destination} refused for good ({pause.reason}) and gets nothing: {mend}\n")


def _redeliver(wanted: str) -> None:
    from alerts.outbox import Outbox
    from rasid.tables import open_tables
    from streams.clock import utc_now

    count = Outbox(open_tables(settings_of(), "ledger"), owner="cli").redeliver(wanted, utc_now())
    if not count:
        raise Misconfigured("delivery", f"no delivery or change has the id {wanted}, or it is being sent right now")
    sys.stdout.write(f"{count} due now: `rasid deliver` sends what is due\n")


@alert.command("test")
def alert_test(
    destination: Annotated[str | None, typer.Argument(help="Its id; without one, every destination.")] = None,
) -> None:
    """Send a made-up alert through its real channel; exit status 69 unless every destination asked has it."""
    from rasid import seeds
    from rasid.dial import dialer
    from rasid.progress import bar
    from rasid.rehearsal import rehearse
    from streams.clock import utc_now

    settings = settings_of()
    outlets = [one for one in settings.outlets() if destination in (None, one.id)]
    if not outlets:
        raise _unknown(destination)
    policy = seeds.make_policy(seeds.read_watchlist(settings), settings.alerts)
    with bar("sending"):
        status = rehearse(outlets, policy.names, utc_now(), dialer(settings))
    raise typer.Exit(status)


@alert.command("resume")
def alert_resume(destination: Annotated[str, typer.Argument(help="Its id.")]) -> None:
    """Send again to a destination that refused for good and was paused; what is due goes out at once."""
    from alerts.outbox import Outbox
    from rasid.tables import open_tables

    settings = settings_of()
    paused = Outbox(open_tables(settings, "ledger"), owner="cli").resume(destination)
    if not paused and destination not in {one.id for one in settings.outlets()}:
        raise _unknown(destination)
    sys.stdout.write(f"{destination} is resumed\n" if paused else f"{destination} was not paused\n")


@alert.command("drop")
def alert_drop(destination: Annotated[str, typer.Argument(help="Its id.")]) -> None:
    """Give up what waits for a destination, such as one that the settings no longer have."""
    from alerts.outbox import Outbox
    from rasid.tables import open_tables
    from streams.clock import utc_now

    settings = settings_of()
    dropped = Outbox(open_tables(settings, "ledger"), owner="cli").drop(destination, utc_now())
    if not dropped and destination not in {one.id for one in settings.outlets()}:
        raise _unknown(destination)
    sys.stdout.write(f"{dropped} given up: `rasid deliveries --destination {destination}` shows them\n")


def _unknown(destination: str | None) -> Misconfigured:
    return Misconfigured("destination", f"the settings have no destination {destination or 'at all'}")
