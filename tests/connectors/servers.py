"""Web servers on loopback: a press whose pages a test writes, and a raw one for what no honest server sends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web

Page = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Press:
    """Serves `pages` by path and keeps every request. A page is a response's text, its bytes, or a function."""

    def __init__(self, host: str) -> None:
        self.host = host
        self.pages: dict[str, str | bytes | Page] = {}
        self.headers: dict[str, str] = {}
        self.requests: list[web.Request] = []
        self.port = 0

    def url(self, path: str, host: str | None = None) -> str:
        """The address of a page, by the host's address or by a name for it."""
        return f"http://{host or self.host}:{self.port}{path}"

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """The page; 304 for whoever has its ETag."""
        self.requests.append(request)
        page = self.pages.get(request.path)
        if page is None:
            return web.Response(status=404)
        if callable(page):
            return await page(request)
        if self.headers.get("ETag") and request.headers.get("If-None-Match") == self.headers["ETag"]:
            return web.Response(status=304)
        return web.Response(body=page, headers=self.headers, content_type="application/rss+xml")


@asynccontextmanager
async def press(host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[Press]:
    """A running press."""
    served = Press(host)
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", served.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, host, port)
    await site.start()
    served.port = runner.addresses[0][1]
    try:
        yield served
    finally:
        await runner.cleanup()


@asynccontextmanager
async def raw_server(*pieces: bytes, pause: float = 0.0, repeat: bool = False) -> AsyncIterator[str]:
    """Answers every connection with these bytes, with pauses between them, for ever if asked; yields its address."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            await send(writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # whoever asked has left: that is what some tests want to see
        finally:
            writer.close()

    async def send(writer: asyncio.StreamWriter) -> None:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)
        while repeat:
            writer.write(pieces[-1])
            await writer.drain()
            await asyncio.sleep(pause)

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
