"""A run: waves of articles through a plant while something goes wrong, until the way is empty; then the verdict.

A wave is served when the news of the wave before is learned, and everything of the wave before that: so backlogs
build up and repeats overtake, but never in a way that would change the truth.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from tests.faults.loop import Loop, background_loop
from tests.faults.newsstand import Newsstand
from tests.faults.plant import STAGES, Place, Plant, plant
from tests.faults.press import Item, Press
from tests.faults.receivers import Receiver, SlackChannel
from tests.faults.verdict import Verdict, judge

_LOOK = 0.1
_AGO = timedelta(days=9)
# A wave that a trouble falls into: articles, and changes among them.
_STRUCK = (120, 30)


class Stuck(AssertionError):
    """The way did not empty itself in time."""


@dataclass(frozen=True, kw_only=True)
class Size:
    """How much is written: articles in all, changes among them, articles of one wave."""

    articles: int
    changes: int
    wave: int

    @property
    def waves(self) -> int:
        """How many waves that makes."""
        return -(-self.articles // self.wave)


class Story:
    """One plant, one press and its receivers."""

    def __init__(self, plant: Plant, press: Press, newsstand: Newsstand, receiver: Receiver, loop: Loop) -> None:
        self.plant = plant
        self.press = press
        self.receiver = receiver
        self.loop = loop
        self._newsstand = newsstand
        self._waves: list[list[Item]] = []
        self.tend: Callable[[], None] = plant.tend

    def serve(self, articles: int, changes: int) -> None:
        """Publish the next wave."""
        wave = self.press.wave(articles, changes)
        self._waves.append(wave)
        self._newsstand.show(wave)

    def run(self, size: Size, meanwhile: Callable[[], None] = lambda: None, *, seconds: float = 600) -> None:
        """Serve it all, each wave as soon as it may; `meanwhile` is called again and again. Raises `Stuck`.

        `seconds` is how long one wave may take.
        """
        for number in range(size.waves):
            changes = size.changes * (number + 1) // size.waves - size.changes * number // size.waves
            self.wave(size.wave, changes, meanwhile, seconds=seconds)

    def wave(
        self, articles: int, changes: int, meanwhile: Callable[[], None] = lambda: None, *, seconds: float = 600
    ) -> None:
        """Serve one wave and wait until the next may be served. Raises `Stuck`."""
        self.serve(articles, changes)
        self.settle(meanwhile, seconds=seconds)

    def settle(self, meanwhile: Callable[[], None] = lambda: None, *, seconds: float = 600) -> None:
        """Wait until the next wave may be served. Raises `Stuck`."""
        self.until(lambda: self._learned(self._gate()), f"wave {len(self._waves)}", meanwhile, seconds)

    def until(
        self,
        condition: Callable[[], bool],
        what: str,
        meanwhile: Callable[[], None] = lambda: None,
        seconds: float = 600,
    ) -> None:
        """Return when the condition holds; stages that ended are started again meanwhile. Raises `Stuck`."""
        deadline = time.monotonic() + seconds
        while not self._holds(condition):
            if time.monotonic() > deadline:
                raise Stuck(f"waited in vain for {what}; ended: {dict(self.plant.ended)}\n{self.plant.logs()}")
            meanwhile()
            self.tend()
            time.sleep(_LOOK)

    def rest(self, seconds: float) -> None:
        """Let that much time pass; stages that ended are started again meanwhile."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.tend()
            time.sleep(_LOOK)

    def struck(self, begin: Callable[[], None], end: Callable[[], None], *, seconds: float = 0) -> bool:
        """Serve a wave, and when some of it is through let a trouble last for `seconds`; then wait for the wave.

        False when all was through before the trouble had begun: then it struck nothing.
        """
        before = self.progress()
        self.serve(*_STRUCK)
        self.until(lambda: self.progress() > before, "the first of a wave")
        begin()
        fell = not self._holds(self.empty)
        self.rest(seconds)
        end()
        self.settle()
        return fell

    def finish(self, seconds: float = 600) -> Verdict:
        """Wait until the way is empty and whoever was killed is back, stop everything, and judge. Raises `Stuck`.

        A process that is still starting knows no SIGTERM yet: it would die of it, and not end well.
        """
        self.until(lambda: self.empty() and self.plant.all_up(), "an empty way, all stages up", seconds=seconds)
        return self._end()

    def give_up(self, quiet: float = 8.0) -> Verdict:
        """Wait until the way is empty or, with every stage up, nothing moves for `quiet` seconds; stop, and judge."""
        seen, since = self._position(), time.monotonic()
        while not self._holds(self.empty) and time.monotonic() - since < quiet:
            self.tend()
            time.sleep(_LOOK)
            now = self._position()
            if now != seen or not self.plant.all_up():
                seen, since = now, time.monotonic()
        return self._end()

    def empty(self) -> bool:
        """Whether all is learned and delivered."""
        return self._learned(item for wave in self._waves for item in wave) and self.plant.undelivered() == 0

    def progress(self) -> int:
        """How many revisions are learned and requests received: what kills are timed by."""
        learned = 0
        with suppress(sa.exc.SQLAlchemyError):
            learned = sum(self.plant.learned().values())
        return learned + len(self.receiver.requests)

    def _end(self) -> Verdict:
        stopped = self.plant.stop()
        assert set(stopped.values()) <= {0}, f"not every stage ended well: {stopped}\n{self.plant.logs()}"
        assert self.receiver.problems == []
        return judge(self.press.truth, self.receiver.seen, len(self.receiver.requests))

    def _gate(self) -> Iterable[Item]:
        yield from (item for item in self._waves[-1] if item.news)
        for wave in self._waves[-3:-1]:
            yield from wave

    def _learned(self, items: Iterable[Item]) -> bool:
        learned = self.plant.learned()
        return all(learned.get(item.url, 0) >= item.revision for item in items)

    def _holds(self, condition: Callable[[], bool]) -> bool:
        try:
            return condition()
        except sa.exc.SQLAlchemyError:  # the database is away, or not made yet
            return False

    def _position(self) -> tuple[int, int]:
        open_ = -1
        with suppress(sa.exc.SQLAlchemyError):
            open_ = self.plant.undelivered()
        return self.progress(), open_


@contextmanager
def telling(folder: Path, seed: int, place: Place, slack: SlackChannel | None = None) -> Iterator[Story]:
    """A story in `folder`, told to a webhook's receiver and to `slack`, with nothing left running at the end."""
    with background_loop() as loop:
        newsstand, receiver = Newsstand(folder / "outlets"), Receiver()
        newsstand.open(loop)
        receiver.open(loop)
        destinations = [receiver.destination()]
        if slack:
            slack.open(loop)
            destinations.append(slack.destination())
        where = Place(
            kafka=place.kafka,
            archive_url=place.archive_url,
            ledger_url=place.ledger_url,
            sources=newsstand.sources(),
            destinations=destinations,
            settings=place.settings,
        )
        with plant(folder / "plant", where) as one:
            yield Story(one, Press(seed, datetime.now(UTC) - _AGO), newsstand, receiver, loop)


def start_all(story: Story) -> None:
    """Every stage, unharmed."""
    story.plant.start(*STAGES)
