"""The command line: `rasid --help` tells it all.

Every verb is a few lines: settings in, one call, output. Bad input is a clear line on stderr and exit status 2. The one
place that reads the environment.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Annotated, Literal, NoReturn

import typer

from rasid import settings as configuration
from rasid.logs import configure
from rasid.settings import Settings
from rasid.stage import host, report
from rasid.stages import Verb, build
from streams.errors import BadInput

app = typer.Typer(
    name="rasid",
    help="Reads the Arabic press and tells what changed about the projects you follow.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
feeds = typer.Typer(help="The sources: list, check, import, export.", no_args_is_help=True)
alert = typer.Typer(help="The destinations.", no_args_is_help=True)
app.add_typer(feeds, name="feeds")
app.add_typer(alert, name="alert")

Format = Annotated[Literal["table", "json"], typer.Option(help="For people or for programs.")]
Limit = Annotated[int, typer.Option(min=1, help="At most that many.")]
Files = Annotated[list[Path], typer.Argument(help="JSON Lines or feeds (RSS, Atom); `-` is standard input.")]
Baseline = Annotated[Path | None, typer.Option(help="What was known before the first item; none: the settings' one.")]

_DEFAULT_CONFIG = Path("rasid.yaml")


class _Chosen:
    """Which configuration file the options before the verb named."""

    config: Path | None = None


def main() -> NoReturn:
    """Run the command line; an error that says who must act leaves as its own line and exit status."""
    try:
        app()
    except Exception as error:  # noqa: BLE001 - the outermost door: nothing leaves as a bare traceback
        sys.exit(report(error))
    raise AssertionError("the command line ends by itself")


@app.callback(invoke_without_command=True)
def _options(
    config: Annotated[
        Path | None, typer.Option("--config", "-c", help="Configuration file; ./rasid.yaml when it is there.")
    ] = None,
    *,
    dump_config: Annotated[bool, typer.Option("--dump-config", help="Print the configuration, secrets masked.")] = False,
) -> None:
    named = config or _environ().get("RASID_CONFIG")
    _Chosen.config = Path(named) if named else (_DEFAULT_CONFIG if _DEFAULT_CONFIG.exists() else None)
    if dump_config:
        sys.stdout.write(configuration.dump(_settings()))
        raise typer.Exit


@app.command()
def run() -> None:
    """Run everything: all stages, on the embedded broker unless kafka.bootstrap names another."""
    from rasid.run import run as run_all  # noqa: PLC0415 - only this verb needs the supervisor and both databases

    settings = _settings("run")
    run_all(settings, ["--config", str(_Chosen.config)] if _Chosen.config else [], _environ())


def _host(verb: Verb) -> None:
    hosted = build(verb, _settings(verb))
    raise typer.Exit(host(hosted.stage, hosted.address, hosted.prepare))


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


@app.command()
def version() -> None:
    """The installed version."""
    sys.stdout.write(f"rasid {installed_version('rasid')}\n")


@app.command()
def check_config() -> None:
    """Read the configuration and the files it names; every mistake is a line, none means exit status 0."""
    from rasid import seeds  # noqa: PLC0415 - the verbs start fast; what one of them needs is imported there

    settings = _settings()
    names, sources = seeds.read_watchlist(settings), seeds.read_sources(settings)
    known = seeds.read_baseline(settings)
    sys.stdout.write(
        f"ok: {len(names.projects)} projects, {len(names.organisations)} organisations, {len(sources)} sources, "
        f"{len(known)} baseline entries, {len(settings.destinations)} destinations\n"
    )


def _settings(stage: str = "cli") -> Settings:
    settings = configuration.load(_Chosen.config, _environ())
    configure(settings.log_level, stage)
    return settings


def _environ() -> dict[str, str]:
    return dict(os.environ)  # noqa: TID251 - the one reader of the environment


def _lines(paths: Iterable[Path]) -> Iterable[str]:
    """The lines that are not blank of the files, `-` being standard input. Raises `BadInput`."""
    for path in paths:
        try:
            text = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise BadInput("file", f"{path} cannot be read: {error}") from error
        yield from (line for line in text.splitlines() if line.strip())
