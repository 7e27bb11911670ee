"""Looking after an installation."""

from __future__ import annotations

import sys
from importlib.metadata import version as installed_version
from pathlib import Path

import typer

from rasid.verbs.common import environ, settings_of

app = typer.Typer()


@app.command()
def version() -> None:
    """The installed version."""
    sys.stdout.write(f"rasid {installed_version('rasid')}\n")


@app.command()
def check_config() -> None:
    """Read the configuration and the files it names; every mistake is a line, none means exit status 0."""
    from rasid import seeds
    from rasid.progress import bar

    settings = settings_of()
    with bar("reading"):
        read = seeds.read_all(settings)
    sys.stdout.write(
        f"ok: {len(read.names.projects)} projects, {len(read.names.organisations)} organisations, "
        f"{len(read.sources)} sources, {len(read.baseline)} baseline readings, "
        f"{len(settings.destinations)} destinations\n"
    )
    sys.stdout.writelines(f"left out: the spelling {each}\n" for each in read.names.collisions)


@app.command()
def doctor() -> None:
    """Look at what this installation has and what answers; exit status 69 when something that is needed does not."""
    from rasid.doctor import examine
    from rasid.progress import bar

    models = Path(environ().get("CAMELTOOLS_DATA") or Path.home() / ".camel_tools")
    with bar("looking") as told:
        status = examine(settings_of(), models, told)
    raise typer.Exit(status)
