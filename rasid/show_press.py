"""What came before the ledger, shown: sources, archived articles, dead letters, names that nobody listed."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import msgspec

from alerts import words
from rasid.articles import Hit
from rasid.feedcare import Tested
from rasid.feedhealth import Row, span
from rasid.printing import SENTENCE, Format, json_lines, minute, plain, table, when
from rasid.watch import Found
from streams.letters import Filed, obstacle
from streams.records import Article

_WHOLE = 100_000
_ID = 12
_NAME = 30


def feeds(rows: Iterable[Row], form: Format) -> None:
    """Each source's health at a glance."""
    if form == "json":
        json_lines(msgspec.to_builtins(row) for row in rows)
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
            words.clean(row.title, _NAME),
        )
        for row in rows
    )
    table(("source", "health", "last read", "news every", "silent for", "failures", "next poll", "title"), cells)


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
        json_lines(found)
        return
    cells = (
        (str(row["source"]), str(row["failed"] or "ok"), str(row["items"]), str(row["detail"] or row["moved"] or ""))
        for row in found
    )
    table(("source", "came to", "items", "detail"), cells)


def articles(rows: Iterable[Hit], form: Format) -> None:
    """Archived articles, each with the words around what was looked for."""
    if form == "json":
        json_lines({**msgspec.to_builtins(row.article), "snippet": row.snippet} for row in rows)
        return
    cells = (
        (
            row.article.article_id[:_ID],
            minute(row.article.fetched_at),
            row.article.source_id,
            words.clean(row.article.title, SENTENCE),
            words.clean(row.snippet, SENTENCE),
        )
        for row in rows
    )
    table(("article", "seen", "source", "title", "text"), cells)


def article(revisions: Sequence[Article], form: Format) -> None:
    """One article: its newest revision whole, and when each of them came."""
    if form == "json":
        json_lines(msgspec.to_builtins(each) for each in revisions)
        return
    newest = revisions[-1]
    about = {
        "article": newest.article_id,
        "source": newest.source_id,
        "address": newest.url,
        "published": minute(newest.published_at) if newest.published_at else "unknown",
        "title": newest.title,
    }
    sys.stdout.writelines(f"{name:10} {plain(value)}\n" for name, value in about.items())
    for each in revisions:
        title = plain(words.clean(each.title, SENTENCE))
        sys.stdout.write(f"revision {each.revision:<2} {minute(each.fetched_at)} {title}\n")
    lines = (words.clean(line, _WHOLE) for line in newest.body.splitlines())
    sys.stdout.write("\n" + "\n".join(filter(None, lines)) + "\n")


def dead_letters(rows: Iterable[Filed], form: Format) -> None:
    """What stages could not use: its id, when, where, why, and whether it was sent again."""
    if form == "json":
        json_lines(
            {
                "id": row.id,
                **msgspec.to_builtins(row.letter),
                "redriven": when(row.redriven),
                "obstacle": obstacle(row),
            }
            for row in rows
        )
        return
    cells = (
        (row.id, minute(row.letter.time), row.letter.stage, row.letter.reason, row.letter.key or "",
         minute(row.redriven), row.letter.detail[:SENTENCE])
        for row in rows
    )  # fmt: skip
    table(("id", "time", "stage", "reason", "source", "sent again", "detail"), cells)


def unlisted(rows: Iterable[Found], form: Format) -> None:
    """The organisations that nobody listed: in how many articles, of which project, and the newest sentence."""
    if form == "json":
        json_lines(msgspec.to_builtins(row) for row in rows)
        return
    cells = ((row.name, str(row.articles), row.project or "", words.clean(row.sentence, SENTENCE)) for row in rows)
    table(("name", "articles", "project", "evidence"), cells)


def _since(time: datetime | None, now: datetime) -> str:
    return f"{span((now - time).total_seconds())} ago" if time else "never"


def _until(time: datetime | None, now: datetime) -> str:
    if time is None:
        return ""
    return f"in {span((time - now).total_seconds())}" if time > now else "now"
