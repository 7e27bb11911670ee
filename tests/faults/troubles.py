"""What goes wrong while a story is told. Each trouble counts how often it fell where it should."""

from __future__ import annotations

import asyncio
import random
import signal
import time
from collections.abc import Sequence

from streams import failpoints, topics
from streams.records import DeadLetter, decode
from streams.topics import Kafka, Message
from tests.faults.plant import STAGES
from tests.faults.story import Story
from tests.kafka_client import produce, read_until


class Walk:
    """Every window of every stage, one after the other, the stages at the same time: each dies in each of its own."""

    def __init__(self, story: Story, seed: int) -> None:
        self._story = story
        self._rng = random.Random(seed)
        self._left = {stage: [name for name in failpoints.NAMES if name.startswith(stage)] for stage in STAGES}
        self._armed: dict[str, str] = {}
        self.fell: list[str] = []
        story.tend = self._tend

    @property
    def over(self) -> bool:
        """Whether every window was fallen through."""
        return len(self.fell) == len(failpoints.NAMES)

    def start(self) -> None:
        """Start every stage, armed with its first window."""
        for stage in STAGES:
            self._story.plant.start(stage, fault=self._next(stage))

    def _tend(self) -> None:
        self._story.plant.tend(self._died)

    def _died(self, stage: str, status: int) -> str:
        if status == -signal.SIGKILL and stage in self._armed:
            self.fell.append(self._armed.pop(stage))
        return self._next(stage)

    def _next(self, stage: str) -> str:
        if stage not in self._armed and self._left[stage]:
            self._armed[stage] = self._left[stage].pop(0)
        window = self._armed.get(stage)
        return f"{window}:{1 if 'dead_letter' in window else self._rng.randint(1, 3)}:kill" if window else ""


class Kills:
    """kill -9 of a random stage at random moments while there is work, `wanted` times in all."""

    def __init__(self, story: Story, seed: int, wanted: int, pace: int, stages: Sequence[str] = STAGES) -> None:
        self._story = story
        self._rng = random.Random(seed)
        self._wanted = wanted
        self._pace = pace
        self._stages = stages
        self._next = 0
        self.fell = 0

    @property
    def over(self) -> bool:
        """Whether there were enough."""
        return self.fell >= self._wanted

    def __call__(self) -> None:
        """To be called while there is work: kills when the time has come, by what was done since the last."""
        if self.over or self._story.progress() < self._next:
            return
        up = [name for name in self._story.plant.up() if name in self._stages]
        if not up:
            return
        time.sleep(self._rng.uniform(0, 0.3))
        self._story.plant.kill(self._rng.choice(up))
        self.fell += 1
        self._next = self._story.progress() + self._rng.randint(1, 2 * self._pace)


class Poison:
    """Messages that are no articles and no readings, each unlike any other."""

    def __init__(self, kafka: Kafka) -> None:
        self._kafka = kafka
        self.sent: set[str] = set()

    def send(self, count: int = 1) -> None:
        """Put `count` of them on each of the two topics, among the sources' own messages."""
        fresh = [f"{{poison {len(self.sent) + number}" for number in range(2 * count)]
        self.sent.update(fresh)
        kinds = (topics.ARTICLES, topics.READINGS)
        messages = [
            Message(topic=kinds[number % 2], key=b"barq", value=text.encode(), headers=())
            for number, text in enumerate(fresh)
        ]
        asyncio.run(produce(self._kafka, messages))

    def lost(self, patience: float = 180) -> set[str]:
        """Which of them are not on the dead-letter topic."""
        letters: list[bytes] = []

        def enough(values: list[bytes]) -> bool:
            letters[:] = values
            return self.sent <= {decode(value, DeadLetter).payload for value in values}

        try:
            asyncio.run(read_until(self._kafka, topics.DEAD_LETTER, enough, patience))
        except AssertionError:
            return self.sent - {decode(value, DeadLetter).payload for value in letters}
        return set()
