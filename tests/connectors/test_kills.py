from __future__ import annotations

from pathlib import Path

import pytest

from tests.brokers import KafkaServer, create_topics
from tests.connectors.killing import FEEDS, Plan, judge, run


@pytest.mark.kafka
def test_killed_ten_times_with_the_broker_away_nothing_is_lost(kafka_server: KafkaServer, tmp_path: Path) -> None:
    """Every archived revision is on the topic, in order; every one that stayed served for an interval is archived.

    The long form (a hundred kills, two minutes without a broker) is in tests/faults.
    """
    create_topics(kafka_server.settings)
    outcome = run(tmp_path, kafka_server, Plan(kills=10, away=4.0, seed=7))
    judge(outcome)
    assert len(outcome.served) > FEEDS  # something was at stake
    assert outcome.cut > FEEDS  # and the kills fell into polls
