"""How well the signs read writers that they were not fitted to, without a look at what measures the reader.

    python -m bench.held_out [SHARED]

Each fifth of the files that `bench.fit` is fitted to is judged by a fit to the other four and to the rows. Whoever
thinks of a sign sees here whether it tells more than the others did: a fit to all files knows them too well to say. An
amount counts as `bench.corpus` gives it, with the right past; it is right where role, payer and receiver are.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import chain, pairwise
from pathlib import Path
from typing import NamedTuple

from bench.corpus import Sample, samples, sources
from bench.fit import Growing, fit_readings
from bench.gold import Tally
from streams.extract.judging import FIGURES, Judged, decide
from streams.extract.model import PAID, TO_COMPANY, TO_PROJECT, Candidate

_FOLDS, _SEED = 5, 1
_SHARES = (0.0, 0.5, 0.7, 0.85, 0.95, 1.01)


class Graded(NamedTuple):
    """Whether a reading is an accepted one, how sure it was (0 to 1), and what it counts as a figure of a project."""

    right: bool
    share: float
    figure: Tally


def judged(learned: Sequence[Sample], asked: Sequence[Sample]) -> list[Graded]:
    """What the readings of the cases that are asked are worth, by a fit to what is learned."""
    model = Growing(fit_readings(learned, _SEED))
    return [graded(each, decide(each.case, 0, model)) for each in asked]


def graded(sample: Sample, read: Judged) -> Graded:
    """What a reading of a case is worth."""
    answer = sample.answers.get(read.role)
    right = answer is not None
    if answer is not None:
        paying = sample.case.payers if read.role in PAID else ()
        receiving = _receiving(sample, read)
        right = _is(paying, answer.payers, read.payers) and _is(
            receiving, answer.receivers, (read.to,) if read.to is not None else ()
        )
    wanted, told = any(each in FIGURES for each in sample.answers), read.role in FIGURES
    figure = Tally(int(told and right), int(told and not right), int(wanted and not (told and right)))
    return Graded(right, read.share, figure)


def _receiving(sample: Sample, read: Judged) -> Sequence[Candidate]:
    return sample.case.projects if read.role in TO_PROJECT else sample.case.companies if read.role in TO_COMPANY else ()


def _is(candidates: Sequence[Candidate], right: frozenset[int] | None, said: tuple[str, ...]) -> bool:
    """Whether the entities are those of a right candidate."""
    return right is None or not candidates or any(candidates[at].entities == said for at in right)


def main(shared: Path | None) -> None:
    """Print the part of the amounts that are read rightly, precision and recall of the figures, and how the shares of
    the readings stand to how often those are right."""
    *files, rows = [samples([each]) for each in sources(shared)]
    folds = [list(chain.from_iterable(files[at::_FOLDS])) for at in range(_FOLDS)]
    learned = [[*chain.from_iterable(folds[:at]), *chain.from_iterable(folds[at + 1 :]), *rows] for at in range(_FOLDS)]
    with ProcessPoolExecutor() as pool:
        found = list(chain.from_iterable(pool.map(judged, learned, folds)))
    figures = Tally(*(sum(getattr(each.figure, name) for each in found) for name in ("right", "false", "missed")))
    print(f"{len(found)} amounts of {len(files)} files, right: {sum(each.right for each in found) / len(found):.3f}")
    print(f"figures: precision {figures.precision:.3f}, recall {figures.recall:.3f}")
    for low, high in pairwise(_SHARES):
        within = [each for each in found if low <= each.share < high]
        if within:
            share, right = (sum(each) / len(within) for each in zip(*[(e.share, e.right) for e in within], strict=True))
            print(f"{len(within)} readings with a share of {share:.2f} in the mean, right: {right:.2f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
