"""A web server that does everything wrong on purpose, and serves good feeds besides.

`python -m tests.connectors.hostile` prints its port and listens on all of 127.0.0.0/8, so that every feed has a host of
its own. `/good/N` is a feed that changes with every third answer; the other paths are `CASES`, each a script of bytes
to send and seconds to wait. It keeps when each path was asked and tells at `/log`.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import sys
import time
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import NamedTuple

from tests.connectors.feeds import HEAD, item, rss

Script = Iterator[bytes | float]

GOOD = "feed"
_STATUS = b"HTTP/1.1 200 OK\r\n"
_OPEN = _STATUS + b"Connection: close\r\n\r\n"
_GZIP = _STATUS + b"Content-Encoding: gzip\r\n\r\n"
_MIB = 1024 * 1024


class Case(NamedTuple):
    """What is sent, and what a poll of it may come to: reasons of failure, or `GOOD`."""

    script: Callable[[], Script]
    outcomes: frozenset[str]
    scheme: str = "http"


def _sent(*pieces: bytes | float) -> Callable[[], Script]:
    return lambda: iter(pieces)


def _whole(body: str | bytes, *headers: str, status: str = "200 OK") -> Callable[[], Script]:
    data = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(data)}", "Connection: close", *headers]
    return _sent("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + data)


def _forever(head: bytes, piece: bytes, pause: float = 0.0) -> Callable[[], Script]:
    def script() -> Script:
        yield head
        while True:
            yield piece
            yield pause

    return script


def _bomb() -> Script:
    """Gzip that never ends and swells a thousandfold."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    yield _GZIP
    while True:
        yield packer.compress(b"\0" * _MIB) + packer.flush(zlib.Z_SYNC_FLUSH)


def _feed(inside: str = "", *, head: str = HEAD) -> str:
    return rss(item("1", "خبر", "نص الخبر"), inside, head=head)


_SMALL = gzip.compress(_feed().encode())
_LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
)

_CASES: dict[str, tuple[Callable[[], Script], str]] = {
    "U01 endless": (_forever(_OPEN, b"x" * 65_536), "too_large"),
    "U01 endless in chunks": (
        _forever(_STATUS + b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b"x" * 65_536 + b"\r\n"),
        "too_large",
    ),
    "U02 announces 5 GB": (_sent(_STATUS + b"Content-Length: 5000000000\r\n\r\n", b"x" * 200, 60.0), "too_large"),
    "U02 breaks off": (_sent(_STATUS + b"Content-Length: 5000\r\n\r\n", _feed().encode()[:200]), "truncated"),
    "U02 longer than announced": (
        _sent(_STATUS + b"Content-Length: 10\r\n\r\n", _feed().encode() + b"x" * _MIB),
        "http_other not_a_feed truncated",
    ),
    "U03 gzip bomb": (_bomb, "decode_bomb"),
    "U03 brotli": (_whole(b"\xcf\xff\xff\x7f\xf8" * 9, "Content-Encoding: br"), "decode_error"),
    "U03 zstd": (_whole(b"\x28\xb5\x2f\xfd" * 9, "Content-Encoding: zstd"), "decode_error"),
    "U03 gzip in gzip": (_whole(gzip.compress(_SMALL), "Content-Encoding: gzip, gzip"), "decode_error"),
    "U03 gzip in gzip, said once": (_whole(gzip.compress(_SMALL), "Content-Encoding: gzip"), "not_a_feed"),
    "U04 bad checksum": (_whole(_SMALL[:-8] + b"\0" * 8, "Content-Encoding: gzip"), "decode_error"),
    "U04 gzip breaks off": (_whole(_SMALL[:-20], "Content-Encoding: gzip"), "decode_error"),
    "U04 not gzip": (_whole(_feed(), "Content-Encoding: gzip"), "decode_error"),
    "U04 gzip that nobody mentions": (_whole(_SMALL), GOOD),
    "U04 gzip file that breaks off": (_whole(_SMALL[:-20]), "decode_error"),
    "U05 laughs": (_whole(_feed("<item><title>&i;</title></item>", head=HEAD + _LAUGHS + "]>")), "dtd"),
    "U05 quadratic": (
        _whole(_feed("<title>&a;</title>" * 9, head=f'{HEAD}<!DOCTYPE x [<!ENTITY a "{"a" * 50_000}">]>')),
        "dtd",
    ),
    "U05 a file": (_whole(_feed(head=HEAD + '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>')), "dtd"),
    "U05 an address": (_whole(_feed(head=HEAD + '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">')), "dtd"),
    "U05 entities that nobody declares": (_whole(_feed("<item><title>&xxe;</title></item>")), GOOD),
    "U06 blank lines": (_whole("\n" * 300_000 + _feed()), GOOD),
    "U07 long author": (_whole(_feed(f"<item><title>x</title><author>a@a.{'a.' * 128_000}!</author></item>")), GOOD),
    "U08 comments": (_whole(_feed("<!--" * 48_750)), f"{GOOD} truncated"),
    "U08 attributes": (_whole(_feed("<a " + " ".join(f'a{n}="1"' for n in range(100_000)) + "/>")), "parse_limit"),
    "U08 depth": (_whole(_feed("<a>" * 100_000)), "parse_limit"),
    "U08 items": (_whole(_feed(item("2", "x") * 100_000)), "parse_limit"),
    "U08 two million tags": (_whole(_feed("<a/>" * 2_000_000)), "parse_limit"),
    "U09 redirects to itself": (_whole("", "Location: /U09-redirects-to-itself", status="302 Found"), "redirects"),
    "U09 redirects to a file": (_whole("", "Location: file:///etc/passwd", status="301 M"), "refused_address"),
    "U09 redirects to data": (_whole("", "Location: data:text/xml,<rss/>", status="301 M"), "refused_address"),
    "U09 redirects nowhere": (_whole("", "Location: http://[broken", status="307 T"), "refused_address"),
    "U12 drips headers": (_forever(_STATUS, b"X", 0.2), "timeout http_other"),
    "U12 drips a body": (_forever(_OPEN, b"<", 0.2), "timeout"),
    "U12 says nothing": (_sent(60.0), "timeout"),
    "U13 a long header": (_sent(_STATUS + b"X: " + b"x" * 65_536 + b"\r\n\r\n"), "http_other"),
    "U13 many headers": (_sent(_STATUS + b"X: y\r\n" * 10_000 + b"\r\n", _feed().encode()), f"http_other {GOOD}"),
    "U13 NUL in a header": (_sent(_STATUS + b"X: a\0b\r\n\r\n", _feed().encode()), "http_other"),
    "U13 two types": (_whole(_feed(), "Content-Type: text/html", "Content-Type: text/xml; charset=rot13"), GOOD),
    "U14 a portal": (_whole("<!doctype html><html><title>Sign in</title></html>"), "not_a_feed"),
    "U14 a gateway": (_whole("<html><body>Attention Required! | Gateway</body></html>"), "not_a_feed"),
    "U14 an error in JSON": (_whole('{"error": "rate limited"}', "Content-Type: application/json"), "not_a_feed"),
    "U15 nothing": (_whole(""), "empty"),
    "U15 no content": (_sent(b"HTTP/1.1 204 No Content\r\n\r\n"), "empty"),
    "U15 blanks": (_whole(" \r\n\t " * 100), "empty"),
    "U16 unchanged, unasked": (_whole(_feed(), status="304 Not Modified"), "http_other"),
    "U18 forbidden": (_whole("no", status="403 Forbidden"), "http_403"),
    "U18 not there": (_whole("no", status="404 Not Found"), "http_404"),
    "U18 gone": (_whole("no", status="410 Gone"), "http_410"),
    "U18 too many": (_whole("no", "Retry-After: 1000000000", status="429 Too Many"), "http_429"),
    "U18 too many, says when": (_whole("no", "Retry-After: -5", status="429 Too Many"), "http_429"),
    "U18 away": (_whole("no", "Retry-After: soon", status="503 Away"), "http_5xx"),
    "U19 breaks off in an item": (_whole(_feed("<item><title>half").removesuffix("</channel></rss>")), GOOD),
    "U20 another encoding than it says": (_whole(_feed().encode("windows-1256")), GOOD),
    "U20 half a character": (_whole(_feed(head=HEAD).encode("utf-16")[:-1]), GOOD),
    "U21 controls": (_whole(_feed("<item><title>a\0b\x1b[2J\x07\ufffe\u202e</title></item>")), GOOD),
    "U21 overlong": (_whole(_feed().encode().replace(b"</title>", b"\xc0\xaf\xed\xa0\x80</title>")), GOOD),
    "U22 one guid five times": (_whole(_feed(item("2", "x") * 5)), GOOD),
    "U23 no guid, no link": (_whole(rss(item(None, "a"), item(None, "b"))), GOOD),
    "U24 absurd dates": (
        _whole(_feed("".join(item(date, "x", date=date) for date in ("2999-01-01", "1447-13-40", "+9999", "31 Feb")))),
        GOOD,
    ),
    "U37 noise": (_whole(bytes(n * n * 31 % 251 for n in range(50_000))), "not_a_feed"),
    "not HTTP": (_sent(b"220 smtp ready\r\n"), "http_other"),
    "hangs up": (_sent(b""), "connect"),
}

CASES = {name: Case(script, frozenset(outcomes.split())) for name, (script, outcomes) in _CASES.items()}
CASES["U12 stalls TLS"] = Case(_sent(60.0), frozenset({"timeout"}), scheme="https")


def path_of(name: str) -> str:
    """Where a case is served."""
    return "/" + name.replace(" ", "-").replace(",", "")


_BY_PATH = {path_of(name): case.script for name, case in CASES.items()}


class Server:
    """Talks by script; remembers what was asked for and when, on the monotonic clock that all processes share."""

    def __init__(self) -> None:
        self._asked: defaultdict[str, list[float]] = defaultdict(list)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection, until who asked has had enough."""
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            first = await reader.readexactly(1)
            if first == b"\x16":  # the beginning of TLS, which is never answered
                await asyncio.sleep(60)
            head = first + await reader.readuntil(b"\r\n\r\n")
            await self._play(self._script(head.split()[1].decode()), writer)
        writer.close()

    async def _play(self, script: Script, writer: asyncio.StreamWriter) -> None:
        for step in script:
            if isinstance(step, float):
                await asyncio.sleep(step)
            else:
                writer.write(step)
                await writer.drain()

    def _script(self, path: str) -> Script:
        if path == "/log":
            return _whole(json.dumps(self._asked))()
        self._asked[path].append(time.monotonic())
        if path.startswith("/good/"):
            edition = len(self._asked[path]) // 3
            newest_first = range(edition + 20, edition, -1)
            items = [item(f"{path}-{n}", f"خبر رقم {n}", "نص الخبر كما كتبته الصحيفة") for n in newest_first]
            return _whole(rss(*items))()
        return _BY_PATH.get(path, _whole("no", status="404 Not Found"))()


async def main() -> None:
    """Serve until the standard input ends."""
    server = await asyncio.start_server(Server().talk, "0.0.0.0", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    async with server:
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main())
