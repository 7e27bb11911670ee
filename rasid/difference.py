"""How two runs differ in what they tell: which alerts come, go, or say something else.

Rule: an alert is what its reader gets. Two alerts that say the same of the same fact are one, whichever reprint they
rest on; of the rest, two that rest on one article, or lead a fact to one value, are one that changed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Literal

import msgspec

# A change as `rasid.show.change_line` has it, or as an earlier run printed it.
Line = Mapping[str, object]
Verdict = Literal["comes", "goes", "changes"]


class Difference(msgspec.Struct, frozen=True):
    """An alert of the new run, that of the old run, or both where it changed."""

    verdict: Verdict
    was: Line | None
    now: Line | None


def differences(old: Sequence[Line], new: Sequence[Line]) -> Iterator[Difference]:
    """What comes with the new run, goes with it, or changes, in the order of the new run; what goes comes last."""
    gone, came = _unmatched(_saying, old, new)
    pairs: dict[int, Line] = {}
    for alike in (_article, _outcome):
        gone, came, found = _paired(alike, gone, came)
        pairs |= found
    waiting = {id(line) for line in came}
    for line in new:
        if was := pairs.get(id(line)):
            yield Difference("changes", was, line)
        elif id(line) in waiting:
            yield Difference("comes", None, line)
    yield from (Difference("goes", line, None) for line in gone)


Alike = Callable[[Line], str | None]


def _saying(line: Line) -> str | None:
    return _key(line, "fact", "kind", "old", "new")


def _article(line: Line) -> str | None:
    return _key(line, "fact", "url") if line.get("url") else None


def _outcome(line: Line) -> str | None:
    return _key(line, "fact", "new")


def _key(line: Line, *names: str) -> str:
    return json.dumps([line.get(name) for name in names], sort_keys=True)


def _unmatched(alike: Alike, old: Sequence[Line], new: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    gone, came, _ = _paired(alike, old, new)
    return gone, came


def _paired(alike: Alike, old: Sequence[Line], new: Sequence[Line]) -> tuple[list[Line], list[Line], dict[int, Line]]:
    """What is left of both when each of `new` takes the first of `old` that is like it; and what each took, by id."""
    waiting: dict[str, list[Line]] = {}
    for line in old:
        if (key := alike(line)) is not None:
            waiting.setdefault(key, []).append(line)
    pairs: dict[int, Line] = {}
    for line in new:
        if (key := alike(line)) is not None and (found := waiting.get(key)):
            pairs[id(line)] = found.pop(0)
    taken = {id(line) for line in pairs.values()}
    return [line for line in old if id(line) not in taken], [line for line in new if id(line) not in pairs], pairs
