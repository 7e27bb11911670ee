"""An evidence sentence ready to show: the amount marked, the source named, and nothing in it that could act.

Offsets count in the article; the sentence is cut there first and cleaned after, so that cleaning moves no mark.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from alerts.reports import BASELINE, Report
from alerts.words import clean
from streams.records import Amount, Claim, Evidence

_SENTENCE = 1_200
_TITLE = 200
_HTTP = re.compile(r"https?://[^\s<>\"]{1,2000}\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Quote:
    """The sentence in three parts, the middle one marked, and where it stands. `url` is None unless http."""

    before: str
    marked: str
    after: str
    source: str
    title: str
    url: str | None
    time: datetime
    baseline: bool


def quote(evidence: Evidence, reports: Iterable[Report] = ()) -> Quote:
    """The evidence as a quote; its amount is marked when one of `reports` is the claim that it comes from."""
    amount = next((report.claim.amount for report in reports if _rests_on(evidence, report)), None)
    start, end = _place(evidence, amount)
    sentence = evidence.sentence
    return Quote(
        before=_tidy(sentence[:start]),
        marked=_tidy(sentence[start:end]),
        after=_tidy(sentence[end:]),
        source=clean(evidence.source_id, 80),
        title=clean(evidence.title, _TITLE),
        url=evidence.url if _HTTP.match(evidence.url) else None,
        time=evidence.time,
        baseline=evidence.source_id == BASELINE,
    )


def _rests_on(evidence: Evidence, report: Report) -> bool:
    claim: Claim = report.claim
    return (
        report.article_id == evidence.article_id
        and claim.sentence == evidence.sentence
        and claim.evidence == evidence.span
        and claim.amount is not None
    )


def _place(evidence: Evidence, amount: Amount | None) -> tuple[int, int]:
    """Where in the sentence the amount stands; nowhere (its start) when it is not found there."""
    if amount is None or evidence.span is None or amount.span.part != evidence.span.part:
        return 0, 0
    start, end = amount.span.start - evidence.span.start, amount.span.end - evidence.span.start
    return (start, end) if 0 <= start < end <= len(evidence.sentence) else (0, 0)


def _tidy(part: str) -> str:
    """The part cleaned, with the space to its neighbours kept."""
    core = clean(part, _SENTENCE)
    lead = " " if core and part[:1].isspace() else ""
    trail = " " if core and part[-1:].isspace() else ""
    return f"{lead}{core}{trail}"
