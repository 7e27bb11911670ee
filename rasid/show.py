"""What is in the ledger, for people as aligned tables and for programs as JSON lines. Nothing here decides anything."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Literal

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from alerts import render, words
from alerts.facts import Step
from alerts.ledger import Delivery, Fact
from alerts.reports import Report
from rasid.articles import Hit
from rasid.difference import Difference, Line
from rasid.feedcare import Tested
from rasid.feedhealth import Row, span
from rasid.watch import Found
from streams.letters import Filed, obstacle
from streams.records import Article, Change, Figure, Known

Format = Literal["table", "json"]
Cells = Sequence[str]

_SENTENCE = 100
_WHOLE = 100_000
_ID = 12
_NAME = 30


def facts(rows: Iterable[Fact], form: Format) -> None:
    """What is known: key, value, since when, on how many origins' word."""
    if form == "json":
        _json_lines(
            {
                "fact": row.fact,
                "present": render.plain(row.present),
                "contender": render.plain(row.contender),
                "since": _when(row.since),
                "origins": row.origins,
                "confidence": row.confidence,
                "changes": row.changes,
                "evidence": _evidence(row.present),
                "url": row.present.evidence.url if row.present else None,
            }
            for row in rows
        )
        return
    cells = ((row.fact, _value(row.present), _day(row.since), str(row.origins), _sentence(row.present)) for row in rows)
    _table(("fact", "value", "since", "origins", "evidence"), cells)


def changes(rows: Iterable[Change], form: Format, silences: Mapping[str, str] | None = None) -> None:
    """What moved, in the order given: when, what, from what to what; with `silences` also why nobody was told."""
    if form == "json":
        _json_lines(change_line(row) | _silence(row, silences) for row in rows)
        return
    headings = ("seen", "kind", "fact", "was", "is", "evidence", *(() if silences is None else ("silence",)))
    _table(headings, ((*_cells(row), *(why or "" for why in _silence(row, silences).values())) for row in rows))


def _silence(row: Change, silences: Mapping[str, str] | None) -> dict[str, str | None]:
    return {} if silences is None else {"silence": silences.get(row.change_id)}


def _cells(row: Change) -> tuple[str, ...]:
    return _day(row.time), row.kind, row.fact, _value(row.old), _value(row.new), _sentence(row.new)


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
        "published": _when(shown.evidence.time) if shown else None,
    }


def told(lines: Iterable[Line]) -> None:
    """Changes as lines of a back-test, in the order given."""
    _table(("item", "kind", "fact", "was", "is"), (_line_cells(line, line.get("item")) for line in lines))


def differences(found: Iterable[Difference], form: Format) -> None:
    """How two runs differ: what comes, what goes, and what changes from what to what."""
    if form == "json":
        _json_lines({"difference": one.verdict, "was": one.was, "now": one.now} for one in found)
        return
    marks = {"comes": "+ comes", "goes": "- goes", "changes": "~ changes"}
    rows = []
    for one in found:
        if one.was:
            rows.append(_line_cells(one.was, marks[one.verdict] if not one.now else f"{marks[one.verdict]} from"))
        if one.now:
            rows.append(_line_cells(one.now, marks[one.verdict] if not one.was else "  to"))
    _table(("difference", "kind", "fact", "was", "is"), rows)


def _line_cells(line: Line, first: object) -> Cells:
    return str(first), str(line["kind"]), str(line["fact"]), _plain(line.get("old")), _plain(line.get("new"))


def _plain(value: object) -> str:
    """A value of a line in the words of the tables."""
    if not isinstance(value, dict):
        return ""
    english = words.WORDS["en"]
    if "state" in value:
        return english.state.get(value["state"], str(value["state"]))
    ends = {name: None if value[name] is None else Decimal(str(value[name])) for name in ("low", "high")}
    figure = msgspec.convert({**value, **ends, "type": "figure"}, Figure)
    status = english.status.get(figure.status)
    return f"{words.money(figure, 'en')} ({status})" if status else words.money(figure, "en")


def history(steps: Iterable[Step], form: Format) -> None:
    """How one fact's value moved, oldest first, by the time of the events."""
    if form == "json":
        _json_lines(map(_step, steps))
        return
    cells = (
        (
            _day(step.known.evidence.time),
            f"{_value(step.known)}{_fate(step)}",
            str(len(step.reports)),
            str(step.voices.origins),
            _sentence(step.known),
            step.known.evidence.url,
        )
        for step in steps
    )
    _table(("time", "value", "reports", "origins", "evidence", "link"), cells)


def _fate(step: Step) -> str:
    """What became of a value that was not simply followed by the next."""
    return " (denied)" if step.denied else " (overtaken)" if step.overtaken else ""


def _step(step: Step) -> dict[str, object]:
    """A step with every report that it rests on, and the one that took it back."""
    denial = step.denied
    return {
        "value": render.plain(step.known),
        "time": _when(step.known.evidence.time),
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
        "time": _when(report.event_time),
        "url": report.url,
        "title": report.title,
        "evidence": report.claim.sentence,
    }


def deliveries(rows: Iterable[Delivery], form: Format) -> None:
    """What was sent where, and how it went."""
    if form == "json":
        _json_lines(msgspec.to_builtins(row) for row in rows)
        return
    cells = (
        (row.delivery_id, row.fact, row.destination, row.state, str(row.attempts), _ended(row), row.reason or "")
        for row in rows
    )
    _table(("delivery", "fact", "destination", "state", "tries", "when", "reason"), cells)


def _ended(row: Delivery) -> str:
    """When it ended; of one that has not, when it is tried next."""
    return _minute(row.finished) if row.finished else f"next {_minute(row.next_at)}"


def feeds(rows: Iterable[Row], form: Format) -> None:
    """Each source's health at a glance."""
    if form == "json":
        _json_lines(msgspec.to_builtins(row) for row in rows)
        return
    now = datetime.now(UTC)
    cells = (
        (
            row.source_id,
            row.health,
            _since(row.last_success, now),
            span(row.cadence),
            span(row.silent),
            _failed(row),
            _until(row.next_poll, now),
            words.isolate(words.clean(row.title, _NAME)),
        )
        for row in rows
    )
    _table(("source", "health", "last read", "news every", "silent for", "failures", "next poll", "title"), cells)


def _failed(row: Row) -> str:
    """How often in a row and why; behind it how often for which reason, ever."""
    ever = ", ".join(f"{reason} {count}" for reason, count in row.by_reason.items())
    return f"{row.failures} {row.reason} ({ever})" if row.failures else ever and f"({ever})"


def tested(rows: Iterable[Tested], form: Format) -> None:
    """What each source came to when it was asked."""
    found = [
        {
            "source": row.source.id,
            "failed": row.checked.failed.reason if row.checked.failed else None,
            "detail": row.checked.failed.detail if row.checked.failed else None,
            "format": row.checked.feeds[0].format if row.checked.feeds else None,
            "items": len(row.checked.articles),
            "moved": row.checked.moved,
        }
        for row in rows
    ]
    if form == "json":
        _json_lines(found)
        return
    cells = (
        (str(row["source"]), str(row["failed"] or "ok"), str(row["items"]), str(row["detail"] or row["moved"] or ""))
        for row in found
    )
    _table(("source", "came to", "items", "detail"), cells)


def articles(rows: Iterable[Hit], form: Format) -> None:
    """Archived articles, each with the words around what was looked for."""
    if form == "json":
        _json_lines({**msgspec.to_builtins(row.article), "snippet": row.snippet} for row in rows)
        return
    cells = (
        (
            row.article.article_id[:_ID],
            _minute(row.article.fetched_at),
            row.article.source_id,
            words.isolate(words.clean(row.article.title, _SENTENCE)),
            words.isolate(words.clean(row.snippet, _SENTENCE)),
        )
        for row in rows
    )
    _table(("article", "seen", "source", "title", "text"), cells)


def article(revisions: Sequence[Article], form: Format) -> None:
    """One article: its newest revision whole, and when each of them came."""
    if form == "json":
        _json_lines(msgspec.to_builtins(each) for each in revisions)
        return
    newest = revisions[-1]
    about = {
        "article": newest.article_id,
        "source": newest.source_id,
        "address": newest.url,
        "published": _minute(newest.published_at) if newest.published_at else "unknown",
        "title": words.isolate(words.clean(newest.title, _WHOLE)),
    }
    sys.stdout.writelines(f"{name:10} {value}\n" for name, value in about.items())
    for each in revisions:
        title = words.isolate(words.clean(each.title, _SENTENCE))
        sys.stdout.write(f"revision {each.revision:<2} {_minute(each.fetched_at)} {title}\n")
    lines = (words.clean(line, _WHOLE) for line in newest.body.splitlines())
    sys.stdout.write("\n" + "\n".join(filter(None, lines)) + "\n")


def dead_letters(rows: Iterable[Filed], form: Format) -> None:
    """What stages could not use: its id, when, where, why, and whether it was sent again."""
    if form == "json":
        _json_lines(
            {
                "id": row.id,
                **msgspec.to_builtins(row.letter),
                "redriven": _when(row.redriven),
                "obstacle": obstacle(row),
            }
            for row in rows
        )
        return
    cells = (
        (row.id, _minute(row.letter.time), row.letter.stage, row.letter.reason, row.letter.key or "",
         _minute(row.redriven), row.letter.detail[:_SENTENCE])
        for row in rows
    )  # fmt: skip
    _table(("id", "time", "stage", "reason", "source", "sent again", "detail"), cells)


def unlisted(rows: Iterable[Found], form: Format) -> None:
    """The organisations that nobody listed: in how many articles, of which project, and the newest sentence."""
    if form == "json":
        _json_lines(msgspec.to_builtins(row) for row in rows)
        return
    cells = (
        (row.name, str(row.articles), row.project or "", words.isolate(words.clean(row.sentence, _SENTENCE)))
        for row in rows
    )
    _table(("name", "articles", "project", "evidence"), cells)


def _json_lines(rows: Iterable[Mapping[str, object]]) -> None:
    for row in rows:
        sys.stdout.write(json.dumps(row, ensure_ascii=False, default=str) + "\n")


def _table(headers: Sequence[str], rows: Iterable[Cells]) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for header in headers:
        table.add_column(header, overflow="fold")
    for row in rows:
        # Text, not str: what comes from an article is never read as markup.
        table.add_row(*(Text(cell) for cell in row))
    Console(soft_wrap=False).print(table)


def _value(known: Known | None) -> str:
    return words.value(known, "en")


def _evidence(known: Known | None) -> str | None:
    return known.evidence.sentence if known else None


def _sentence(known: Known | None) -> str:
    return words.isolate(words.clean(known.evidence.sentence, _SENTENCE)) if known else ""


def _when(time: datetime | None) -> str | None:
    return time.isoformat() if time else None


def _day(time: datetime | None) -> str:
    return time.date().isoformat() if time else ""


def _since(time: datetime | None, now: datetime) -> str:
    return f"{span((now - time).total_seconds())} ago" if time else "never"


def _until(time: datetime | None, now: datetime) -> str:
    if time is None:
        return ""
    return f"in {span((time - now).total_seconds())}" if time > now else "now"


def _minute(time: datetime | None) -> str:
    return time.strftime("%Y-%m-%d %H:%M") if time else "never"
