"""Tells open pages that something changed, as server-sent events, so that nobody has to reload.

Strategy: one task asks the ledger for its newest change once a second, however many pages are open, and wakes them; the
page then asks for itself again. An event carries nothing but the id of that change, so that nothing has to be escaped
and nothing can be missed: a page names the newest change that it was made after (`?seen=`), or the last that it was
told of (Last-Event-ID), and is told at once when that is not the newest any more.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from alerts.ledger import Ledger
from streams.errors import Unavailable
from streams.threads import in_thread

_LOG = structlog.get_logger()
_LOOK = 1.0  # seconds
_SIGN_OF_LIFE = 15.0  # seconds; proxies close what is silent for longer
_MOST = 200

# The newest change when a request came.
SEEN = web.RequestKey("seen", str)


class Live:
    """The newest change of a ledger, and those who wait for another: at most `most` pages at a time."""

    def __init__(self, ledger: Ledger, most: int = _MOST) -> None:
        self._ledger = ledger
        self._most = most
        self._newest = ""
        self._moved = asyncio.Condition()
        self._open = 0
        self._ending = False

    def join(self, app: web.Application, path: str) -> None:
        """Serves the streams at `path`, and looks at the ledger for as long as the application runs."""
        app.middlewares.append(self._note)
        app.router.add_get(path, self.events)
        app.cleanup_ctx.append(self._watching)
        app.on_shutdown.append(self._end)  # or the server would wait a minute for the pages that are open

    @web.middleware
    async def _note(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Before anything is read for a page, the change that it surely has."""
        request[SEEN] = self._newest
        return await handler(request)

    async def _watching(self, _app: web.Application) -> AsyncIterator[None]:
        await self._look()
        task = asyncio.create_task(self._watch())
        yield
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async def _end(self, _app: web.Application) -> None:
        async with self._moved:
            self._ending = True
            self._moved.notify_all()

    async def events(self, request: web.Request) -> web.StreamResponse:
        """The stream of one page. Answers 503 when too many are open."""
        if self._open >= self._most:
            raise web.HTTPServiceUnavailable(text="Too many pages are open.\n")
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        self._open += 1
        try:
            await response.prepare(request)
            await self._serve(response, request.headers.get("Last-Event-ID", request.query.get("seen")))
        except ConnectionError:
            _LOG.debug("page_closed")  # the ordinary end: somebody closed the tab
        finally:
            self._open -= 1
        return response

    async def _serve(self, response: web.StreamResponse, known: str | None) -> None:
        seen = self._newest if known is None else known
        await response.write(f"retry: 3000\nid: {self._newest}\n\n".encode())
        while not self._ending:
            if await self._changed(seen):
                seen = self._newest
                await response.write(f"event: change\nid: {seen}\ndata: {seen}\n\n".encode())
            else:
                await response.write(b": still here\n\n")

    async def _changed(self, seen: str) -> bool:
        """Whether another change is the newest, as soon as it is; False after a while without one."""
        try:
            async with asyncio.timeout(_SIGN_OF_LIFE), self._moved:
                await self._moved.wait_for(lambda: self._ending or self._newest != seen)
        except TimeoutError:
            return False
        return not self._ending

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(_LOOK)
            await self._look()

    async def _look(self) -> None:
        try:
            newest = await in_thread(self._ledger.changes, 1, silent=True)
        except Unavailable as error:
            _LOG.warning("ledger_away", error=str(error))
            return
        async with self._moved:
            self._newest = newest[0].change_id if newest else ""
            self._moved.notify_all()
