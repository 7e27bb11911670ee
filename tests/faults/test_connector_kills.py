from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.brokers import KafkaServer, create_topics
from tests.connectors.killing import FEEDS, Plan, judge, run


@pytest.mark.faults
@pytest.mark.kafka
def test_the_connector_killed_a_hundred_times(kafka_server: KafkaServer, tmp_path: Path, seed: int) -> None:
    """Amid polls of fifty changing feeds, with the broker away for two minutes: nothing is lost."""
    create_topics(kafka_server.settings)
    outcome = run(tmp_path, kafka_server, Plan(kills=100, away=120.0, seed=seed))
    sys.stderr.write(
        f"\n100 kills, {outcome.cut} polls cut: {len(outcome.archived)} revisions archived, "
        f"{len(outcome.on_topic)} messages ({outcome.repeated} repeated), {len(outcome.served)} had to be there\n"
    )
    judge(outcome)
    assert len(outcome.served) > FEEDS
    assert outcome.cut > FEEDS
