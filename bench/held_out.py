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
from itertools import chain
from pathlib import Path

from bench.corpus import Sample, samples, sources
from bench.fit import Growing, fit_readings
from bench.gold import Tally
from streams.extract.judging import FIGURES, Judged, decide
from streams.extract.model import PAID, TO_COMPANY, TO_PROJECT, Candidate

_FOLDS, _SEED = 5, 1


def judged(learned: Sequence[Sample], asked: Sequence[Sample]) -> list[tuple[bool, Tally]]:
    """For each case that is asked, by a fit to what is learned: whether its reading is right, and its figure."""
    model = Growing(fit_readings(learned, _SEED))
    return [graded(each, decide(each.case, 0, model)) for each in asked]


def graded(sample: Sample, read: Judged) -> tuple[bool, Tally]:
    """Whether a reading of a case is an accepted one, and what it counts as a figure of a project."""
    answer = sample.answers.get(read.role)
    right = answer is not None
    if answer is not None:
        paying = sample.case.payers if read.role in PAID else ()
        receiving = _receiving(sample, read)
        right = _is(paying, answer.payers, read.payers) and _is(
            receiving, answer.receivers, (read.to,) if read.to is not None else ()
        )
    wanted, told = any(each in FIGURES for each in sample.answers), read.role in FIGURES
    return right, Tally(int(told and right), int(told and not right), int(wanted and not (told and right)))


def _receiving(sample: Sample, read: Judged) -> Sequence[Candidate]:
    return sample.case.projects if read.role in TO_PROJECT else sample.case.companies if read.role in TO_COMPANY else ()


def _is(candidates: Sequence[Candidate], right: frozenset[int] | None, said: tuple[str, ...]) -> bool:
    """Whether the entities are those of a right candidate."""
    return right is None or not candidates or any(candidates[at].entities == said for at in right)


def main(shared: Path | None) -> None:
    """Print the part of the amounts that are read rightly, and precision and recall of the figures."""
    *files, rows = [samples([each]) for each in sources(shared)]
    folds = [list(chain.from_iterable(files[at::_FOLDS])) for at in range(_FOLDS)]
    learned = [[*chain.from_iterable(folds[:at]), *chain.from_iterable(folds[at + 1 :]), *rows] for at in range(_FOLDS)]
    with ProcessPoolExecutor() as pool:
        found = list(chain.from_iterable(pool.map(judged, learned, folds)))
    figures = Tally(*(sum(getattr(each, name) for _, each in found) for name in ("right", "false", "missed")))
    print(f"{len(found)} amounts of {len(files)} files, right: {sum(right for right, _ in found) / len(found):.3f}")
    print(f"figures: precision {figures.precision:.3f}, recall {figures.recall:.3f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
