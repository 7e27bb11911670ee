"""Receivers on loopback that record every request."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Protocol

from aiohttp import web
from aiohttp.test_utils import TestServer
from standardwebhooks.webhooks import Webhook

from alerts.destinations import Destination

SECRET = "whsec_" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo="

Json = dict[str, Any]
# What to answer: a status, one with headers, "drop" the connection before taking the message, or "lose" the answer.
Answer = int | tuple[int, Mapping[str, str]] | str | Json


class Script:
    """The answers to give, in order; when there are no more, success."""

    def __init__(self, *answers: Answer) -> None:
        self._answers = list(answers)

    def next(self) -> Answer:
        return self._answers.pop(0) if self._answers else 200


class Receiver:
    """Verifies each webhook with the library; `seen` holds what a receiver that honours the id takes, `raw` all."""

    def __init__(self, *answers: Answer) -> None:
        self.script = Script(*answers)
        self.raw: list[tuple[str, Json]] = []
        self.seen: dict[str, Json] = {}
        self.url = ""

    async def handle(self, request: web.Request) -> web.StreamResponse:
        answer = self.script.next()
        if answer == "drop":
            return cut(request)
        body = await request.read()
        message = Webhook(SECRET).verify(body, dict(request.headers))
        delivery = request.headers["webhook-id"]
        self.raw.append((delivery, message))
        if answer == 200:
            self.seen.setdefault(delivery, message)
        if answer == "lose":
            self.seen.setdefault(delivery, message)
            return cut(request)
        return answered(answer)

    def destination(self, name: str = "program", **fields: Any) -> Destination:
        return Destination(id=name, kind="webhook", url=self.url, secrets=(SECRET,), **fields)


def cut(request: web.Request) -> web.StreamResponse:
    if request.transport:
        request.transport.close()
    return web.Response(status=500)


def answered(answer: Answer) -> web.StreamResponse:
    status, headers = answer if isinstance(answer, tuple) else (answer, {})
    if not isinstance(status, int):
        raise TypeError(answer)
    return web.Response(status=status, headers=headers, text="ok")


class Served(Protocol):
    """What `serving` needs."""

    url: str

    def handle(self, request: web.Request, /) -> Awaitable[web.StreamResponse]: ...


@asynccontextmanager
async def serving(receiver: Served) -> AsyncIterator[None]:
    """The receiver on a free port of loopback; sets its `url`."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", receiver.handle)
    async with TestServer(app) as server:
        receiver.url = str(server.make_url("")).rstrip("/")
        yield
