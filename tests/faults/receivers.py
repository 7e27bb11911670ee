"""Who is told: a signed webhook's receiver that honours the id, with moods, and a record of every request."""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from aiohttp import web
from standardwebhooks.webhooks import Webhook

from tests.faults.loop import Loop
from tests.processes import free_port

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
Json = dict[str, Any]

# How it takes a request: deaf accepts and never answers, cut accepts and hangs up, reset hangs up before it has read,
# dripping accepts and answers without end; the others say what they do.
Mood = Literal["well", "slow", "deaf", "cut", "reset", "dripping", "error", "throttle"]

_SLOW = 0.5
_FOREVER = 60.0


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request as it came in: the mood it met, its id, when, and the hash of its body."""

    mood: Mood
    delivery: str
    time: float
    digest: str


class Receiver:
    """Verifies, remembers every request, and takes each id once. `seen` holds the bodies it took, by id."""

    def __init__(self) -> None:
        self.mood: Mood = "well"
        self.requests: list[Request] = []
        self.seen: dict[str, Json] = {}
        self.problems: list[str] = []
        self._port = free_port()
        self._runner: web.AppRunner | None = None
        self._moods: Mapping[Mood, Callable[[web.Request], Awaitable[web.StreamResponse]]] = {
            "deaf": _silent, "cut": _hung_up, "dripping": _dripping, "slow": _slowly,
        }  # fmt: skip

    def open(self, loop: Loop) -> None:
        """Begin to listen, always on the same port."""
        self._runner = loop.serve(self._answer, "127.0.0.1", self._port)

    def close(self, loop: Loop) -> None:
        """Be dead: nobody listens."""
        if self._runner:
            loop.run(self._runner.cleanup())
            self._runner = None

    def destination(self) -> Json:
        """It as a destination of `rasid.yaml`."""
        url = f"http://127.0.0.1:{self._port}/hook"
        return {"id": "hook", "kind": "webhook", "url": url, "secrets": [SECRET], "allow_private": True}

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        mood = self.mood
        if mood == "reset":
            self.requests.append(Request(mood=mood, delivery="", time=time.time(), digest=""))
            return await _hung_up(request)
        body = await request.read()
        delivery, digest = request.headers.get("webhook-id", ""), hashlib.sha256(body).hexdigest()
        self.requests.append(Request(mood=mood, delivery=delivery, time=time.time(), digest=digest))
        if mood in ("error", "throttle"):
            return web.Response(status=500 if mood == "error" else 429, headers={"Retry-After": "1"})
        self._take(request, delivery, body)
        return await self._moods[mood](request) if mood in self._moods else web.Response(status=204)

    def _take(self, request: web.Request, delivery: str, body: bytes) -> None:
        try:
            Webhook(SECRET).verify(body, dict(request.headers))
        except Exception as error:  # whatever the library calls a forgery
            self.problems.append(f"{delivery}: {error}")
            return
        message = json.loads(body)
        if self.seen.setdefault(delivery, message) != message:
            self.problems.append(f"{delivery} came again with another body")


async def _silent(_request: web.Request) -> web.StreamResponse:
    await asyncio.sleep(_FOREVER)
    return web.Response(status=204)


async def _slowly(_request: web.Request) -> web.StreamResponse:
    await asyncio.sleep(_SLOW)
    return web.Response(status=204)


async def _hung_up(request: web.Request) -> web.StreamResponse:
    if request.transport:
        request.transport.abort()
    return web.Response(status=204)


async def _dripping(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(status=200)
    await response.prepare(request)
    while True:
        await response.write(b"lies " * 100)
        await asyncio.sleep(0.05)
