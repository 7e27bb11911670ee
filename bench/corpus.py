"""From gold documents and rows to what the weights are fitted to: cases with their right answers.

Documents are those of `tests/cases/reading_gold` but the unseen ones, the rows of `tests/cases`, and, where SHARED is
given, the development gold of `SHARED/eval`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from bench.gold import FOLDER, UNSEEN, one, watchlist_of
from streams.extract.casting import Cast
from streams.extract.claims import Seen, others_of
from streams.extract.discovery import UNLISTED
from streams.extract.focus import Focus
from streams.extract.judging import FIGURES, Judged, judge
from streams.extract.model import PAID, ROLES, STATUSES, TO_COMPANY, TO_PROJECT, Candidate, Case, Model
from streams.extract.partners import showings
from streams.extract.past import Past, Settled
from streams.extract.reader import Reader
from streams.extract.status import of_status
from streams.extract.watchlist import Watchlist
from streams.extract.weights import names_of
from streams.records import Article, Role, Status

Json = Mapping[str, Any]

_CASES = Path(__file__).parents[1] / "tests/cases"
_SEEN = datetime(2025, 11, 22, tzinfo=UTC)
_ROWS_COUNT = 3  # a row states a pattern on purpose: it counts as three documents


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
            if _TELLS & row.keys():
                shown += _shown(seen, row, amounts)
    return shown, stood


def _samples(seen: Seen, row: Json, listed: frozenset[str]) -> Iterator[Sample]:
    """Each amount with the gold's answer; the history of the text is the gold's too."""
    gold = _aligned(seen, row)
    past = Past()
    settled: dict[int, Settled] = {}
    for view in seen.views:
        cast = Cast(view, seen.known)
        for at, index in enumerate(view.scene.amounts):
            wanted, amount = gold.get(index), seen.found[index]
            counts = wanted is not None and not wanted.get("boilerplate")
            case = cast.case_of(Focus(view, seen.found, at), past)
            answers = answers_of(case, wanted, listed) if wanted is not None and counts else _NOTHING
            if amount.converts is None and (counts or wanted is None):
                yield Sample(str(row["id"]), case, answers, wanted)
                settled[index] = _settled(case, answers)
            past.note(amount, settled.get(index if amount.converts is None else amount.converts, _OTHER))


_OTHER = Settled("other")


def _settled(case: Case, answers: Mapping[Role, Answer]) -> Settled:
    """The first accepted reading, as far as its parties are among the candidates."""
    role, answer = next(iter(answers.items()))
    receiving = case.projects if role in TO_PROJECT else case.companies if role in TO_COMPANY else ()
    payers, receivers = _first(case.payers if role in PAID else (), answer.payers), _first(receiving, answer.receivers)
    return Settled(role, payers, receivers[0] if receivers else None)


def _first(candidates: Sequence[Candidate], right: frozenset[int] | None) -> tuple[str, ...]:
    return candidates[min(right)].entities if candidates and right else ()


def _stood(seen: Seen, row: Json, judged: Sequence[Judged]) -> Iterator[Stood]:
    """Each amount whose status the gold tells, as it was judged."""
    gold = _aligned(seen, row)
    for at, view in enumerate(seen.views):
        following = seen.views[at + 1].scene if at + 1 < len(seen.views) else None
        for index in view.scene.amounts:
            right = frozenset(gold[index].get("status", ())) if index in gold else frozenset()
            if right:
                yield Stood(names_of(of_status(judged[index], following)), right)


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


# What of a row tells who takes part: of the listed, and of the unlisted. Gold documents tell the first alone.
_TELLS = frozenset(("partners", "unlisted"))


def _shown(seen: Seen, row: Json, judged: Sequence[Judged]) -> Iterator[Shown]:
    """Whoever of the listed and of the unlisted the text names, where the row tells who of them takes part."""
    takes_part = {one(each) for each in row.get("partners", ())} | {
        f"{UNLISTED}{each}" for each in row.get("unlisted", ())
    }
    open_ = {one(each) for each in row.get("ambiguous_partners", ())}
    others = [list(others_of(seen, view.scene)) for view in seen.views] if "unlisted" in row else ()
    for entity, shown in showings(seen.views, judged, others).items():
        told = "unlisted" if entity.startswith(UNLISTED) else "partners"
        if told in row and one(entity) not in open_:
            yield Shown(
                str(row["id"]), entity, tuple(names_of(each.signs) for each in shown), one(entity) in takes_part
            )


def sources(shared: Path | None) -> Iterator[Source]:
    """All that may be fitted to."""
    shipped = watchlist_of(FOLDER / "none")
    for path in sorted(FOLDER.glob("*.jsonl")):
        if not path.stem.endswith(UNSEEN):
            yield Source(_lines(path), watchlist_of(path))
    if shared is not None:
        for name in ("seeds", "dev"):
            yield Source(_lines(shared / "eval" / f"{name}.jsonl"), shipped)
    rows = [*_amount_rows(Reader(shipped)), *_partner_rows(), *_discovery_rows()]
    # Whichever group a row stands in, the fit is the same.
    rows.sort(key=lambda row: (str(row["text"]), str(row["id"])))
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


# A row that only says that the text stands by a sum, or leaves it open, tells that its status is not "denied".
_STANDS = frozenset(("affirmed", "doubted"))
_NOT_DENIED = [each for each in STATUSES if each != "denied"]


def _told(expected: str) -> Json:
    role, payers, _, to, *rest = expected.split()
    return {
        "role": [role],
        "from": [] if payers == "-" else payers.split("+"),
        "to": None if to == "-" else to,
        "status": _NOT_DENIED if _STANDS & {*rest} else [each for each in rest if each in STATUSES],
    }


def _partner_rows() -> Iterator[Json]:
    """The rows of partners.yaml ("organisation @ project", affirmed, doubted or denied) as gold."""
    for identity, (text, *expected) in _case_rows("partners"):
        told = [each.split(" @ ") for each in expected]
        named = [name for name, at in told if not at.endswith("denied")]
        left = [name for name, at in told if at.endswith("denied")]
        yield {
            "id": identity,
            "text": text,
            "partners": [each for each in named if not each.startswith(UNLISTED)],
            "unlisted": [each.removeprefix(UNLISTED) for each in named if each.startswith(UNLISTED)],
            "ambiguous_partners": left,
        }


def _discovery_rows() -> Iterator[Json]:
    """The rows of discovery.yaml: who of the unlisted takes part; of the listed they tell nothing."""
    for identity, (text, *names) in _case_rows("discovery"):
        yield {"id": identity, "text": text, "unlisted": names}
