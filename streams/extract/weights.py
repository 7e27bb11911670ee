"""How much each sign counts: the fitted weights of `weights.json`.

They are written by `python -m bench.fit` from documents and rows of our own, and never by hand. A sign that the file
does not have counts nothing.

Weights have two decimals, so those of a sign are whole hundredths. A `Table` keeps them side by side in one long whole
number, a field for each role: adding such numbers adds all roles at once, exactly, and in whatever order.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from itertools import chain
from math import exp, log
from operator import attrgetter
from struct import Struct

import msgspec

Weights = Mapping[str, Mapping[str, float]]
# What a sign counts for whichever role.
ALL = "*"
_BITS = 32  # of a field: room for millions of signs
_MIDDLE = 1 << (_BITS - 1)
# How many combinations of features each maker of signs remembers: the press repeats its patterns.
REMEMBERED = 4096


def load() -> Mapping[str, Weights]:
    """The tables of weights by what they weigh: amount, payer, project, company (sign -> role -> weight), status
    (sign -> status -> weight) and part (sign -> "*" -> weight)."""
    kept = files("streams.extract").joinpath("weights.json").read_bytes()
    return msgspec.json.decode(kept, type=dict[str, dict[str, dict[str, float]]])


class Signs(msgspec.Struct, frozen=True, eq=False, gc=False):
    """Signs that come together, and what they count: the sum of their fields in the table that they are of.

    `weighing` are those that the table knows. Makers of signs remember them, so each is only equal to itself.
    """

    names: tuple[str, ...]
    weighing: tuple[str, ...] = ()
    counted: int = 0


class Table:
    """The weights of signs for each of several roles, what they count for every role among them.

    A row is a field: the weights that it is of, and its role there.
    """

    def __init__(self, rows: Sequence[tuple[Weights, str]]) -> None:
        # For each table of weights, what a weight of one hundredth adds, by its role.
        units: dict[int, tuple[Weights, dict[str, int]]] = {}
        for at, (weights, role) in enumerate(rows):
            _, fields = units.setdefault(id(weights), (weights, {ALL: 0}))
            fields[ALL] += 1 << _BITS * at
            if role != ALL:
                fields[role] = 1 << _BITS * at
        self._packed: dict[str, int] = {}
        for weights, fields in units.values():
            for sign, each in weights.items():
                counted = sum([round(100 * weight) * fields[role] for role, weight in each.items() if role in fields])
                self._packed[sign] = self._packed.get(sign, 0) + counted
        self._zero = sum(_MIDDLE << _BITS * at for at in range(len(rows)))
        self._fields = Struct(f"<{len(rows)}i")

    def signs(self, *names: str) -> Signs:
        """Those signs, counted."""
        weighing = tuple([name for name in names if name in self._packed])
        return Signs(names, weighing, sum([self._packed[name] for name in weighing]))

    def hundredths(self, signs: Iterable[Signs]) -> tuple[int, ...]:
        """What the signs count together for each row: hundredths."""
        together = sum(map(_counted, signs), self._zero)
        # Each field stands _MIDDLE above its sum, so that none is below zero; without that bit it is a signed number.
        signed: tuple[int, ...] = self._fields.unpack((together ^ self._zero).to_bytes(self._fields.size, "little"))
        return signed


_counted = attrgetter("counted")


def names_of(signs: Iterable[Signs]) -> tuple[str, ...]:
    """The names of all the signs."""
    return tuple(chain.from_iterable(each.names for each in signs))


class Strongest:
    """The signs that speak most for a role, for whoever wants to know why."""

    def __init__(self, weights: Weights) -> None:
        speaking: dict[str, list[tuple[float, str]]] = {}
        for sign, each in weights.items():
            for role, weight in each.items():
                if weight > 0:
                    speaking.setdefault(role, []).append((weight, sign))
        self._ranked = {role: [sign for _, sign in sorted(each, reverse=True)] for role, each in speaking.items()}
        self._ranks = {role: {sign: rank for rank, sign in enumerate(each)} for role, each in self._ranked.items()}

    def of(self, signs: Iterable[Signs], role: str) -> str:
        """The three of the signs that count most for the role, the strongest first."""
        told = {rank for each in signs for rank in self._ranks_of(each, role)}
        return "; ".join([self._ranked[role][rank] for rank in sorted(told)[:_TOLD]])

    @lru_cache(maxsize=50_000)  # noqa: B019 (one for each table, as long-lived as the program)
    def _ranks_of(self, signs: Signs, role: str) -> Sequence[int]:
        ranks = self._ranks.get(role, {})
        return [ranks[name] for name in signs.weighing if name in ranks]


_TOLD = 3  # signs that an explanation names


def log_sum(scores: Collection[float]) -> float:
    """The logarithm of the sum of exponentials, without overflow."""
    if len(scores) == 1:
        return next(iter(scores))
    top = max(scores)
    return top + log(sum([exp(score - top) for score in scores]))
