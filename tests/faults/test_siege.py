"""Good feeds among bad ones, with the limits of production and for longer (`make faults`)."""

from __future__ import annotations

import sys

import pytest

from bench.feeds import show
from tests.connectors.siege import Plan, run

pytestmark = pytest.mark.faults


def test_every_good_poll_happens_within_its_interval() -> None:
    """Two hundred good feeds beside every kind of bad one, for five minutes: no poll is later than a whole interval."""
    report = run(Plan(interval=30.0, seconds=300.0, scaled=False, beside=True))
    sys.stdout.write("\n")
    show(report)
    assert report.forgotten == []
    assert report.besieged.slip_max <= 30.0
    assert report.besieged.memory_peak - report.besieged.memory_before <= 64
