"""What the reader makes of texts that are not ours to keep: other projects' amounts, and partners it does not know.

    python -m bench.reading SHARED

Prints the peers' amounts that are read otherwise than their files say and why, and how many of the dev gold's partners
are found as unlisted once the watchlist forgets them. Exit status 1 when fewer amounts are right than wanted.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from streams.arabic.fold import fold_key
from streams.extract.discovery import UNLISTED
from streams.extract.reader import Reader
from streams.extract.watchlist import load
from streams.records import Amount, Article

Json = dict[str, Any]

_WATCHLIST = Path(__file__).parents[1] / "seeds/watchlist.yaml"
# Rows of each file that must have value and currency right.
_FLOORS = {"duckling_money_ar": 57, "nemo_money_ar": 43, "recognizers_currency_ar": 8}
# What a file writes for a currency that several countries share and its text does not decide.
_OPEN = "AMBIGUOUS"
_SEEN = datetime(2025, 11, 22, tzinfo=UTC)


def lines(path: Path) -> list[Json]:
    """The objects of a JSON Lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def article(row: Json) -> Article:
    """The text of a gold row as an article without a title."""
    return Article(
        article_id=row["id"], revision=1, source_id="b", url="", title="", body=row["text"], fetched_at=_SEEN
    )


def peers(folder: Path, reader: Reader) -> list[str]:
    """Print for each file how many rows have just the expected values and currencies, and the others with a reason.

    Gives what falls short of `_FLOORS`. A row whose own text leaves its currency open ("10 جنيه") is right for nobody.
    """
    short = []
    for path in sorted(folder.glob("*.jsonl")):
        rows = lines(path)
        wrong = [(row, found) for row in rows if not _as_expected(row, found := reader.read(article(row)).amounts)]
        right, floor = len(rows) - len(wrong), _FLOORS.get(path.stem, len(rows))
        print(f"{path.stem}: {right} of {len(rows)} rows, at least {floor} wanted")
        for row, found in wrong:
            wanted = [(each.get("value"), each.get("currency")) for each in row["expected"]]
            read = [(str(a.low), str(a.high), a.currency, a.surface) for a in found]
            reason = "its own text leaves the currency open" if _is_open(row) else "read otherwise"
            print(f"  {row['id']}, {reason}: {row['text']!r} wants {wanted}, read {read}")
        if right < floor:
            short.append(f"{path.stem}: {right} rows, {floor} wanted")
    return short


def _is_open(row: Json) -> bool:
    return any((each.get("currency") or "").startswith(_OPEN) for each in row["expected"])


def _as_expected(row: Json, found: tuple[Amount, ...]) -> bool:
    """Whether exactly the expected amounts were read."""
    expected = row["expected"]
    return len(found) == len(expected) and all(any(_same(each, amount) for amount in found) for each in expected)


def _same(expected: Json, found: Amount) -> bool:
    """Whether value and currency agree; "AED?" is a currency that the file's author supplied, and stands for itself."""
    wanted = {float(expected[end] if end in expected else expected["value"]) for end in ("low", "high")}
    ends = {float(end) for end in (found.low, found.high) if end is not None}
    return ends == wanted and (expected.get("currency") or "").rstrip("?") == found.currency


def discovery(gold: Path) -> None:
    """Forget one partner at a time, and read the documents that name it."""
    rows, names = lines(gold), yaml.load(_WATCHLIST.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    known = {each["id"]: each for each in names["organisations"]}
    wanted = found = 0
    reports: dict[str, int] = {}
    for partner in sorted({each for row in rows for each in row.get("partners", ())} & known.keys()):
        forgotten = names | {"organisations": [each for each in names["organisations"] if each["id"] != partner]}
        reader = Reader(load(yaml.safe_dump(forgotten, allow_unicode=True)))
        for row in (row for row in rows if partner in row["partners"]):
            surfaces = list(_unlisted(reader, row))
            right = {fold_key(name) for name in row["surface_forms"].get(partner, ())}
            hit = any(fold_key(each) in right for each in surfaces)
            wanted, found = wanted + 1, found + hit
            if not hit:
                print(f"  {row['id']} {partner}: missed {row['surface_forms'].get(partner)}, reported {surfaces}")
            for each in surfaces:
                reports[each] = reports.get(each, 0) + 1
    print(f"leave one out: {found} of {wanted} found with a right surface")
    told = ", ".join(f"{name} ({count})" for name, count in sorted(reports.items()))
    print(f"{sum(reports.values())} reports: {told}")


def _unlisted(reader: Reader, row: Json) -> Iterator[str]:
    for claim in reader.read(article(row)).claims:
        yield from (payer.removeprefix(UNLISTED) for payer in claim.payers if payer.startswith(UNLISTED))


def report(shared: Path) -> list[str]:
    """Print both; gives what falls short."""
    short = peers(shared / "eval/peers", Reader(load(_WATCHLIST.read_text(encoding="utf-8"))))
    discovery(shared / "eval/dev.jsonl")
    return short


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m bench.reading SHARED")
    sys.exit("\n".join(report(Path(sys.argv[1]))) or 0)
