"""What is known: a fact and its history, computed from all the claims that speak of it.

Strategy: put the claims in order of event time and walk them once, holding the steps that the value took. A claim says
the value again, sets another one, or denies the one in force; a claim that disappears was never walked. Rule: this is a
function of a *set* of claims. The order in which they arrived, how often, and what was known before, play no part.

A figure given exactly always sets the value. One given loosely ("more than 400", a range around it) sets nothing as
long as it fits the value in force: it says the same with fewer words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import msgspec

from alerts.compare import Value, restates, same
from alerts.corroborate import independent
from alerts.keys import YEARLY
from streams.records import Claim, Evidence, Figure, Known, Origin, State

# The source of what was known before the first article; it has no article to show.
BASELINE = "baseline"
_NO_WINDOW = timedelta(0)


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

    def order(self) -> tuple[datetime, datetime, str]:
        """The place among all reports."""
        return self.event_time, self.first_seen, self.article_id


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A value that the fact held from `since` on, and the reports it rests on, oldest first.

    `known` is the value as its newest exact report gives it. `denied` is the report that took it back, if any.
    """

    known: Known
    since: datetime
    reports: tuple[Report, ...]
    denied: Report | None = None


class History(msgspec.Struct, frozen=True, kw_only=True):
    """All steps of a fact, oldest first; the one in force; and, while reports conflict, the contender until `until`."""

    steps: tuple[Step, ...] = ()
    present: Step | None = None
    contender: Step | None = None
    until: datetime | None = None


def timeline(reports: Iterable[Report], now: datetime, window: timedelta = _NO_WINDOW) -> History:
    """The history of one fact from all reports on it, in any order, as it stands at `now`.

    A value that contradicts one reported less than `window` before by others does not stand until the window is over or
    a second origin confirms it; with no window the newest stands at once.
    """
    walk = _Walk(window)
    for report in spokesmen(reports):
        walk.take(report)
    return walk.history(now)


def spokesmen(reports: Iterable[Report]) -> tuple[Report, ...]:
    """What each article has to say of the value: at most one denial and, after it, one value, those that speak for it.

    An article that denies a value and gives another corrects it; one that denies what it says itself is taken by the
    weightier of the two.
    """
    chosen: dict[tuple[str, bool], Report] = {}
    for report in sorted(reports, key=_weight):
        if effect := _effect(report.claim):
            chosen.setdefault((report.article_id, effect == "sets"), report)
    for article_id, sets in list(chosen):
        if sets and (denial := chosen.get((article_id, False))):
            said = chosen[article_id, True]
            if same(_value(denial.claim), _value(said.claim)):
                del chosen[article_id, _weight(said) > _weight(denial)]
    return tuple(sorted(chosen.values(), key=lambda report: (*report.order(), _effect(report.claim) == "sets")))


def _weight(report: Report) -> tuple[bool, bool, float, bool, int, int]:
    claim, place = report.claim, report.claim.evidence
    denies = _effect(claim) == "denies"
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
    return Known(value=_value(claim), evidence=evidence)


def _effect(claim: Claim) -> str | None:
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


def _value(claim: Claim) -> Value:
    if claim.kind == "figure":
        amount = claim.amount
        return Figure(
            low=amount.low if amount else None,
            high=amount.high if amount else None,
            currency=amount.currency if amount else None,
            qualifier=amount.qualifier if amount else "vague",
            status="denied" if _effect(claim) == "denies" else claim.status,
        )
    if claim.kind == "partner":
        if claim.polarity == "denied" or claim.status == "denied":
            return State(state="out")
        return State(state="doubted" if claim.polarity == "doubted" or claim.status == "stalled" else "in")
    return State(state=claim.state or "active")


class _Open:
    """A step that is still being walked."""

    def __init__(self, report: Report) -> None:
        self.reports = [report]
        self.known = known(report)
        self.denied: Report | None = None
        self.until: datetime | None = None

    def confirm(self, report: Report) -> None:
        self.reports.append(report)
        said = known(report)
        if _firm(said.value) or not _firm(self.known.value):
            self.known = said

    def closed(self) -> Step:
        return Step(known=self.known, since=self.reports[0].event_time, reports=tuple(self.reports), denied=self.denied)


def _firm(value: Value) -> bool:
    return not isinstance(value, Figure) or value.qualifier in ("exact", "range", "up_to")


class _Walk:
    """The steps so far. `_standing` is a stack: what was denied or did not win its conflict is taken off it."""

    def __init__(self, window: timedelta) -> None:
        self._window = window
        self._steps: list[_Open] = []
        self._standing: list[_Open] = []

    def take(self, report: Report) -> None:
        self._settle(report.event_time)
        if _effect(report.claim) == "denies":
            self._deny(report)
        else:
            self._set(report)

    def history(self, now: datetime) -> History:
        self._settle(now)
        contender = self._contender()
        standing = self._standing[:-1] if contender else self._standing
        return History(
            steps=tuple(step.closed() for step in self._steps),
            present=standing[-1].closed() if standing else None,
            contender=contender.closed() if contender else None,
            until=contender.until if contender else None,
        )

    def _contender(self) -> _Open | None:
        return self._standing[-1] if self._standing and self._standing[-1].until else None

    def _settle(self, now: datetime) -> None:
        """A contender whose window is over stands."""
        contender = self._contender()
        if contender and contender.until and contender.until <= now:
            contender.until = None

    def _set(self, report: Report) -> None:
        value = _value(report.claim)
        contender = self._contender()
        if contender and self._resolve(contender, report, value):
            return
        held = self._standing[-1] if self._standing else None
        if held and same(value, held.known.value):
            held.confirm(report)
        elif held is None or not restates(value, held.known.value):
            self._begin(report, held)

    def _resolve(self, contender: _Open, report: Report, value: Value) -> bool:
        """Whether the report is done with, as it sides with the contender; any other takes the contender's place."""
        if same(value, contender.known.value):
            if independent(report, contender.reports):
                contender.until = None
            contender.confirm(report)
            return True
        if restates(value, contender.known.value):
            return True
        self._standing.pop()
        return False

    def _begin(self, report: Report, held: _Open | None) -> None:
        step = _Open(report)
        if held and self._contradicts(report, held):
            step.until = report.event_time + self._window
        self._steps.append(step)
        self._standing.append(step)

    def _contradicts(self, report: Report, held: _Open) -> bool:
        recent = report.event_time - held.reports[-1].event_time < self._window
        return recent and report.claim.kind == "figure" and independent(report, held.reports)

    def _deny(self, report: Report) -> None:
        """The value in force, or the earlier one that is meant, is taken back."""
        denied = _value(report.claim)
        whole = report.claim.kind == "figure" and report.claim.amount is None
        for step in reversed(self._standing):
            if whole or same(denied, step.known.value):
                step.denied = report
                self._standing.remove(step)
                if len(self._standing) == 1:  # nothing is left that it could contend with
                    self._standing[0].until = None
                return


def supporters(steps: Sequence[Step], value: Value) -> frozenset[tuple[str, str | None]]:
    """Who still stands for a value in some step that nobody denied, as `voice` names them."""
    return frozenset(
        voice(known(report).evidence)
        for step in steps
        if step.denied is None and same(step.known.value, value)
        for report in step.reports
    )


def voice(evidence: Evidence) -> tuple[str, str | None]:
    """Who speaks in an evidence: the source and its article."""
    return evidence.source_id, evidence.article_id
