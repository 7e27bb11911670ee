"""Work in a thread that is over when whoever asked for it is.

A thread cannot be stopped. `asyncio.to_thread` lets one who is cancelled go away while his transaction runs on; a stage
that has ended would still hold a connection. One rule: who waits here leaves when the work has ended, cancelled or not.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


async def in_thread(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What `function` gives, run in a thread; raises what it raises.

    One who is cancelled meanwhile waits for its end and is cancelled then. What it raised at its end is the cause of
    the `CancelledError`.
    """
    work = asyncio.ensure_future(asyncio.to_thread(function, *args, **kwargs))
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError as cancelled:
        while not work.done():
            try:
                await asyncio.wait([work])
            except asyncio.CancelledError:  # told twice; the work ends no sooner for it
                continue
        raise cancelled from work.exception()
