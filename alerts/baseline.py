"""What was known before the first article, from a file that an operator edits.

Each entry becomes a quiet Reading of its own and takes the path of any other, so that what the file says is older than
the articles, and an article that says it again changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import msgspec
import yaml

from alerts.keys import digest
from alerts.reports import BASELINE
from streams.errors import Misconfigured
from streams.records import Amount, Claim, ProjectState, Qualifier, Reading, Role, Span, Status

_AMOUNT = re.compile(
    r"""(?:(?P<qualifier>about|at\ least|more\ than|up\ to|less\ than)\ )?
        (?P<low>\d+(?:\.\d+)?)
        (?:\s*(?:-|\u2013)\s*(?P<high>\d+(?:\.\d+)?))?
        (?:\ (?P<scale>million|billion|trillion))?
        \ (?P<currency>[A-Z]{3})""",
    re.VERBOSE,
)
_SCALE = {None: 1, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_WRITTEN: dict[str, Qualifier] = {
    "about": "about",
    "at least": "at_least",
    "more than": "more_than",
    "up to": "up_to",
    "less than": "less_than",
}


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of what stands in the file: a key that nobody knows is a mistake."""


class _Figure(_Part, frozen=True, kw_only=True):
    role: Role
    amount: str
    says: str
    payers: tuple[str, ...] = msgspec.field(default=(), name="from")
    to: str | None = None
    status: Status = "announced"


class _Partners(_Part, frozen=True, kw_only=True):
    organisations: tuple[str, ...]
    says: str


class _State(_Part, frozen=True, kw_only=True):
    state: ProjectState
    says: str


class _Entry(_Part, frozen=True, kw_only=True):
    date: date
    source: str
    project: str
    url: str = ""
    figures: tuple[_Figure, ...] = ()
    partners: tuple[_Partners, ...] = ()
    status: _State | None = None


def load(text: str) -> tuple[Reading, ...]:
    """The entries of the file as quiet Readings, in its order. Raises `Misconfigured` with a line for each mistake."""
    readings, mistakes = [], []
    for line, data in _entries(text):
        try:
            readings.append(_reading(msgspec.convert(data, _Entry)))
        except (msgspec.ValidationError, Misconfigured) as error:
            mistakes.append(f"baseline, entry in line {line}: {error}")
    if len({reading.article_id for reading in readings}) < len(readings):
        mistakes.append("baseline: two entries have the same date, source and project")
    if mistakes:
        raise Misconfigured("baseline", "\n".join(mistakes))
    return tuple(readings)


def _entries(text: str) -> Iterator[tuple[int, Any]]:
    try:
        node, data = yaml.compose(text, Loader=yaml.SafeLoader), yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # a date that no calendar has, a list in itself
        raise Misconfigured("baseline", f"the baseline is not YAML: {' '.join(str(error).split())}") from error
    if data is None:
        return
    if not isinstance(data, list) or not isinstance(node, yaml.SequenceNode):
        raise Misconfigured("baseline", "the baseline is a list of entries, each with a date, a source and a project")
    for item, value in zip(node.value, data, strict=True):
        yield item.start_mark.line + 1, value


def _reading(entry: _Entry) -> Reading:
    then = datetime.combine(entry.date, time(), UTC)
    return Reading(
        article_id=f"{BASELINE}:{digest(entry.date.isoformat(), entry.source, entry.project)}",
        revision=1,
        reader_version=1,
        source_id=BASELINE,
        url=entry.url,
        title=entry.source,
        event_time=then,
        first_seen=then,
        published_at=then,
        quiet=True,
        claims=tuple(_claims(entry)),
    )


def _claims(entry: _Entry) -> Iterator[Claim]:
    for figure in entry.figures:
        amount = _amount(figure.amount)
        to = figure.to or entry.project
        parties = f"{'+'.join(sorted(figure.payers))}->{to}" if figure.payers else to
        key = f"figure:{figure.role}:{parties}:{amount.currency}"
        yield _claim(
            figure.says, kind="figure", fact=key, role=figure.role, payers=figure.payers, to=to, amount=amount,
            status=figure.status,
        )  # fmt: skip
    for group in entry.partners:
        for organisation in group.organisations:
            key = f"partner:{organisation}@{entry.project}"
            yield _claim(group.says, kind="partner", fact=key, payers=(organisation,), to=entry.project)
    if entry.status:
        key = f"status:{entry.project}"
        yield _claim(entry.status.says, kind="status", fact=key, to=entry.project, state=entry.status.state)


def _claim(sentence: str, **fields: Any) -> Claim:
    evidence = Span(part="body", start=0, end=len(sentence))
    return Claim(evidence=evidence, sentence=sentence, confidence=1.0, rule=BASELINE, **fields)


def _amount(written: str) -> Amount:
    found = _AMOUNT.fullmatch(written.strip())
    if found is None:
        raise Misconfigured("baseline", f"not an amount: {written!r} (write it like 'up to 500 billion USD')")
    low = Decimal(found["low"]) * _SCALE[found["scale"]]
    high = Decimal(found["high"]) * _SCALE[found["scale"]] if found["high"] else low
    qualifier = _WRITTEN.get(found["qualifier"], "range" if found["high"] else "exact")
    if low > high or (found["high"] and found["qualifier"]):
        raise Misconfigured("baseline", f"not an amount: {written!r}")
    return Amount(
        low=None if qualifier in ("up_to", "less_than") else low,
        high=None if qualifier in ("at_least", "more_than") else high,
        currency=found["currency"],
        qualifier=qualifier,
        span=Span(part="body", start=0, end=len(written)),
        surface=written,
    )
