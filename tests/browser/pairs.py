"""Choosing cases: few of them, in which each two choices of different axes meet at least once.

Most faults of a page need two circumstances to show (Arabic and narrow, dark and without scripts), hardly one needs
three. So the pairs run always, and every combination when asked for (`make browser`). Greedy and without chance: the
same axes give the same cases.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import combinations, product

Choice = tuple[int, str]  # the axis, and what is chosen on it
Pair = tuple[Choice, Choice]


def every(axes: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """Every combination of one choice from each axis."""
    return list(product(*axes))


def pairwise(axes: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """Cases, one choice from each of at least two axes, in which every two choices of different axes meet."""
    apart = dict.fromkeys(pair for case in every(axes) for pair in pairs(case))  # a set that keeps its order
    cases = []
    while apart:
        chosen = dict(next(iter(apart)))
        for axis in range(len(axes)):
            if axis not in chosen:
                tries = [{**chosen, axis: choice} for choice in axes[axis]]
                chosen = max(tries, key=lambda tried: _meeting(tried, apart))
        cases.append(tuple(chosen[axis] for axis in range(len(axes))))
        for pair in pairs(cases[-1]):
            apart.pop(pair, None)
    return cases


def pairs(case: Sequence[str]) -> list[Pair]:
    """The pairs of choices that meet in a case."""
    return list(combinations(enumerate(case), 2))


def _meeting(chosen: Mapping[int, str], among: Collection[Pair]) -> int:
    return sum(pair in among for pair in combinations(sorted(chosen.items()), 2))
