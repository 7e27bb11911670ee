"""Running: everything at once, or one stage."""

from __future__ import annotations

import os
import signal
import sys

import typer

from rasid.settings import Settings
from rasid.stage import host
from rasid.stages import Verb, build
from rasid.verbs.common import Chosen, environ, settings_of
from streams import failpoints

app = typer.Typer()


def _settings(stage: str) -> Settings:
    """The settings of a stage. Asked to end from here on, before it has handlers of its own, it ends well."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: sys.exit(os.EX_OK))
    return settings_of(stage)


@app.command()
def run() -> None:
    """Run everything: all stages, on the embedded broker unless kafka.bootstrap names another."""
    from rasid.run import run as run_all

    settings = _settings("run")
    failpoints.parse(environ().get("RASID_FAULT", ""))
    run_all(settings, ["--config", str(Chosen.config)] if Chosen.config else [], environ())


def _host(verb: Verb) -> None:
    settings = _settings(verb)
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
