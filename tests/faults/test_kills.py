"""kill -9 a hundred times, workers that come and go, and the frozen that wake up too late."""

from __future__ import annotations

import random

import pytest

from tests.faults.child import LEASE, SESSION
from tests.faults.conftest import Note
from tests.faults.story import Size, Story, start_all
from tests.faults.troubles import Kills

pytestmark = pytest.mark.faults


def test_killed_a_hundred_times(story: Story, seed: int, note: Note) -> None:
    """kill -9 of any stage at random moments, 100 times over 3,000 articles with 300 changes."""
    kills = Kills(story, seed, wanted=100, pace=30)
    start_all(story)
    story.run(Size(articles=3000, changes=300, wave=100), kills)
    while not kills.over:
        story.wave(50, 5, kills)
    verdict = story.finish()
    note(kills.fell, verdict)
    assert kills.fell == 100
    assert len(story.press.truth) >= 300
    assert verdict.clean, verdict


def test_workers_join_and_leave(story: Story, seed: int, note: Note) -> None:
    """A second and a third worker and a second learner come and go 30 times, asked to or killed, amid the work."""
    rng, turns = random.Random(seed), 0
    start_all(story)
    while turns < 30:
        story.serve(60, 10)
        for name in rng.sample(("work-2", "work-3", "learn-2"), 2):
            story.plant.start(name)
            story.until(lambda name=name: name in story.plant.up(), f"{name} to come")  # type: ignore[misc]
            story.rest(rng.uniform(0, SESSION))
            if rng.random() < 0.5:
                story.plant.leave(name)
            else:
                story.plant.stop(name)
            turns += 1
        story.settle()
    verdict = story.finish()
    note(turns, verdict)
    assert verdict.clean, verdict


@pytest.mark.parametrize("stage", ["work", "learn"])
def test_frozen_beyond_its_session(story: Story, note: Note, stage: str) -> None:
    """A process that is stopped beyond its session, and wakes when a second one has taken over, does no harm."""
    fell = 0
    start_all(story)
    story.plant.start(f"{stage}-2")
    story.until(story.plant.all_up, "both of them")
    for name in (stage, f"{stage}-2"):
        fell += story.struck(lambda name=name: story.plant.freeze(name), lambda: None)  # type: ignore[misc]
        story.plant.wake(name)
        story.rest(SESSION)
        story.wave(40, 10)
    verdict = story.finish()
    note(fell, verdict)
    assert verdict.clean, verdict


def test_frozen_in_the_middle_of_a_delivery(story: Story, note: Note) -> None:
    """A deliverer stopped between its lease and its request wakes when another has sent the alert: it sends nothing."""
    story.plant.start("connect", "work", "learn")
    story.plant.start("deliver", fault="deliver.after_lease:3:stop")
    story.serve(60, 30)
    story.until(lambda: story.plant.frozen("deliver"), "the fault to fall")
    story.plant.start("deliver-2")
    story.rest(LEASE)
    story.until(story.empty, "the other to take over")
    story.plant.wake("deliver")
    story.wave(40, 10)
    verdict = story.finish()
    note(1, verdict)
    assert verdict.clean, verdict
    assert verdict.raw == 0
