"""How much each sign counts: the fitted weights of `weights.json`.

They are written by `python -m bench.fit` from documents and rows of our own, and never by hand. A sign that the file
does not have counts nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from importlib.resources import files
from math import exp, log

Table = Mapping[str, Mapping[str, float]]
# What a sign counts for whichever role.
ALL = "*"


def load() -> Mapping[str, Table]:
    """The tables of weights by what they weigh: amount, payer, project, company (sign -> role -> weight), status
    (sign -> status -> weight) and part (sign -> "*" -> weight)."""
    text = files("streams.extract").joinpath("weights.json").read_text(encoding="utf-8")
    tables: dict[str, dict[str, dict[str, float]]] = json.loads(text)
    return tables


def totals(table: Table, signs: Iterable[str]) -> dict[str, float]:
    """What the signs count together: for each role that any of them speaks of, and under "*" for every role."""
    found: dict[str, float] = {ALL: 0.0}
    for sign in signs:
        for role, weight in table.get(sign, _NOTHING).items():
            found[role] = found.get(role, 0.0) + weight
    return found


_NOTHING: Mapping[str, float] = {}


def log_sum(scores: Iterable[float]) -> float:
    """The logarithm of the sum of exponentials, without overflow."""
    listed = list(scores)
    top = max(listed)
    return top + log(sum(exp(score - top) for score in listed))
