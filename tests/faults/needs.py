"""Shows that a protection is needed: without it a process is killed in its window, and an alert is lost or false."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from dataclasses import dataclass

from streams import topics
from streams.topics import Kafka
from tests.faults.plant import STAGES
from tests.faults.story import Story
from tests.faults.verdict import Verdict
from tests.kafka_client import rewind


@dataclass(frozen=True)
class Need:
    """A protection of a stage, the window in which its absence shows, and what the verdict then must find."""

    protection: str
    fault: str
    found: Callable[[Verdict], int]

    @property
    def stage(self) -> str:
        """Whose protection it is."""
        return self.fault.partition(".")[0]


def _lost(verdict: Verdict) -> int:
    return len(verdict.lost)


def _twice(verdict: Verdict) -> int:
    return len(verdict.duplicates)


# In `deliveries_in_transaction` a lesson passes its window twice: the third passing lies inside the second lesson.
NEEDS = (
    Need("mark_after_publish", "connect.after_publish:2:kill", _lost),
    Need("validators_after_archive", "connect.before_archive_commit:2:kill", _lost),
    Need("ack_after_send", "work.after_read:1:kill", _lost),
    Need("offset_after_transaction", "learn.before_transaction:3:kill", _lost),
    Need("deliveries_in_transaction", "learn.after_commit:3:kill", _lost),
    Need("mark_after_send", "deliver.after_lease:2:kill", _lost),
    Need("one_id", "deliver.after_accepted:2:kill", _twice),
)

_NEWS = 20  # articles of a wave that are all news: whichever is lost is missed


def fall_without(need: Need, story: Story, *, protected: bool = False) -> Verdict:
    """The verdict on a story in which the stage, without its protection unless `protected`, is killed in the window.

    The killed process comes back as it should be: one crash without the protection is enough.
    """
    story.plant.start(*STAGES)
    story.wave(_NEWS, _NEWS)
    story.until(story.empty, "an empty way before the fault")
    story.plant.stop(need.stage)
    story.plant.start(need.stage, fault=need.fault, without="" if protected else need.protection)
    story.serve(_NEWS, _NEWS)
    story.until(lambda: story.plant.ended[need.stage, -signal.SIGKILL] > 0, "the fault to fall")
    return story.give_up()


def replay_without(protection: str, story: Story, kafka: Kafka) -> Verdict:
    """The verdict on a story whose readings, revisions among them, all come a second time to a learner without it."""
    story.plant.start(*STAGES)
    for _ in range(6):
        story.wave(_NEWS, _NEWS)
    story.until(story.empty, "an empty way before the replay")
    story.plant.stop("learn")
    asyncio.run(rewind(kafka, "rasid-learn", topics.READINGS))
    story.plant.start("learn", without=protection)
    story.wave(_NEWS, 0)  # behind all that comes again
    return story.give_up()
