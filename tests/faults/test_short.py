"""The short form of the fault suite, on Apache Kafka and PostgreSQL: every window once, ten kills, one need shown."""

from __future__ import annotations

import signal

from streams import failpoints
from tests.faults.conftest import Note
from tests.faults.needs import NEEDS, fall_without
from tests.faults.plant import Place
from tests.faults.story import Story, start_all
from tests.faults.troubles import Kills, Poison, Walk


def test_killed_in_every_window(story: Story, place: Place, seed: int, note: Note) -> None:
    """kill -9 in each window of each stage, once: every alert comes once, and every poison is a dead letter."""
    walk, poison = Walk(story, seed), Poison(place.kafka)
    walk.start()
    while not walk.over:
        poison.send()
        story.wave(20, 8)
    verdict = story.finish()
    note(len(walk.fell), verdict)
    assert sorted(walk.fell) == sorted(failpoints.NAMES)
    assert verdict.clean, verdict
    assert poison.lost() == set()


def test_killed_ten_times(story: Story, seed: int, note: Note) -> None:
    """kill -9 of whatever stage, ten times at random moments while there is work: every alert comes once."""
    kills = Kills(story, seed, wanted=10, pace=15)
    start_all(story)
    while not kills.over:
        story.wave(30, 6, kills)
    verdict = story.finish()
    note(kills.fell, verdict)
    assert verdict.clean, verdict


def test_without_its_protection_it_loses(story: Story, note: Note) -> None:
    """The suite sees what it is there to see: an alert that counts as sent before it is sent is lost by a kill."""
    need = next(one for one in NEEDS if one.protection == "mark_after_send")
    verdict = fall_without(need, story)
    note(story.plant.ended[need.stage, -signal.SIGKILL], verdict)
    assert verdict.lost
