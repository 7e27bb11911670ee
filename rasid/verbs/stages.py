"""Running: everything at once, or one stage."""

from __future__ import annotations

import typer

from rasid.stage import host
from rasid.stages import Verb, build
from rasid.verbs.common import Chosen, environ, settings_of
from streams import failpoints

app = typer.Typer()


@app.command()
def run() -> None:
    """Run everything: all stages, on the embedded broker unless kafka.bootstrap names another."""
    from rasid.run import run as run_all

    settings = settings_of("run")
    failpoints.parse(environ().get("RASID_FAULT", ""))
    run_all(settings, ["--config", str(Chosen.config)] if Chosen.config else [], environ())


def _host(verb: Verb) -> None:
    settings = settings_of(verb)
    failpoints.arm(environ().get("RASID_FAULT", ""))
    raise typer.Exit(host(build(verb, settings)))


@app.command()
def connect() -> None:
    """The connectors: poll the sources, archive and publish articles."""
    _host("connect")


@app.command()
def work() -> None:
    """The Faust worker: read articles."""
    _host("work")


@app.command()
def learn() -> None:
    """Readings into facts, changes and deliveries."""
    _host("learn")


@app.command()
def deliver() -> None:
    """Send what is due to its destinations."""
    _host("deliver")


@app.command()
def web() -> None:
    """The page and the JSON API, from the ledger, read-only."""
    _host("web")
