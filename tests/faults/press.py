"""What the press of an invented world writes, wave by wave, and what anybody must be told of it: the oracle.

It knows the truth because it made it; nothing here comes from Rasid's code. Each fact has an outlet that breaks its
news; the others repeat, reword, reprint and come late, at event times at which that changes nothing. A wave may be
served when the news of the wave before is learned; inside a wave the order of arrival plays no part.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from tests.faults.names import (
    COMMITMENT,
    CREDIT,
    FILLING,
    JOINED,
    LEFT,
    ORGANISATIONS,
    OUTLETS,
    PROJECTS,
    TITLES,
    TOTAL,
)

Value = int | str | None

_WAVE = timedelta(hours=1)
_BILLION = 10**9
# Of so many steps one is told by its outlet alone, so that its correction or withdrawal has no other voice against it.
_LONE = 0.3


class Told(NamedTuple):
    """One alert that somebody must get: the `number`-th of its fact. Figures in dollars, partners "in" or "out"."""

    fact: str
    number: int
    kind: str
    old: Value
    new: Value


@dataclass(frozen=True, kw_only=True)
class Item:
    """One revision of one article, as its outlet publishes it."""

    outlet: str
    guid: str
    revision: int
    title: str
    body: str
    published: datetime
    news: bool = False

    @property
    def url(self) -> str:
        """Where it stands: the same for all its revisions."""
        return f"https://{self.outlet}.example/{self.guid}"


@dataclass
class _Step:
    """A value of a fact, who broke it, and until when others may repeat it."""

    value: Value
    item: Item
    lone: bool
    since: datetime
    until: datetime | None = None


@dataclass
class _Fact:
    key: str
    project: str
    organisation: str | None
    outlet: str
    steps: list[_Step] = field(default_factory=list)
    number: int = 0
    used: set[Value] = field(default_factory=set)
    edited: int = 0

    @property
    def is_partner(self) -> bool:
        return self.key.startswith("partner:")


@dataclass(frozen=True)
class _Repeat:
    fact: _Fact
    value: Value
    item: Item
    wave: int


class Press:
    """A generator of articles. The same seed, start and calls give the same articles and the same truth."""

    def __init__(self, seed: int, start: datetime) -> None:
        self._rng = random.Random(seed)
        self._clock = start.replace(microsecond=0)
        self._count = 0
        self._facts = list(_facts())
        self._waves = 0
        self._repeats: list[_Repeat] = []
        self.truth: list[Told] = []
        self.items: list[Item] = []

    def wave(self, articles: int, changes: int) -> list[Item]:
        """The next `articles` items, `changes` of them (at most one of each fact) news."""
        self._waves += 1
        changing = self._rng.sample(self._facts, min(changes, len(self._facts)))
        news = [self._news(fact) for fact in changing]
        told = [(fact, step) for fact in self._facts for step in fact.steps if self._may_be_repeated(fact, step)]
        others = [self._other(told) for _ in range(articles - len(news))]
        self._clock += _WAVE
        self.items += [*news, *others]
        return [*news, *others]

    # News: each of these makes exactly the alerts that it adds to the truth.

    def _news(self, fact: _Fact) -> Item:
        last = fact.steps[-1] if fact.steps else None
        if last is None or not last.lone or self._rng.random() < 0.4:
            return self._broken(fact)
        fact.edited = self._waves
        if len(fact.steps) > 1 and self._rng.random() < 0.4:
            return self._withdrawn(fact, last)
        return self._corrected(fact, last)

    def _broken(self, fact: _Fact) -> Item:
        """A new article gives the fact another value."""
        moment = self._clock + self._minutes(1, 20)
        old = fact.steps[-1].value if fact.steps else None
        new = self._other_value(fact)
        item = self._article(fact.outlet, self._says(fact, new), moment, news=True)
        if fact.steps:
            fact.steps[-1].until = moment
        lone = not fact.is_partner and self._rng.random() < _LONE
        fact.steps.append(_Step(new, item, lone, moment))
        self._tell(fact, _kind(fact, old, new), old, new)
        return item

    def _corrected(self, fact: _Fact, last: _Step) -> Item:
        """The article that gave the value is edited and gives another."""
        new = self._other_value(fact)
        old, last.value = last.value, new
        last.item = self._edited(last.item, self._says(fact, new), news=True)
        self._tell(fact, "correction", old, new)
        return last.item

    def _withdrawn(self, fact: _Fact, last: _Step) -> Item:
        """The article that gave the value is edited and says nothing of it any more: the value before stands again."""
        fact.steps.pop()
        standing = fact.steps[-1]
        standing.until = None
        self._tell(fact, "correction", last.value, standing.value)
        return self._edited(last.item, self._filling(3), news=True)

    def _tell(self, fact: _Fact, kind: str, old: Value, new: Value) -> None:
        fact.number += 1
        self.truth.append(Told(fact.key, fact.number, kind, old, new))
        if fact.key.startswith("figure:commitment:") and fact.number == 1:  # who invests takes part
            self.truth.append(Told(f"partner:{fact.organisation}@{fact.project}", 1, "partner_added", None, "in"))

    # Everything else must stay without an alert.

    def _may_be_repeated(self, fact: _Fact, step: _Step) -> bool:
        """Not what stands alone or breaks just now, nor what came back just now because an article was edited."""
        return not step.lone and step.since < self._clock and fact.edited != self._waves

    def _other(self, told: Sequence[tuple[_Fact, _Step]]) -> Item:
        """An article of which nobody must be told: a repeat in other words, a reprint, an edited one, or no news."""
        roll = self._rng.random()
        if told and roll < 0.55:
            return self._repeat(*self._rng.choice(told))
        if told and roll < 0.72:
            _, step = self._rng.choice(told)
            return self._article(self._outlet(), f"{step.item.body}\n{CREDIT}", self._while(step))
        if roll < 0.87 and (edited := self._reworded_again()):
            return edited
        return self._article(self._outlet(), self._filling(3), self._clock)

    def _repeat(self, fact: _Fact, step: _Step) -> Item:
        item = self._article(self._outlet(), self._says(fact, step.value), self._while(step))
        self._repeats.append(_Repeat(fact, step.value, item, self._waves))
        return item

    def _reworded_again(self) -> Item | None:
        """A repeat of at least two waves ago is edited: other words, the same value."""
        old = [repeat for repeat in self._repeats if repeat.wave <= self._waves - 2]
        if not old:
            return None
        repeat = self._rng.choice(old)
        self._repeats.remove(repeat)
        return self._edited(repeat.item, self._says(repeat.fact, repeat.value))

    # Words.

    def _article(self, outlet: str, body: str, published: datetime, *, news: bool = False) -> Item:
        self._count += 1
        return Item(
            outlet=outlet, guid=f"{outlet}-{self._count}", revision=1, title=self._rng.choice(TITLES), body=body,
            published=published, news=news,
        )  # fmt: skip

    def _edited(self, item: Item, body: str, *, news: bool = False) -> Item:
        self._count += 1
        return replace(item, revision=item.revision + 1, body=f"{body}\n{self._count}", news=news)

    def _says(self, fact: _Fact, value: Value) -> str:
        names = {"p": PROJECTS[fact.project], "o": ORGANISATIONS.get(fact.organisation or "", "")}
        if fact.is_partner:
            sentence = self._rng.choice(JOINED if value == "in" else LEFT).format(**names)
        else:
            forms = COMMITMENT if fact.organisation else TOTAL
            sentence = self._rng.choice(forms).format(v=int(value or 0) // _BILLION, **names)
        return f"{sentence}\n{self._filling(self._rng.randint(1, 3))}"

    def _filling(self, sentences: int) -> str:
        return "\n".join(self._rng.sample(FILLING, sentences))

    def _other_value(self, fact: _Fact) -> Value:
        if fact.is_partner:
            return "in" if not fact.steps or fact.steps[-1].value == "out" else "out"
        value = self._rng.choice([one for one in range(11, 900) if one * _BILLION not in fact.used]) * _BILLION
        fact.used.add(value)
        return value

    def _outlet(self) -> str:
        return self._rng.choice(OUTLETS)

    def _while(self, step: _Step) -> datetime:
        """A moment at which that value was the one in force."""
        until = min(step.until or self._clock, self._clock)
        return step.since + (until - step.since) * self._rng.uniform(0.1, 0.9)

    def _minutes(self, low: float, high: float) -> timedelta:
        return timedelta(seconds=round(60 * self._rng.uniform(low, high)))


def _facts() -> Iterator[_Fact]:
    """Totals of all projects, commitments to some and partners of others: 42 facts."""
    projects, organisations = list(PROJECTS), list(ORGANISATIONS)
    for number, project in enumerate(projects):
        yield _Fact(f"figure:total:{project}:USD", project, None, OUTLETS[number % len(OUTLETS)])
    for number, organisation in enumerate(organisations):
        project, outlet = projects[number], OUTLETS[(number + 5) % len(OUTLETS)]
        yield _Fact(f"figure:commitment:{organisation}->{project}:USD", project, organisation, outlet)
    for number, organisation in enumerate(organisations[:10]):
        project = projects[-1 - number]
        outlet = OUTLETS[(number + 9) % len(OUTLETS)]
        yield _Fact(f"partner:{organisation}@{project}", project, organisation, outlet)


def _kind(fact: _Fact, old: Value, new: Value) -> str:
    if fact.is_partner:
        return "partner_added" if new == "in" else "partner_left"
    return "figure_new" if old is None else "figure_changed"
