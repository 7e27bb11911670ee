"""What a report is: a claim with what one needs to know of its article; and what it says of the fact's value.

One rule: each article speaks of a fact with one voice. Of all its claims on the fact at most one denial counts and,
after it, one value.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from alerts.compare import Value, same
from alerts.keys import YEARLY
from streams.records import Claim, Evidence, Figure, Known, Origin, State

# The source of what was known before the first article; it has no article to show.
BASELINE = "baseline"

# The place of an article among all: event time, first seen, id.
Place = tuple[datetime, datetime, str]


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A claim, and what one needs to know of the article that makes it."""

    article_id: str
    source_id: str
    url: str
    title: str
    event_time: datetime
    first_seen: datetime
    claim: Claim
    origin: Origin = Origin()

    def order(self) -> Place:
        """The place among all reports."""
        return self.event_time, self.first_seen, self.article_id


def spokesmen(reports: Iterable[Report]) -> tuple[Report, ...]:
    """What each article has to say of the value: at most one denial and, after it, one value, those that speak for it.

    An article that denies a value and gives another corrects it; one that denies what it says itself is taken by the
    weightier of the two.
    """
    chosen: dict[tuple[str, bool], Report] = {}
    for report in sorted(reports, key=_weight):
        if does := effect(report.claim):
            chosen.setdefault((report.article_id, does == "sets"), report)
    for article_id, sets in list(chosen):
        if sets and (denial := chosen.get((article_id, False))):
            said = chosen[article_id, True]
            if same(value_of(denial.claim), value_of(said.claim)):
                del chosen[article_id, _weight(said) > _weight(denial)]
    return tuple(sorted(chosen.values(), key=lambda report: (*report.order(), effect(report.claim) == "sets")))


def _weight(report: Report) -> tuple[bool, bool, float, bool, int, int]:
    claim, place = report.claim, report.claim.evidence
    denies = effect(claim) == "denies"
    return not claim.salient, denies, -claim.confidence, place.part == "body", place.start, place.end


def known(report: Report) -> Known:
    """The value that a report gives, with its evidence; for a denial, the value that it denies."""
    claim = report.claim
    told = report.source_id != BASELINE
    evidence = Evidence(
        sentence=claim.sentence,
        source_id=report.source_id,
        url=report.url,
        time=report.event_time,
        article_id=report.article_id if told else None,
        title=report.title,
        span=claim.evidence if told else None,
    )
    return Known(value=value_of(claim), evidence=evidence)


def effect(claim: Claim) -> str | None:
    """What a claim does to its fact: "sets" a value, "denies" one, or nothing at all."""
    if claim.fact is None or claim.time != "standing":
        return None
    match claim.kind:
        case "figure":
            return _effect_of_figure(claim)
        case "partner":
            # Who is still talking is neither in nor out.
            return None if claim.status == "negotiating" and claim.polarity == "affirmed" else "sets"
        case "status":
            return {"affirmed": "sets", "denied": "denies"}.get(claim.polarity) if claim.state else None


def _effect_of_figure(claim: Claim) -> str | None:
    if claim.polarity == "doubted":
        return None
    amount = claim.amount
    if amount is not None:
        nothing = amount.qualifier == "vague" or (amount.low is None and amount.high is None)
        unlike = (amount.period is not None) != (claim.fact or "").endswith(YEARLY)
        if nothing or unlike:
            return None
    if claim.polarity == "denied" or claim.status == "denied":
        return "denies"
    return "sets" if amount is not None else None


def value_of(claim: Claim) -> Value:
    """The value that a claim gives, or takes back."""
    if claim.kind == "figure":
        amount = claim.amount
        return Figure(
            low=amount.low if amount else None,
            high=amount.high if amount else None,
            currency=amount.currency if amount else None,
            qualifier=amount.qualifier if amount else "vague",
            status="denied" if effect(claim) == "denies" else claim.status,
        )
    if claim.kind == "partner":
        if claim.polarity == "denied" or claim.status == "denied":
            return State(state="out")
        return State(state="doubted" if claim.polarity == "doubted" or claim.status == "stalled" else "in")
    return State(state=claim.state or "active")


def voice(evidence: Evidence) -> tuple[str, str | None]:
    """Who speaks in an evidence: the source and its article."""
    return evidence.source_id, evidence.article_id
