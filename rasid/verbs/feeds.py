"""Looking after the sources."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rasid.settings import Settings
from rasid.verbs.common import Format, settings_of
from streams.errors import Misconfigured

if TYPE_CHECKING:
    from connectors.archive import Archive
    from connectors.sources import Source

app = typer.Typer()
feeds = typer.Typer(help="The sources: how they are, and adding, pausing, testing them.", no_args_is_help=True)
app.add_typer(feeds, name="feeds")

Id = Annotated[str, typer.Argument(metavar="ID", help="A source's id, as `rasid feeds list` prints it.")]


@feeds.command("list")
def feeds_list(form: Format = "table") -> None:
    """Each source's health at a glance, those that want looking after first."""
    from connectors.archive import Archive
    from rasid import seeds, show_press
    from rasid.feedhealth import rows
    from rasid.tables import open_read_only
    from streams.clock import utc_now

    settings = settings_of()
    archive = Archive(open_read_only(settings, "archive"))
    sources = seeds.read_sources(settings)
    show_press.feeds(rows(sources, archive.feeds(), archive.failures(), archive.paused(), utc_now()), form)


@feeds.command("check")
def feeds_check(
    source: Annotated[str, typer.Argument(help="A source's id, or an address that is not configured yet.")],
    form: Format = "table",
) -> None:
    """Ask one source once, as a poll would, and say what is found, and what Rasid would read in it; keeps nothing."""
    from connectors.sources import from_mapping
    from rasid import look, seeds
    from rasid.dial import fetcher
    from rasid.feedcare import ask_all
    from rasid.progress import bar
    from streams.extract.reader import Reader

    settings = settings_of()
    read = seeds.read_all(settings)
    known = {each.id for each in read.sources}
    wanted = from_mapping({"url": source}) if "://" in source and source not in known else _named(source, read.sources)
    with bar("asking") as told:
        [tested] = asyncio.run(ask_all([wanted], fetcher(settings), told))
    lines = look.lines(wanted, tested.checked, Reader(read.names))
    if form == "json":
        sys.stdout.write(json.dumps(dict(lines), ensure_ascii=False) + "\n")
    else:
        sys.stdout.writelines(f"{name:10} {said}\n" for name, said in lines)
    raise typer.Exit(os.EX_UNAVAILABLE if tested.checked.failed else os.EX_OK)


@feeds.command("test")
def feeds_test(form: Format = "table") -> None:
    """Ask every source once that is not paused, a few at a time; exit status 69 when one of them fails."""
    from connectors.archive import Archive
    from rasid import seeds, show_press
    from rasid.dial import fetcher
    from rasid.feedcare import ask_all
    from rasid.progress import bar
    from rasid.tables import open_read_only

    settings = settings_of()
    asleep = Archive(open_read_only(settings, "archive")).paused()
    sources = [one for one in seeds.read_sources(settings) if not (one.paused or one.id in asleep)]
    with bar("asking") as told:
        tested = asyncio.run(ask_all(sources, fetcher(settings), told))
    show_press.tested(tested, form)
    raise typer.Exit(os.EX_UNAVAILABLE if any(each.checked.failed for each in tested) else os.EX_OK)


@feeds.command("add")
def feeds_add(  # noqa: PLR0913 - one for each option
    url: Annotated[str, typer.Argument(help="The address of a feed, or of a page that names its feed.")],
    identity: Annotated[
        str | None, typer.Option("--id", help="Its id for ever; without it made of the address.")
    ] = None,
    title: Annotated[str, typer.Option(help="What it is called; without it as it calls itself.")] = "",
    group: Annotated[str, typer.Option(help="The folder of the list; parts joined by slashes.")] = "",
    reason: Annotated[str, typer.Option(help="Why it is there.")] = "",
    *,
    private: Annotated[
        bool, typer.Option("--allow-private", help="It is in a network of one's own, at any port.")
    ] = False,
) -> None:
    """Ask a feed once and add it to the feeds file, which keeps everything that it has."""
    from connectors.sources import from_mapping
    from rasid import feedcare
    from rasid.dial import fetcher
    from rasid.progress import bar

    settings = settings_of()
    path = _list_of(settings)
    fields = {"url": url, "id": identity, "title": title, "group": group, "description": reason}
    given = from_mapping({name: value for name, value in fields.items() if value} | {"allow_private": private})
    with bar("asking"):
        source, checked = asyncio.run(feedcare.find(given, fetcher(settings)))
    if checked.failed:
        raise Misconfigured("feeds", f"{source.address}: {checked.failed.reason}: {checked.failed.detail}")
    source = feedcare.completed(source, checked, identity)
    feedcare.write(path, [source])
    sys.stdout.write(f"{path}: {source.id}: {source.address}, {len(checked.articles)} items\n")
    sys.stdout.write("it is polled once `rasid connect` or `rasid run` has been restarted\n")


@feeds.command("pause")
def feeds_pause(source: Id) -> None:
    """Leave a source alone until it is resumed, also after a restart."""
    from streams.clock import utc_now

    archive, found = _book(source)
    said = "is paused" if archive.pause(found.id, utc_now()) else "was paused already"
    sys.stdout.write(f"{found.id} {said}\n")


@feeds.command("resume")
def feeds_resume(source: Id) -> None:
    """Poll a paused source again."""
    archive, found = _book(source)
    said = "is polled again" if archive.resume(found.id) else "was not paused"
    if found.paused:
        said += "; the feeds file says that it is: take that out there"
    sys.stdout.write(f"{found.id} {said}\n")


@feeds.command("import")
def feeds_import(file: Annotated[Path, typer.Argument(help="An OPML file, as any feed reader exports it.")]) -> None:
    """Add the feeds of another list to the feeds file, in their folders; those that are known stay as they are."""
    from rasid import feedcare, seeds

    settings = settings_of()
    path = _list_of(settings)
    found = feedcare.import_from(seeds.read_sources(settings), feedcare.read(file))
    feedcare.write(path, found.new)
    sys.stdout.writelines(f"{source.id}: {source.address}\n" for source in found.new)
    sys.stdout.write(f"{path}: {len(found.new)} added, {found.known} known\n")


@feeds.command("export")
def feeds_export() -> None:
    """All sources as OPML, on standard output."""
    from connectors.opml import to_opml
    from rasid import seeds

    sys.stdout.write(to_opml(seeds.read_sources(settings_of())).decode())


def _list_of(settings: Settings) -> Path:
    if settings.feeds is None:
        raise Misconfigured("feeds", "there is no feeds file: name one with `feeds` in the configuration")
    return settings.feeds


def _book(wanted: str) -> tuple[Archive, Source]:
    """The archive, and the source of that id. Raises `Misconfigured` when there is none."""
    from connectors.archive import Archive
    from rasid import seeds
    from rasid.tables import open_tables

    settings = settings_of()
    source = _named(wanted, seeds.read_sources(settings))
    return Archive(open_tables(settings, "archive")), source


def _named(wanted: str, sources: Iterable[Source]) -> Source:
    """The source of that id. Raises `Misconfigured` when there is none."""
    known = {source.id: source for source in sources}
    if wanted not in known:
        near = get_close_matches(wanted, known, n=1)
        hint = f"is it {near[0]}?" if near else "`rasid feeds list` names them all"
        raise Misconfigured("source", f"no such source: {wanted}; {hint}")
    return known[wanted]
