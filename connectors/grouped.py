"""Group commit: whoever writes while a transaction is under way shares the next one with all who came meanwhile.

Each caller returns when what he wrote is committed, as if he had been alone; but a disk that takes ten milliseconds to
be sure is asked once for all of them. One rule: a group succeeds or fails as a whole, and all of it hear why.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

from streams.threads import in_thread

T = TypeVar("T")


class Grouped(Generic[T]):
    """Hands items in groups to `write`, which runs in a thread, one group after the other."""

    def __init__(self, write: Callable[[list[T]], None]) -> None:
        self._write = write
        self._waiting: list[T] = []
        self._done: asyncio.Future[None] | None = None
        self._turn = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    async def put(self, item: T) -> None:
        """Returns when the item is written. Raises what `write` raised for its group."""
        self._waiting.append(item)
        if (done := self._done) is None:
            done = self._done = asyncio.get_running_loop().create_future()
            # A task of its own: a caller that is cancelled must not take his group with him.
            task = asyncio.create_task(self._run(done))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        await asyncio.shield(done)

    async def _run(self, done: asyncio.Future[None]) -> None:
        async with self._turn:
            group, self._waiting, self._done = self._waiting, [], None
            try:
                await in_thread(self._write, group)
            except Exception as error:  # it is the callers' to hear
                done.set_exception(error)
                done.exception()  # a caller that is gone does not ask any more
            else:
                done.set_result(None)
