"""What is in the ledger, for people and for programs. Nothing here decides anything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal

import msgspec

from alerts import keys, render, words
from alerts.facts import Step
from alerts.ledger import Delivery, Fact
from alerts.reports import Report
from rasid.difference import Difference, Line
from rasid.printing import SENTENCE, Cells, Format, json_lines, minute, table, when
from streams.records import Change, Figure, Known


def facts(rows: Iterable[Fact], form: Format) -> None:
    """What is known: key, value, since when, on how many origins' word."""
    if form == "json":
        json_lines(
            {
                "fact": row.fact,
                "present": render.plain(row.present),
                "contender": render.plain(row.contender),
                "since": when(row.since),
                "origins": row.origins,
                "confidence": row.confidence,
                "changes": row.changes,
                "evidence": _evidence(row.present),
                "url": row.present.evidence.url if row.present else None,
            }
            for row in rows
        )
        return
    cells = (
        (row.fact, _value(row.fact, row.present), _day(row.since), str(row.origins), _sentence(row.present))
        for row in rows
    )
    table(("fact", "value", "since", "origins", "evidence"), cells)


def changes(rows: Iterable[Change], form: Format, silences: Mapping[str, str] | None = None) -> None:
    """What moved, in the order given: when, what, from what to what; with `silences` also why nobody was told."""
    if form == "json":
        json_lines(change_line(row) | _silence(row, silences) for row in rows)
        return
    headings = ("seen", "kind", "fact", "was", "is", "evidence", *(() if silences is None else ("silence",)))
    table(headings, ((*_cells(row), *(why or "" for why in _silence(row, silences).values())) for row in rows))


def _silence(row: Change, silences: Mapping[str, str] | None) -> dict[str, str | None]:
    return {} if silences is None else {"silence": silences.get(row.change_id)}


def _cells(row: Change) -> tuple[str, ...]:
    return _day(row.time), row.kind, row.fact, _value(row.fact, row.old), _value(row.fact, row.new), _sentence(row.new)


def change_line(change: Change) -> dict[str, object]:
    """One change as the JSON object that `changes` and `backtest` print."""
    shown = change.new or change.other or change.old
    return {
        "item": shown.evidence.article_id if shown else None,
        "fact": change.fact,
        "kind": change.kind,
        "old": render.plain(change.old),
        "new": render.plain(change.new),
        "evidence": shown.evidence.sentence if shown else None,
        "url": shown.evidence.url if shown else None,
        "published": when(shown.evidence.time) if shown else None,
    }


def told(lines: Iterable[Line]) -> None:
    """Changes as lines of a back-test, in the order given."""
    table(("item", "kind", "fact", "was", "is"), (_line_cells(line, line.get("item")) for line in lines))


def differences(found: Iterable[Difference], form: Format) -> None:
    """How two runs differ: what comes, what goes, and what changes from what to what."""
    if form == "json":
        json_lines({"difference": one.verdict, "was": one.was, "now": one.now} for one in found)
        return
    marks = {"comes": "+ comes", "goes": "- goes", "changes": "~ changes"}
    rows = []
    for one in found:
        if one.was:
            rows.append(_line_cells(one.was, marks[one.verdict] if not one.now else f"{marks[one.verdict]} from"))
        if one.now:
            rows.append(_line_cells(one.now, marks[one.verdict] if not one.was else "  to"))
    table(("difference", "kind", "fact", "was", "is"), rows)


def _line_cells(line: Line, first: object) -> Cells:
    return str(first), str(line["kind"]), str(line["fact"]), _plain(line, "old"), _plain(line, "new")


def _plain(line: Line, which: str) -> str:
    """A value of a line in the words of the tables."""
    value = line.get(which)
    if not isinstance(value, dict):
        return ""
    english = words.WORDS["en"]
    if "state" in value:
        return english.state.get(value["state"], str(value["state"]))
    ends = {name: None if value[name] is None else Decimal(str(value[name])) for name in ("low", "high")}
    figure = msgspec.convert({**value, **ends, "type": "figure"}, Figure)
    status = words.standing(figure, "en", keys.parse(str(line["fact"])).role)
    return f"{words.money(figure, 'en')} ({status})" if status else words.money(figure, "en")


def history(fact: str, steps: Iterable[Step], form: Format) -> None:
    """How one fact's value moved, oldest first, by the time of the events."""
    if form == "json":
        json_lines(map(_step, steps))
        return
    cells = (
        (
            _day(step.known.evidence.time),
            f"{_value(fact, step.known)}{_fate(step)}",
            str(len(step.reports)),
            str(step.voices.origins),
            _sentence(step.known),
            step.known.evidence.url,
        )
        for step in steps
    )
    table(("time", "value", "reports", "origins", "evidence", "link"), cells)


def _fate(step: Step) -> str:
    """What became of a value that was not simply followed by the next."""
    return " (denied)" if step.denied else " (overtaken)" if step.overtaken else ""


def _step(step: Step) -> dict[str, object]:
    """A step with every report that it rests on, and the one that took it back."""
    denial = step.denied
    return {
        "value": render.plain(step.known),
        "time": when(step.known.evidence.time),
        "reports": len(step.reports),
        "origins": step.voices.origins,
        "confidence": step.voices.confidence,
        "evidence": step.known.evidence.sentence,
        "url": step.known.evidence.url,
        "told_by": [_report(report) for report in step.reports],
        "denied_by": _report(denial) if denial else None,
        "overtaken": step.overtaken,
    }


def _report(report: Report) -> dict[str, object]:
    return {
        "source": report.source_id,
        "time": when(report.event_time),
        "url": report.url,
        "title": report.title,
        "evidence": report.claim.sentence,
    }


def deliveries(rows: Iterable[Delivery], form: Format) -> None:
    """What was sent where, and how it went."""
    if form == "json":
        json_lines(msgspec.to_builtins(row) for row in rows)
        return
    cells = (
        (row.delivery_id, row.fact, row.destination, row.state, str(row.attempts), _ended(row), row.reason or "")
        for row in rows
    )
    table(("delivery", "fact", "destination", "state", "tries", "when", "reason"), cells)


def _ended(row: Delivery) -> str:
    """When it ended; of one that has not, when it is tried next."""
    return minute(row.finished) if row.finished else f"next {minute(row.next_at)}"


def _value(fact: str, known: Known | None) -> str:
    return words.value(known, "en", keys.parse(fact).role)


def _evidence(known: Known | None) -> str | None:
    return known.evidence.sentence if known else None


def _sentence(known: Known | None) -> str:
    return words.clean(known.evidence.sentence, SENTENCE) if known else ""


def _day(time: datetime | None) -> str:
    return time.date().isoformat() if time else ""
