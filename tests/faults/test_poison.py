"""Poison on both topics: each is set aside with its words, and stops nobody."""

from __future__ import annotations

import pytest

from tests.faults.conftest import Note
from tests.faults.plant import Place
from tests.faults.story import Story, start_all
from tests.faults.troubles import Poison

pytestmark = pytest.mark.faults


def test_poison_on_both_topics(story: Story, place: Place, note: Note) -> None:
    """Ten messages that are no articles and ten that are no readings, four times amid the work."""
    poison = Poison(place.kafka)
    start_all(story)
    for _ in range(4):
        story.serve(60, 15)
        poison.send(10)
        story.settle()
    verdict = story.finish()
    note(len(poison.sent), verdict)
    assert verdict.clean, verdict
    assert poison.lost() == set()
