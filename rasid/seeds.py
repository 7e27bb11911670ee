"""The files that an operator edits: watchlist, feeds, baseline. Each mistake in them is told with its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from pathlib import Path
from typing import TypeVar

import msgspec

from alerts import baseline
from alerts.policy import Policy
from connectors.opml import from_opml
from connectors.sources import Source
from rasid import recognition
from rasid.rules import AlertsSection
from rasid.settings import Settings
from streams.errors import Misconfigured
from streams.extract import watchlist
from streams.extract.reader import Reader
from streams.extract.watchlist import Watchlist
from streams.records import Reading

F = TypeVar("F")
T = TypeVar("T")


class Seeds(msgspec.Struct, frozen=True):
    """All of them, read."""

    names: Watchlist
    policy: Policy
    baseline: tuple[Reading, ...]
    sources: tuple[Source, ...]


def read_all(settings: Settings) -> Seeds:
    """Every file that the settings name. Raises `Misconfigured` with the mistakes of all of them, one a line."""
    mistakes: list[str] = []
    names = _collect(read_watchlist, settings, mistakes)
    baseline = _collect(read_baseline, settings, mistakes)
    sources = _collect(read_sources, settings, mistakes)
    if names is None or baseline is None or sources is None:
        raise Misconfigured("seeds", "\n".join(mistakes))
    policy = make_policy(names, settings.alerts)
    if mistakes := list(_strangers(settings, {source.id for source in sources})):
        raise Misconfigured("alerts", "\n".join(mistakes))
    return Seeds(names, policy, baseline, sources)


def _collect(read: Callable[[Settings], T], settings: Settings, mistakes: list[str]) -> T | None:
    try:
        return read(settings)
    except Misconfigured as error:
        mistakes.append(str(error))
        return None


def read_watchlist(settings: Settings) -> Watchlist:
    """The watchlist that the settings name.

    Raises `Misconfigured`, also when a destination or a rule of the alerts is about a project that is not on it, or a
    rule would never let anything be told.
    """
    names = _load(watchlist.load, settings.watchlist, _text(settings.watchlist, "watchlist"))
    watched = {project.id for project in names.projects}
    strangers = [
        f"destination {one.id}: no such project on the watchlist: {project}"
        for one in settings.destinations
        for project in one.projects
        if project not in watched
    ]
    strangers += [
        f"{settings.where('alerts', 'projects', project)}: no such project on the watchlist"
        for project in settings.alerts.projects
        if project not in watched
    ]
    if mistakes := strangers or list(_in_vain(settings, make_policy(names, settings.alerts))):
        raise Misconfigured("watchlist", "\n".join(mistakes))
    return names


def _in_vain(settings: Settings, policy: Policy) -> Iterator[str]:
    """A line for each rule by which nothing would ever be told."""
    rules = {("alerts",): policy.rules} | {("alerts", "projects", one): rules for one, rules in policy.of.items()}
    for place, one in rules.items():
        if one.confirm == "trusted" and not one.trusted:
            yield f"{settings.where(*place, 'confirm')}: nobody is trusted, so nothing would ever be told"


def _strangers(settings: Settings, known: Set[str]) -> Iterator[str]:
    """A line for each source that is trusted and does not exist."""
    given = settings.alerts
    written = {("alerts",): given.trusted} | {
        ("alerts", "projects", one): section.trusted for one, section in given.projects.items()
    }
    for place, trusted in written.items():
        for number, source in enumerate(trusted or []):
            if source not in known:
                yield f"{settings.where(*place, 'trusted', str(number))}: no such source: {source}"


def read_baseline(settings: Settings) -> tuple[Reading, ...]:
    """What was known before the first article, as readings; empty when the settings name none."""
    path = settings.baseline
    return _load(baseline.load, path, _text(path, "baseline")) if path else ()


def read_sources(settings: Settings) -> tuple[Source, ...]:
    """All sources: those of the feeds file and those of the settings. Raises `Misconfigured` when two share an id."""
    path = settings.feeds
    feeds = _load(from_opml, path, _bytes(path, "feeds")) if path else ()
    sources = (*feeds, *settings.sources)
    ids = [source.id for source in sources]
    if twice := sorted({one for one in ids if ids.count(one) > 1}):
        raise Misconfigured("sources", f"two sources have the id {', '.join(twice)}")
    if not sources:
        raise Misconfigured("sources", "there are no sources: name a feeds file (feeds) or list some (sources)")
    return sources


def make_reader(settings: Settings) -> Reader:
    """The reader of the settings' watchlist, with entity recognition where they ask for it. Raises `Misconfigured`."""
    recognise = recognition.load(settings.entity_recognition) if settings.entity_recognition else None
    return Reader(read_watchlist(settings), recognise)


def make_policy(names: Watchlist, alerts: AlertsSection | None = None) -> Policy:
    """What is watched and told: the projects and sites of the watchlist with their parents, all names, the rules."""
    watched = Policy(
        projects={project.id: project.parent for project in names.projects},
        names={project.id: project.name for project in names.projects}
        | {organisation.id: organisation.name for organisation in names.organisations},
    )
    return alerts.lay(watched) if alerts else watched


def _load(load: Callable[[F], T], path: Path, content: F) -> T:
    """What `load` makes of a file's content; in front of each mistake stands the file."""
    try:
        return load(content)
    except Misconfigured as error:
        lines = (f"{path}: {line}" for line in str(error).splitlines())
        raise Misconfigured(error.reason, "\n".join(lines)) from error


def _text(path: Path, what: str) -> str:
    try:
        return _bytes(path, what).decode("utf-8")
    except UnicodeDecodeError as error:
        raise Misconfigured(what, f"{path}: not UTF-8: {error}") from error


def _bytes(path: Path, what: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Misconfigured(what, f"the {what} file cannot be read: {error}") from error
