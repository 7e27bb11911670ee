"""The command line: `rasid --help` tells it all.

The verbs stand in `rasid.verbs`, each a few lines: settings in, one call, output. Bad input is a clear line on stderr
and exit status 2.
"""

from __future__ import annotations

import sys
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from rasid import settings as configuration
from rasid.stage import report
from rasid.verbs import care, feeds, knowledge, letters, reading, sources, stages, telling, watching
from rasid.verbs.common import Chosen, environ, settings_of

app = typer.Typer(
    name="rasid",
    help="Reads the Arabic press and tells what changed about the projects you follow.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for _verbs in (stages, knowledge, telling, letters, sources, feeds, watching, reading, care):
    app.add_typer(_verbs.app)

_DEFAULT_CONFIG = Path("rasid.yaml")


def main() -> NoReturn:
    """Run the command line; an error that says who must act leaves as its own line and exit status."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # for a terminal that knows no Arabic
    try:
        app()
    except Exception as error:
        sys.exit(report(error))
    raise AssertionError("the command line ends by itself")


@app.callback(invoke_without_command=True)
def _options(
    config: Annotated[
        Path | None, typer.Option("--config", "-c", help="Configuration file; ./rasid.yaml when it is there.")
    ] = None,
    *,
    dump_config: Annotated[
        bool, typer.Option("--dump-config", help="Print the configuration, secrets masked.")
    ] = False,
) -> None:
    named = config or environ().get("RASID_CONFIG")
    Chosen.config = Path(named) if named else (_DEFAULT_CONFIG if _DEFAULT_CONFIG.exists() else None)
    if dump_config:
        sys.stdout.write(configuration.dump(settings_of()))
        raise typer.Exit
