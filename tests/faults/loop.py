"""An event loop in a thread of its own, in which the servers of a run live while the test itself simply waits."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from aiohttp import web
from aiohttp.typedefs import Handler

T = TypeVar("T")

_PATIENCE = 120.0


class Loop:
    """Runs coroutines in its thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._serving: list[web.AppRunner] = []

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """The result of `work`, waited for."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_PATIENCE)

    def serve(self, handler: Handler, host: str, port: int) -> web.AppRunner:
        """An HTTP server that hands everything to `handler`."""
        runner = self.run(_serve(handler, host, port))
        self._serving.append(runner)
        return runner

    def close(self) -> None:
        """End every server."""
        for runner in self._serving:
            self.run(runner.cleanup())


async def _serve(handler: Handler, host: str, port: int) -> web.AppRunner:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, host, port, reuse_address=True).start()
    return runner


@contextmanager
def background_loop() -> Iterator[Loop]:
    """A `Loop`, with everything in it cancelled at the end."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="servers of the fault suite")
    thread.start()
    servers = Loop(loop)
    try:
        yield servers
    finally:
        servers.close()
        asyncio.run_coroutine_threadsafe(_cancel_all(), loop).result(_PATIENCE)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _cancel_all() -> None:
    rest = asyncio.all_tasks() - {asyncio.current_task()}
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)
