"""Channels against real servers on loopback: what each answer of a webhook comes to, and what is sent."""

from __future__ import annotations

import asyncio
import fcntl
import os
import select
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any, TextIO

import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from alerts.console import ConsoleSender
from alerts.deliver import open_sender
from alerts.destinations import Destination
from alerts.outcome import Delivered, Outcome, Refused, Retry, Unknown
from streams.errors import Misconfigured
from tests.alerts.receivers import SECRET, Answer, Receiver, serving
from tests.alerts.sending import RETRY_AFTER, dial, due, send
from tests.alerts.slack_api import CHANNEL, TOKEN, FakeSlack

WEBHOOK_ROWS: list[tuple[Answer, Outcome]] = [
    (200, Delivered()),
    (302, Retry("redirect")),
    ((429, RETRY_AFTER), Retry("rate_limited", timedelta(seconds=9))),
    (500, Retry("server_error")),
    (410, Refused("gone", pause=True)),
    (400, Refused("rejected")),
    ("drop", Unknown()),
    ("lose", Unknown()),
]


@pytest.mark.parametrize(("answer", "expected"), WEBHOOK_ROWS)
async def test_webhook(answer: Answer, expected: Outcome) -> None:
    """Each answer of a receiver, also none, comes to its outcome; the receiver could verify what it got."""
    receiver = Receiver(answer)
    async with serving(receiver):
        outcome = await send(open_sender(receiver.destination(), dial), due('{"type":"figure.changed"}'))

    assert outcome == expected
    assert receiver.raw == ([] if answer == "drop" else [("delivery-1", {"type": "figure.changed"})])


@pytest.mark.parametrize("kind", ["webhook", "slack_webhook", "slack_bot"])
@pytest.mark.parametrize("status", [301, 307])
async def test_a_redirect_is_not_followed(kind: Any, status: int) -> None:
    """A receiver that points elsewhere gets a failure, and elsewhere gets nothing: no alert and no token."""
    elsewhere = FakeSlack()
    async with serving(elsewhere):
        receiver = FakeSlack((status, {"Location": f"{elsewhere.url}/api/chat.postMessage"}))
        async with serving(receiver):
            url = f"{receiver.url}/api/"
            destination = Destination(id="d", kind=kind, url=url, token=TOKEN, channel=CHANNEL, secrets=(SECRET,))
            assert await send(open_sender(destination, dial), due()) == Retry("redirect")

    assert len(receiver.requests) == 1
    assert elsewhere.requests == []


@pytest.mark.parametrize("kind", ["webhook", "slack_webhook", "slack_bot"])
async def test_receivers_are_told_who_calls(kind: Any) -> None:
    """Every request begins its User-Agent with our name and where a person can be reached."""
    agents: list[str] = []

    async def take(request: web.Request) -> web.Response:
        agents.append(request.headers["User-Agent"])
        return web.json_response({"ok": True, "ts": "1.0", "channel": CHANNEL})

    app = web.Application()
    app.router.add_post("/{path:.*}", take)
    async with TestServer(app) as server:
        url, agent = str(server.make_url("/api/")), "Rasid (+mailto:desk@paper.example)"
        place = Destination(id="d", kind=kind, url=url, token=TOKEN, channel=CHANNEL, secrets=(SECRET,), agent=agent)
        await send(open_sender(place, dial), due())

    assert agents
    assert all(told.startswith(agent) for told in agents)


@pytest.mark.parametrize("kind", ["webhook", "slack_webhook", "slack_bot"])
async def test_nobody_listens(kind: Any, unused_tcp_port: int) -> None:
    """Where no connection comes about, nothing was sent, and that is known."""
    url = f"http://127.0.0.1:{unused_tcp_port}/"
    destination = Destination(id="d", kind=kind, url=url, token=TOKEN, channel=CHANNEL, secrets=(SECRET,))

    assert await send(open_sender(destination, dial), due()) == Retry("unreachable")


@pytest.mark.parametrize("kind", ["webhook", "slack_webhook", "slack_bot"])
async def test_a_lease_that_ran_out_sends_nothing(kind: Any) -> None:
    """A process that was stopped in between does not send late: somebody else may have."""
    receiver = Receiver()
    async with serving(receiver):
        destination = Destination(id="d", kind=kind, url=receiver.url, token=TOKEN, channel=CHANNEL, secrets=(SECRET,))
        outcome = await send(open_sender(destination, dial), due(sendable_until=time.monotonic() - 1))

    assert outcome == Unknown()
    assert receiver.raw == []


class Endless:
    """Takes every message, and then talks on: until `size` bytes were sent, or byte by byte for ever."""

    def __init__(self, size: int, pause: float = 0.0) -> None:
        self.url = ""
        self.sent = 0
        self._size = size
        self._pause = pause

    async def handle(self, request: web.Request) -> web.StreamResponse:
        await request.read()
        answer = web.StreamResponse()
        await answer.prepare(request)
        piece = b" " if self._pause else b" " * 65_536
        with suppress(ConnectionError):
            while self.sent < self._size:
                await answer.write(piece)
                self.sent += len(piece)
                await asyncio.sleep(self._pause)
        return answer


@pytest.mark.parametrize("kind", ["webhook", "slack_webhook"])
async def test_an_answer_without_end_is_cut(kind: Any) -> None:
    """Of an answer of a gigabyte the beginning is read, and the alert counts as taken."""
    receiver = Endless(10**9)
    async with serving(receiver):
        destination = Destination(id="d", kind=kind, url=receiver.url, secrets=(SECRET,))
        assert await send(open_sender(destination, dial), due()) == Delivered()

    assert receiver.sent < 10**8


async def test_an_answer_that_drips_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """The status is what counts: a receiver that sends a byte now and then holds nobody up."""
    monkeypatch.setattr("alerts.sender.TIMEOUT", 3600.0)
    receiver = Endless(10**9, pause=0.02)
    async with asyncio.timeout(60), serving(receiver):
        destination = Destination(id="d", kind="webhook", url=receiver.url, secrets=(SECRET,))
        assert await send(open_sender(destination, dial), due("{}")) == Delivered()


async def test_a_bot_reads_no_endless_page() -> None:
    """What is too long for an answer of Slack's API is no answer: whether the message is there is not known."""
    receiver = Endless(10**9)
    async with serving(receiver):
        destination = Destination(id="d", kind="slack_bot", url=f"{receiver.url}/", token=TOKEN, channel=CHANNEL)
        assert await send(open_sender(destination, dial), due()) == Unknown()

    assert receiver.sent < 10**8


async def test_console(capsys: pytest.CaptureFixture[str]) -> None:
    """The terminal shows the line."""
    sender = ConsoleSender()
    assert await send(sender, due("one line")) == Delivered()
    assert capsys.readouterr().out == "one line\n"


@contextmanager
def full_pipe() -> Iterator[tuple[int, TextIO]]:
    """A pipe that takes nothing more: where it is read, and its other end."""
    reading, writing = os.pipe()
    fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, select.PIPE_BUF)
    with os.fdopen(reading, "rb"), os.fdopen(writing, "w") as out:
        out.write("o" * select.PIPE_BUF)
        out.flush()
        yield reading, out


async def test_a_reader_that_stands_still_holds_up_nobody_else() -> None:
    """A pipe that is full is waited for beside everything else, and takes the line once somebody reads."""
    line = "سطر " * select.PIPE_BUF + "\n"
    with full_pipe() as (reading, out):
        sending = asyncio.create_task(ConsoleSender(out).send(due(line[:-1])))
        for _ in range(20):
            await asyncio.sleep(0.01)
        assert not sending.done()
        await asyncio.to_thread(os.read, reading, select.PIPE_BUF)
        text = b""
        while len(text) < len(line.encode()):
            text += await asyncio.to_thread(os.read, reading, select.PIPE_BUF)
        assert await sending == Delivered()
    assert text.decode() == line


async def test_a_reader_that_stands_still_keeps_no_stage_from_ending() -> None:
    """Whoever is cancelled while a pipe is full leaves, though nobody ever reads."""
    with full_pipe() as (_, out):
        sending = asyncio.create_task(ConsoleSender(out).send(due("one line")))
        await asyncio.sleep(0.2)
        sending.cancel()
        left, _ = await asyncio.wait({sending}, timeout=60)
        assert left


INCOMPLETE = [
    Destination(id="d", kind="webhook", url="ftp://x", secrets=(SECRET,)),
    Destination(id="d", kind="webhook", url="https://x.example"),
    Destination(id="d", kind="webhook", url="https://x.example", secrets=("hunter2",)),
    Destination(id="d", kind="slack_webhook"),
    Destination(id="d", kind="slack_bot", channel="C0"),
    Destination(id="d", kind="slack_bot", token=TOKEN),
]


@pytest.mark.parametrize("destination", INCOMPLETE)
async def test_an_incomplete_destination(destination: Destination) -> None:
    """A destination that lacks what its kind needs is a mistake of the operator, told without its secrets."""
    with pytest.raises(Misconfigured) as caught:
        open_sender(destination, dial)
    assert "hunter2" not in str(caught.value)


def test_a_destination_shows_no_secret() -> None:
    """Neither its text nor that of a copy gives a URL, a token or a secret away."""
    destination = Destination(
        id="d", kind="webhook", url="https://x.example/s3cret", token="s3cret", secrets=("s3cret",)
    )
    shown = f"{destination!r} {destination} {msgspec.structs.replace(destination, id='e')!r}"

    assert "s3cret" not in shown
