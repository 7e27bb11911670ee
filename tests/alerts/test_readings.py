"""How far the readings are done with: what a refused commit costs."""

from __future__ import annotations

import pytest
from aiokafka.errors import CommitFailedError, GroupAuthorizationFailedError, KafkaError, RequestTimedOutError

from alerts.readings import Readings, Record
from streams.topics import Kafka

RECORD = Record(partition=0, offset=7, key=b"source", value=None)


class _Refusing:
    """A consumer whose partition has gone elsewhere, or whose broker does not let it commit."""

    def __init__(self, error: KafkaError) -> None:
        self._error = error

    async def commit(self, _offsets: object) -> None:
        raise self._error


def _readings(error: KafkaError) -> Readings:
    """The topic as that consumer has it."""
    readings = Readings(Kafka(bootstrap="127.0.0.1:1"))
    readings._consumer = _Refusing(error)
    return readings


@pytest.mark.parametrize("error", [CommitFailedError(), RequestTimedOutError()])
async def test_a_commit_that_is_refused_costs_nothing(error: KafkaError) -> None:
    """A commit that a later one makes up for does not end the stage."""
    await _readings(error).done([RECORD], RECORD.offset + 1)


async def test_a_commit_that_is_forbidden_ends_the_stage() -> None:
    """A commit that no waiting would mend is an error."""
    with pytest.raises(GroupAuthorizationFailedError):
        await _readings(GroupAuthorizationFailedError()).done([RECORD], RECORD.offset + 1)
