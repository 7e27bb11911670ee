from __future__ import annotations

import asyncio
import io
import resource
import sys
import time

import msgspec
import pytest

from connectors.parse import __main__ as child
from connectors.parse.entries import Document, Reply
from connectors.sandbox import Limits, Sandbox
from streams.errors import BadInput, Unavailable
from tests.connectors.feeds import item, rss

GOOD = Document(body=rss(item("1", "خبر")).encode())
# Nothing about it is out of bounds but how much of it there is: the better part of a minute for the parser.
SLOW = Document(body=rss("<item><title>x</title>" + "<a/>" * 2_000_000 + "</item>").encode())
IMPATIENT = Limits(wall_seconds=1.5, children=1)


async def test_a_feed_comes_back() -> None:
    """What the child parsed is what the parser in this process would have said; the child is used again."""
    sandbox = Sandbox(Limits(children=1))
    first = await sandbox.parse(GOOD)
    [kept] = sandbox._idle
    assert (await sandbox.parse(GOOD)) == first
    assert sandbox._idle == [kept]
    assert [entry.title for entry in first.entries] == ["خبر"]
    await sandbox.close()
    assert not kept.alive


async def test_a_refusal_keeps_its_reason_and_the_child() -> None:
    """A document that is no feed costs no child."""
    sandbox = Sandbox(Limits(children=1))
    with pytest.raises(BadInput, match="Sign in") as caught:
        await sandbox.parse(Document(body=b"<html>Sign in</html>"))
    assert caught.value.reason == "not_a_feed"
    assert len(sandbox._idle) == 1
    await sandbox.close()


async def test_a_slow_document_costs_one_child_and_nobody_else() -> None:
    """It is killed when its time is over; meanwhile this process is free, and other documents are parsed."""
    sandbox = Sandbox(Limits(wall_seconds=1.5, children=2))
    await sandbox.parse(GOOD)
    begun = time.monotonic()
    slow = asyncio.create_task(sandbox.parse(SLOW))
    longest = 0.0
    while not slow.done():
        before = time.monotonic()
        await asyncio.sleep(0.01)
        longest = max(longest, time.monotonic() - before)
        if not slow.done():
            assert (await sandbox.parse(GOOD)).entries
    with pytest.raises(BadInput) as caught:
        await slow
    assert caught.value.reason == "parse_limit"
    assert time.monotonic() - begun < 20
    assert longest < 1.4  # parsed here it would have been all of its time
    assert (await sandbox.parse(GOOD)).entries
    await sandbox.close()


async def test_large_documents_leave_a_child_for_small_ones() -> None:
    """However many large ones wait: a small one is parsed before the first of them is given up."""
    sandbox = Sandbox(Limits(wall_seconds=5, children=2))
    await asyncio.gather(sandbox.parse(GOOD), sandbox.parse(GOOD))
    large = [asyncio.create_task(sandbox.parse(SLOW)) for _ in range(3)]
    await asyncio.sleep(0.1)
    assert (await sandbox.parse(GOOD)).entries
    assert not any(task.done() for task in large)
    for task in large:
        task.cancel()
    await asyncio.gather(*large, return_exceptions=True)
    await sandbox.close()


async def test_processor_time_is_limited() -> None:
    """The kernel ends a child that computes for too long, also where the wall clock would still wait."""
    sandbox = Sandbox(Limits(cpu_seconds=1, wall_seconds=60, children=1))
    with pytest.raises(BadInput) as caught:
        await sandbox.parse(SLOW)
    assert caught.value.reason == "parse_limit"
    await sandbox.close()


async def test_memory_is_limited() -> None:
    """A child that may not grow refuses a document that would need it to."""
    sandbox = Sandbox(Limits(memory=160 * 1024 * 1024, children=1))
    big = Document(body=rss(*(item(str(n), "x", "y" * 20_000) for n in range(2_000))).encode())
    with pytest.raises(BadInput) as caught:
        await sandbox.parse(big)
    assert caught.value.reason == "parse_limit"
    assert (await sandbox.parse(GOOD)).entries
    await sandbox.close()


async def test_a_child_that_was_killed_from_outside_is_replaced() -> None:
    """Whoever kills it (the system, for memory): the next document gets a new one."""
    sandbox = Sandbox(Limits(children=1))
    await sandbox.parse(GOOD)
    [idle] = sandbox._idle
    idle._process.kill()
    await idle._process.wait()
    assert (await sandbox.parse(GOOD)).entries
    await sandbox.close()


async def test_a_child_is_replaced_after_its_life() -> None:
    """So that what a library leaks is bounded."""
    sandbox = Sandbox(Limits(children=1, documents=1))
    await sandbox.parse(GOOD)
    assert sandbox._idle == []


async def test_giving_up_kills_the_child() -> None:
    """Cancelling leaves no process behind."""
    sandbox = Sandbox(Limits(children=1))
    await sandbox.parse(GOOD)
    [idle] = sandbox._idle
    task = asyncio.create_task(sandbox.parse(SLOW))
    await asyncio.sleep(0.2)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not idle.alive
    await sandbox.close()


@pytest.mark.parametrize("program", ["/bin/false", "/nowhere/python"])
async def test_no_child_is_our_problem(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    """Where no process can be started, that is said, and not blamed on the document; it passes when it passes."""
    sandbox = Sandbox(Limits(children=1))
    with monkeypatch.context() as broken:
        broken.setattr(sys, "executable", program)
        with pytest.raises(Unavailable):
            await sandbox.parse(GOOD)
    with pytest.raises(Unavailable, match="start"):
        await sandbox.check()
    await sandbox.parse(GOOD)
    await sandbox.check()
    await sandbox.close()


def test_the_child_answers_documents_until_its_input_ends() -> None:
    """The protocol, in this process: ready, then a reply for each document."""
    before = resource.getrlimit(resource.RLIMIT_CPU)
    documents = [GOOD, Document(body=b""), GOOD]
    framed = ((msgspec.msgpack.encode(msgspec.structs.replace(one, body=b"")), one.body) for one in documents)
    source = io.BytesIO(b"".join(child.frame(part) for parts in framed for part in parts))
    sink = io.BytesIO()
    try:
        child.serve(source, sink, 60)
    finally:
        resource.setrlimit(resource.RLIMIT_CPU, before)
    data, replies = sink.getvalue(), []
    while data:
        length = int.from_bytes(data[:4])
        replies.append(data[4 : 4 + length])
        data = data[4 + length :]
    assert replies[0] == b""
    first, second, third = (msgspec.msgpack.decode(reply, type=Reply) for reply in replies[1:])
    assert first == third
    assert first.feed is not None
    assert second.reason == "empty"


@pytest.mark.parametrize(
    ("error", "reason"),
    [(MemoryError(), "parse_limit"), (RecursionError(), "parse_limit"), (KeyError("x"), "internal")],
)
def test_a_parser_that_breaks_is_named_and_replaced(
    monkeypatch: pytest.MonkeyPatch, error: Exception, reason: str
) -> None:
    """Exhaustion is the document's fault, any other exception ours; after either the child ends."""

    def broken(_document: Document) -> None:
        raise error

    monkeypatch.setattr(child, "parse", broken)
    reply = child.answer(GOOD)
    assert (reply.feed, reply.reason, reply.last) == (None, reason, True)
