"""Who was told, and the destinations."""

from __future__ import annotations

import typer

from rasid.verbs.common import Format, Limit, ledger, settings_of

app = typer.Typer()
alert = typer.Typer(help="The destinations.", no_args_is_help=True)
app.add_typer(alert, name="alert")


@app.command()
def deliveries(form: Format = "table", limit: Limit = 50) -> None:
    """What was sent where, and how it went."""
    from rasid import show

    show.deliveries(ledger().deliveries(limit), form)


@alert.command("test")
def alert_test() -> None:
    """Send a made-up alert to every destination, through its real channel."""
    from rasid import seeds
    from rasid.clock import now
    from rasid.dial import dialer
    from rasid.rehearsal import rehearse

    settings = settings_of()
    policy = seeds.make_policy(seeds.read_watchlist(settings), settings.alerts)
    raise typer.Exit(rehearse(settings.outlets(), policy.names, now(), dialer(settings)))
