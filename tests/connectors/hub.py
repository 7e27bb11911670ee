"""A WebSub hub for tests: it verifies intent, remembers secrets, signs what it pushes with hashlib alone."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web

from tests.connectors.servers import Press, press

LEASE = 3600


def signature(method: str, body: bytes, secret: bytes) -> str:
    """HMAC as RFC 2104 spells it out, without the library that the code uses."""
    size = 128 if method in {"sha384", "sha512"} else 64
    key = (hashlib.new(method, secret).digest() if len(secret) > size else secret).ljust(size, b"\0")
    inner = hashlib.new(method, bytes(byte ^ 0x36 for byte in key) + body).digest()
    return f"{method}={hashlib.new(method, bytes(byte ^ 0x5C for byte in key) + inner).hexdigest()}"


class Hub:
    """Confirms each subscription before it answers, unless `verifies` is false; keeps what it was asked."""

    def __init__(self, server: Press, session: aiohttp.ClientSession) -> None:
        self._session = session
        self.url = server.url("/hub")
        self.asked: list[dict[str, str]] = []
        self.confirmed: list[bool] = []
        self.verifies = True
        server.pages["/hub"] = self._subscribe

    async def _subscribe(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.asked.append(form)
        if self.verifies:
            await self.verify()
        return web.Response(status=202)

    async def verify(self, **changes: str) -> None:
        """Ask the subscriber back; whether it gave the challenge is kept."""
        form = self.asked[-1]
        query = {"hub.mode": "subscribe", "hub.topic": form["hub.topic"], "hub.challenge": "c<>&"}
        query |= {"hub.lease_seconds": str(LEASE)} | {f"hub.{name}": value for name, value in changes.items()}
        async with self._session.get(form["hub.callback"], params=query) as response:
            self.confirmed.append(response.status == 200 and await response.text() == "c<>&")

    async def push(self, body: str, *, method: str = "sha256", header: str | None = None, secret: str = "") -> int:
        """Push a feed, signed with the secret that was agreed unless told otherwise; gives the answer's status."""
        form, data = self.asked[-1], body.encode()
        signed = signature(method, data, (secret or form["hub.secret"]).encode()) if header is None else header
        headers = {"Content-Type": "application/rss+xml"} | ({"X-Hub-Signature": signed} if signed else {})
        async with self._session.post(form["hub.callback"], data=data, headers=headers) as response:
            return response.status


@asynccontextmanager
async def hub() -> AsyncIterator[Hub]:
    """A running hub."""
    async with press() as server, aiohttp.ClientSession() as session:
        yield Hub(server, session)
