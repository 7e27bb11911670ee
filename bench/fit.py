"""Fits how much each sign counts, and writes `streams/extract/weights.json`.

    python -m bench.fit [SHARED] [--part]

What it is fitted to is in `bench.corpus`; documents that measure it (`*_unseen.jsonl`) are never read. Three log-linear
models are fitted: of the readings of an amount (role, payer, receiver), of its status, and of an organisation's part in
a project, whose sentences count together. The fit is deterministic: the mean of eight that see the same in another
order.

Method: stochastic gradient ascent on the likelihood of the accepted answers (AdaGrad, a little weight decay); signs of
fewer than `_SEEN_IN` cases are left out, and four to six of ten signs are hidden at random in each step, so that no
sign is relied on alone (dropout: Srivastava et al., 2014). A reader sees all signs at once, so each then counts by the
part of the steps that saw it: without that the shares of readings would be far surer than the readings are right.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from math import exp
from pathlib import Path

from bench.corpus import Answer, Sample, Shown, Stood, judged, samples, sources
from streams.extract.model import PAID, ROLES, STATUSES, TO_COMPANY, TO_PROJECT, Candidate, Case, Parts
from streams.extract.weights import ALL, Signs, log_sum, names_of
from streams.extract.weights import Weights as Kept
from streams.records import Role

Weights = dict[str, dict[str, float]]

_TARGET = Path(__file__).parents[1] / "streams/extract/weights.json"
_SEEN_IN, _SMALL = 3, 0.04
_EPOCHS, _RATE, _DECAY = 20, 0.12, 0.005
# An amount has a hundred signs that say the same in several ways, a sentence about an organisation has few.
_HIDDEN_OF_AMOUNTS, _HIDDEN = 0.6, 0.4
_SEEDS = (1, 2, 3, 4, 5, 6, 7, 8)


class _Fit:
    """The weights of one family of tables, and the sums of squares that set the pace of each."""

    def __init__(self) -> None:
        self.weights: dict[str, Weights] = {}
        self._squares: dict[tuple[str, str, str], float] = {}

    def bump(self, table: str, signs: Iterable[str], roles: Sequence[str], gradient: float) -> None:
        """One step along the gradient for the weights of these signs."""
        if abs(gradient) < 1e-4:
            return
        weights = self.weights.setdefault(table, {})
        for sign in signs:
            counted = weights.setdefault(sign, {})
            for role in roles:
                key = (table, sign, role)
                squares = self._squares[key] = self._squares.get(key, 0.01) + gradient * gradient
                old = counted.get(role, 0.0)
                counted[role] = old + _RATE / squares**0.5 * (gradient - _DECAY * old)


class Growing:
    """Scores readings as `streams.extract.model.Packed` does, with weights that may still change."""

    def __init__(self, tables: Mapping[str, Kept]) -> None:
        self._tables = tables

    def parts(self, case: Case) -> Parts:
        """What speaks for each reading of the case."""
        base = totals(self._tables["amount"], names_of(case.signs))
        payers = [totals(self._tables["payer"], names_of(each.signs)) for each in case.payers]
        projects = [totals(self._tables["project"], names_of(each.signs)) for each in case.projects]
        companies = [totals(self._tables["company"], names_of(each.signs)) for each in case.companies]
        found: Parts = {}
        for role in ROLES:
            if role in TO_PROJECT and not projects:
                continue
            receivers = projects if role in TO_PROJECT else companies if role in TO_COMPANY else []
            found[role] = (
                base.get(role, 0.0),
                [each[ALL] + each.get(role, 0.0) for each in payers] if role in PAID else [0.0],
                [each[ALL] + each.get(role, 0.0) for each in receivers] or [0.0],
            )
        return found


def totals(weights: Kept, signs: Iterable[str]) -> dict[str, float]:
    """What the signs count together: for each role that any of them speaks of, and under "*" for every role."""
    found: dict[str, float] = {ALL: 0.0}
    for sign in signs:
        for role, weight in weights.get(sign, {}).items():
            found[role] = found.get(role, 0.0) + weight
    return found


def fit_readings(samples: Sequence[Sample], seed: int, epochs: int = _EPOCHS) -> dict[str, Weights]:
    """The weights of the tables amount, payer, project and company."""
    counted: Counter[tuple[str, str]] = Counter()
    for sample in samples:
        counted.update({(table, sign) for table, signs in _signs(sample.case) for sign in signs})
    kept = [each._replace(case=_thinned(each.case, lambda t, s: counted[t, s] >= _SEEN_IN)) for each in samples]
    rng, fit = random.Random(seed), _Fit()
    model = Growing(fit.weights)
    for table in ("amount", "payer", "project", "company"):
        fit.weights[table] = {}
    for _ in range(epochs):
        rng.shuffle(kept)
        for sample in kept:
            case = _thinned(sample.case, lambda _t, _s: rng.random() >= _HIDDEN_OF_AMOUNTS)
            _step(fit, model, case, sample.answers)
    return {table: _seen_together(weights, _HIDDEN_OF_AMOUNTS) for table, weights in fit.weights.items()}


def _seen_together(weights: Weights, hidden: float) -> Weights:
    """What the signs count where none is hidden, as that part of them was in every step."""
    return {sign: {role: weight * (1 - hidden) for role, weight in roles.items()} for sign, roles in weights.items()}


def _signs(case: Case) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield "amount", names_of(case.signs)
    for table, candidates in (("payer", case.payers), ("project", case.projects), ("company", case.companies)):
        yield from ((table, names_of(each.signs)) for each in candidates)


def _thinned(case: Case, keep: Callable[[str, str], bool]) -> Case:
    def candidates(table: str, listed: Sequence[Candidate]) -> tuple[Candidate, ...]:
        return tuple(Candidate(c.entities, kept(table, c.signs)) for c in listed)

    def kept(table: str, signs: Sequence[Signs]) -> tuple[Signs, ...]:
        return (Signs(tuple(s for s in sorted(names_of(signs)) if keep(table, s))),)

    return Case(
        kept("amount", case.signs),
        candidates("payer", case.payers),
        candidates("project", case.projects),
        candidates("company", case.companies),
    )


def _step(fit: _Fit, model: Growing, case: Case, answers: Mapping[Role, Answer]) -> None:
    """One step towards the accepted readings of a case, away from the others."""
    parts = model.parts(case)
    scores = {role: base + log_sum(pay) + log_sum(take) for role, (base, pay, take) in parts.items()}
    whole = log_sum(scores.values())
    right = {role: _right(parts[role], answer) for role, answer in answers.items() if role in parts}
    if not right:
        return
    all_right = log_sum(right.values())
    for role, (_, pay, take) in parts.items():
        share = exp(scores[role] - whole)
        wanted = exp(right[role] - all_right) if role in right else 0.0
        answer = answers.get(role, Answer(None, None))
        fit.bump("amount", names_of(case.signs), (role,), wanted - share)
        if role in PAID:
            _step_to(fit, ("payer", role), (case.payers, pay, answer.payers), (wanted, share))
        if role in TO_PROJECT:
            _step_to(fit, ("project", role), (case.projects, take, answer.receivers), (wanted, share))
        elif role in TO_COMPANY:
            _step_to(fit, ("company", role), (case.companies, take, answer.receivers), (wanted, share))


def _right(part: tuple[float, Sequence[float], Sequence[float]], answer: Answer) -> float:
    base, pay, take = part
    return base + log_sum(_chosen(pay, answer.payers)) + log_sum(_chosen(take, answer.receivers))


def _chosen(scores: Sequence[float], right: frozenset[int] | None) -> Sequence[float]:
    return scores if right is None else [scores[at] for at in sorted(right)]


def _step_to(
    fit: _Fit,
    of: tuple[str, Role],
    slot: tuple[Sequence[Candidate], Sequence[float], frozenset[int] | None],
    shares: tuple[float, float],
) -> None:
    """One step for the candidates of a slot."""
    (table, role), (candidates, scores, right), (wanted, share) = of, slot, shares
    whole, chosen = log_sum(scores), log_sum(_chosen(scores, right))
    for at, candidate in enumerate(candidates):
        is_right = right is None or at in right
        gain = wanted * exp(scores[at] - chosen) if is_right else 0.0
        fit.bump(table, names_of(candidate.signs), (role, ALL), gain - share * exp(scores[at] - whole))


def fit_parts(shown: Sequence[Shown], seed: int, epochs: int = _EPOCHS) -> Weights:
    """The weights of the table part."""
    counted = Counter(sign for each in shown for sign in {s for signs in each.sentences for s in signs})
    kept = [
        each._replace(
            sentences=tuple(tuple(s for s in sorted(signs) if counted[s] >= _SEEN_IN) for signs in each.sentences)
        )
        for each in shown
    ]
    rng, fit = random.Random(seed), _Fit()
    weights = fit.weights.setdefault("part", {})
    for _ in range(epochs):
        rng.shuffle(kept)
        for each in kept:
            sentences = [[s for s in signs if rng.random() >= _HIDDEN] for signs in each.sentences]
            scores = [sum(weights[s][ALL] for s in signs if s in weights) for signs in sentences]
            whole = log_sum(scores)
            gradient = each.takes_part - 1 / (1 + exp(-max(-30.0, min(30.0, whole))))
            for signs, scored in zip(sentences, scores, strict=True):
                fit.bump("part", signs, (ALL,), gradient * exp(scored - whole))
    return _seen_together(weights, _HIDDEN)


def fit_status(stood: Sequence[Stood], seed: int, epochs: int = _EPOCHS) -> Weights:
    """The weights of the table status."""
    counted = Counter(sign for each in stood for sign in set(each.signs))
    kept = [each._replace(signs=tuple(s for s in sorted(each.signs) if counted[s] >= _SEEN_IN)) for each in stood]
    rng, fit = random.Random(seed), _Fit()
    weights = fit.weights.setdefault("status", {})
    for _ in range(epochs):
        rng.shuffle(kept)
        for each in kept:
            signs = [s for s in each.signs if rng.random() >= _HIDDEN]
            said = totals(weights, signs)
            scores = {status: said.get(status, 0.0) for status in STATUSES}
            whole, right = log_sum(scores.values()), log_sum([scores[one] for one in sorted(each.right)])
            for status, score in scores.items():
                wanted = exp(score - right) if status in each.right else 0.0
                fit.bump("status", signs, (status,), wanted - exp(score - whole))
    return _seen_together(weights, _HIDDEN)


def rounded(tables: Mapping[str, Weights]) -> dict[str, Weights]:
    """The tables as they are kept: two decimals, without what hardly counts."""
    kept: dict[str, Weights] = {}
    for table, weights in tables.items():
        small = {
            sign: {role: round(weight, 2) for role, weight in sorted(roles.items()) if abs(weight) >= _SMALL}
            for sign, roles in sorted(weights.items())
        }
        kept[table] = {sign: roles for sign, roles in small.items() if roles}
    return kept


def main(shared: Path | None, *, part_alone: bool) -> None:
    """Fit and write; of parts alone where only they have new rows, over the shipped readings."""
    given = list(sources(shared))
    shipped = json.loads(_TARGET.read_text(encoding="utf-8"))
    if part_alone:
        shown, _ = judged(given, Growing(shipped))
        _write(shipped | _mean([{"part": fit_parts(shown, seed)} for seed in _SEEDS]))
    else:
        cases = samples(given)
        with ProcessPoolExecutor(len(_SEEDS)) as pool:
            readings = _mean(list(pool.map(fit_readings, repeat(cases), _SEEDS)))
        shown, stood = judged(given, Growing(readings))
        _write(
            readings | _mean([{"part": fit_parts(shown, seed), "status": fit_status(stood, seed)} for seed in _SEEDS])
        )
    print(f"{len(shown)} organisations in documents -> {_TARGET}")


def _mean(fits: Sequence[Mapping[str, Weights]]) -> dict[str, Weights]:
    return {table: averaged([each[table] for each in fits]) for table in fits[0]}


def averaged(fits: Sequence[Weights]) -> Weights:
    """The mean of fits that saw the same in another order."""
    mean: Weights = {}
    for fit in fits:
        for sign, roles in fit.items():
            for role, weight in roles.items():
                kept = mean.setdefault(sign, {})
                kept[role] = kept.get(role, 0.0) + weight / len(fits)
    return mean


def _write(tables: Mapping[str, Weights]) -> None:
    """Write the tables, one line a sign."""
    blocks = []
    for table, weights in sorted(rounded(tables).items()):
        lines = ",\n".join(f"{_json(sign)}: {_json(roles)}" for sign, roles in weights.items())
        blocks.append(f"{_json(table)}: {{\n{lines}\n}}")
    _TARGET.write_text("{\n" + ",\n".join(blocks) + "\n}\n", encoding="utf-8")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("shared", nargs="?", type=Path, help="where the development gold is")
    options.add_argument("--part", action="store_true", help="fit the model of parts alone")
    chosen = options.parse_args()
    main(chosen.shared, part_alone=chosen.part)
