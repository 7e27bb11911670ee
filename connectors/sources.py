"""The sources that an operator configures: feeds and folders, as OPML (`connectors.opml`) or plain mappings write them.

Every attribute is read from text by one table of readers, so that OPML and YAML mean the same, and all mistakes are
reported at once. A source's id is part of every article's identity: where none is given it follows from the address
alone, so that it stays the same for ever.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from difflib import get_close_matches
from hashlib import blake2b
from typing import Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import msgspec

from connectors.addresses import host_of, is_web_address
from streams.errors import Misconfigured

NAMESPACE = "urn:rasid:opml"

Kind = Literal["feed", "folder"]
Backfill = Literal["silent", "announce"]
FullText = Literal["auto", "always", "never"]
RetryAfter = Literal["host", "feed"]

_FOLDER_INTERVAL = timedelta(seconds=2)


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """One configured source.

    `url` is the feed's address; for a folder, the path of a directory or of one file. It is polled every
    `min_interval` while it brings news and less and less often, down to every `max_interval`, while it does not.
    `timezone` is what its dates mean where they name no zone, `country` (ISO 3166) and `language` (ISO 639) describe
    the outlet; its `home` page and the `description` (why it is here) are for people. With `backfill="announce"` its
    first poll and items older than `max_age` may alert like any other. A `retry_after` of the host's holds up all its
    sources, one of the feed's (where many feeds come through one gateway) only this one.
    """

    id: str
    url: str
    kind: Kind = "feed"
    title: str = ""
    group: str = ""
    home: str = ""
    description: str = ""
    min_interval: timedelta = timedelta(minutes=5)
    max_interval: timedelta = timedelta(hours=1)
    timezone: str = "UTC"
    country: str | None = None
    language: str | None = None
    backfill: Backfill = "silent"
    full_text: FullText = "auto"
    max_age: timedelta = timedelta(days=14)
    allow_private: bool = False
    paused: bool = False
    retry_after: RetryAfter = "host"

    @property
    def address(self) -> str:
        """The `url` without the user and password that may be in it: what may be stored and shown."""
        start, separator, rest = self.url.partition("://")
        host, slash, path = rest.partition("/")
        return f"{start}{separator}{host.rpartition('@')[2]}{slash}{path}"

    def may_be_private(self, url: str) -> bool:
        """Whether that address may be one that is not public: `allow_private` speaks for the source's own host only.

        What its items, its hubs and redirects name was not written by the operator.
        """
        return self.allow_private and host_of(url) == host_of(self.url)

    def at(self, url: str) -> Source:
        """The source as it is found at another address, which somebody else than the operator has named."""
        return msgspec.structs.replace(self, url=url, allow_private=self.may_be_private(url))


def from_mapping(fields: Mapping[str, object]) -> Source:
    """The source that a mapping describes, as in YAML: the fields of `Source`, with durations like `15m` or `14d`.

    Raises `Misconfigured` (reason `feeds`) with every mistake, one a line; an unknown field is one.
    """
    texts = {f"{{{NAMESPACE}}}{name}": str(value) for name, value in fields.items() if value is not None}
    mistakes: list[str] = []
    source = read(texts, mistakes, spell=str)
    if source is None:
        raise Misconfigured("feeds", "\n".join(mistakes))
    return source


def derived_id(url: str) -> str:
    """A readable id that follows from the address alone: its host, and six hex digits that tell its feeds apart."""
    host = urlsplit(url).hostname or ""
    slug = re.sub(r"[^a-z0-9]+", "-", host.removeprefix("www.").lower())[:48].strip("-")
    return f"{slug or 'source'}-{blake2b(url.encode('utf-8', 'replace'), digest_size=3).hexdigest()}"


def given(source: Source) -> Iterator[tuple[str, Any]]:
    """The fields that say something: the id, and whatever is not the default of the source's kind."""
    default = _complete({"id": source.id, "url": source.url, "kind": source.kind})
    yield "id", source.id
    for name in _PLAIN:
        value = getattr(source, name)
        if value != getattr(default, name):
            yield name, value


def written(value: object) -> str:
    """The value of a field as its reader takes it."""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value.total_seconds():.6f}".rstrip("0").rstrip(".") if isinstance(value, timedelta) else str(value)


def camel(name: str) -> str:
    """A field's name as an attribute: `min_interval` is `minInterval`."""
    first, *rest = name.split("_")
    return first + "".join(map(str.capitalize, rest))


def field_of(attribute: str) -> str | None:
    """The field that an attribute's name means: `minInterval`, `min_interval` and `rasid:min-interval` are one."""
    folded = re.sub(r"[_-]", "", attribute.removeprefix(f"{{{NAMESPACE}}}")).lower()
    return _NAMES.get(folded)


def read(attributes: Mapping[str, str], mistakes: list[str], *, spell: Callable[[str], str] = camel) -> Source | None:
    """The source that these attributes describe, or None with what is wrong added to `mistakes`.

    `spell` writes a field's name as the operator's file does.
    """
    named = (text for name, text in attributes.items() if field_of(name) in {"id", "url"})
    where = next(named, "a source without a url")
    found = [f"{where}: {mistake}" for name in attributes if (mistake := _unknown(name, spell))]
    values: dict[str, Any] = {}
    for name, text in attributes.items():
        field = field_of(name)
        if field and text.strip():
            try:
                values[field] = _READERS[field](text.strip())
            except ValueError as error:
                found.append(f"{where}: {field}: {error}")
    found += [f"{where}: {mistake}" for mistake in _unfit(values)]
    mistakes += found
    return None if found else _complete(values)


def _unknown(attribute: str, spell: Callable[[str], str]) -> str | None:
    """What to say of an attribute that is ours and unknown, or that is a slip of the pen for one of ours."""
    plain = attribute.removeprefix(f"{{{NAMESPACE}}}")
    if field_of(attribute) or (plain == attribute and _folded(plain) in _OPML_NAMES):
        return None
    near = get_close_matches(_folded(plain), _NAMES, n=1, cutoff=0.8)
    if plain == attribute and not near:
        return None
    return f"unknown attribute {plain}" + (f"; did you mean {spell(_NAMES[near[0]])}?" if near else "")


def _folded(name: str) -> str:
    return re.sub(r"[_-]", "", name).lower()


def _unfit(values: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with the values taken together."""
    if "url" not in values:
        yield "a source needs a url"
    elif values.get("kind") != "folder" and not is_web_address(values["url"]):
        yield "url: not an http or https address"
    if {"min_interval", "max_interval"} <= values.keys() and values["max_interval"] < values["min_interval"]:
        yield "max_interval is shorter than min_interval"


def _complete(values: Mapping[str, Any]) -> Source:
    """The source with what was not given: the id from the address, the intervals by kind and never crossed."""
    folder = {"min_interval": _FOLDER_INTERVAL, "max_interval": _FOLDER_INTERVAL}
    filled = {"id": derived_id(values["url"])} | (folder if values.get("kind") == "folder" else {}) | dict(values)
    if filled.get("title") == filled["id"]:  # OPML demands a text even where there is no title
        del filled["title"]
    source = Source(**filled)
    if "max_interval" in values:
        return msgspec.structs.replace(source, min_interval=min(source.min_interval, source.max_interval))
    return msgspec.structs.replace(source, max_interval=max(source.min_interval, source.max_interval))


def repeated(sources: Iterable[Source]) -> Iterator[str]:
    """A mistake for each source whose id or address another has."""
    seen: set[tuple[str, str]] = set()
    for source in sources:
        for field, value in (("id", source.id), ("url", source.url)):
            if (field, value) in seen:
                yield f"{source.id}: another source has the same {field}"
            seen.add((field, value))


def _matching(pattern: str, complaint: str) -> Callable[[str], str]:
    """A reader for text that must look like `pattern`."""
    expression = re.compile(pattern)

    def read(text: str) -> str:
        if not expression.fullmatch(text):
            raise ValueError(f"{complaint}, not {text!r}")
        return text

    return read


def _kind(text: str) -> str:
    """OPML's own type names a format (`rss`, `atom`): all but `folder` are feeds."""
    return "folder" if text.lower() == "folder" else "feed"


def duration(text: str) -> timedelta:
    """The time that `15m` or `14d` means. Raises `ValueError`."""
    match = re.fullmatch(r"(\d{1,9}(?:\.\d{1,6})?)\s*([smhd]?)", text.lower())
    if match is None:
        raise ValueError(f"a duration like 90s, 15m, 2h or 14d, not {text!r}")
    return float(match[1]) * _UNITS[match[2]]


def _interval(text: str) -> timedelta:
    if not timedelta(seconds=1) <= (value := duration(text)) <= timedelta(days=30):
        raise ValueError(f"between one second and thirty days, not {text!r}")
    return value


def _zone(text: str) -> str:
    try:
        return ZoneInfo(text).key
    except (KeyError, OSError, ValueError) as error:
        raise ValueError(f"a time zone like Asia/Riyadh, not {text!r}") from error


def _country(text: str) -> str:
    return _matching("[A-Za-z]{2}", "a country code of two letters")(text).upper()


def _flag(text: str) -> bool:
    if text.lower() not in _FLAGS:
        raise ValueError(f"true or false, not {text!r}")
    return _FLAGS[text.lower()]


_FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_UNITS = {"": timedelta(seconds=1), "s": timedelta(seconds=1), "m": timedelta(minutes=1)}
_UNITS |= {"h": timedelta(hours=1), "d": timedelta(days=1)}

_PLAIN: dict[str, Callable[[str], object]] = {
    "min_interval": _interval,
    "max_interval": _interval,
    "timezone": _zone,
    "country": _country,
    "language": _matching(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", "a language code like ar"),
    "backfill": _matching("silent|announce", "silent or announce"),
    "full_text": _matching("auto|always|never", "auto, always or never"),
    "max_age": duration,
    "allow_private": _flag,
    "paused": _flag,
    "retry_after": _matching("host|feed", "host or feed"),
}
_READERS: dict[str, Callable[[str], object]] = {
    "id": _matching("[a-z0-9][a-z0-9-]{0,63}", "lower-case a to z, digits and hyphens, at most 64"),
    "url": str,
    "kind": _kind,
    "title": str,
    "group": str,
    "home": str,
    "description": str,
    **_PLAIN,
}
_NAMES = {_folded(name): name for name in _READERS}
_NAMES |= {"xmlurl": "url", "path": "url", "text": "title", "type": "kind", "htmlurl": "home"}
# What OPML 2.0 itself defines for an outline, beyond the names that are ours too.
_OPML_NAMES = frozenset({"version", "created", "category", "iscomment", "isbreakpoint"})
