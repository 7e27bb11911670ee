"""Slack's API as its documentation says it behaves, on loopback; every request is recorded.

It checks what Slack checks (token, channel id, block limits, that a thread and a message exist), shows in the history
what Slack shows (parents and replies that were broadcast, metadata only when asked for, newest first, in pages), and
answers as a script tells it to where a test wants a fault.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from aiohttp import web

from alerts.destinations import Destination
from tests.alerts.receivers import Answer, Json, Script, answered, cut

TOKEN = "xoxb-1-not-a-token"
CHANNEL = "C0123456789"

# Later than whatever clock a test goes by: what was posted counts as new.
_FIRST = 4_000_000_000
_LIMITS = {"header": 150, "section": 3000, "context": 3000}


class FakeSlack:
    """One channel, by token or by incoming webhook.

    `posts` holds what the channel shows, oldest first, as it looks now; `requests` every request, its path and what was
    given. The script answers calls that post or update, not those that read. A message shows after `hidden` looks.
    """

    def __init__(self, *answers: Answer, history: Callable[[], Json] | None = None, hidden: int = 0) -> None:
        self.script = Script(*answers)
        self.posts: list[Json] = []
        self.requests: list[tuple[str, Json]] = []
        self.url = ""
        self._history = history
        self._hidden = hidden

    def calls(self, method: str) -> list[Json]:
        """What each call of an API method was given, in order."""
        return [given for path, given in self.requests if path.endswith(method)]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        given = await _given(request)
        self.requests.append((request.path, given))
        method = request.path.rpartition("/")[2]
        if method in ("conversations.history", "conversations.replies"):
            return web.json_response(self._read(method, given, request))
        answer = self.script.next()
        if answer == "drop":
            return cut(request)
        if answer not in (200, "lose"):
            return web.json_response(answer) if isinstance(answer, dict) else answered(answer)
        said = self._written(method, given, request)
        return cut(request) if answer == "lose" else said

    def _written(self, method: str, given: Json, request: web.Request) -> web.StreamResponse:
        if not request.path.startswith("/api/"):
            self._append(given)
            return web.Response(text="ok")
        error = self._refusal(given, request)
        if error is None:
            error = self._update(given) if method == "chat.update" else self._post(given)
        if error:
            return web.json_response({"ok": False, "error": error})
        return web.json_response({"ok": True, "channel": CHANNEL, "ts": given["ts"]})

    def _post(self, given: Json) -> str | None:
        if "thread_ts" in given and not any(post["ts"] == given["thread_ts"] for post in self.posts):
            return "thread_not_found"
        self._append(given)
        return None

    def _append(self, given: Json) -> None:
        given["ts"] = f"{_FIRST + len(self.posts)}.000100"
        self.posts.append(given)

    def _update(self, given: Json) -> str | None:
        for post in self.posts:
            if post["ts"] == given["ts"]:
                post.update(given)  # what is not given stays, metadata for one
                return None
        return "message_not_found"

    def _refusal(self, given: Json, request: web.Request) -> str | None:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return "invalid_auth"
        if given.get("channel") != CHANNEL:
            return "channel_not_found"
        if not given.get("text") and not given.get("blocks"):
            return "no_text"
        return None if all(map(_fits, given.get("blocks", []))) else "invalid_blocks"

    def _read(self, method: str, given: Json, request: web.Request) -> Json:
        if self._history:
            return self._history()
        if error := self._refusal(given | {"text": "-"}, request):
            return {"ok": False, "error": error}
        if self._hidden:
            self._hidden -= 1
            return {"ok": True, "messages": [], "response_metadata": {"next_cursor": ""}}
        if method == "conversations.replies":
            if not any(post["ts"] == given["ts"] for post in self.posts):
                return {"ok": False, "error": "thread_not_found"}
            shown = [post for post in self.posts if given["ts"] in (post["ts"], post.get("thread_ts"))]
        else:
            shown = [post for post in self.posts if "thread_ts" not in post or post.get("reply_broadcast")][::-1]
        shown = [post for post in shown if float(post["ts"]) > float(given.get("oldest", 0))]
        first, size = int(given.get("cursor") or 0), int(given.get("limit", 100))
        more = str(first + size) if first + size < len(shown) else ""
        metadata = given.get("include_all_metadata") in ("1", "true", True, 1)
        messages = [_as_shown(post, metadata=metadata) for post in shown[first : first + size]]
        return {"ok": True, "messages": messages, "response_metadata": {"next_cursor": more}}

    def bot(self, name: str = "bot", **fields: Any) -> Destination:
        return Destination(id=name, kind="slack_bot", token=TOKEN, channel=CHANNEL, url=f"{self.url}/api/", **fields)

    def webhook(self, name: str = "hook", **fields: Any) -> Destination:
        url = f"{self.url}/services/secret"
        return Destination(id=name, kind="slack_webhook", url=url, **({"language": "en"} | fields))


async def _given(request: web.Request) -> Json:
    if request.content_type == "application/x-www-form-urlencoded":
        return dict(await request.post()) | dict(request.query)
    given: Json = json.loads(await request.text() or "{}")
    return given | dict(request.query)


def _as_shown(post: Json, *, metadata: bool) -> Json:
    kept = ("ts", "text", "thread_ts", *(["metadata"] if metadata else []))
    return {name: post[name] for name in kept if name in post}


def _fits(block: Json) -> bool:
    """Whether a block keeps within Slack's limits."""
    limit = _LIMITS.get(block["type"], 3000)
    texts = [block["text"]] if "text" in block else block.get("elements", [])
    fields = block.get("fields", [])
    fit = all(0 < len(one["text"]) <= limit for one in texts)
    return fit and len(fields) <= 10 and all(0 < len(one["text"]) <= 2000 for one in fields)
