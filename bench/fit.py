"""Fits how much each sign counts, and writes `streams/extract/weights.json`.

    python -m bench.fit [SHARED]

The documents are those of `tests/cases/reading_gold` and the rows of `tests/cases`, all of our own writing, and, where
SHARED is given, the development gold of `SHARED/eval`. Files that are held out to measure what was fitted
(`*_unseen.jsonl`) are never read. Three log-linear models are fitted: of the readings of an amount (role, payer,
receiver), of its status, and of an organisation's part in a project, whose sentences count together. The fit is
deterministic: the mean of three that see the same in another order.

Method: stochastic gradient ascent on the likelihood of the accepted answers (AdaGrad, a little weight decay); signs of
fewer than `_SEEN_IN` cases are left out, and four of ten signs are hidden at random in each step, so that no sign is
relied on alone.
"""

from __future__ import annotations

import json
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from math import exp
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from bench.gold import FOLDER, UNSEEN, one, watchlist_of
from streams.extract.amount_signs import Past
from streams.extract.claims import Seen
from streams.extract.discovery import UNLISTED
from streams.extract.judging import (
    FIGURES,
    PAID,
    ROLES,
    TO_COMPANY,
    TO_PROJECT,
    Candidate,
    Case,
    Judged,
    Model,
    case_of,
    judge,
)
from streams.extract.partners import showings
from streams.extract.reader import Reader
from streams.extract.status import STATUSES, of_status
from streams.extract.watchlist import Watchlist
from streams.extract.weights import ALL, log_sum, totals
from streams.records import Article, Role, Status

Json = Mapping[str, Any]
Weights = dict[str, dict[str, float]]

_TARGET = Path(__file__).parents[1] / "streams/extract/weights.json"
_CASES = Path(__file__).parents[1] / "tests/cases"
_SEEN = datetime(2025, 11, 22, tzinfo=UTC)
_SEEN_IN, _SMALL = 3, 0.1
_EPOCHS, _RATE, _DECAY, _HIDDEN = 20, 0.12, 0.005, 0.4
_ROWS_COUNT = 2  # a row states a pattern on purpose: it counts as two documents
_SEEDS = (1, 2, 3)


class Answer(NamedTuple):
    """Which payers and receivers of a case are right in a role, by index; None: whichever."""

    payers: frozenset[int] | None
    receivers: frozenset[int] | None


class Sample(NamedTuple):
    """A case with its right answers."""

    document: str
    case: Case
    answers: Mapping[Role, Answer]
    gold: Json | None


class Shown(NamedTuple):
    """The sentences that name an organisation, as signs, and whether it takes part."""

    document: str
    organisation: str
    sentences: tuple[tuple[str, ...], ...]
    takes_part: bool


class Stood(NamedTuple):
    """The signs of an amount's status, and the statuses that are right."""

    signs: tuple[str, ...]
    right: frozenset[Status]


class Source(NamedTuple):
    """Gold documents and who can be named in them."""

    rows: Sequence[Json]
    watchlist: Watchlist


def article(row: Json) -> Article:
    """The text of a gold row as an article without a title."""
    return Article(
        article_id=str(row["id"]), revision=1, source_id="gold", url="", title="", body=row["text"], fetched_at=_SEEN
    )


def samples(sources: Iterable[Source]) -> list[Sample]:
    """Every amount of the documents as a case with its right answers."""
    found: list[Sample] = []
    for source in sources:
        reader = Reader(source.watchlist)
        listed = frozenset(one(each.id) for each in source.watchlist.organisations)
        listed |= {each.id for each in source.watchlist.projects}
        for row in (row for row in source.rows if "amounts" in row):
            found += _samples(reader.see(article(row)), row, listed)
    return found


def judged(sources: Iterable[Source], model: Model) -> tuple[list[Shown], list[Stood]]:
    """What parts and statuses are learned from: the documents as `model` judges their amounts."""
    shown: list[Shown] = []
    stood: list[Stood] = []
    for source in sources:
        reader = Reader(source.watchlist)
        for row in source.rows:
            seen = reader.see(article(row))
            amounts = judge(seen.views, seen.found, seen.known, model)
            if "amounts" in row:
                stood += _stood(seen, row, amounts)
            if "partners" in row:
                shown += _shown(seen, row, amounts)
    return shown, stood


def _samples(seen: Seen, row: Json, listed: frozenset[str]) -> Iterator[Sample]:
    """Each amount with the gold's answer; the history of the text is the gold's too."""
    gold = _aligned(seen, row)
    past = Past()
    for view in seen.views:
        for at, index in enumerate(view.scene.amounts):
            wanted, amount = gold.get(index), seen.found[index]
            counts = wanted is not None and not wanted.get("boilerplate")
            case = case_of(view, seen.found, at, past, seen.known)
            if amount.converts is None and (counts or wanted is None):
                answers = answers_of(case, wanted, listed) if wanted is not None else _NOTHING
                yield Sample(str(row["id"]), case, answers, wanted)
            past.note(amount, wanted["role"][0] if wanted is not None and counts else "other")


def _stood(seen: Seen, row: Json, judged: Sequence[Judged]) -> Iterator[Stood]:
    """Each amount whose status the gold tells, as it was judged."""
    gold = _aligned(seen, row)
    for at, view in enumerate(seen.views):
        following = seen.views[at + 1].scene if at + 1 < len(seen.views) else None
        for index in view.scene.amounts:
            right = frozenset(gold[index].get("status", ())) if index in gold else frozenset()
            if right:
                yield Stood(tuple(of_status(judged[index], following)), right)


_NOTHING: Mapping[Role, Answer] = {"other": Answer(None, None)}


def _aligned(seen: Seen, row: Json) -> dict[int, Json]:
    """The gold amount of each amount that was found."""
    spans = [seen.folded.span(each.start, each.end) for each in seen.found]
    aligned: dict[int, Json] = {}
    for gold in row["amounts"]:
        overlaps = [min(gold["end"], end) - max(gold["start"], start) for start, end in spans]
        if overlaps and max(overlaps) > 0:
            aligned.setdefault(overlaps.index(max(overlaps)), gold)
    return aligned


def answers_of(case: Case, gold: Json, listed: frozenset[str]) -> Mapping[Role, Answer]:
    """For each accepted role the accepted payers and receivers among the candidates."""
    found: dict[Role, Answer] = {}
    accepted = [role for role in ROLES if role in gold["role"]]
    for role in [role for role in accepted if _can_be_told(role, gold)] or accepted:
        payers = _right_payers(case, gold, listed) if role in PAID else None
        receivers = None
        if role in TO_PROJECT or role in TO_COMPANY:
            candidates = case.projects if role in TO_PROJECT else case.companies
            receivers = _right_receivers(candidates, gold, listed)
            if role in TO_PROJECT and receivers is None:
                continue  # nobody to give it to: silence is right
        found[role] = Answer(payers, receivers)
    return found or _NOTHING


def _can_be_told(role: Role, gold: Json) -> bool:
    """Whether a reading in this role can name all that the gold asks for."""
    paid = role in PAID or not gold["from"] or "from_accept" in gold
    return paid and (role in TO_PROJECT or role in TO_COMPANY or None in (gold["to"], *gold.get("to_accept", ())))


def _right_payers(case: Case, gold: Json, listed: frozenset[str]) -> frozenset[int] | None:
    wanted = {one(each) for each in gold["from"]}
    accepted = wanted | {one(each) for each in gold.get("from_accept", ())}
    nobody = not gold["from"] or "from_accept" in gold or not accepted & listed
    said = [_named(each) for each in case.payers]
    exact = frozenset(at for at, names in enumerate(said) if names and names == wanted)
    part = frozenset(at for at, names in enumerate(said) if (names and names <= accepted) or (not names and nobody))
    return exact or part or None


def _right_receivers(candidates: Sequence[Candidate], gold: Json, listed: frozenset[str]) -> frozenset[int] | None:
    targets = [gold["to"], *gold.get("to_accept", ())]
    wanted = {one(each) for each in targets if each}
    nobody = None in targets or not wanted & listed
    said = [_named(each) for each in candidates]
    right = (at for at, names in enumerate(said) if (names and names <= wanted) or (not names and nobody))
    return frozenset(right) or None


def _named(candidate: Candidate) -> set[str]:
    return {one(each) for each in candidate.entities if not each.startswith(UNLISTED)}


def _shown(seen: Seen, row: Json, judged: Sequence[Judged]) -> Iterator[Shown]:
    partners = {one(each) for each in row["partners"]}
    open_ = {one(each) for each in row.get("ambiguous_partners", ())}
    for entity, shown in showings(seen.views, judged).items():
        if not entity.startswith(UNLISTED) and one(entity) not in open_:
            yield Shown(str(row["id"]), entity, tuple(each.signs for each in shown), one(entity) in partners)


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


def fit_readings(samples: Sequence[Sample], seed: int, epochs: int = _EPOCHS) -> dict[str, Weights]:
    """The weights of the tables amount, payer, project and company."""
    counted: Counter[tuple[str, str]] = Counter()
    for sample in samples:
        counted.update({(table, sign) for table, signs in _signs(sample.case) for sign in signs})
    kept = [each._replace(case=_thinned(each.case, lambda t, s: counted[t, s] >= _SEEN_IN)) for each in samples]
    rng, fit = random.Random(seed), _Fit()
    model = Model(fit.weights)
    for table in ("amount", "payer", "project", "company"):
        fit.weights[table] = {}
    for _ in range(epochs):
        rng.shuffle(kept)
        for sample in kept:
            case = _thinned(sample.case, lambda _t, _s: rng.random() >= _HIDDEN)
            _step(fit, model, case, sample.answers)
    return fit.weights


def _signs(case: Case) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield "amount", case.signs
    for table, candidates in (("payer", case.payers), ("project", case.projects), ("company", case.companies)):
        yield from ((table, each.signs) for each in candidates)


def _thinned(case: Case, keep: Callable[[str, str], bool]) -> Case:
    def candidates(table: str, listed: Sequence[Candidate]) -> tuple[Candidate, ...]:
        return tuple(Candidate(c.entities, tuple(s for s in sorted(c.signs) if keep(table, s))) for c in listed)

    return Case(
        tuple(s for s in sorted(case.signs) if keep("amount", s)),
        candidates("payer", case.payers),
        candidates("project", case.projects),
        candidates("company", case.companies),
    )


def _step(fit: _Fit, model: Model, case: Case, answers: Mapping[Role, Answer]) -> None:
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
        fit.bump("amount", case.signs, (role,), wanted - share)
        if role in PAID:
            _step_to(fit, ("payer", role), (case.payers, pay, answer.payers), (wanted, share))
        if role in TO_PROJECT:
            _step_to(fit, ("project", role), (case.projects, take, answer.receivers), (wanted, share))
        elif role in TO_COMPANY:
            _step_to(fit, ("company", role), (case.companies, take, answer.receivers), (wanted, share))


def _right(part: tuple[float, list[float], list[float]], answer: Answer) -> float:
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
        fit.bump(table, candidate.signs, (role, ALL), gain - share * exp(scores[at] - whole))


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
    return weights


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
    return weights


def sources(shared: Path | None) -> Iterator[Source]:
    """All that may be fitted to."""
    shipped = watchlist_of(FOLDER / "none")
    for path in sorted(FOLDER.glob("*.jsonl")):
        if not path.stem.endswith(UNSEEN):
            yield Source(_lines(path), watchlist_of(path))
    if shared is not None:
        for name in ("seeds", "dev"):
            yield Source(_lines(shared / "eval" / f"{name}.jsonl"), shipped)
    rows = [*_amount_rows(Reader(shipped)), *_partner_rows()]
    yield Source(rows * _ROWS_COUNT, shipped)


def _lines(path: Path) -> list[Json]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _case_rows(name: str) -> Iterator[tuple[str, list[str]]]:
    groups: dict[str, list[list[str]]] = yaml.safe_load((_CASES / f"{name}.yaml").read_text(encoding="utf-8"))
    for group, rows in groups.items():
        yield from ((f"{name} {group} {at}", row) for at, row in enumerate(rows))


def _amount_rows(reader: Reader) -> Iterator[Json]:
    """The rows of claims.yaml and figures.yaml ("role payer+payer -> receiver" for each amount) as gold.

    A row of figures.yaml without figures says that none of its amounts is one.
    """
    for name in ("claims", "figures"):
        for identity, (text, *expected) in _case_rows(name):
            seen = reader.see(article({"id": identity, "text": text}))
            told: Sequence[Json] = [_told(each) for each in expected]
            if name == "figures" and not told:
                told = [_NO_FIGURE] * len(seen.found)
            if len(seen.found) == len(told):
                spans = [seen.folded.span(each.start, each.end) for each in seen.found]
                amounts = [{**each, "start": at[0], "end": at[1]} for each, at in zip(told, spans, strict=True)]
                yield {"id": identity, "text": text, "amounts": amounts}


_NO_FIGURE: Json = {"role": [each for each in ROLES if each not in FIGURES], "from": [], "from_accept": [], "to": None}


def _told(expected: str) -> Json:
    role, payers, _, to, *rest = expected.split()
    return {
        "role": [role],
        "from": [] if payers == "-" else payers.split("+"),
        "to": None if to == "-" else to,
        "status": [each for each in rest if each in STATUSES],
    }


def _partner_rows() -> Iterator[Json]:
    """The rows of partners.yaml ("organisation @ project", affirmed, doubted or denied) as gold."""
    for identity, (text, *expected) in _case_rows("partners"):
        told = [each.split() for each in expected]
        named = [words[0] for words in told if words[-1] != "denied" and not words[0].startswith(UNLISTED)]
        left = [words[0] for words in told if words[-1] == "denied"]
        yield {"id": identity, "text": text, "partners": named, "ambiguous_partners": left}


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


def main(shared: Path | None) -> None:
    """Fit and write."""
    given = list(sources(shared))
    cases = samples(given)
    readings = _mean([fit_readings(cases, seed) for seed in _SEEDS])
    shown, stood = judged(given, Model(readings))
    others = _mean([{"part": fit_parts(shown, seed), "status": fit_status(stood, seed)} for seed in _SEEDS])
    _write(readings | others)
    print(f"{len(cases)} amounts, {len(shown)} organisations in documents -> {_TARGET}")


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
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
