"""The page of one fact: what stands, how it came to it, and everything that any article says of it: pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from alerts import words
from alerts.facts import History
from alerts.ledger import Fact
from alerts.reports import Report, known
from rasid.web.cards import Card, Side, card, percent, side
from rasid.web.chart import Chart, chart
from rasid.web.marks import Quote, quote
from rasid.web.tongue import Tongue
from streams.records import Change, Claim, State


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of a fact's history, the `number`-th from the oldest, which began with that `claim`."""

    number: int
    value: str
    claim: int | None
    since: datetime
    reports: int
    denied: bool
    present: bool


@dataclass(frozen=True, slots=True)
class Said:
    """One claim on a fact's page, the `number`-th from the oldest."""

    number: int
    stance: str
    value: str | None
    quote: Quote
    speaker: str | None
    time: str
    confidence: int


@dataclass(frozen=True, slots=True)
class File:
    """All that the ledger holds on one fact."""

    fact: Fact
    history: History
    reports: Sequence[Report]
    changes: Sequence[Change]


@dataclass(frozen=True, slots=True)
class FactPage:
    """The page of one fact."""

    fact: str
    subject: str
    present: Side
    contender: Side | None
    since: datetime | None
    origins: int
    confidence: int
    chart: Chart | None
    stages: tuple[Stage, ...]
    claims: tuple[Said, ...]
    cards: tuple[Card, ...]


def fact_page(file: File, tongue: Tongue, now: datetime) -> FactPage:
    """The page of one fact: what stands, how it came to it, and everything that any article says of it."""
    fact, reports = file.fact, file.reports
    places = {report: number for number, report in enumerate(reports, 1)}
    stages = tuple(
        Stage(
            number=number,
            value=tongue.value(step.known),
            claim=places.get(step.reports[0]),
            since=step.since,
            reports=len(step.reports),
            denied=step.denied is not None,
            present=step.since == fact.since and fact.present is not None and step.known.value == fact.present.value,
        )
        for number, step in reversed(list(enumerate(file.history.steps, 1)))
    )
    return FactPage(
        fact=fact.fact,
        subject=tongue.subject(fact.key),
        present=side(tongue.labels["now"], fact.present, reports, tongue),
        contender=side(tongue.labels["contender"], fact.contender, reports, tongue) if fact.contender else None,
        since=fact.since,
        origins=fact.origins,
        confidence=percent(fact.confidence),
        chart=chart(file.history, now, tongue),
        stages=stages,
        claims=tuple(said(number, report, tongue) for report, number in reversed(places.items())),
        cards=tuple(card(change, reports, tongue) for change in file.changes),
    )


def said(number: int, report: Report, tongue: Tongue) -> Said:
    """What a report says, the `number`-th on its page."""
    claim = report.claim
    value = known(report)
    return Said(
        number=number,
        stance=_stance(claim),
        value=tongue.value(value) if claim.amount or isinstance(value.value, State) else None,
        quote=quote(value.evidence, (report,)),
        speaker=words.clean(claim.speaker, 80) if claim.speaker else None,
        time=claim.time,
        confidence=percent(claim.confidence),
    )


def _stance(claim: Claim) -> str:
    """Whether a claim speaks for its fact, against it, or doubts it."""
    return "denied" if claim.status == "denied" else claim.polarity
