"""How well the reader reads the gold documents of our own, on any watchlist.

    python -m bench.gold [FILE …]

Each file of `tests/cases/reading_gold` is a line a document; `other` and `trades` have watchlists of their own, which
is how subjects are read that no rule was written for. What counts as right is what `eval/README.md` of the gold's
format says: lists accept each of their entries, and a slot that may be empty may be.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from streams.extract.discovery import UNLISTED
from streams.extract.reader import Reader
from streams.extract.watchlist import Watchlist, load
from streams.records import Amount, Article, Claim, Reading, Span

Json = Mapping[str, Any]

FOLDER = Path(__file__).parents[1] / "tests/cases/reading_gold"
_SHIPPED = Path(__file__).parents[1] / "seeds/watchlist.yaml"
# Documents that nothing is fitted to.
UNSEEN = "_unseen"
_SEEN = datetime(2025, 11, 22, tzinfo=UTC)
_FIGURES = frozenset(("total", "initial", "commitment"))
# A unit counts as its parent.
_PARENT = {"sk-group": "sk-hynix", "vision-fund": "softbank"}


@dataclass
class Tally:
    """What was found of what was wanted."""

    right: int = 0
    false: int = 0
    missed: int = 0

    def add(self, wanted: set[str], found: set[str]) -> None:
        """Count one document's set."""
        self.right += len(wanted & found)
        self.false += len(found - wanted)
        self.missed += len(wanted - found)

    @property
    def precision(self) -> float:
        """The part of what was found that was wanted; 1 where nothing was found."""
        return self.right / (self.right + self.false) if self.right + self.false else 1.0

    @property
    def recall(self) -> float:
        """The part of what was wanted that was found; 1 where nothing was wanted."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0


@dataclass
class Score:
    """The figures of one gold file. A figure is a total, a first part or a commitment of a watched project."""

    documents: int = 0
    asked: int = 0
    claims: int = 0
    amounts: Tally = field(default_factory=Tally)
    figures: Tally = field(default_factory=Tally)
    partners: Tally = field(default_factory=Tally)
    silent: int = 0
    distractors: int = 0

    @property
    def claim(self) -> float:
        """The part of the amounts whose role, payer and receiver are all right."""
        return self.claims / self.asked if self.asked else 1.0

    def line(self, name: str) -> str:
        """The row of the table."""
        pairs = (self.amounts, self.figures, self.partners)
        told = "".join(f"{each.precision:9.3f}{each.recall:7.3f}" for each in pairs)
        return f"{name:20}{self.documents:6}{self.claim:8.3f}{told}{self.silent:7} of {self.distractors}"


def score(rows: Iterable[Json], reader: Reader, projects: frozenset[str], listed: frozenset[str]) -> Score:
    """The reader's score on gold rows; `projects` are the watched ones, `listed` the organisations it can name."""
    total = Score()
    for row in rows:
        article = Article(
            article_id=row["id"], revision=1, source_id="gold", url="", title="", body=row["text"], fetched_at=_SEEN
        )
        _document(total, row, reader.read(article), projects, listed)
    return total


def _document(total: Score, row: Json, reading: Reading, projects: frozenset[str], listed: frozenset[str]) -> None:
    total.documents += 1
    told: dict[Span, list[Claim]] = {}
    for claim in (each for each in reading.claims if each.amount is not None):
        assert claim.amount is not None
        told.setdefault(claim.amount.span, []).append(claim)
    free, raised = list(reading.amounts), False
    for gold in row["amounts"]:
        found = max(free, key=lambda each: _overlap(gold, each.span), default=None)
        found = found if found is not None and _overlap(gold, found.span) > 0 else None
        if found is not None:
            free.remove(found)
        raised |= _amount(total, gold, found, told.get(found.span, []) if found else [], projects)
    for extra in free:
        total.amounts.false += 1
        false = any(_is_figure(claim, projects) for claim in told.get(extra.span, ()))
        total.figures.false += false
        raised |= false
    named = {
        one(claim.payers[0])
        for claim in reading.claims
        if claim.kind == "partner" and claim.polarity != "denied" and not claim.payers[0].startswith(UNLISTED)
    }
    open_ = {one(each) for each in row.get("ambiguous_partners", ())}
    wanted = {one(each) for each in row["partners"]} & listed
    total.partners.add(wanted - open_, named - open_)
    if row["kind"] == "distractor":
        total.distractors += 1
        total.silent += not raised and not named - open_


def _amount(total: Score, gold: Json, found: Amount | None, told: Sequence[Claim], projects: frozenset[str]) -> bool:
    """Count one amount of the gold; whether it was read as a figure of a watched project."""
    wanted = gold["role"][0] in _FIGURES and gold["to"] in projects and not gold.get("boilerplate")
    same = found is not None and _same(gold, found)
    right = same and bool(told) and _claimed(gold, told)
    raised = any(_is_figure(claim, projects) for claim in told)
    target = bool(told) and _role(gold, told[0]) and _receiver(gold, told[0])
    total.figures.right += raised and same and target
    total.figures.false += raised and not (same and target)
    total.figures.missed += wanted and not (raised and same and target)
    if not gold.get("boilerplate"):
        total.asked += 1
        total.claims += right
        total.amounts.right += same
        total.amounts.missed += not same
        total.amounts.false += found is not None and not same
    return raised


def _claimed(gold: Json, told: Sequence[Claim]) -> bool:
    payers = {one(each) for claim in told for each in claim.payers}
    accepted = {one(each) for each in (*gold["from"], *gold.get("from_accept", ()))}
    paid = payers <= accepted if payers else not gold["from"] or "from_accept" in gold
    return paid and _role(gold, told[0]) and _receiver(gold, told[0])


def _role(gold: Json, claim: Claim) -> bool:
    return (claim.role or "other") in gold["role"] or (claim.role == "secured" and "capex" in gold["role"])


def _receiver(gold: Json, claim: Claim) -> bool:
    return one(claim.to) in {one(each) for each in (gold["to"], *gold.get("to_accept", ()))}


def _is_figure(claim: Claim, projects: frozenset[str]) -> bool:
    return claim.role in _FIGURES and claim.to in projects and claim.status != "denied"


def _same(gold: Json, found: Amount) -> bool:
    """Whether value and currency agree; an open end is as good as the one that is told."""
    value = gold["value"]
    if found.currency != gold["currency"]:
        return False
    if value is None:
        return found.qualifier == "vague" or (found.low is None and found.high is None)
    ends = [float(end) for end in (found.low, found.high) if end is not None]
    return ends == list(map(float, value)) if isinstance(value, list) else bool(ends) and set(ends) == {float(value)}


def _overlap(gold: Json, span: Span) -> int:
    return min(int(gold["end"]), span.end) - max(int(gold["start"]), span.start)


def one(entity: str | None) -> str:
    """The id under which an entity counts; empty for nobody."""
    return _PARENT.get(entity or "", entity or "")


def watchlist_of(path: Path) -> Watchlist:
    """The watchlist of a gold file: the one beside it (`NAME_watchlist.yaml`), or the shipped one."""
    own = path.with_name(f"{path.stem.removesuffix(UNSEEN)}_watchlist.yaml")
    return load((own if own.exists() else _SHIPPED).read_text(encoding="utf-8"))


def score_file(path: Path) -> Score:
    """The score of a gold file."""
    watchlist = watchlist_of(path)
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    listed = frozenset(one(each.id) for each in watchlist.organisations)
    return score(rows, Reader(watchlist), frozenset(each.id for each in watchlist.projects), listed)


def main(paths: Sequence[Path]) -> None:
    """Print a row for each file."""
    heads = "".join(f"{name:>9}{'':7}" for name in ("amounts", "figures", "partners"))
    print(f"{'gold':20}{'docs':>6}{'claim':>8}{heads} silent")
    for path in paths or sorted(FOLDER.glob("*.jsonl")):
        print(score_file(path).line(path.stem))


if __name__ == "__main__":
    main([Path(each) for each in sys.argv[1:]])
