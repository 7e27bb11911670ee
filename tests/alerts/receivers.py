"""Receivers on loopback that record every request: a webhook's, and enough of Slack's API."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from standardwebhooks.webhooks import Webhook

from alerts.destinations import Destination

SECRET = "whsec_" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo="
TOKEN = "xoxb-1-not-a-token"
CHANNEL = "C0"

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
            return _cut(request)
        body = await request.read()
        message = Webhook(SECRET).verify(body, dict(request.headers))
        delivery = request.headers["webhook-id"]
        self.raw.append((delivery, message))
        if answer == 200:
            self.seen.setdefault(delivery, message)
        if answer == "lose":
            self.seen.setdefault(delivery, message)
            return _cut(request)
        return _answered(answer)

    def destination(self, name: str = "program", **fields: Any) -> Destination:
        return Destination(id=name, kind="webhook", url=self.url, secrets=(SECRET,), **fields)


class FakeSlack:
    """Takes messages into one channel, by token or by incoming webhook; `posts` holds what the channel shows."""

    def __init__(self, *answers: Answer, history: Callable[[], Json] | None = None) -> None:
        self.script = Script(*answers)
        self.posts: list[Json] = []
        self.requests: list[tuple[str, Json]] = []
        self.url = ""
        self._history = history

    async def handle(self, request: web.Request) -> web.StreamResponse:
        body = dict(await request.post()) if request.content_type == "application/x-www-form-urlencoded" else {}
        given: Json = {**body} if body else json.loads(await request.text() or "{}")
        given |= dict(request.query)
        self.requests.append((request.path, given))
        if request.path.endswith("conversations.history"):
            return web.json_response(self._history() if self._history else self._messages())
        answer = self.script.next()
        if answer == "drop":
            return _cut(request)
        if answer in (200, "lose"):
            self.posts.append(given)
        if answer == "lose":
            return _cut(request)
        if isinstance(answer, dict):
            return web.json_response(answer)
        if answer == 200 and request.path.startswith("/api/"):
            return web.json_response({"ok": True, "channel": CHANNEL, "ts": f"{len(self.posts)}.0"})
        return _answered(answer, {"ok": False, "error": "ratelimited"} if answer != 200 else None)

    def _messages(self) -> Json:
        shown = [{"ts": f"{number}.0", "text": one["text"], "metadata": _metadata(one)} for number, one in
                 enumerate(self.posts, start=1)]  # fmt: skip
        return {"ok": True, "messages": shown, "response_metadata": {"next_cursor": ""}}

    def bot(self, name: str = "bot") -> Destination:
        return Destination(id=name, kind="slack_bot", token=TOKEN, channel=CHANNEL, url=f"{self.url}/api/")

    def webhook(self, name: str = "hook") -> Destination:
        return Destination(id=name, kind="slack_webhook", url=f"{self.url}/services/secret", language="en")


def _metadata(post: Json) -> Json:
    given: Any = post.get("metadata", {})
    metadata: Json = json.loads(given) if isinstance(given, str) else given
    return metadata


def _cut(request: web.Request) -> web.StreamResponse:
    if request.transport:
        request.transport.close()
    return web.Response(status=500)


def _answered(answer: Answer, body: Json | None = None) -> web.StreamResponse:
    status, headers = answer if isinstance(answer, tuple) else (answer, {})
    if not isinstance(status, int):
        raise TypeError(answer)
    if body is not None:
        return web.json_response(body, status=status, headers=headers)
    return web.Response(status=status, headers=headers, text="ok")


@asynccontextmanager
async def serving(receiver: Receiver | FakeSlack) -> AsyncIterator[None]:
    """The receiver on a free port of loopback; sets its `url`."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", receiver.handle)
    async with TestServer(app) as server:
        receiver.url = str(server.make_url("")).rstrip("/")
        yield
