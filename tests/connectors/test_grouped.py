from __future__ import annotations

import asyncio
import threading

import pytest

from connectors.grouped import Grouped
from streams.errors import Unavailable


class Disk:
    """Writes a group when it is let, and remembers it; fails when it is told to."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.free = threading.Event()
        self.broken = False

    def write(self, group: list[int]) -> None:
        """Write, slowly."""
        self.free.wait(30)
        if self.broken:
            raise Unavailable("archive", "the disk is gone")
        self.groups.append(group)


async def settle() -> None:
    """Let everything begin that can."""
    for _ in range(10):
        await asyncio.sleep(0)


async def test_those_who_come_meanwhile_share_the_next_group() -> None:
    """Nobody returns before what he wrote is written, and nothing is written twice."""
    disk = Disk()
    grouped = Grouped(disk.write)
    first = asyncio.create_task(grouped.put(0))
    await settle()
    others = [asyncio.create_task(grouped.put(number)) for number in range(1, 20)]
    await settle()
    assert not any(task.done() for task in (first, *others))
    disk.free.set()
    await asyncio.gather(first, *others)
    assert disk.groups == [[0], list(range(1, 20))]


async def test_a_failure_is_heard_by_all_of_its_group_and_by_no_other() -> None:
    """The next group is written as if nothing had been."""
    disk = Disk()
    disk.free.set()
    disk.broken = True
    grouped = Grouped(disk.write)
    results = await asyncio.gather(*(grouped.put(number) for number in range(3)), return_exceptions=True)
    assert [type(result) for result in results] == [Unavailable] * 3
    disk.broken = False
    await grouped.put(7)
    assert disk.groups == [[7]]


async def test_who_is_cancelled_takes_nobody_with_him() -> None:
    """The first of a group gives up; the others are written all the same."""
    disk = Disk()
    grouped = Grouped(disk.write)
    first, second = (asyncio.create_task(grouped.put(number)) for number in range(2))
    await settle()
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    disk.free.set()
    await second
    assert disk.groups == [[0, 1]]
