"""A model of the whole way, with the real learn, outbox and settle in it, in which every crash can be tried.

The connector publishes and then marks; the worker reads and then commits its offset; the learner learns and then
commits its offset; the deliverer leases, sends, and then marks. Between any two steps the machine may die: what is
durable stays (the ledger, the topics, the marks, the offsets, what the receiver got), everything else begins anew.

Schedules that leave the same durable state have the same future, so each such state is tried once: `explore` covers
all schedules with up to so many crashes and counts them. `bereave` lets single processes die, the others going on.
`Order` holds the mistakes that the order of steps prevents; with one of them switched on, the model has to find what is
lost or false.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import combinations_with_replacement
from typing import NamedTuple

import sqlalchemy as sa

from alerts.backoff import settle
from alerts.destinations import Destination
from alerts.ledger import Ledger
from alerts.lesson import learn
from alerts.outbox import Due, Outbox
from alerts.outcome import Delivered
from alerts.policy import Policy
from alerts.tables import articles, deliveries
from streams.records import Change, Reading
from tests.alerts.build import told
from tests.alerts.world import Durable, Torn, World, dying

HOOK = Destination(id="hook", kind="webhook", url="https://hook.example/", secrets=("whsec_" + "A" * 32,))
_ENOUGH = 2_000
_MORE = 8


class Order(NamedTuple):
    """Mistakes that can be made on purpose."""

    marks_before_publishing: bool = False
    commits_before_reading: bool = False
    commits_before_learning: bool = False
    compares_again: bool = False
    marks_before_sending: bool = False


class Found(NamedTuple):
    """What came of all schedules with up to so many crashes: how many there are, how many runs stood for them.

    `lost`, `false` and `disordered` are schedules that ended so; `repeated` those in which a request came twice.
    """

    schedules: int
    runs: int
    lost: int
    false: int
    disordered: int
    repeated: int


class Chain:
    """The way from the connector's archive, which is to publish `story` in this order, to one receiver."""

    def __init__(
        self, engine: sa.Engine, story: Sequence[Reading], policy: Policy, *, batch: int = 2, order: Order | None = None
    ) -> None:
        self._engine = engine
        self._story = story
        self._policy = policy
        self._batch = batch
        self._order = order or Order()
        self._changes: dict[str, str] = {}

    def explore(self, start: Durable, truth: Sequence[str], crashes: int) -> Found:
        """Try every schedule with up to `crashes` crashes."""
        count: Counter[str] = Counter()
        ahead: dict[tuple[object, ...], tuple[Durable, int]] = {start.key(): (start, 1)}
        for left in range(crashes, -1, -1):
            reached: dict[tuple[object, ...], tuple[Durable, int]] = {}
            for state, ways in ahead.values():
                durable = list(self.run(state)) if left else [*self.run(state, every=False)]
                count["runs"] += 1
                count["schedules"] += ways
                count.update(dict.fromkeys(self.verdict(durable[-1], truth), ways))
                for one in durable if left else ():
                    held = reached.get(one.key(), (one, 0))
                    reached[one.key()] = held[0], held[1] + ways
            ahead = reached
        return Found(*(count[name] for name in Found._fields))

    def run(self, state: Durable, *, every: bool = True) -> Iterator[Durable]:
        """Go on from there without a crash; gives what is durable after each step (`every`), and at the end."""
        world = World(self._engine, state)
        processes = [begin(world) for begin in self._processes(torn=every)]
        for _ in range(_ENOUGH):
            idle = True
            for process in processes:
                if next(process):
                    idle = False
                    if every:
                        yield world.durable()
            if idle and not world.pass_time():
                yield world.durable()
                return
        raise AssertionError("the chain does not come to rest")

    def bereave(self, start: Durable, truth: Sequence[str], deaths: int) -> Found:
        """Try every schedule with that many deaths of the one process that has just taken a step; the others go on."""
        count: Counter[str] = Counter()
        steps = len(list(self.run(start))) + _MORE  # whoever begins anew takes some of them again
        for places in combinations_with_replacement(range(1, steps + 1), deaths):
            count.update(("runs", "schedules", *self.verdict(self._bereft(start, places), truth)))
        return Found(*(count[name] for name in Found._fields))

    def _bereft(self, start: Durable, deaths: Sequence[int]) -> Durable:
        """The end of a run in which whoever takes the step of that number dies after it; further steps count on."""
        world = World(self._engine, start)
        begins = self._processes()
        processes = [begin(world) for begin in begins]
        ahead = [place + number for number, place in enumerate(deaths)]
        step = 0
        for _ in range(_ENOUGH):
            idle = True
            for number, process in enumerate(processes):
                if not next(process):
                    continue
                idle, step = False, step + 1
                if step in ahead:
                    processes[number] = begins[number](world)
            if idle and not world.pass_time():
                return world.durable()
        raise AssertionError("the chain does not come to rest")

    def _processes(self, *, torn: bool = False) -> list[Callable[[World], Iterator[bool]]]:
        return [self.connector, self.worker, partial(self.learner, torn=torn), self.deliverer]

    def verdict(self, end: Durable, truth: Sequence[str]) -> list[str]:
        """What is wrong with the end: names of the fields of `Found`."""
        first = dict(reversed(end.requests))
        heard = [self._changes[body] for body in dict.fromkeys(body for _, body in end.requests)]
        wrong = {
            "lost": Counter(truth) - Counter(heard),
            "false": Counter(heard) - Counter(truth),
            "disordered": _by_fact(heard) != _by_fact(truth),
            "repeated": len(first) < len(end.requests),
        }
        return [name for name, found in wrong.items() if found]

    def connector(self, world: World) -> Iterator[bool]:
        """Publish what is not marked yet, and mark it."""
        while True:
            while (number := world.marked) < len(self._story):
                if self._order.marks_before_publishing:
                    world.marked += 1
                    yield True
                world.articles.append(number)
                yield True
                if not self._order.marks_before_publishing:
                    world.marked += 1
                    yield True
            yield False

    def worker(self, world: World) -> Iterator[bool]:
        """Read articles, publish their readings, commit the offset after a batch."""
        position = world.offsets[0]
        while True:
            while position < len(world.articles):
                number = world.articles[position]
                position += 1
                if self._order.commits_before_reading:
                    world.offsets[0] = position
                    yield True
                world.readings.append(number)
                yield True
                if position % self._batch == 0 or position == len(world.articles):
                    world.offsets[0] = position
                    yield True
            yield False

    def learner(self, world: World, *, torn: bool) -> Iterator[bool]:
        """Learn readings, each in a transaction that may tear (`torn`), and commit the offset after a batch."""
        position = world.offsets[1]
        while True:
            while position < len(world.readings):
                reading = self._story[world.readings[position]]
                position += 1
                if self._order.commits_before_learning:
                    world.offsets[1] = position
                    yield True
                if torn:
                    self._tear(world, reading)
                    yield True
                self._learn(world, reading)
                yield True
                if position % self._batch == 0 or position == len(world.readings):
                    world.offsets[1] = position
                    yield True
            yield False

    def deliverer(self, world: World) -> Iterator[bool]:
        """Lease what is due, send it, mark it."""
        world.deliverers += 1
        outbox = Outbox(world.engine, f"deliverer {world.deliverers}")
        while True:
            while due := outbox.take(HOOK.id, world.clock):
                world.touched = True
                yield True
                if self._order.marks_before_sending:
                    yield self._mark(world, outbox, due)
                world.requests.append((due.delivery_id, due.body))
                yield True
                if not self._order.marks_before_sending:
                    yield self._mark(world, outbox, due)
            yield False

    def _mark(self, world: World, outbox: Outbox, due: Due) -> bool:
        outbox.finish(due, settle(due.tried(), Delivered(), world.clock), world.clock)
        world.touched = True
        return True

    def _learn(self, world: World, reading: Reading) -> None:
        if self._order.compares_again:
            afresh = sa.update(articles).where(articles.c.article_id == reading.article_id)
            with world.engine.begin() as connection:
                connection.execute(afresh.values(revision=0))
        for change in learn(Ledger(world.engine), reading, self._policy, (HOOK,), world.clock):
            self._note(world, change)
        world.touched = True

    def _note(self, world: World, change: Change) -> None:
        """Which change a body tells of."""
        query = sa.select(deliveries.c.body).where(deliveries.c.change_id == change.change_id)
        with world.engine.begin() as connection:
            for body in connection.scalars(query):
                self._changes[body] = f"{change.fact} {told(change)}"

    def _tear(self, world: World, reading: Reading) -> None:
        """Learn, and die before the commit."""

        try:
            with dying(world.engine):
                learn(Ledger(world.engine), reading, self._policy, (HOOK,), world.clock)
        except Torn:
            world.touched = True


def _by_fact(lines: Sequence[str]) -> list[str]:
    """The lines of each fact together, in their order."""
    return sorted(lines, key=lambda line: line.split()[0])
