"""An evidence sentence ready to show: the amount marked, the source named, and nothing in it that could act.

Offsets count in the article; the sentence is cut there first and cleaned after, so that cleaning moves no mark.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from alerts.reports import BASELINE, Report
from alerts.words import clean
from rasid.web.text import Text, shown
from streams.records import Amount, Claim, Evidence

# Characters of a sentence around its mark, of the mark, of a title: no sentence can make a page heavy.
_AROUND = 320
_MARKED = 120
_TITLE = 160
_UNTITLED: Mapping[str, str] = {}
_HTTP = re.compile(r"https?://[^\s<>\"]{1,2000}\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Quote:
    """The sentence in three parts, the middle one marked, and where it stands. `url` is None unless http.

    `place` is what the page of the article is to be asked for to show the sentence; None where there is no article.
    """

    before: Text
    marked: Text
    after: Text
    source: str
    title: str
    url: str | None
    place: Mapping[str, str] | None
    time: datetime
    baseline: bool


def quote(evidence: Evidence, reports: Iterable[Report] = (), titles: Mapping[str, str] = _UNTITLED) -> Quote:
    """The evidence as a quote; its amount is marked when one of `reports` is the claim that it comes from.

    Sources are called by their `titles`, those without one by their ids.
    """
    amount = next((report.claim.amount for report in reports if _rests_on(evidence, report)), None)
    start, end = _amount(evidence, amount)
    sentence = evidence.sentence
    return Quote(
        before=shown(_last(sentence[:start], _AROUND)),
        marked=shown(_first(sentence[start:end], _MARKED)),
        after=shown(_first(sentence[end:], _AROUND)),
        source=clean(titles.get(evidence.source_id) or evidence.source_id, 80),
        title=clean(evidence.title, _TITLE),
        url=web_address(evidence.url),
        place=place(evidence),
        time=evidence.time,
        baseline=evidence.source_id == BASELINE,
    )


def web_address(url: str) -> str | None:
    """The address if it is one of the web, which alone may become a link; None otherwise."""
    return url if _HTTP.match(url) else None


def place(evidence: Evidence) -> Mapping[str, str] | None:
    """What the page of the article is to be asked for to show the evidence in it.

    The sentence's fingerprint tells which revision of the article has it.
    """
    if evidence.article_id is None:
        return None
    if evidence.span is None:
        return {"id": evidence.article_id}
    span = evidence.span
    return {"id": evidence.article_id, "at": f"{span.part}-{span.start}-{span.end}-{fingerprint(evidence.sentence)}"}


def fingerprint(sentence: str) -> str:
    """A few letters by which a sentence is known again."""
    return hashlib.blake2b(sentence.encode("utf-8", "replace"), digest_size=4).hexdigest()


def _rests_on(evidence: Evidence, report: Report) -> bool:
    claim: Claim = report.claim
    return (
        report.article_id == evidence.article_id
        and claim.sentence == evidence.sentence
        and claim.evidence == evidence.span
        and claim.amount is not None
    )


def _amount(evidence: Evidence, amount: Amount | None) -> tuple[int, int]:
    """Where in the sentence the amount stands; nowhere (its start) when it is not found there."""
    if amount is None or evidence.span is None or amount.span.part != evidence.span.part:
        return 0, 0
    start, end = amount.span.start - evidence.span.start, amount.span.end - evidence.span.start
    return (start, end) if 0 <= start < end <= len(evidence.sentence) else (0, 0)


def _first(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}…"


def _last(text: str, most: int) -> str:
    return text if len(text) <= most else f"…{text[-most:]}"
