"""What Rasid watches for: projects with their sites, and the organisations and people around them.

Strategy: the operator writes each name once, as its owner does; `spelling` derives how the press writes it. A name that
also means something else either needs words beside it (`ambiguous`) or gives way to longer names that forbid it
(`homonyms`) and to words of another subject (`rivals`).

The one rule: a name means one entity. Two entities that claim the same written name are a mistake; a derived spelling
that collides is given to nobody but the one who wrote it out, and listed in `Watchlist.collisions`.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

import yaml

from streams.arabic.fold import fold_key
from streams.extract.countries import COUNTRIES
from streams.extract.nodes import Nodes
from streams.extract.spelling import spellings

NameKind = Literal["project", "organisation", "person", "homonym"]

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_TOP = frozenset(("projects", "organisations"))
_PROJECT = frozenset(("id", "name", "aliases", "homonyms", "rivals", "context", "sites"))
_SITE = frozenset(("id", "name", "aliases", "places"))
_ORGANISATION = frozenset(("id", "name", "aliases", "ambiguous", "homonyms", "people", "supplies", "country", "makes"))
_AMBIGUOUS = frozenset(("alias", "requires"))
_NAME = frozenset(("ar", "en"))
# How the press names an organisation by what it makes: "صانعة «شات جي بي تي»".
_MAKERS = (
    "مطورة", "المطورة", "مطور", "صانعة", "مبتكرة", "منشئة", "مالكة", "المالكة", "الشركة المطورة", "الشركة المالكة",
    "الشركة المنتجة", "الشركة الصانعة",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Project:
    """A project, or a site under its `parent`. `rivals` and `context` are folded words against and for its homonym."""

    id: str
    name: Mapping[str, str]
    parent: str | None = None
    rivals: tuple[str, ...] = ()
    context: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation, and the people who stand for it. `supplies`: it sells what the projects buy.

    `country` is where it is at home (ISO 3166, two letters): whom "المجموعة اليابانية" means.
    """

    id: str
    name: Mapping[str, str]
    people: tuple[str, ...] = ()
    supplies: bool = False
    country: str = ""


@dataclass(frozen=True, slots=True)
class Name:
    """One folded spelling: whom it names, and the folded words of which one must stand in the same text."""

    key: str
    kind: NameKind
    entity: str
    requires: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Watchlist:
    """A compiled watchlist. `names` has every spelling once; `collisions` tells which derived ones were dropped.

    `fingerprint` is the same for files that say the same.
    """

    projects: tuple[Project, ...]
    organisations: tuple[Organisation, ...]
    names: tuple[Name, ...] = field(repr=False)
    collisions: tuple[str, ...] = ()
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class _Alias:
    """A name as the operator wrote it."""

    text: str
    kind: NameKind
    entity: str
    node: yaml.Node | None
    requires: tuple[str, ...] = ()
    place: str = ""

    def spelled(self) -> frozenset[str]:
        """Every spelling of it."""
        if not self.place:
            return spellings(self.text)
        pairs = itertools.product(spellings(self.text), spellings(self.place))
        return frozenset(key for name, place in pairs for key in _at_place(name, place))


def load(text: str) -> Watchlist:
    """The watchlist in a YAML text.

    Raises `Misconfigured` (reason `watchlist`) naming every mistake with its line.
    """
    return _Loader().load(text)


class _Loader:
    """Reads one file; collects mistakes as it goes."""

    def __init__(self) -> None:
        self._nodes = Nodes("watchlist")
        self._ids: set[str] = set()
        self._projects: list[Project] = []
        self._organisations: list[Organisation] = []
        self._aliases: list[_Alias] = []

    def load(self, text: str) -> Watchlist:
        top = self._nodes.mapping(self._nodes.compose(text), "a watchlist", _TOP)
        for at, node in enumerate(self._nodes.sequence(top.get("projects"), "projects")):
            self._project(node, f"projects[{at}]")
        for at, node in enumerate(self._nodes.sequence(top.get("organisations"), "organisations")):
            self._organisation(node, f"organisations[{at}]")
        if not self._projects:
            self._nodes.wrong(None, "projects must name at least one project")
        self._written_twice()
        self._nodes.finish()
        names, collisions = _compile(self._aliases)
        said = json.dumps(yaml.safe_load(text), ensure_ascii=False, default=str)
        fingerprint = hashlib.sha256(said.encode()).hexdigest()[:16]
        return Watchlist(tuple(self._projects), tuple(self._organisations), names, collisions, fingerprint)

    def _project(self, node: yaml.Node, where: str) -> None:
        fields = self._nodes.mapping(node, where, _PROJECT)
        identity, name = self._identity(fields, node, where)
        project = Project(
            identity,
            name,
            rivals=self._words(fields.get("rivals"), f"{where}.rivals"),
            context=self._words(fields.get("context"), f"{where}.context"),
        )
        self._projects.append(project)
        aliases = self._names(fields, "project", identity, where)
        self._homonyms(fields, identity, where)
        for at, site in enumerate(self._nodes.sequence(fields.get("sites"), f"{where}.sites")):
            self._site(site, f"{where}.sites[{at}]", project, aliases)

    def _site(self, node: yaml.Node, where: str, parent: Project, parent_aliases: tuple[str, ...]) -> None:
        fields = self._nodes.mapping(node, where, _SITE)
        identity, name = self._identity(fields, node, where)
        self._projects.append(Project(identity, name, parent.id, parent.rivals, parent.context))
        places = self._nodes.strings(fields.get("places"), f"{where}.places")
        self._names(fields, "project", identity, where)
        for alias in parent_aliases:
            for place in places:
                self._aliases.append(_Alias(alias, "project", identity, None, place=place))

    def _organisation(self, node: yaml.Node, where: str) -> None:
        fields = self._nodes.mapping(node, where, _ORGANISATION)
        identity, name = self._identity(fields, node, where)
        people = self._nodes.strings(fields.get("people"), f"{where}.people")
        supplies = "supplies" in fields and self._nodes.string(fields["supplies"], f"{where}.supplies") == "true"
        country = self._nodes.string(fields["country"], f"{where}.country") if "country" in fields else ""
        if country and country not in COUNTRIES:
            self._nodes.wrong(
                fields["country"], f"{where}.country: {country!r} is none of {', '.join(sorted(COUNTRIES))}"
            )
        self._organisations.append(Organisation(identity, name, people, supplies, country))
        self._names(fields, "organisation", identity, where)
        self._homonyms(fields, identity, where)
        made = self._nodes.strings(fields.get("makes"), f"{where}.makes")
        self._aliases += (_Alias(text, "organisation", identity, None) for each in made for text in _made_by(each))
        self._aliases += (_Alias(person, "person", identity, None) for person in people)
        for at, item in enumerate(self._nodes.sequence(fields.get("ambiguous"), f"{where}.ambiguous")):
            place = f"{where}.ambiguous[{at}]"
            entry = self._nodes.mapping(item, place, _AMBIGUOUS)
            alias = self._nodes.string(entry.get("alias", item), f"{place}.alias")
            requires = self._words(entry.get("requires"), f"{place}.requires")
            if not requires:
                self._nodes.wrong(item, f"{place}.requires must name the words of which one has to stand beside it")
            self._aliases.append(_Alias(alias, "organisation", identity, item, requires))

    def _identity(self, fields: Mapping[str, yaml.Node], node: yaml.Node, where: str) -> tuple[str, Mapping[str, str]]:
        identity = self._nodes.string(fields.get("id", node), f"{where}.id")
        if identity and not _ID.fullmatch(identity):
            self._nodes.wrong(fields["id"], f"{where}.id: {identity!r} is not lower-case words joined by hyphens")
        if identity in self._ids:
            self._nodes.wrong(fields["id"], f"{where}.id: {identity!r} stands twice")
        self._ids.add(identity)
        names = self._nodes.mapping(fields.get("name", node), f"{where}.name", _NAME) if "name" in fields else {}
        name = {key: self._nodes.string(value, f"{where}.name.{key}") for key, value in names.items()}
        if set(name) != _NAME:
            self._nodes.wrong(fields.get("name", node), f"{where}.name needs ar and en")
        return identity, name

    def _names(self, fields: Mapping[str, yaml.Node], kind: NameKind, identity: str, where: str) -> tuple[str, ...]:
        """The names that an entity goes by: its aliases, and those that it is shown by, unless these are ambiguous."""
        items = self._nodes.sequence(fields.get("aliases"), f"{where}.aliases")
        written = [(self._nodes.string(item, f"{where}.aliases[{at}]"), item) for at, item in enumerate(items)]
        known = {fold_key(text) for text, _ in written} | _ambiguous(fields)
        written += ((str(node.value), node) for node in _shown(fields) if fold_key(str(node.value)) not in known)
        for text, node in written:
            if len(fold_key(text)) == 1:
                self._nodes.wrong(node, f"{text!r} is a single letter: it needs an entry under {where}.ambiguous")
        self._aliases += (_Alias(text, kind, identity, node) for text, node in written if text)
        return tuple(text for text, _ in written if text)

    def _homonyms(self, fields: Mapping[str, yaml.Node], identity: str, where: str) -> None:
        found = self._nodes.strings(fields.get("homonyms"), f"{where}.homonyms")
        self._aliases += (_Alias(text, "homonym", identity, None) for text in found)

    def _words(self, node: yaml.Node | None, where: str) -> tuple[str, ...]:
        return tuple(fold_key(word) for word in self._nodes.strings(node, where))

    def _written_twice(self) -> None:
        owners: dict[str, str] = {}
        for alias in (a for a in self._aliases if not a.place):
            owner = owners.setdefault(fold_key(alias.text), alias.entity)
            if owner != alias.entity and alias.node is not None:
                self._nodes.wrong(alias.node, f"{alias.text!r} names both {owner} and {alias.entity}")


def _made_by(product: str) -> Iterator[str]:
    """The descriptions of who makes a product, with and without quotes around it."""
    for maker in _MAKERS:
        link = " ل" if maker.startswith("ال") else " "
        yield f"{maker}{link}{product}"
        yield f'{maker}{link}"{product}'


def _shown(fields: Mapping[str, yaml.Node]) -> Iterator[yaml.ScalarNode]:
    """The names that an entity is shown by."""
    name = fields.get("name")
    pairs = name.value if isinstance(name, yaml.MappingNode) else ()
    return (value for _, value in pairs if isinstance(value, yaml.ScalarNode) and value.value.strip())


def _ambiguous(fields: Mapping[str, yaml.Node]) -> set[str]:
    """The names, folded, that count only with words beside them."""
    listed = fields.get("ambiguous")
    entries = listed.value if isinstance(listed, yaml.SequenceNode) else ()
    pairs = [pair for entry in entries if isinstance(entry, yaml.MappingNode) for pair in entry.value]
    return {fold_key(str(value.value)) for key, value in pairs if key.value == "alias"}


def _at_place(name: str, place: str) -> Iterator[str]:
    """How the press names a project's site by its place: after the name, in quotes or out of them, or before it."""
    yield from (f"{name} {place}", f'{name}" {place}', f"{name} - {place}", f"{name} ({place}")
    if name.isascii() and place.isascii():
        yield f"{place} {name}"
    if not place.isascii():
        yield from (f"{name} في {place}", f'{name}" في {place}')


def _compile(aliases: Iterable[_Alias]) -> tuple[tuple[Name, ...], tuple[str, ...]]:
    """Every spelling once. What was written out beats what was derived; derived ones that collide are dropped."""
    listed = list(aliases)
    written = [(fold_key(alias.text), alias) for alias in listed if not alias.place]
    names = {key: Name(key, alias.kind, alias.entity, alias.requires) for key, alias in reversed(written)}
    derived: defaultdict[str, dict[str, Name]] = defaultdict(dict)
    for alias in listed:
        for key in alias.spelled():
            if key not in names:
                derived[key].setdefault(alias.entity, Name(key, alias.kind, alias.entity, alias.requires))
    collisions = []
    for key, owners in derived.items():
        if len(owners) == 1:
            names[key] = next(iter(owners.values()))
        else:
            collisions.append(f"{key!r} could name {' or '.join(sorted(owners))}")
    return tuple(names.values()), tuple(collisions)
