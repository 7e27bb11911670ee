"""Bodies: endless, swollen, cut, oddly coded, slow, or too many at once."""

from __future__ import annotations

import asyncio
import gzip
import time
import zlib
from collections import deque

import pytest
from aiohttp import web

from connectors.bodies import Body
from connectors.fetch import Fetcher, Limits
from connectors.outcomes import Failed
from streams.errors import BadInput
from tests.connectors.fetching import CONTACT, OUTSIDE, ask, body, reason
from tests.connectors.servers import Press, press, raw_server
from tests.connectors.stages import until

HEAD = b"HTTP/1.1 200 OK\r\n"
GZIP = b"Content-Encoding: gzip\r\n"
SMALL = gzip.compress(b"<rss/>")


async def test_an_endless_body_is_cut_off(fetcher: Fetcher) -> None:
    """No length announced, no end in sight: it stops at the cap, at once, and hangs up."""
    begun = time.monotonic()
    async with raw_server(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65_536, repeat=True) as url:
        assert reason(await ask(fetcher, url)) == "too_large"
    assert time.monotonic() - begun < 20


async def test_a_huge_length_is_refused_unread(fetcher: Fetcher) -> None:
    """Who announces more than the cap need not send it."""
    async with raw_server(b"HTTP/1.1 200 OK\r\nContent-Length: 5000000000\r\n\r\n", b"x", pause=5) as url:
        answer = await ask(fetcher, url)
    assert reason(answer) == "too_large"


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        ((HEAD + b"Content-Length: 100\r\n\r\n", b"short"), "truncated"),
        ((HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"5\r\nshort\r\n"), "truncated"),
        ((HEAD + GZIP + b"\r\n", gzip.compress(b"\0" * 10_000_000)), "too_large"),
        ((HEAD + GZIP + b"\r\n", SMALL[:-9]), "decode_error"),
        ((HEAD + GZIP + b"\r\n", SMALL[:-8] + b"\0" * 8), "decode_error"),
        ((HEAD + GZIP + b"\r\n", b"plain"), "decode_error"),
        ((HEAD + GZIP + b"\r\n", SMALL + SMALL), "decode_error"),
        ((HEAD + b"Content-Encoding: gzip, gzip\r\n\r\n", gzip.compress(SMALL)), "decode_error"),
        ((HEAD + GZIP + GZIP + b"\r\n", gzip.compress(SMALL)), "decode_error"),
        ((HEAD + b"Content-Encoding: br\r\n\r\n", b"\x0b\x02"), "decode_error"),
        ((HEAD + b"Content-Encoding: deflate\r\n\r\n", zlib.compress(b"<rss/>")), "decode_error"),
        ((HEAD + b"X-Long: " + b"x" * 70_000 + b"\r\n\r\n",), "http_other"),
        ((HEAD + b"X: a\0b\r\n\r\n",), "http_other"),
        ((b"HTTP/1.1 200 OK\r\nContent-Length: ten\r\n\r\n",), "http_other"),
        ((b"220 smtp ready\r\n",), "http_other"),
        ((b"",), "connect"),
    ],
)
async def test_bad_answers_have_their_class(fetcher: Fetcher, pieces: tuple[bytes, ...], expected: str) -> None:
    """Cut, swollen, corrupt, oddly coded or not HTTP at all: nothing half is ever taken for whole."""
    async with raw_server(*pieces) as url:
        assert reason(await ask(fetcher, url)) == expected


async def test_what_follows_a_body_is_nobodys(fetcher: Fetcher) -> None:
    """A body longer than announced is cut where it was announced, or refused when that shows at once."""
    async with raw_server(HEAD + b"Content-Length: 6\r\n\r\n<rss/>" + b"x" * 10_000) as url:
        answer = await ask(fetcher, url)
    assert reason(answer) == "http_other" if isinstance(answer, Failed) else body(answer) == b"<rss/>"


async def test_a_compressed_body_is_uncompressed(fetcher: Fetcher) -> None:
    """In one piece or byte by byte."""
    async with raw_server(HEAD + GZIP + b"\r\n", *(SMALL[n : n + 1] for n in range(len(SMALL)))) as url:
        assert body(await ask(fetcher, url)) == b"<rss/>"


@pytest.mark.parametrize(
    "pieces",
    [
        (HEAD + b"\r\n", b"x"),
        (HEAD, b"X: y\r\n"),
        (b"", b"H"),
    ],
)
async def test_a_drip_is_not_waited_for(fetcher: Fetcher, pieces: tuple[bytes, ...]) -> None:
    """Neither in the body nor in the headers: there is a rate and there is an end."""
    begun = time.monotonic()
    async with raw_server(*pieces, pause=0.05, repeat=True) as url:
        assert reason(await ask(fetcher, url)) in {"timeout", "http_other"}
    assert time.monotonic() - begun < 20


async def test_a_trickle_is_cut_off_long_before_the_end() -> None:
    """A body that comes too slowly is not waited for until the whole time is over."""
    fetching = Fetcher(contact=CONTACT, limits=Limits(seconds=30, patience=0.2, bytes_per_second=10_000))
    begun = time.monotonic()
    async with raw_server(HEAD + b"\r\n", b"x" * 100, pause=0.05, repeat=True) as url:
        assert reason(await ask(fetching, url)) == "timeout"
    assert time.monotonic() - begun < 20
    await fetching.close()


async def test_few_at_a_time_at_one_host_and_others_do_not_wait(paper: Press) -> None:
    """At most two at once at a host, however many wait; and they take no place from another host."""
    running, most, enough = 0, 0, asyncio.Event()

    async def slow(_request: web.Request) -> web.Response:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await enough.wait()
        running -= 1
        return web.Response(body=b"<rss/>")

    paper.pages["/slow"] = slow
    fetching = Fetcher(contact=CONTACT, limits=Limits(at_once=3))
    crowd = [asyncio.create_task(ask(fetching, paper.url("/slow"))) for _ in range(8)]
    async with press(OUTSIDE) as other:
        other.pages["/"] = "<rss/>"
        for _ in range(3):  # answered while the crowd waits for what only comes afterwards
            assert body(await ask(fetching, other.url("/"))) == b"<rss/>"
    enough.set()
    assert {body(answer) for answer in await asyncio.gather(*crowd)} == {b"<rss/>"}
    assert most == 2
    await fetching.close()


async def test_few_large_answers_are_kept_at_once(paper: Press) -> None:
    """A third one waits until one of the first two is done with; small ones and those that nobody keeps do not."""
    paper.pages |= {"/large": "x" * 20_000, "/small": "<rss/>"}
    fetching = Fetcher(contact=CONTACT, limits=Limits(large=10_000, large_at_once=2, per_host=9))
    done = [asyncio.Event() for _ in range(3)]
    kept: list[int] = []

    async def keep(number: int) -> None:
        async with fetching.keeping():
            assert len(body(await ask(fetching, paper.url("/large")))) == 20_000
            kept.append(number)
            await done[number].wait()

    first, second = asyncio.create_task(keep(0)), asyncio.create_task(keep(1))
    await until(lambda: len(kept) == 2)
    third = asyncio.create_task(keep(2))
    await until(lambda: len(paper.requests) == 3)
    assert body(await ask(fetching, paper.url("/small"))) == b"<rss/>"
    assert len(body(await ask(fetching, paper.url("/large")))) == 20_000
    assert sorted(kept) == [0, 1]
    for event in done:
        event.set()
    await asyncio.gather(first, second, third)
    assert kept[2:] == [2]
    assert not fetching._room._places.locked()
    await fetching.close()


def test_nothing_may_follow_the_end_of_a_compressed_body() -> None:
    """Be it in the same piece or the next: it is neither read nor kept."""
    for pieces in ([SMALL + b"x"], [SMALL, b"x"]):
        collected = Body("gzip", 1_000_000)
        with pytest.raises(BadInput, match="follows"):
            deque(map(collected.add, pieces))


def test_the_cap_counts_what_comes_out() -> None:
    """Some kilobytes that swell to sixty megabytes never exist as more than the cap."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(packer.compress(b"\0" * 1_048_576) for _ in range(64)) + packer.flush()
    collected = Body("gzip", 1_000_000)
    with pytest.raises(BadInput) as caught:
        collected.add(bomb)
    assert caught.value.reason == "too_large"
    assert len(collected._content) <= 1_000_001


def test_what_swells_beyond_measure_is_stopped_before_the_cap() -> None:
    """Two hundred times, once it is more than a mebibyte: a text that repeats itself much is still a text."""
    blanks = zlib.compress(b"\0" * 60_000_000, wbits=31)
    collected = Body("gzip", 100_000_000)
    pieces = (blanks[at : at + 1_000] for at in range(0, len(blanks), 1_000))
    with pytest.raises(BadInput) as caught:
        deque(map(collected.add, pieces))
    assert caught.value.reason == "decode_bomb"
    assert len(collected._content) < 3_000_000
    feed = ("<item><title>خبر</title></item>\n" * 40_000).encode()
    lively = Body("gzip", 100_000_000)
    lively.add(zlib.compress(feed[: 1024 * 1024], wbits=31))
    assert len(lively.content()) == 1024 * 1024
