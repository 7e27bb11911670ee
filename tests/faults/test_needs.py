"""Each protection that has a window is needed: switched off, the suite finds what is lost, false or told twice."""

from __future__ import annotations

import signal

import pytest

from tests.faults.conftest import Note
from tests.faults.needs import NEEDS, Need, fall_without, replay_without
from tests.faults.plant import Place
from tests.faults.story import Story
from tests.faults.without import PROTECTIONS

pytestmark = pytest.mark.faults


@pytest.mark.parametrize("need", NEEDS, ids=lambda need: need.protection)
def test_without(story: Story, note: Note, need: Need) -> None:
    """A process that is killed in the window without the protection loses an alert, or tells one twice."""
    verdict = fall_without(need, story)
    note(story.plant.ended[need.stage, -signal.SIGKILL], verdict)
    assert need.found(verdict) > 0


def test_without_revisions_once(story: Story, place: Place, note: Note) -> None:
    """A learner that counts a revision as often as it comes tells of changes that never were."""
    verdict = replay_without("revisions_once", story, place.kafka)
    note(1, verdict)
    assert verdict.false


def test_every_protection_is_shown_to_be_needed() -> None:
    """The list of what can be switched off has nothing that nobody switches off."""
    assert PROTECTIONS.keys() == {need.protection for need in NEEDS} | {"revisions_once"}
