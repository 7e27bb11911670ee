"""Real stages, a real Prometheus, a real Alertmanager: what goes wrong wakes the operator, and its end is told too.

The shipped rules and routes, sixty times as fast. The longer form, with a dead feed, a dead receiver and a consumer
that is stuck, is in tests/faults.
"""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from streams.topics import Kafka
from tests.watchers.stages import stages_watched


@pytest.mark.prometheus
def test_a_stopped_stage_and_a_frozen_one_wake_the_operator(tmp_path: Path, kafka: Kafka) -> None:
    """A stopped page and a worker that stands still are told by name, the missing heartbeat too, and their end."""
    with stages_watched(tmp_path, kafka) as (way, operator):
        way.send("work", signal.SIGSTOP)
        way.kill("web")
        way.wait(lambda: operator.state("RasidStageDown", job="work") == "firing", "word of the frozen worker")
        way.wait(lambda: operator.state("RasidStageDown", job="web") == "firing", "word of the stopped page")
        way.wait(lambda: operator.state("RasidHeartbeatLate") == "firing", "word of the missing heartbeat")
        assert operator.state("RasidStageDown", job="learn") != "firing"
        way.send("work", signal.SIGCONT)
        way.start("web")
        way.wait(lambda: operator.state("RasidStageDown") == "resolved", "word that both answer")
        way.wait(lambda: operator.state("RasidHeartbeatLate") == "resolved", "word that heartbeats come")
