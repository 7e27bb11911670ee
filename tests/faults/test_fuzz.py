"""Feeds that were cut up and put together wrongly, through real parsing children (`make faults`)."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.parse.entries import Document
from connectors.sandbox import Sandbox
from streams.errors import BadInput
from tests.connectors.feeds import item, rss

pytestmark = pytest.mark.faults

_REFUSALS = {"empty", "not_a_feed", "dtd", "truncated", "parse_limit"}
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
    b"</item>",
    b"\0",
    b"\xff",
    b"\xd8",
)

# Pieces of feeds and of what is no feed, in any order.
_PIECES = st.one_of(
    st.tuples(st.integers(0, len(_FEED)), st.integers(0, len(_FEED))).map(lambda at: _FEED[min(at) : max(at)]),
    st.sampled_from(_BITS),
    st.binary(max_size=30),
    st.tuples(st.sampled_from(_BITS), st.integers(1, 5_000)).map(lambda bit: bit[0] * bit[1]),
)


async def refused(sandbox: Sandbox, document: Document) -> BadInput | None:
    """Why the document is no feed; None where it is one."""
    try:
        await sandbox.parse(document)
    except BadInput as error:
        return error
    return None


def test_no_bytes_crash_or_hold_up_a_child() -> None:
    """Each ends as a feed or as a named refusal, which is never that of a child that was killed or broke."""
    with asyncio.Runner() as runner:
        sandbox = Sandbox()

        @settings(max_examples=20_000, deadline=None, suppress_health_check=list(HealthCheck))
        @given(st.lists(_PIECES, max_size=8), st.sampled_from(["", "text/xml; charset=windows-1256", "utf-16"]))
        def parse_all(pieces: list[bytes], content_type: str) -> None:
            document = Document(body=b"".join(pieces), content_type=content_type)
            refusal = runner.run(refused(sandbox, document))
            assert refusal is None or (refusal.reason in _REFUSALS and "parsing took" not in str(refusal))

        try:
            parse_all()
        finally:
            runner.run(sandbox.close())
