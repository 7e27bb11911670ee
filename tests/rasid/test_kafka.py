"""Making the topics: what a broker's refusal means, and that making them twice is harmless."""

from __future__ import annotations

import logging

import pytest
from aiokafka.errors import InvalidReplicationFactorError, NotControllerError

from rasid.kafka import _check, ensure_topics
from streams.errors import Misconfigured, Unavailable
from streams.topics import Kafka


@pytest.mark.parametrize("code", [0, 36])
def test_a_topic_that_is_there_is_fine(code: int) -> None:
    """Made now (0) or before (36): nothing to say."""
    _check([("rasid.articles", code, None)])


@pytest.mark.parametrize(("code", "error"), [(41, NotControllerError), (38, InvalidReplicationFactorError)])
def test_a_broker_that_is_starting_is_asked_again(code: int, error: type[Exception]) -> None:
    """No controller yet, or too few brokers yet: the error is one of those that are tried again."""
    with pytest.raises(error):
        _check([("rasid.articles", code, None)])


def test_a_refusal_is_the_operators_to_mend() -> None:
    """Not allowed to make topics (29): no waiting helps."""
    with pytest.raises(Misconfigured, match=r"rasid\.articles"):
        _check([("rasid.articles", 29, None)])


async def test_making_them_twice_is_harmless(any_broker: Kafka) -> None:
    """The topics are there already: nothing happens."""
    await ensure_topics(any_broker)
    await ensure_topics(any_broker)


async def test_a_broker_that_is_away_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    """After the patience one clear error, and no line of the client's for each try in vain."""
    with caplog.at_level(logging.INFO), pytest.raises(Unavailable, match=r"127\.0\.0\.1:1"):
        await ensure_topics(Kafka(bootstrap="127.0.0.1:1"), patience=1)
    assert caplog.records == []
