"""`rasid watchlist`: the organisations that the press names as partners and nobody listed, and how to list one.

The one rule: the operator's file keeps every byte of what was in it; an entry is added, and only if the whole is
still a watchlist.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
import yaml

from alerts.reports import Report
from rasid.files import replace
from streams.arabic.clitics import is_arabic
from streams.arabic.fold import fold_key
from streams.errors import Misconfigured
from streams.extract.discovery import UNLISTED
from streams.extract.watchlist import Watchlist, load

_KEY = "organisations"
_NO_ID = re.compile(r"[^a-z0-9]+")


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation that is not on the watchlist, as the press writes it, with the newest sentence that names it."""

    name: str
    articles: int
    project: str | None
    sentence: str
    url: str


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """What the watchlist is to know of an organisation: its id, its names as they are shown, and other names."""

    id: str
    ar: str
    en: str
    aliases: tuple[str, ...] = ()


def found_in(reports: Iterable[Report], watchlist: Watchlist) -> tuple[Found, ...]:
    """The unlisted organisations in reports that come oldest first; those of the most articles first.

    Reports are kept as they were learned: whom the watchlist names by now is left out.
    """
    known = {name.key for name in watchlist.names}
    articles: dict[str, set[str]] = {}
    newest: dict[str, Report] = {}
    for report in reports:
        for payer in report.claim.payers:
            name = payer.removeprefix(UNLISTED)
            if payer.startswith(UNLISTED) and name and fold_key(name) not in known:
                articles.setdefault(name, set()).add(report.article_id)
                newest[name] = report
    found = (
        Found(
            name=name,
            articles=len(articles[name]),
            project=report.claim.to,
            sentence=report.claim.sentence,
            url=report.url,
        )
        for name, report in newest.items()
    )
    return tuple(sorted(found, key=lambda each: (-each.articles, each.name)))


def entry(name: str, *, identity: str | None, ar: str | None, en: str | None, aliases: Sequence[str]) -> Entry:
    """The entry for an organisation found under `name`, which stands for the language that it is written in.

    Raises `Misconfigured` (reason `watchlist`) when a name in the other language, or an id, is missing.
    """
    latin = not any(map(is_arabic, fold_key(name)))
    ar, en = ar or (None if latin else name), en or (name if latin else None)
    if ar is None or en is None:
        missing = "--en" if en is None else "--ar"
        raise Misconfigured("watchlist", f"{name!r} needs a name in the other language too: {missing} NAME")
    plain = unicodedata.normalize("NFKD", en.casefold()).encode("ascii", "ignore").decode()
    identity = identity or _NO_ID.sub("-", plain).strip("-")
    if not identity:
        raise Misconfigured("watchlist", f"no id can be made of {en!r}: name one with --id")
    others = [each for each in dict.fromkeys((name, *aliases)) if each not in {ar, en}]
    return Entry(id=identity, ar=ar, en=en, aliases=tuple(others))


def added(text: str, new: Entry) -> tuple[str, int]:
    """The text of a watchlist with the entry before its other organisations, and the line where that stands.

    Raises `Misconfigured` (reason `watchlist`) when the text is no watchlist, or would be none any more: another
    entity has the id or the name.
    """
    load(text)
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    pairs = root.value if isinstance(root, yaml.MappingNode) else ()
    listed = next((value for key, value in pairs if key.value == _KEY), None)
    lines, ending = text.splitlines(keepends=True), "\r\n" if "\r\n" in text else "\n"
    if listed is None:
        lines += ["" if text.endswith("\n") else ending, f"{_KEY}:{ending}", _line(new, 2) + ending]
        at = len(lines) - 1
    elif isinstance(listed, yaml.SequenceNode) and not listed.flow_style:
        at = listed.start_mark.line
        lines.insert(at, _line(new, listed.start_mark.column) + ending)
    else:
        raise Misconfigured("watchlist", f"line {listed.start_mark.line + 1}: {_KEY} needs a line for each entry")
    changed = "".join(lines)
    try:
        load(changed)
    except Misconfigured as error:
        raise Misconfigured("watchlist", f"{new.en!r} cannot be added, with it the file would have {error}") from error
    return changed, "".join(lines[:at]).count("\n") + 1


def _line(new: Entry, indent: int) -> str:
    # JSON texts are YAML texts, whatever they hold.
    quoted = [json.dumps(each, ensure_ascii=False) for each in (new.ar, new.en)]
    aliases = ", ".join(json.dumps(each, ensure_ascii=False) for each in new.aliases)
    rest = f", aliases: [{aliases}]" if aliases else ""
    return f"{' ' * indent}- {{id: {new.id}, name: {{ar: {quoted[0]}, en: {quoted[1]}}}{rest}}}"


def add(path: Path, new: Entry) -> int:
    """Add the entry to the file, at once or not at all; gives its line. Raises `Misconfigured`, also for the file."""
    try:
        file = path.resolve(strict=True)  # a link stays one
        text, line = added(file.read_bytes().decode(), new)  # bytes: a text file's line ends would change
        replace(file, text.encode())
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured("watchlist", f"{path} cannot be changed: {error}") from error
    return line
