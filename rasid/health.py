"""The three addresses that every stage serves: /healthz (alive), /readyz (its dependencies answer), /metrics."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from streams.errors import Misconfigured

Problems = Callable[[], Awaitable[list[str]]]


def add_routes(app: web.Application, problems: Problems) -> None:
    """Add the three to `app`; `problems` gives one line per dependency that is down."""

    async def healthz(_request: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def readyz(_request: web.Request) -> web.Response:
        down = await problems()
        return web.Response(status=503 if down else 200, text="\n".join(down or ["ready"]) + "\n")

    async def metrics(_request: web.Request) -> web.Response:
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    app.router.add_get("/metrics", metrics)


@contextlib.asynccontextmanager
async def serving(app: web.Application, host: str, port: int) -> AsyncIterator[int]:
    """Serve `app` within the block; gives the port. Raises `Misconfigured` when it cannot be had."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        try:
            await site.start()
        except OSError as error:
            message = f"cannot listen on {host}:{port}: {error.strerror or error}"
            raise Misconfigured("port", message) from error
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()
