"""Where a configuration is written, a YAML file and the environment: what they say, and where a mistake in it stands.

A place is the way to a value through sections and lists: `("destinations", "1", "url")`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, MutableMapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import BaseModel, ValidationError

from streams.errors import Misconfigured

PREFIX = "RASID_"
# Read elsewhere: which file to read, and what is to go wrong in a test of faults.
_NOT_SETTINGS = {"RASID_CONFIG", "RASID_FAULT"}

Nested = dict[str, Any]
Place = tuple[str, ...]


class Mistakes(ValueError):
    """What is wrong within a part of the configuration: the place of each mistake in that part, and what to say."""

    def __init__(self, found: list[tuple[Place, str]]) -> None:
        super().__init__("; ".join(said for _, said in found))
        self.found = found


def read_yaml(path: Path) -> tuple[Nested, dict[Place, int]]:
    """What the file says, and the line of each place in it. Raises `Misconfigured`."""
    try:
        text = path.read_text(encoding="utf-8")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        data = yaml.safe_load(text)
    except OSError as error:
        raise Misconfigured("settings", f"the configuration cannot be read: {error}") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # a date that no calendar has, a list in itself
        raise Misconfigured("settings", f"{path} is not YAML: {' '.join(str(error).split())}") from error
    if data is None:
        return {}, {}
    if not isinstance(data, dict):
        raise Misconfigured("settings", f"{path}: a mapping is expected, not a {type(data).__name__}")
    lines: dict[Place, int] = {}
    if node is not None:
        _note_lines(node, (), lines)
    return data, lines


def _note_lines(node: yaml.Node, place: Place, lines: MutableMapping[Place, int]) -> None:
    lines[place] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            _note_lines(value, (*place, str(key.value)), lines)
            lines[*place, str(key.value)] = key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            _note_lines(item, (*place, str(number)), lines)


def overlay(given: Nested, environ: Mapping[str, str]) -> None:
    """Put what the environment says over what is `given`. Raises `Misconfigured`."""
    for name, value in sorted(environ.items()):
        if not name.startswith(PREFIX) or name in _NOT_SETTINGS:
            continue
        *parents, last = name.removeprefix(PREFIX).lower().split("__")
        section = given
        for parent in parents:
            section = section.setdefault(parent, {})
            if not isinstance(section, dict):
                raise Misconfigured("settings", f"{name}: {parent} is not a section")
        section[last] = _parse(name, value)


def _parse(name: str, value: str) -> Any:
    if not value.startswith(("[", "{")):
        return value
    try:
        return json.loads(value)
    except ValueError as error:
        raise Misconfigured("settings", f"{name}: not JSON: {error}") from error


class Written:
    """Where each place of a configuration is written: a variable, or file and line."""

    def __init__(
        self,
        path: Path | None = None,
        lines: Mapping[Place, int] | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self._path = path
        self._lines = lines or {}
        self._environ = environ or {}

    def told(self, error: ValidationError, model: type[BaseModel]) -> Iterator[str]:
        """A line for each mistake in what should be a `model`: where it was written, and what is wrong."""
        return (f"{self.where(place)}: {said}" for place, said in _found(error, model))

    def where(self, place: Place) -> str:
        """The variable, or file and line, that says what is at that place, or the nearest one around it."""
        outwards = [place[:n] for n in range(len(place), -1, -1)]
        given = next((part for part in outwards if _variable(part) in self._environ), None)
        nearest = next((part for part in outwards if part in self._lines), None)
        if given:
            return ": ".join((_variable(given), *filter(None, [".".join(place[len(given) :])])))
        if self._path is None or nearest is None:
            return _variable(place)
        return f"{self._path}:{self._lines[nearest]}: {'.'.join(place)}"


def _variable(place: Place) -> str:
    return PREFIX + "__".join(place).upper()


def _found(error: ValidationError, model: type[BaseModel]) -> Iterator[tuple[Place, str]]:
    """Every mistake with its place."""
    for mistake in error.errors(include_url=False, include_input=False):
        place = tuple(str(part) for part in mistake["loc"])
        cause = mistake.get("ctx", {}).get("error")
        if isinstance(cause, Mistakes):
            yield from (((*place, *within), said) for within, said in cause.found)
        else:
            said = _unknown(place, model) if mistake["type"] == "extra_forbidden" else mistake["msg"]
            yield place, said.removeprefix("Value error, ")


def _unknown(place: Place, model: type[BaseModel]) -> str:
    """What to say of a key that nobody knows: also which one was meant, where one is much like it."""
    *around, key = place
    for part in around:  # the numbers of lists and the names that operators give lead no deeper
        if part in model.model_fields:
            model = _section(model.model_fields[part].annotation) or model
    near = get_close_matches(key.lower(), model.model_fields, n=1)
    return "no such setting" + (f"; did you mean {near[0]}?" if near else "")


def _section(annotation: object) -> type[BaseModel] | None:
    """The section that a field holds, be it alone, in a list or by names."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_section, get_args(annotation))), None)
