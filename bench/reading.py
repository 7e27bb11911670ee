"""What the reader makes of texts that are not ours to keep: other projects' amounts, and partners it does not know.

    python -m bench.reading SHARED

Prints the peers' amounts that are read otherwise than their files say, and how many of the dev gold's partners are
found as unlisted once the watchlist forgets them.
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
_SEEN = datetime(2025, 11, 22, tzinfo=UTC)


def lines(path: Path) -> list[Json]:
    """The objects of a JSON Lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def article(row: Json) -> Article:
    """The text of a gold row as an article without a title."""
    return Article(
        article_id=row["id"], revision=1, source_id="b", url="", title="", body=row["text"], fetched_at=_SEEN
    )


def peers(folder: Path, reader: Reader) -> None:
    """For each file how many rows have every expected value and currency, and the others."""
    for path in sorted(folder.glob("*.jsonl")):
        rows = lines(path)
        wrong = [(row, found) for row in rows if not _as_expected(row, found := reader.read(article(row)).amounts)]
        print(f"{path.stem}: {len(rows) - len(wrong)} of {len(rows)} rows")
        for row, found in wrong:
            wanted = [(each.get("value"), each.get("currency")) for each in row["expected"]]
            read = [(str(a.low), str(a.high), a.currency, a.surface) for a in found]
            print(f"  {row['id']}: {row['text']!r} wants {wanted}, read {read}")


def _as_expected(row: Json, found: tuple[Amount, ...]) -> bool:
    return all(any(_same(each, amount) for amount in found) for each in row["expected"])


def _same(expected: Json, found: Amount) -> bool:
    """Whether value and currency agree; a currency that the file itself calls open ("AMBIGUOUS_…", "AED?") fits any."""
    low, high = expected.get("low", expected.get("value")), expected.get("high", expected.get("value"))
    wanted = [None if end is None else float(end) for end in (low, high)]
    read = [None if end is None else float(end) for end in (found.low, found.high)]
    single = wanted[0] == wanted[1] and wanted[0] in read
    currency = expected.get("currency") or ""
    open_ended = currency.startswith("AMBIGUOUS") or currency.rstrip("?") == found.currency
    return (read == wanted or single) and (open_ended or found.currency == currency)


def discovery(gold: Path) -> None:
    """Forget one partner at a time, and read the documents that name it."""
    rows, names = lines(gold), yaml.safe_load(_WATCHLIST.read_text(encoding="utf-8"))
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


def report(shared: Path) -> None:
    """Print both."""
    peers(shared / "eval/peers", Reader(load(_WATCHLIST.read_text(encoding="utf-8"))))
    discovery(shared / "eval/dev.jsonl")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m bench.reading SHARED")
    report(Path(sys.argv[1]))
