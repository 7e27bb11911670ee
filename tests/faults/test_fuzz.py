"""Feeds that were cut up and put together wrongly, through real parsing children (`make faults`)."""

from __future__ import annotations

import asyncio
import random
import sys
from collections import Counter
from collections.abc import Iterator

import msgspec
import pytest

from connectors.parse.entries import Document
from connectors.sandbox import Limits, Sandbox
from streams.errors import BadInput
from tests.connectors.feeds import item, rss

pytestmark = pytest.mark.faults

DOCUMENTS = 20_000
_AT_ONCE = 500
_FEED = rss(*(item(str(n), f"خبر {n}", "<p>نص & خبر</p>", link=f"/{n}", date="2026-01-01") for n in range(5))).encode()
_BITS = (
    b"<",
    b">",
    b"&",
    b'"',
    b"<![CDATA[",
    b"]]>",
    b"<!--",
    b"-->",
    b"<!DOCTYPE",
    b"<?xml ",
    b"</item>",
    b"<item>",
    b"\0",
    b"\xff",
    b"\xd8",
)
_LABELS = ("", "text/xml; charset=windows-1256", "utf-16")
_REFUSALS = {"empty", "not_a_feed", "dtd", "truncated", "parse_limit"}
# A child that was killed, or broke, says so in other words than a parser that refuses.
_OF_CHILDREN = ("parsing took", "ran out of bounds")


def piece(chance: random.Random) -> bytes:
    """A part of a feed, or of what is none, or one thing very often."""
    match chance.randrange(4):
        case 0:
            start, end = sorted(chance.randrange(len(_FEED) + 1) for _ in range(2))
            return _FEED[start:end]
        case 1:
            return chance.choice(_BITS)
        case 2:
            return chance.randbytes(chance.randrange(30))
        case _:
            return chance.choice(_BITS) * chance.randrange(1, 5_000)


def mutated(chance: random.Random) -> bytes:
    """A whole feed with a few pieces put in place of what was there; or nothing but pieces."""
    if chance.random() < 0.5:
        return b"".join(piece(chance) for _ in range(chance.randrange(8)))
    body = _FEED
    for _ in range(chance.randrange(1, 4)):
        start = chance.randrange(len(body) + 1)
        body = body[:start] + piece(chance) + body[start + chance.randrange(60) :]
    return body


def documents(seed: int) -> Iterator[Document]:
    """All of them, the same for a seed."""
    chance = random.Random(seed)
    for _ in range(DOCUMENTS):
        yield Document(body=mutated(chance), content_type=chance.choice(_LABELS))


async def outcome(sandbox: Sandbox, document: Document) -> str:
    """`feed`, or the reason why the document is none; what a child should never say in full."""
    try:
        await sandbox.parse(document)
    except BadInput as error:
        fine = error.reason in _REFUSALS and not any(said in str(error) for said in _OF_CHILDREN)
        return error.reason if fine else f"{error.reason}: {error}, of {document}"
    return "feed"


async def outcomes(seed: int) -> Counter[str]:
    """How often each came of them. A child in front of others may wait for its turn: only its processor is limited."""
    sandbox, told, some = Sandbox(msgspec.structs.replace(Limits(), wall_seconds=120.0)), Counter[str](), []
    try:
        for number, document in enumerate(documents(seed), 1):
            some.append(outcome(sandbox, document))
            if len(some) == _AT_ONCE or number == DOCUMENTS:
                told.update(await asyncio.gather(*some))
                some.clear()
    finally:
        await sandbox.close()
    return told


def test_no_bytes_crash_or_hold_up_a_child(seed: int) -> None:
    """Each ends as a feed or as a named refusal, which is never that of a child that was killed or broke."""
    told = asyncio.run(outcomes(seed))
    sys.stderr.write(f"\n{DOCUMENTS} documents: {', '.join(f'{name} {count}' for name, count in told.most_common())}\n")
    assert told.total() == DOCUMENTS
    assert set(told) <= _REFUSALS | {"feed"}
    assert {"feed", "not_a_feed", "dtd"} <= set(told)
