"""What is known: a fact and its history, computed from all the claims that speak of it.

Strategy: put the claims in order of event time and walk them once, holding the steps that the value took. A claim says
the value again, sets another one, or denies the one in force; a claim that disappears was never walked. Rule: this is a
function of a *set* of claims. The order in which they arrived, how often, and what was known before, play no part.

A figure given exactly always sets the value. One given loosely ("more than 400", a range around it) sets nothing as
long as it fits the value in force: it says the same with fewer words.

Where a walk stands can be written down (`Mark`) and the walk be taken up from there. So that this costs the same for
ten claims and for a million, a mark holds nothing that grows with their number: of the values to which a denial can
return the last `DEPTH`, of the denials the last `DEPTH`, of the reports what `corroborate` needs.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from alerts.compare import Value, restates, same
from alerts.corroborate import NOBODY, Voices
from alerts.reports import Place, Report, effect, known, spokesmen, value_of
from streams.records import Figure, Known, State

# How many values back a denial can return, and how many denials are remembered.
DEPTH = 16

_NO_WINDOW = timedelta(0)


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A value that the fact held from `since` on, and who said so; `reports` are those walked, oldest first.

    `known` is the value as its newest exact report gives it. `denied` is the report that took it back, if any.
    `overtaken`: it never stood, for others held against it before its conflict was over.
    """

    known: Known
    since: datetime
    voices: Voices
    reports: tuple[Report, ...] = ()
    denied: Report | None = None
    overtaken: bool = False


class Denial(msgspec.Struct, frozen=True, kw_only=True):
    """A value that a report took back: the value, and the report's place, words and voice."""

    value: Value
    place: Place
    known: Known
    voices: Voices


class History(msgspec.Struct, frozen=True, kw_only=True):
    """What stands; while reports conflict the contender, until `until`; and how it came to that.

    `steps` are those of the reports walked, oldest first. `denials` are the last ones, the newest last. `took_part`: a
    partner was in before its present state.
    """

    steps: tuple[Step, ...] = ()
    present: Step | None = None
    contender: Step | None = None
    until: datetime | None = None
    denials: tuple[Denial, ...] = ()
    took_part: bool = False

    def denial(self, value: Value) -> Denial | None:
        """The newest denial of a value."""
        return next((one for one in reversed(self.denials) if same(one.value, value)), None)


class Standing(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A value that was not taken back: the newest reports of it, and when its conflict ends if it is in one."""

    known: Known
    since: datetime
    last: datetime
    voices: Voices
    until: datetime | None = None


class Mark(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a walk stands after the reports so far: all that the next ones and the outcome depend on."""

    standing: tuple[Standing, ...] = ()
    denials: tuple[Denial, ...] = ()
    took_part: bool = False


def timeline(reports: Iterable[Report], now: datetime, window: timedelta = _NO_WINDOW) -> History:
    """The history of one fact from all reports on it, in any order, as it stands at `now`.

    A value that contradicts one reported less than `window` before by others does not stand until the window is over or
    a second origin confirms it; with no window the newest stands at once.
    """
    walk = Walk(window)
    walk.take(reports)
    return walk.history(now)


def _firm(value: Value) -> bool:
    return not isinstance(value, Figure) or value.qualifier in ("exact", "range", "up_to")


class _Open:
    """A step that is still being walked: where it stands, and what was walked of it."""

    def __init__(self, standing: Standing, report: Report | None = None) -> None:
        self.standing = standing
        self.reports = [report] if report else []
        self.denied: Report | None = None
        self.overtaken = False

    @property
    def value(self) -> Value:
        return self.standing.known.value

    def confirm(self, report: Report, *, settled: bool = False) -> None:
        """The report says so too; with it the conflict may be settled."""
        held, said = self.standing, known(report)
        self.reports.append(report)
        self.standing = Standing(
            known=said if _firm(said.value) or not _firm(held.known.value) else held.known,
            since=held.since,
            last=report.event_time,
            voices=held.voices.joined(report),
            until=None if settled else held.until,
        )

    def settle(self) -> None:
        """It stands: there is nothing left that it could contend with."""
        if self.standing.until:
            self.standing = msgspec.structs.replace(self.standing, until=None)

    def step(self) -> Step:
        held = self.standing
        return Step(
            known=held.known,
            since=held.since,
            voices=held.voices,
            reports=tuple(self.reports),
            denied=self.denied,
            overtaken=self.overtaken,
        )


class Walk:
    """A walk over the reports of a fact, from the oldest or from a mark on.

    `_standing` is a stack: what was denied or did not win its conflict is taken off it.
    """

    def __init__(self, window: timedelta, mark: Mark | None = None) -> None:
        mark = mark or Mark()
        self._window = window
        self._standing = [_Open(standing) for standing in mark.standing]
        self._steps = list(self._standing)
        self._denials = mark.denials
        self._took_part = mark.took_part

    def take(self, reports: Iterable[Report]) -> None:
        """Go on over all reports of some articles that come after those walked, in any order among themselves."""
        for report in spokesmen(reports):
            self._settle(report.event_time)
            if effect(report.claim) == "denies":
                self._deny(report)
            else:
                self._set(report)

    def mark(self) -> Mark:
        """Where the walk stands, without the texts that nothing to come can be a reprint of."""
        latest = max((step.standing.last for step in self._standing), default=None)
        standing = tuple(
            msgspec.structs.replace(step.standing, voices=step.standing.voices.after(latest))
            if latest
            else step.standing
            for step in self._standing
        )
        return Mark(standing=standing, denials=self._denials, took_part=self._took_part)

    def history(self, now: datetime) -> History:
        """The outcome, as it is at `now`, which ends the walk: a conflict that is over by then is over."""
        self._settle(now)
        contender = self._contender()
        standing = self._standing[:-1] if contender else self._standing
        return History(
            steps=tuple(step.step() for step in self._steps),
            present=standing[-1].step() if standing else None,
            contender=contender.step() if contender else None,
            until=contender.standing.until if contender else None,
            denials=self._denials,
            took_part=self._took_part,
        )

    def _contender(self) -> _Open | None:
        return self._standing[-1] if self._standing and self._standing[-1].standing.until else None

    def _settle(self, now: datetime) -> None:
        """A contender whose window is over stands."""
        contender = self._contender()
        if contender and contender.standing.until and contender.standing.until <= now:
            contender.settle()

    def _set(self, report: Report) -> None:
        value = value_of(report.claim)
        contender = self._contender()
        if contender and self._resolve(contender, report, value):
            return
        held = self._standing[-1] if self._standing else None
        if held and same(value, held.value):
            held.confirm(report)
        elif held is None or not restates(value, held.value):
            self._begin(report, held)

    def _resolve(self, contender: _Open, report: Report, value: Value) -> bool:
        """Whether the report is done with, as it sides with the contender; any other takes the contender's place."""
        if same(value, contender.value):
            contender.confirm(report, settled=contender.standing.voices.independent(report))
            return True
        if restates(value, contender.value):
            return True
        self._standing.pop()
        contender.overtaken = True
        return False

    def _begin(self, report: Report, held: _Open | None) -> None:
        then = report.event_time
        until = then + self._window if held and self._contradicts(report, held.standing) else None
        begun = Standing(known=known(report), since=then, last=then, voices=NOBODY.joined(report), until=until)
        step = _Open(begun, report)
        self._took_part |= held is not None and held.value == State(state="in")
        self._steps.append(step)
        self._standing = [*self._standing, step][-DEPTH:]

    def _contradicts(self, report: Report, held: Standing) -> bool:
        recent = report.event_time - held.last < self._window
        return recent and report.claim.kind == "figure" and held.voices.independent(report)

    def _deny(self, report: Report) -> None:
        """The value in force, or the earlier one that is meant, is taken back."""
        denied = value_of(report.claim)
        whole = report.claim.kind == "figure" and report.claim.amount is None
        for step in reversed(self._standing):
            if whole or same(denied, step.value):
                self._take_back(step, report)
                return

    def _take_back(self, step: _Open, report: Report) -> None:
        step.denied = report
        denial = Denial(value=step.value, place=report.order(), known=known(report), voices=NOBODY.joined(report))
        self._denials = (*self._denials, denial)[-DEPTH:]
        self._standing.remove(step)
        if len(self._standing) == 1:
            self._standing[0].settle()
