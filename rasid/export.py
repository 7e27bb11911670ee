"""All that is known, for other programs: facts, changes and claims as JSON Lines or CSV.

One rule: a spreadsheet that opens the CSV computes nothing. A cell that would begin a formula begins with an
apostrophe, which a spreadsheet takes for "this is text".
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import IO, Literal

from alerts import render
from alerts.ledger import Fact, Ledger
from alerts.reports import Report, known
from streams.records import Change, Evidence, Known

What = Literal["facts", "changes", "claims"]
Form = Literal["jsonl", "csv"]
Row = Mapping[str, object]

# What spreadsheets take for the beginning of a formula, or drop and then find one.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_VALUE = ("low", "high", "currency", "qualifier", "status", "state")


def export(ledger: Ledger, what: What) -> Iterator[Row]:
    """The rows of everything of that kind, oldest first or by key; every row has the same columns."""
    match what:
        case "facts":
            yield from map(fact_row, ledger.facts())
        case "changes":
            yield from (change_row(change, silence) for change, silence in ledger.all_changes())
        case "claims":
            yield from map(_claim, ledger.all_claims())


def write(rows: Iterable[Row], form: Form, out: IO[str]) -> None:
    """Write the rows, each as soon as it comes."""
    if form == "jsonl":
        for row in rows:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
        return
    table = csv.writer(out)  # whose lines end in CR LF, so that it quotes either
    for number, row in enumerate(rows):
        if number == 0:
            table.writerow(row)
        table.writerow([cell(value) for value in row.values()])


def cell(value: object) -> str:
    """A value as a cell of a CSV file that no spreadsheet computes."""
    if value is None:
        return ""
    if not isinstance(value, str):
        return json.dumps(value)
    return f"'{value}" if value.lstrip(" ").startswith(_FORMULA) else value


def fact_row(fact: Fact) -> Row:
    """One fact."""
    return {
        "fact": fact.fact,
        **_value("", fact.present),
        **_value("contender_", fact.contender),
        "since": _when(fact.since),
        "origins": fact.origins,
        "confidence": fact.confidence,
        "changes": fact.changes,
        **_evidence("", fact.present),
    }


def change_row(change: Change, silence: str | None) -> Row:
    """One change, and why nobody was told of it."""
    return {
        "change_id": change.change_id,
        "fact": change.fact,
        "number": change.number,
        "kind": change.kind,
        "reason": change.reason,
        "told": silence is None,
        "silence": silence,
        "time": _when(change.time),
        "origins": change.origins,
        "confidence": change.confidence,
        **_value("old_", change.old),
        **_value("new_", change.new),
        **_value("other_", change.other),
        **_evidence("old_", change.old),
        **_evidence("new_", change.new),
        **_evidence("other_", change.other),
    }


def _claim(report: Report) -> Row:
    claim, said = report.claim, known(report)
    return {
        "article_id": report.article_id,
        "fact": claim.fact,
        "kind": claim.kind,
        "role": claim.role,
        "from": "+".join(claim.payers) or None,
        "to": claim.to,
        **_value("", said),
        "polarity": claim.polarity,
        "time": claim.time,
        "salient": claim.salient,
        "confidence": claim.confidence,
        "rule": claim.rule,
        "speaker": claim.speaker,
        "first_seen": _when(report.first_seen),
        **_evidence("", said),
    }


def _value(prefix: str, said: Known | None) -> Row:
    given = render.plain(said) or {}
    return {f"{prefix}{name}": given.get(name) for name in _VALUE}


def _evidence(prefix: str, said: Known | None) -> Row:
    found: Evidence | None = said.evidence if said else None
    return {
        f"{prefix}evidence": found.sentence if found else None,
        f"{prefix}source": found.source_id if found else None,
        f"{prefix}title": found.title if found else None,
        f"{prefix}url": found.url if found else None,
        f"{prefix}published": _when(found.time) if found else None,
    }


def _when(time: datetime | None) -> str | None:
    return time.isoformat() if time else None
