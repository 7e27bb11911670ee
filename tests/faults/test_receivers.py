"""Receivers that are dead, slow, deaf, lying or overwhelmed: every alert comes, and who honours the id sees it once."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.faults.conftest import Note
from tests.faults.plant import Place
from tests.faults.receivers import Mood, SlackChannel
from tests.faults.story import Story, start_all, telling

pytestmark = pytest.mark.faults

MOODS: tuple[Mood, ...] = ("slow", "deaf", "cut", "reset", "dripping", "error", "throttle")
SLACK_MOODS: tuple[Mood, ...] = ("deaf", "cut", "reset", "error", "throttle", "lying")
_MET = 3  # so many requests must meet a mood


def test_receiver_dead(story: Story, note: Note) -> None:
    """Nobody listens for twenty seconds; then all that waited comes, in the order of each fact."""
    start_all(story)
    story.wave(40, 10)
    story.receiver.close(story.loop)
    story.wave(60, 30)
    waiting = story.plant.undelivered()
    story.rest(20)
    story.receiver.open(story.loop)
    verdict = story.finish()
    note(waiting, verdict)
    assert verdict.clean, verdict
    _assert_in_order(story)


@pytest.mark.parametrize("mood", MOODS)
def test_receiver(story: Story, note: Note, mood: Mood) -> None:
    """A receiver that is out of sorts for some requests gets everything in the end, once."""
    start_all(story)
    story.receiver.mood = mood
    story.serve(60, 20)
    story.until(lambda: _met(story, mood) >= _MET, f"requests that meet {mood}")
    story.receiver.mood = "well"
    verdict = story.finish()
    note(_met(story, mood), verdict)
    assert verdict.clean, verdict
    _assert_in_order(story)


@pytest.mark.parametrize("mood", SLACK_MOODS)
def test_slack(place: Place, tmp_path: Path, seed: int, note: Note, mood: Mood) -> None:
    """A Slack that is out of sorts for some posts shows every alert in the end, once: what is there is looked for."""
    slack = SlackChannel()
    with telling(tmp_path, seed, place, slack) as story:
        start_all(story)
        slack.mood = mood
        story.serve(30, 8)
        story.until(lambda: slack.moods.count(mood) >= 2, f"posts that meet {mood}")
        slack.mood = "well"
        verdict = story.finish()
    note(slack.moods.count(mood), verdict)
    assert verdict.clean, verdict
    shown = Counter(slack.shown())
    told = {body["data"]["change_id"] for body in story.receiver.seen.values()}
    assert shown == Counter(told)


def _met(story: Story, mood: Mood) -> int:
    return sum(request.mood == mood for request in story.receiver.requests)


def _assert_in_order(story: Story) -> None:
    """The alerts of one fact came in the order of their numbers."""
    numbers: dict[str, list[int]] = {}
    for body in story.receiver.seen.values():
        numbers.setdefault(body["data"]["fact"], []).append(body["data"]["number"])
    assert all(order == sorted(order) for order in numbers.values())
