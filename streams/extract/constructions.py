"""Many patterns over one line, each tried only where it can match.

Strategy: what every match of a pattern must hold is read off the pattern itself: sets of letters, one of each set. One
Aho-Corasick pass finds which of all those letters the line has, and only the patterns that they allow are run.

The one rule: a requirement may be too weak, never too strong. What the analysis does not understand requires nothing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from streams.extract.automaton import Letters

_Needs = list[frozenset[str]]
_QUANTITY = re.compile(r"(?:[?*+]|\{(\d*)(?:,\d*)?\})[?+]?")
_OPENING = re.compile(r"\((?:\?(?:(:|P<\w+>)|<?[=!]))?")
_CLASS = re.compile(r"\[\^?\]?[^\]]*\]")


class Constructions:
    """A table of patterns for one line of words."""

    def __init__(self, patterns: Sequence[re.Pattern[str]]) -> None:
        self._patterns = patterns
        needs = [sorted(needs_of(pattern.pattern), key=_strength, reverse=True) for pattern in patterns]
        letters = sorted({each for sets in needs for one in sets for each in one})
        number = {each: at for at, each in enumerate(letters)}
        self._machine = Letters(letters)
        self._always = [at for at, sets in enumerate(needs) if not sets]
        self._allowed: defaultdict[int, list[int]] = defaultdict(list)
        for at, sets in enumerate(needs):
            for each in sets[0] if sets else ():
                self._allowed[number[each]].append(at)
        self._rest = [[frozenset(number[each] for each in one) for one in sets[1:]] for sets in needs]

    def find(self, line: str) -> Iterator[tuple[int, re.Match[str]]]:
        """Every match of every pattern, as (pattern's index, match), in the order of the patterns."""
        held = self._machine.held(line)
        tried = {at for each in held for at in self._allowed.get(each, ())}
        for at in sorted(tried.union(self._always)):
            if not any(need.isdisjoint(held) for need in self._rest[at]):
                for match in self._patterns[at].finditer(line):
                    yield at, match


def needs_of(pattern: str) -> _Needs:
    """Sets of letters; every text that the pattern matches holds at least one of each set."""
    alternatives, _ = _alternatives(pattern, 0)
    return _of_any(alternatives)


def _strength(need: frozenset[str]) -> tuple[int, int]:
    return min(len(each) for each in need), -len(need)


def _of_any(alternatives: list[_Needs]) -> _Needs:
    """What holds whichever alternative matched."""
    if len(alternatives) == 1:
        return alternatives[0]
    if not all(alternatives):
        return []
    return [frozenset().union(*(max(each, key=_strength) for each in alternatives))]


def _alternatives(pattern: str, at: int) -> tuple[list[_Needs], int]:
    """The needs of each alternative from `at` up to a closing bracket or the end, and where that is."""
    found: list[_Needs] = []
    while True:
        needs, at = _sequence(pattern, at)
        found.append(needs)
        if at >= len(pattern) or pattern[at] == ")":
            return found, at
        at += 1


def _sequence(pattern: str, at: int) -> tuple[_Needs, int]:
    """The needs of a run of elements: of each run of letters, and of each group that cannot be left out."""
    needs: _Needs = []
    run = ""
    while at < len(pattern) and pattern[at] not in "|)":
        letter, inner, after = _element(pattern, at)
        quantity = _QUANTITY.match(pattern, after)
        at = quantity.end() if quantity else after
        optional = quantity is not None and (quantity[0][0] in "?*" or quantity[1] in {"", "0"})
        if letter and not quantity:
            run += letter
            continue
        needs += [frozenset((run,))] if run.strip() else []
        run = ""
        needs += [] if optional else inner
    return needs + ([frozenset((run,))] if run.strip() else []), at


def _element(pattern: str, at: int) -> tuple[str, _Needs, int]:
    """The element at `at`: its letter if it is one, what it needs if it is a group, and where it ends."""
    if opening := _OPENING.match(pattern, at):
        alternatives, end = _alternatives(pattern, opening.end())
        needs = _of_any(alternatives) if opening[1] else []
        return "", needs, end + 1
    if several := _CLASS.match(pattern, at):
        only = several[0][1:-1]
        return (only if len(only) == 1 else ""), [], several.end()
    if pattern[at] == "\\":
        return ("" if pattern[at + 1].isalnum() else pattern[at + 1]), [], at + 2
    return ("" if pattern[at] in ".^$" else pattern[at]), [], at + 1
