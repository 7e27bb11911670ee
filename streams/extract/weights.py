"""How much each sign counts: the fitted weights of `weights.json`.

They are written by `python -m bench.fit` from documents and rows of our own, and never by hand. A sign that the file
does not have counts nothing.

Weights have two decimals, so those of a sign are whole hundredths. A `Table` keeps them side by side in one long whole
number, a field for each role: adding such numbers adds all roles at once, exactly, and in whatever order.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
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
_FIELD, _MIDDLE = 1 << _BITS, 1 << (_BITS - 1)
# How many combinations of features each maker of signs remembers: the press repeats its patterns.
REMEMBERED = 4096


def load() -> Mapping[str, Weights]:
    """The tables of weights by what they weigh: amount, payer, project, company (sign -> role -> weight), status
    (sign -> status -> weight) and part (sign -> "*" -> weight)."""
    text = files("streams.extract").joinpath("weights.json").read_text(encoding="utf-8")
    tables: dict[str, dict[str, dict[str, float]]] = json.loads(text)
    return tables


class Signs(msgspec.Struct, frozen=True):
    """Signs that come together, and what they count: the sum of their fields in the table that they are of.

    `weighing` are those that the table knows.
    """

    names: tuple[str, ...]
    weighing: tuple[str, ...] = ()
    counted: int = 0


class Table:
    """The weights of signs for each of several roles, what they count for every role among them.

    A row is a field: the weights that it is of, and its role there.
    """

    def __init__(self, rows: Sequence[tuple[Weights, str]]) -> None:
        fields: dict[str, list[int]] = {}
        for at, (weights, role) in enumerate(rows):
            for sign, each in weights.items():
                counted = sum(each.get(one, 0.0) for one in {role, ALL})
                fields.setdefault(sign, [0] * len(rows))[at] = round(100 * counted)
        self._packed = {sign: _packed(each) for sign, each in fields.items()}
        self._zero = _packed([_MIDDLE] * len(rows))
        self._fields = Struct(f"<{len(rows)}i")

    def signs(self, *names: str) -> Signs:
        """Those signs, counted."""
        weighing = tuple(name for name in names if name in self._packed)
        return Signs(names, weighing, sum(self._packed[name] for name in weighing))

    def hundredths(self, signs: Iterable[Signs]) -> tuple[int, ...]:
        """What the signs count together for each row: hundredths."""
        together = sum(map(_counted, signs), self._zero)
        # Each field stands _MIDDLE above its sum, so that none is below zero; without that bit it is a signed number.
        signed: tuple[int, ...] = self._fields.unpack((together ^ self._zero).to_bytes(self._fields.size, "little"))
        return signed


_counted = attrgetter("counted")


def _packed(fields: Sequence[int]) -> int:
    return sum(each * _FIELD**at for at, each in enumerate(fields))


def names_of(signs: Iterable[Signs]) -> tuple[str, ...]:
    """The names of all the signs."""
    return tuple(chain.from_iterable(each.names for each in signs))


class Strongest:
    """The signs that speak most for a role, for whoever wants to know why."""

    def __init__(self, weights: Weights) -> None:
        self._speaking: dict[str, dict[str, float]] = {}
        for sign, each in weights.items():
            for role, weight in each.items():
                if weight > 0:
                    self._speaking.setdefault(role, {})[sign] = weight

    def of(self, signs: Iterable[Signs], role: str) -> str:
        """The three of the signs that count most for the role, the strongest first."""
        speaking = self._speaking.get(role, {})
        told = speaking.keys() & [name for each in signs for name in each.weighing]
        weighed = sorted([(speaking[sign], sign) for sign in told], reverse=True)
        return ", ".join(sign for _, sign in weighed[:_TOLD])


_TOLD = 3  # signs that an explanation names


def log_sum(scores: Iterable[float]) -> float:
    """The logarithm of the sum of exponentials, without overflow."""
    listed = list(scores)
    top = max(listed)
    if len(listed) == 1:
        return top
    return top + log(sum([exp(score - top) for score in listed]))
