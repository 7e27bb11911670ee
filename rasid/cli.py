"""The command line: `rasid --help` tells it all.

Every verb is a few lines: settings in, one call, output. Bad input is a clear line on stderr and exit status 2. The one
place that reads the environment.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import version as installed_version
from io import TextIOWrapper
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn

import typer

from rasid import settings as configuration
from rasid.logs import configure
from rasid.settings import Settings
from rasid.stage import host, report
from rasid.stages import Verb, build
from streams.errors import BadInput, Misconfigured

if TYPE_CHECKING:
    from alerts.ledger import Ledger

app = typer.Typer(
    name="rasid",
    help="Reads the Arabic press and tells what changed about the projects you follow.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
feeds = typer.Typer(help="The sources: list, check, export.", no_args_is_help=True)
watch = typer.Typer(help="Whom Rasid watches for: who is missing, and how to add it.", no_args_is_help=True)
alert = typer.Typer(help="The destinations.", no_args_is_help=True)
app.add_typer(feeds, name="feeds")
app.add_typer(watch, name="watchlist")
app.add_typer(alert, name="alert")

Format = Annotated[Literal["table", "json"], typer.Option("--format", help="For people or for programs.")]
Limit = Annotated[int, typer.Option(min=1, help="At most that many.")]
Files = Annotated[list[Path], typer.Argument(help="JSON Lines or feeds (RSS, Atom); `-` is standard input.")]
Baseline = Annotated[Path | None, typer.Option(help="What was known before the first item; none: the settings' one.")]

_DEFAULT_CONFIG = Path("rasid.yaml")


class _Chosen:
    """Which configuration file the options before the verb named."""

    config: Path | None = None


def main() -> NoReturn:
    """Run the command line; an error that says who must act leaves as its own line and exit status."""
    signal.signal(signal.SIGINT, _end)
    signal.signal(signal.SIGTERM, _end)
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # for a terminal that knows no Arabic
    try:
        app()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # `| head` has read enough
        sys.exit(os.EX_OK)
    except Exception as error:
        sys.exit(report(error))
    raise AssertionError("the command line ends by itself")


def _end(_number: int, _frame: FrameType | None) -> NoReturn:
    """Asked to end before there is anything to wind up: what runs for long has handlers of its own."""
    sys.exit(os.EX_OK)


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
    named = config or _environ().get("RASID_CONFIG")
    _Chosen.config = Path(named) if named else (_DEFAULT_CONFIG if _DEFAULT_CONFIG.exists() else None)
    if dump_config:
        sys.stdout.write(configuration.dump(_settings()))
        raise typer.Exit


@app.command()
def run() -> None:
    """Run everything: all stages, on the embedded broker unless kafka.bootstrap names another."""
    from rasid.run import run as run_all

    settings = _settings("run")
    run_all(settings, ["--config", str(_Chosen.config)] if _Chosen.config else [], _environ())


def _host(verb: Verb) -> None:
    raise typer.Exit(host(build(verb, _settings(verb))))


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
    from rasid import seeds

    settings = _settings()
    read = seeds.read_all(settings)
    sys.stdout.write(
        f"ok: {len(read.names.projects)} projects, {len(read.names.organisations)} organisations, "
        f"{len(read.sources)} sources, {len(read.baseline)} baseline readings, "
        f"{len(settings.destinations)} destinations\n"
    )
    sys.stdout.writelines(f"left out: the spelling {each}\n" for each in read.names.collisions)


@app.command()
def extract(
    file: Annotated[Path, typer.Argument(help="A text, or with --jsonl JSON Lines; `-` is standard input.")] = Path(
        "-"
    ),
    *,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Read and print JSON Lines.")] = False,
    form: Annotated[
        Literal["table", "json"] | None,
        typer.Option("--format", help="For people (the default on a terminal) or for programs."),
    ] = None,
) -> None:
    """Read texts and print what was read in them, and why: mentions, amounts, claims."""
    from rich.console import Console

    from rasid import seeds
    from rasid.clock import now
    from rasid.extract import article_of, line_of, show

    reader = seeds.make_reader(_settings())
    items = _objects([file]) if jsonl else [{"id": str(file), "text": _text(file)}]
    console = Console(highlight=False)
    people = form == "table" or (form is None and not jsonl and console.is_terminal)
    for item in items:
        try:
            article = article_of(item, now())
        except BadInput as error:
            raise Misconfigured("file", f"{file}: item {item.get('id')!r}: {error}") from error
        reading = reader.read(article)
        if people:
            show(reading, article, reader.lost(article), console)
        else:
            sys.stdout.write(json.dumps(line_of(reading), ensure_ascii=False) + "\n")


@app.command()
def backtest(files: Files, baseline: Baseline = None) -> None:
    """Which alerts would these items have caused, had they arrived in this order? One JSON line per change."""
    from rasid import backtest as offline
    from rasid import seeds, show

    settings = _settings()
    if baseline:
        settings = settings.model_copy(update={"baseline": baseline})
    known = seeds.read_baseline(settings)
    for item, change in offline.changes(offline.articles(files, known), seeds.read_watchlist(settings), known):
        sys.stdout.write(json.dumps(show.change_line(change) | {"item": item}, ensure_ascii=False) + "\n")


@app.command()
def facts(form: Format = "table") -> None:
    """What is known."""
    from rasid import show

    show.facts(_ledger().facts(), form)


@app.command()
def history(
    key: Annotated[str, typer.Argument(help="A fact key, as `rasid facts` prints it.")], form: Format = "table"
) -> None:
    """How one fact's value moved, by the time of the events, with the evidence of each step."""
    from rasid import show

    ledger = _ledger()
    if ledger.fact(key) is None:
        raise Misconfigured("fact_key", f"no such fact: {key} (rasid facts lists them)")
    show.history(ledger.history(key).steps, form)


@app.command()
def changes(
    form: Format = "table",
    limit: Limit = 50,
    *,
    silent: Annotated[bool, typer.Option("--silent", help="Also those that nobody was told of.")] = False,
) -> None:
    """What moved, the newest last."""
    from rasid import show

    show.changes(reversed(_ledger().changes(limit, silent=silent)), form)


@app.command()
def deliveries(form: Format = "table", limit: Limit = 50) -> None:
    """What was sent where, and how it went."""
    from rasid import show

    show.deliveries(_ledger().deliveries(limit), form)


@app.command()
def replay() -> None:
    """Queue every archived article again; what is known already changes nothing and alerts nobody."""
    from connectors.archive import Archive
    from rasid.tables import open_tables

    queued = Archive(open_tables(_settings(), "archive")).requeue({})
    sys.stdout.write(f"{queued} article revisions are queued; `rasid connect` publishes them\n")


@feeds.command("list")
def feeds_list(form: Format = "table") -> None:
    """Each source's health at a glance."""
    from connectors.archive import Archive
    from rasid import show
    from rasid.tables import open_read_only

    show.feeds(Archive(open_read_only(_settings(), "archive")).feeds(), form)


@feeds.command("check")
def feeds_check(
    source: Annotated[str, typer.Argument(help="A source's id, or the address of a feed that is not configured yet.")],
    form: Format = "table",
) -> None:
    """Ask one source once, as a poll would, and say what is found, and what Rasid would read in it; keeps nothing."""
    from rasid import seeds
    from rasid.look import look

    settings = _settings()
    raise typer.Exit(look(source, seeds.read_all(settings), settings.contact, form))


@feeds.command("export")
def feeds_export() -> None:
    """All sources as OPML, on standard output."""
    from connectors.sources import to_opml
    from rasid import seeds

    sys.stdout.write(to_opml(seeds.read_sources(_settings())).decode())


@watch.command("unlisted")
def watchlist_unlisted(form: Format = "table") -> None:
    """The organisations that articles call partners and that the watchlist does not know, with their sentences."""
    from rasid import seeds, show
    from rasid.watch import found_in

    show.unlisted(found_in(_ledger().untouching(), seeds.read_watchlist(_settings())), form)


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

    path = _settings().watchlist
    new = watching.entry(name, identity=identity, ar=ar, en=en, aliases=alias or ())
    line = watching.add(path, new)
    sys.stdout.write(f"{path}:{line}: {new.id}\nit counts from the next article on, once the stages have restarted\n")


@alert.command("test")
def alert_test() -> None:
    """Send a made-up alert to every destination, through its real channel."""
    from rasid import seeds
    from rasid.clock import now
    from rasid.rehearsal import rehearse

    settings = _settings()
    policy = seeds.make_policy(seeds.read_watchlist(settings))
    raise typer.Exit(rehearse(settings.outlets(), policy.names, now()))


@app.command()
def doctor() -> None:
    """Look at what this installation has and what answers; exit status 69 when something that is needed does not."""
    from rasid.doctor import examine

    models = Path(_environ().get("CAMELTOOLS_DATA") or Path.home() / ".camel_tools")
    raise typer.Exit(examine(_settings(), models))


def _ledger() -> Ledger:
    from alerts.ledger import Ledger
    from rasid.tables import open_read_only

    return Ledger(open_read_only(_settings(), "ledger"))


def _settings(stage: str = "cli") -> Settings:
    settings = configuration.load(_Chosen.config, _environ())
    configure(settings.log_level, stage)
    return settings


def _environ() -> dict[str, str]:
    return dict(os.environ)  # noqa: TID251 - the one reader of the environment


def _text(path: Path) -> str:
    """The text of the file, `-` being standard input. Raises `Misconfigured`: the operator named the file."""
    try:
        return sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured("file", f"{path} cannot be read: {error}") from error


def _objects(paths: Iterable[Path]) -> Iterator[dict[str, object]]:
    """The JSON objects of JSON Lines files, in order. Raises `Misconfigured` naming file and line."""
    for path in paths:
        # Not splitlines: a JSON text may hold line separators of other kinds.
        for number, line in enumerate(_text(path).split("\n"), 1):
            if line.strip():
                yield _object(path, number, line)


def _object(path: Path, number: int, line: str) -> dict[str, object]:
    try:
        found = json.loads(line)
    except ValueError as error:
        raise Misconfigured("file", f"{path}:{number}: not JSON: {error}") from error
    if not isinstance(found, dict):
        raise Misconfigured("file", f"{path}:{number}: an object is expected")
    return found
