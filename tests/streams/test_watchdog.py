"""When is a worker stuck? Rows of (seconds, {partition: (committed, end)}) and the partitions that are stuck then."""

from __future__ import annotations

import pytest

from streams.watchdog import Partition, Progress

_A: Partition = ("rasid.articles", 0)
_B: Partition = ("rasid.articles", 1)
_Look = tuple[float, dict[Partition, tuple[int, int]], list[Partition]]

_ROWS: dict[str, list[_Look]] = {
    "nothing waits, however long": [(0, {_A: (5, 5)}, []), (500, {_A: (5, 5)}, [])],
    "waits and moves": [
        (0, {_A: (0, 9)}, []),
        (90, {_A: (1, 9)}, []),
        (180, {_A: (2, 9)}, []),
        (270, {_A: (3, 9)}, []),
    ],
    "waits and does not move": [(0, {_A: (3, 9)}, []), (99, {_A: (3, 9)}, []), (100, {_A: (3, 9)}, [_A])],
    "messages that come do not count as progress": [(0, {_A: (3, 4)}, []), (100, {_A: (3, 900)}, [_A])],
    "each partition for itself": [(0, {_A: (0, 1), _B: (0, 1)}, []), (100, {_A: (0, 1), _B: (1, 1)}, [_A])],
    "one that was taken away and comes back starts afresh": [
        (0, {_A: (0, 1)}, []),
        (50, {}, []),
        (60, {_A: (0, 1)}, []),
        (159, {_A: (0, 1)}, []),
        (160, {_A: (0, 1)}, [_A]),
    ],
    "caught up in between": [(0, {_A: (0, 1)}, []), (50, {_A: (1, 1)}, []), (100, {_A: (1, 2)}, [])],
    "an end that the embedded broker reports too low": [(0, {_A: (7, 3)}, []), (500, {_A: (7, 3)}, [])],
}


@pytest.mark.parametrize("looks", _ROWS.values(), ids=_ROWS.keys())
def test_a_partition_is_stuck_when_messages_wait_and_nothing_moves(looks: list[_Look]) -> None:
    """Stuck is: messages waited and nothing was committed for the whole limit (here 100 s)."""
    progress = Progress(limit=100)
    for now, offsets, expected in looks:
        assert progress.observe(offsets, now) == expected, f"at {now} s"
