"""Who is told: a signed webhook's receiver that honours the id, with moods, and a record of every request."""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from aiohttp import web
from standardwebhooks.webhooks import Webhook

from tests.alerts.slack_api import CHANNEL, TOKEN, FakeSlack
from tests.faults.loop import Loop
from tests.processes import free_port

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
Json = dict[str, Any]

# How it takes a request: deaf accepts and never answers, cut accepts and hangs up, reset hangs up before it has read,
# dripping accepts and answers without end, lying says yes and takes nothing; the others say what they do.
Mood = Literal["well", "slow", "deaf", "cut", "reset", "dripping", "error", "throttle", "lying"]

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
        self.minds_the_time = True
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
            self._verify(delivery, request.headers, body)
        except Exception as error:  # whatever the library calls a forgery
            self.problems.append(f"{delivery}: {error}")
            return
        message = json.loads(body)
        if self.seen.setdefault(delivery, message) != message:
            self.problems.append(f"{delivery} came again with another body")

    def _verify(self, delivery: str, headers: Mapping[str, str], body: bytes) -> None:
        """Raises for a forgery and, unless told not to mind the time, for a request that is not of now."""
        if self.minds_the_time:
            Webhook(SECRET).verify(body, dict(headers))
            return
        then = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
        if Webhook(SECRET).sign(delivery, then, body.decode()) != headers["webhook-signature"]:
            raise ValueError("forged")


class SlackChannel:
    """A channel of Slack, by bot token, with moods. What it shows is what was posted, whatever was answered."""

    def __init__(self) -> None:
        self.mood: Mood = "well"
        self.moods: list[Mood] = []
        self._slack = FakeSlack()
        self._port = free_port()

    def open(self, loop: Loop) -> None:
        """Begin to listen."""
        loop.serve(self._answer, "127.0.0.1", self._port)

    def destination(self) -> Json:
        """It as a destination of `rasid.yaml`."""
        url = f"http://127.0.0.1:{self._port}/api/"
        return {
            "id": "bot", "kind": "slack_bot", "url": url, "token": TOKEN, "channel": CHANNEL, "allow_private": True,
        }  # fmt: skip

    def shown(self) -> list[str]:
        """The ids of the changes that the channel shows, in order, repeats included."""
        return [_metadata(post)["event_payload"]["change_id"] for post in self._slack.posts]

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        if not request.path.endswith("chat.postMessage"):
            return await self._slack.handle(request)
        mood = self.mood
        self.moods.append(mood)
        match mood:
            case "error" | "throttle":
                return web.Response(status=500 if mood == "error" else 429, headers={"Retry-After": "1"})
            case "lying":
                return web.Response(status=200)
            case "reset":
                return await _hung_up(request)
            case "deaf" | "cut":
                await self._slack.handle(request)
                return await (_silent(request) if mood == "deaf" else _hung_up(request))
            case _:
                return await self._slack.handle(request)


def _metadata(post: Json) -> Json:
    given: str | Json = post["metadata"]
    return given if isinstance(given, dict) else dict(json.loads(given))


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
