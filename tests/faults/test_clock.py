"""The clock is set while everything runs (libfaketime, Debian's `faketime`): by an hour, by ten years, and back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.conftest import Note
from tests.faults.story import Story, start_all

pytestmark = pytest.mark.faults

STEPS = ("+50m", "-1h", "+10m", "+5m", "+0")
# Kafka refuses what is dated more than an hour ahead: until the clock is right again, everything waits.
_REFUSED = "+3650d"
_MET = 2


def _library() -> Path | None:
    found = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    return found[0] if found else None


@pytest.mark.skipif(_library() is None, reason="needs libfaketime (Debian: faketime)")
def test_clock_is_set(story: Story, tmp_path: Path, note: Note) -> None:
    """Steps forwards and backwards, each amid retries: nothing is lost, told twice, or stuck till the clock is back."""
    clock = tmp_path / "clock"
    clock.write_text("+0")
    story.receiver.minds_the_time = False
    story.plant.environment = {
        "LD_PRELOAD": str(_library()),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    start_all(story)
    story.wave(40, 10)
    for step in STEPS:
        story.receiver.mood = "error"
        met = len(story.receiver.requests)
        story.serve(40, 12)
        story.until(lambda met=met: len(story.receiver.requests) >= met + _MET, "a retry to wait for")  # type: ignore[misc]
        clock.write_text(step)
        story.receiver.mood = "well"
        story.until(story.empty, f"an empty way after {step}", seconds=300)
    clock.write_text(_REFUSED)
    story.serve(40, 12)
    story.rest(15)
    waited = not story.empty()
    clock.write_text("+0")
    verdict = story.finish()
    note(len(STEPS) + waited, verdict)
    assert waited
    assert verdict.clean, verdict
