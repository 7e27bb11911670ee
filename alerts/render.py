"""A change as each kind of destination takes it: Slack blocks, a webhook's JSON, a line on a terminal.

One rule: what comes from an article can neither format, link nor ping. In Slack it stands in `plain_text` only, and
`&`, `<` and `>` are always escaped; links are made from http addresses alone. Bodies keep within the receivers' limits
by construction. They are frozen when the change is learned, so that every try sends the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import TypeAlias
from urllib.parse import quote

import msgspec

from alerts import keys, words
from alerts.destinations import Destination
from alerts.routing import severity
from alerts.words import WORDS, Language, Names
from streams.records import Change, Evidence, Figure, Known

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"

# Slack's limits for a header, for a section's text and for a field's, which has a label too.
_HEADER = 150
_SECTION = 3000
_FIELD = 1900
_QUOTE = 1200
# Standard Webhooks asks for bodies under 20 kB.
_WEBHOOK_BYTES = 20_000
_WEBHOOK_SENTENCES = (2000, 1000, 400, 100)
_LINK = 2000
_SOURCES = 20

_HTTP = re.compile(r"https?://[^\s]+\Z", re.IGNORECASE)
_TYPES = {
    "figure_new": "new",
    "figure_changed": "changed",
    "partner_added": "added",
    "partner_left": "left",
    "conflict": "conflict",
    "correction": "corrected",
    "status": "changed",
}


class Mood(msgspec.Struct, frozen=True, kw_only=True):
    """How a source is doing: how often it has failed in a row and why the last time; 0 when it can be read again."""

    source_id: str
    title: str = ""
    failures: int = 0
    reason: str | None = None


def body(change: Change, destination: Destination, names: Names) -> str:
    """The change as that destination takes it."""
    match destination.kind:
        case "webhook":
            return webhook(change)
        case "console":
            return line(change, names, destination.language)
        case _:
            return msgspec.json.encode(slack(change, names, destination.language, destination.page)).decode()


def paused(destination_id: str, reason: str, since: datetime, reader: Destination) -> str:
    """The body that tells an operator, who reads it at `reader`, that a destination gets no more alerts."""
    mend = f"rasid alert resume {destination_id}"
    said = WORDS[reader.language].label["paused"].format(*map(words.isolate, (destination_id, reason, mend)))
    return _notice("destination.paused", {"destination": destination_id, "reason": reason}, said, since, reader)


def sources(moods: Sequence[Mood], since: datetime, reader: Destination) -> str:
    """The body that tells an operator, who reads it at `reader`, that sources fail, or that they can be read again.

    All of them in one mood; of very many the first ones.
    """
    label = WORDS[reader.language].label
    lines = [_mood(one, label) for one in moods[:_SOURCES]]
    if more := len(moods) - len(lines):
        lines.append(label["more"].format(words.isolate(str(more))))
    named: list[Json] = [
        {"source": one.source_id, "failures": one.failures, "reason": one.reason} for one in moods[:_SOURCES]
    ]
    kind = "sources.failing" if moods[0].failures else "sources.recovered"
    return _notice(kind, {"sources": named, "count": len(moods)}, "\n".join(lines), since, reader)


def _mood(mood: Mood, label: Mapping[str, str]) -> str:
    name = words.isolate(f"{words.clean(mood.title, 80)} ({mood.source_id})" if mood.title else mood.source_id)
    if not mood.failures:
        return label["recovered"].format(name)
    look = f"rasid feeds check {mood.source_id}"
    return label["failing"].format(name, *map(words.isolate, (str(mood.failures), mood.reason or "?", look)))


def _notice(kind: str, data: dict[str, Json], said: str, since: datetime, reader: Destination) -> str:
    match reader.kind:
        case "webhook":
            data = {**data, "message": said}
            message: Json = {"type": kind, "timestamp": since.astimezone(UTC).isoformat(), "data": data}
        case "console":
            return said
        case _:
            section: Json = {"type": "section", "text": {"type": "plain_text", "text": said, "emoji": False}}
            message = {"text": escape(said, _SECTION), "blocks": [section], "mrkdwn": False}
    return msgspec.json.encode(message).decode()


def webhook(change: Change) -> str:
    """The JSON body for a program, under 20 kB: long sentences are cut until it fits."""
    tries = (msgspec.json.encode(_message(change, limit)) for limit in _WEBHOOK_SENTENCES)
    return next(said for said in tries if len(said) < _WEBHOOK_BYTES).decode()


def _message(change: Change, limit: int) -> dict[str, Json]:
    key = keys.parse(change.fact)
    return {
        "type": f"{key.kind}.{_TYPES[change.kind]}",
        "timestamp": change.time.astimezone(UTC).isoformat(),
        "data": {
            "change_id": change.change_id,
            "fact": change.fact,
            "number": change.number,
            "kind": change.kind,
            "severity": severity(change, key),
            "reason": change.reason,
            "origins": change.origins,
            "confidence": change.confidence,
            "old": side(change.old, limit),
            "new": side(change.new, limit),
            "other": side(change.other, limit),
        },
    }


def side(known: Known | None, limit: int = _WEBHOOK_SENTENCES[0]) -> Json:
    """A value with its evidence as JSON for programs, the sentence within `limit` characters."""
    return {"value": plain(known), "evidence": _evidence(known.evidence, limit)} if known else None


def _evidence(evidence: Evidence, limit: int) -> dict[str, Json]:
    span = evidence.span
    return {
        "sentence": words.clean(evidence.sentence, limit),
        "source": evidence.source_id,
        "url": evidence.url if len(evidence.url) <= _LINK else "",
        "title": words.clean(evidence.title, 300),
        "time": evidence.time.astimezone(UTC).isoformat(),
        "article_id": evidence.article_id,
        "span": {"part": span.part, "start": span.start, "end": span.end} if span else None,
    }


def plain(known: Known | None) -> dict[str, Json] | None:
    """A value as JSON for programs: `{"low", "high", "currency", "qualifier", "status"}` or `{"state"}`."""
    if known is None:
        return None
    if isinstance(known.value, Figure):
        figure = known.value
        return {
            "low": _number(figure.low),
            "high": _number(figure.high),
            "currency": figure.currency,
            "qualifier": figure.qualifier,
            "status": figure.status,
        }
    return {"state": known.value.state}


def _number(number: Decimal | None) -> int | float | None:
    if number is None:
        return None
    return int(number) if number == number.to_integral_value() else float(number)


def line(change: Change, names: Names, language: Language) -> str:
    """The change on one line, for a terminal."""
    shown = (change.other if change.kind == "correction" else None) or change.new or change.other or change.old
    evidence = f" « {words.isolate(words.clean(shown.evidence.sentence, 160))} » {shown.evidence.url}" if shown else ""
    return f"{_summary(change, names, language)}{evidence}".rstrip()


def _summary(change: Change, names: Names, language: Language) -> str:
    """What moved, from what to what, and what else is said, in one line."""
    title = _title(change, names, language)
    if change.kind in {"partner_added", "partner_left"}:
        return title  # which says it all
    role = keys.parse(change.fact).role
    moved = words.value(change.new, language, role)
    if _moved(change):
        moved = f"{words.value(change.old, language, role)} {WORDS[language].arrow} {moved}"
    if change.other is not None:
        moved += f" | {WORDS[language].label['other']}: {words.value(change.other, language, role)}"
    return f"{title}: {moved}"


def _moved(change: Change) -> bool:
    """Whether there was another value before: in a conflict the value mostly stands as it did, and is said once."""
    return change.old is not None and change.old != change.new


def _title(change: Change, names: Names, language: Language) -> str:
    about = words.subject(keys.parse(change.fact), names, language, change.kind)
    return f"{WORDS[language].headline[change.kind]}: {about}"


def slack(change: Change, names: Names, language: Language, page: str | None = None) -> dict[str, Json]:
    """A Slack message in Block Kit with its `text` fallback; `page` is Rasid's own, where all that is known stands."""
    labels, role = WORDS[language].label, keys.parse(change.fact).role
    title = _title(change, names, language)
    was = [(labels["was"], change.old)] if _moved(change) else []
    other = [(labels["other"], change.other)] if change.other else []
    sides = [*was, (labels["now"], change.new), *other]
    shown = [(label, known) for label, known in sides if known is not None]
    fields: list[Json] = [
        {"type": "mrkdwn", "text": f"*{label}*\n{escape(words.value(known, language, role), _FIELD)}", "verbatim": True}
        for label, known in sides
    ]
    quotes: list[Json] = [_quote(label, known) for label, known in shown]
    blocks: list[Json] = [
        {"type": "header", "text": {"type": "plain_text", "text": escape(title, _HEADER), "emoji": False}},
        {"type": "section", "fields": fields},
        *quotes,
        {"type": "context", "elements": [*_context(change, language, shown, page)]},
    ]
    return {"text": escape(_summary(change, names, language), _SECTION), "blocks": blocks, "mrkdwn": False}


def _quote(label: str, known: Known) -> dict[str, Json]:
    said = words.isolate(words.clean(known.evidence.sentence, _QUOTE))
    text = escape(f"{label}: « {said} »", _SECTION)
    return {"type": "section", "text": {"type": "plain_text", "text": text, "emoji": False}}


def _context(
    change: Change, language: Language, shown: list[tuple[str, Known]], page: str | None
) -> Iterator[dict[str, Json]]:
    """Sources, origins, reason and page: one text, or where long addresses make that too long, a text for each."""
    labels, reasons = WORDS[language].label, WORDS[language].reason
    parts = [f"{label}: {_source(known.evidence)}" for label, known in shown]
    parts.append(labels["origins"].format(words.isolate(str(change.origins))))
    parts.append(reasons.get(change.reason, change.reason))
    if page:
        address = f"{page.rstrip('/')}/fact?key={quote(change.fact, safe='')}&lang={language}"
        parts += [f"<{escape(address, _SECTION)}|{labels['page']}>"] * (len(address) <= _LINK)
    together = " · ".join(parts)
    for text in [together] if len(together) <= _SECTION else parts:
        yield {"type": "mrkdwn", "text": text, "verbatim": True}


def _source(evidence: Evidence) -> str:
    source = escape(words.clean(evidence.source_id, 80), 200)
    when = words.moment(evidence.time)
    # Slack ends a link at `|` and `>`; quoting those leaves the address what it is.
    address = escape(quote(evidence.url, safe=_URL_SAFE), 3 * _SECTION)
    if len(address) <= _LINK and _HTTP.match(evidence.url):
        source = f"<{address}|{source}>"
    return f"{words.isolate(source)} {words.isolate(when)}"


_URL_SAFE = "!#$%&'()*+,/:;=?@[]~"


def escape(text: str, limit: int) -> str:
    """The text with Slack's three control characters escaped, cut so that the result keeps within `limit`."""
    escaped = _entities(text)
    while len(escaped) > limit:
        text = text[: len(text) - max(1, (len(escaped) - limit) // 5)]
        open_isolates = max(0, text.count(words.FSI) - text.count(words.PDI))
        escaped = _entities(text) + words.PDI * open_isolates
    return escaped


def _entities(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
