"""Whoever waits for a thread leaves when its work has ended."""

from __future__ import annotations

import asyncio
import threading

import pytest

from streams.threads import in_thread


async def test_gives_what_the_function_gives() -> None:
    """Arguments go in, the result comes out."""
    assert await in_thread(divmod, 7, 2) == (3, 1)


async def test_raises_what_the_function_raises() -> None:
    """An error of the work is the caller's to see."""
    with pytest.raises(ZeroDivisionError):
        await in_thread(divmod, 7, 0)


@pytest.mark.parametrize("times", [1, 2])
async def test_one_who_is_cancelled_leaves_after_the_work(times: int) -> None:
    """However often he is told, nothing of his work goes on when he is gone."""
    begun, may_end, ended = threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        may_end.wait()
        ended.set()

    waiting = asyncio.create_task(in_thread(work))
    await asyncio.to_thread(begun.wait)
    for _ in range(times):
        waiting.cancel()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    assert not waiting.done()
    may_end.set()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert ended.is_set()


async def test_an_error_at_the_end_is_the_cause_of_the_cancellation() -> None:
    """What goes wrong while everybody leaves is not lost."""
    begun, may_end = threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        may_end.wait()
        raise OSError("the disk is full")

    waiting = asyncio.create_task(in_thread(work))
    await asyncio.to_thread(begun.wait)
    waiting.cancel()
    await asyncio.sleep(0)
    may_end.set()
    with pytest.raises(asyncio.CancelledError) as cancelled:
        await waiting
    assert isinstance(cancelled.value.__cause__, OSError)
