"""The page of one fact: what stands, how it came to it, and everything that any article says of it: pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from alerts import words
from alerts.facts import History, Step
from alerts.ledger import Fact
from alerts.listing import ClaimPlace
from alerts.reports import Report, known
from rasid.web.cards import Card, Side, card, percent, side
from rasid.web.chart import Chart, chart
from rasid.web.marks import Quote, place, quote
from rasid.web.tongue import Tongue
from streams.records import Change, Claim, State


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of a fact's history, the `number`-th from the oldest shown, and where its first report is, if it is.

    `claim` is the number of that report on this page, `place` what the page of its article is asked for.
    """

    number: int
    value: str
    claim: int | None
    place: Mapping[str, str] | None
    since: datetime
    reports: int
    denied: bool
    present: bool


@dataclass(frozen=True, slots=True)
class Said:
    """One claim, the `number`-th on its page."""

    number: int
    stance: str
    value: str | None
    quote: Quote
    speaker: str | None
    time: str
    confidence: int


@dataclass(frozen=True, slots=True)
class File:
    """All on one fact: of `count` claims some, the newest first, and where the `further` ones are.

    `uncounted` says that there are more claims than that, `more` that there are other changes than these.
    """

    fact: Fact
    history: History
    count: int
    uncounted: bool
    claims: Sequence[Report]
    further: ClaimPlace | None
    changes: Moves
    more: bool


class Moves(Protocol):
    """Changes with the reports behind them, and why nobody was told of some."""

    @property
    def changes(self) -> Sequence[Change]: ...
    @property
    def reports(self) -> Mapping[str, Sequence[Report]]: ...
    @property
    def silences(self) -> Mapping[str, str]: ...


@dataclass(frozen=True, slots=True)
class FactPage:
    """The page of one fact. `further` is where the next claims are, `more` whether there are other changes."""

    fact: str
    subject: str
    present: Side
    contender: Side | None
    since: datetime | None
    origins: int
    confidence: int
    chart: Chart | None
    stages: tuple[Stage, ...]
    count: str
    claims: tuple[Said, ...]
    further: ClaimPlace | None
    cards: tuple[Card, ...]
    more: bool


def fact_page(file: File, tongue: Tongue, now: datetime) -> FactPage:
    """The page of one fact: what stands, how it came to it, and everything that any article says of it."""
    fact = file.fact
    places = {report: number for number, report in enumerate(file.claims, 1)}
    steps = list(enumerate(file.history.steps, 1))
    behind = [*file.claims, *(report for step in file.history.steps for report in step.reports)]
    return FactPage(
        fact=fact.fact,
        subject=tongue.subject(fact.key),
        present=side(tongue.labels["now"], fact.present, behind, tongue, fact.key.role),
        contender=side(tongue.labels["contender"], fact.contender, behind, tongue, fact.key.role)
        if fact.contender
        else None,
        since=fact.since,
        origins=fact.origins,
        confidence=percent(fact.confidence),
        chart=chart(file.history, now, tongue, fact.key.role),
        stages=tuple(_stage(number, step, fact, places, tongue) for number, step in reversed(steps)),
        count=tongue.labels["more_than"].format(file.count) if file.uncounted else str(file.count),
        claims=tuple(said(number, report, tongue) for report, number in places.items()),
        further=file.further,
        cards=tuple(
            card(change, file.changes.reports[change.fact], tongue, file.changes.silences.get(change.change_id))
            for change in file.changes.changes
        ),
        more=file.more,
    )


def _stage(number: int, step: Step, fact: Fact, places: Mapping[Report, int], tongue: Tongue) -> Stage:
    first = step.reports[0] if step.reports else None
    return Stage(
        number=number,
        value=tongue.value(step.known, fact.key.role),
        claim=places.get(first) if first else None,
        place=place(known(first).evidence if first else step.known.evidence),
        since=step.since,
        reports=len(step.reports),
        denied=step.denied is not None,
        present=step.since == fact.since and fact.present is not None and step.known.value == fact.present.value,
    )


def said(number: int, report: Report, tongue: Tongue) -> Said:
    """What a report says, the `number`-th on its page."""
    claim = report.claim
    value = known(report)
    return Said(
        number=number,
        stance=_stance(claim),
        value=tongue.value(value, claim.role) if claim.amount or isinstance(value.value, State) else None,
        quote=quote(value.evidence, (report,), tongue.titles),
        speaker=words.clean(claim.speaker, 80) if claim.speaker else None,
        time=claim.time,
        confidence=percent(claim.confidence),
    )


def _stance(claim: Claim) -> str:
    """Whether a claim speaks for its fact, against it, or doubts it."""
    return "denied" if claim.status == "denied" else claim.polarity
