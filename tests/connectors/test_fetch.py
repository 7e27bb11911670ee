from __future__ import annotations

import asyncio
import gzip
import ssl
import subprocess
import time
import zlib
from collections import deque
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import TCPConnector, encode_basic_auth, web
from typing_extensions import override

from connectors.bodies import Body
from connectors.fetch import Fetcher, Limits, Network
from connectors.outcomes import Answer, Failed, Fetched, Unchanged, Validators
from connectors.wants import PAGE, ROBOTS, Want
from streams.errors import BadInput
from tests.connectors.fakes import Names
from tests.connectors.servers import Page, Press, press, raw_server
from tests.connectors.stages import until
from tests.connectors.test_addresses import BAD

CONTACT = "mailto:watch@example.org"
QUICK = Limits(size=100_000, seconds=1.0, patience=0.2, bytes_per_second=10_000)


@pytest.fixture
async def paper() -> AsyncIterator[Press]:
    """A running press."""
    async with press() as served:
        yield served


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    """An impatient fetcher."""
    fetching = Fetcher(contact=CONTACT, limits=QUICK)
    yield fetching
    await fetching.close()


async def ask(fetcher: Fetcher, url: str, validators: Validators | None = None) -> Answer:
    """Fetch from loopback."""
    return await fetcher.fetch(url, validators or Validators(), allow_private=True)


def reason(answer: Answer) -> str:
    """Why there is nothing."""
    assert isinstance(answer, Failed), answer
    return answer.reason


def body(answer: Answer) -> bytes:
    """What came."""
    assert isinstance(answer, Fetched), answer
    return answer.documents[0].body


async def test_a_page_comes_whole_with_its_validators(paper: Press, fetcher: Fetcher) -> None:
    """The body, where it came from, what it says it is, and what to ask by next time."""
    paper.pages["/feed"] = "<rss/>"
    paper.headers = {"ETag": '"1"', "Last-Modified": "Sun, 01 Mar 2026 12:00:00 GMT"}
    answer = await ask(fetcher, paper.url("/feed"))
    assert isinstance(answer, Fetched)
    [document] = answer.documents
    assert (document.body, document.base) == (b"<rss/>", paper.url("/feed"))
    assert document.content_type.startswith("application/rss+xml")
    assert answer.validators == Validators(etag='"1"', last_modified="Sun, 01 Mar 2026 12:00:00 GMT")
    [request] = paper.requests
    assert request.headers["User-Agent"] == f"Rasid (+{CONTACT})"
    assert request.headers["Accept-Encoding"] == "gzip"


async def test_an_unchanged_page_is_not_sent_again(paper: Press, fetcher: Fetcher) -> None:
    """Both validators are asked by; 304 is an answer only to a question."""
    paper.pages["/feed"] = "<rss/>"
    paper.headers = {"ETag": '"1"'}
    assert await ask(fetcher, paper.url("/feed"), Validators(etag='"1"', last_modified="x")) == Unchanged()
    assert paper.requests[0].headers["If-Modified-Since"] == "x"

    async def never_changed(_request: web.Request) -> web.Response:
        return web.Response(status=304)

    paper.pages["/odd"] = never_changed
    assert reason(await ask(fetcher, paper.url("/odd"))) == "http_other"


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (403, "http_403"),
        (404, "http_404"),
        (410, "http_410"),
        (429, "http_429"),
        (500, "http_5xx"),
        (503, "http_5xx"),
        (401, "http_other"),
        (204, "empty"),
        (206, "http_other"),
        (302, "http_other"),
    ],
)
async def test_each_refusal_has_its_class(paper: Press, fetcher: Fetcher, status: int, expected: str) -> None:
    """A status is a reason, with the server's wish for when to come back."""

    async def refuse(_request: web.Request) -> web.Response:
        return web.Response(status=status, headers={"Retry-After": "600"})

    paper.pages["/feed"] = refuse
    answer = await ask(fetcher, paper.url("/feed"))
    assert reason(answer) == expected
    assert isinstance(answer, Failed)
    assert answer.retry_after == timedelta(minutes=10)


async def test_headers_that_are_no_text_cost_themselves(fetcher: Fetcher) -> None:
    """Bytes that are not UTF-8 are replaced; a validator that cannot be stored and sent back as it came is none."""
    headers = b'ETag: "\xe9"\r\nLast-Modified: \xe9\r\nContent-Type: text/xml; x=\xe9\r\nLink: <\xe9>\r\n'
    async with raw_server(HEAD + headers + b"Content-Length: 6\r\n\r\n<rss/>") as url:
        answer = await ask(fetcher, url)
    assert isinstance(answer, Fetched)
    assert answer.validators == Validators()
    assert (answer.documents[0].content_type, answer.links) == ("text/xml; x=\ufffd", ("<\ufffd>",))


# The address guard. In these tests 127.0.0.2 stands for the public Internet, and what is on 127.0.0.1 is private.

OUTSIDE, INSIDE = "127.0.0.2", "127.0.0.1"
NAMES = {"public.example": (OUTSIDE,), "private.example": (INSIDE,), "mixed.example": (OUTSIDE, INSIDE)}


def guarded(*ports: int, names: Names | None = None) -> Fetcher:
    """A fetcher to which only `OUTSIDE` is public, and these ports are open."""
    network = Network(resolver=lambda: names or Names(NAMES), allows=lambda address: str(address) == OUTSIDE)
    return Fetcher(contact=CONTACT, limits=Limits(ports=frozenset(ports), seconds=5.0), network=network)


@pytest.mark.parametrize("address", BAD)
async def test_bad_addresses_are_never_connected_to(address: str) -> None:
    """Neither as a literal, nor as the answer for a name, alone or among good ones."""
    names = Names({"one.example": (address,), "mixed.example": ("93.184.216.34", address)})
    fetching = Fetcher(contact=CONTACT, network=Network(resolver=lambda: names))
    host = f"[{address}]" if ":" in address else address
    for url in (f"http://{host}/", "http://one.example/", "https://mixed.example/"):
        assert reason(await fetching.fetch(url)) == "refused_address"
    assert names.asked == 2
    await fetching.close()


SPELLINGS = [
    "http://127.0.0.1:{port}/",
    "http://127.0.0.1.:{port}/",
    "http://127.1:{port}/",
    "http://2130706433:{port}/",
    "http://0x7f000001:{port}/",
    "http://0177.0.0.1:{port}/",
    "http://\uff11\uff12\uff17.\uff10.\uff10.\uff11:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/",
    "http://localhost:{port}/",
    "http://LOCALHOST.:{port}/",
    "http://127.0.0.1:{port}\\@a.example/",
    "file:///etc/passwd",
    "ftp://127.0.0.1:{port}/",
    "http://127.0.0.1:99999/",
    "http://[broken",
]


@pytest.mark.parametrize("url", [*SPELLINGS, "//127.0.0.1:{port}/", "http:///path", ""])
async def test_no_spelling_reaches_loopback(paper: Press, url: str) -> None:
    """However an address is written, with the system's own resolver: the canary is not asked."""
    fetching = Fetcher(contact=CONTACT, limits=Limits(ports=frozenset({paper.port}), seconds=5.0))
    assert reason(await fetching.fetch(url.format(port=paper.port))) in {"refused_address", "dns"}
    await fetching.close()
    assert paper.requests == []


@pytest.mark.parametrize(
    "target",
    [*SPELLINGS, "//private.example:{port}/", "http://mixed.example:{port}/", "data:text/xml,x", "javascript:1"],
)
async def test_a_redirect_cannot_lead_inside(paper: Press, target: str) -> None:
    """Every hop is judged like the first: literals, names, schemes."""
    async with press(OUTSIDE) as outside:
        fetching = guarded(outside.port, paper.port)
        outside.pages["/"] = to(target.format(port=paper.port))
        assert reason(await fetching.fetch(outside.url("/", "public.example"))) in {"refused_address", "dns"}
        await fetching.close()
        assert len(outside.requests) == 1
    assert paper.requests == []


async def test_a_name_that_moves_inside_reaches_nothing_there(paper: Press) -> None:
    """A thousand fetches of a name that is public one time and private the next: the canary sees none."""

    class Rebinding(Names):
        @override
        def addresses(self, host: str) -> tuple[str, ...]:
            return (OUTSIDE,) if self.asked % 2 else (INSIDE,)

    async with press(OUTSIDE, paper.port) as outside:
        outside.pages["/"] = to("/", 404)
        fetching = guarded(paper.port, names=Rebinding(NAMES))
        reasons = [reason(await fetching.fetch(outside.url("/", "public.example"))) for _ in range(1_000)]
        await fetching.close()
    assert set(reasons) == {"http_404", "refused_address"}
    assert paper.requests == []


async def test_the_socket_is_checked_even_if_the_resolver_was_fooled(paper: Press) -> None:
    """What gets connected to is judged once more, at the last moment."""
    fetching = guarded(paper.port)
    connector = fetching._session(allow_private=False).connector
    assert isinstance(connector, TCPConnector)
    connector._resolver = Names(NAMES)
    assert reason(await fetching.fetch(paper.url("/", "private.example"))) == "refused_address"
    await fetching.close()
    assert paper.requests == []


async def test_a_name_that_is_partly_private_is_refused_whole() -> None:
    """Even its public address is not asked: somebody is trying something."""
    async with press(OUTSIDE) as outside:
        outside.pages["/"] = "<rss/>"
        fetching = guarded(outside.port)
        assert reason(await fetching.fetch(outside.url("/", "mixed.example"))) == "refused_address"
        assert body(await fetching.fetch(outside.url("/", "public.example"))) == b"<rss/>"
        await fetching.close()
        assert len(outside.requests) == 1


async def test_a_port_must_be_open_to_us() -> None:
    """Only the ports of the web, and those that were allowed."""
    fetching = guarded(80)
    assert reason(await fetching.fetch("http://public.example:22/")) == "refused_address"
    await fetching.close()


async def test_private_addresses_are_a_sources_choice(paper: Press) -> None:
    """`allow_private` opens them for one fetch, not for the next."""
    paper.pages["/"] = "<rss/>"
    fetching = guarded(paper.port)
    assert body(await fetching.fetch(paper.url("/"), allow_private=True)) == b"<rss/>"
    assert reason(await fetching.fetch(paper.url("/"))) == "refused_address"
    await fetching.close()


# Redirects.


async def test_a_private_host_opens_no_other(paper: Press) -> None:
    """A redirect leads on within the host that the operator allowed; to another one only where it is public."""
    paper.pages |= {"/out": to(paper.url("/", host="127.0.0.3")), "/in": to("/"), "/": "<rss/>"}
    fetching = guarded(paper.port)
    assert reason(await fetching.fetch(paper.url("/out"), allow_private=True)) == "refused_address"
    assert body(await fetching.fetch(paper.url("/in"), allow_private=True)) == b"<rss/>"
    assert [request.path for request in paper.requests] == ["/out", "/in", "/"]
    await fetching.close()


def to(target: str, status: int = 302) -> Page:
    """A page that sends elsewhere."""

    async def redirect(_request: web.Request) -> web.Response:
        # A new connection, and so a new look-up, for every request.
        return web.Response(status=status, headers={"Location": target, "Connection": "close"})

    return redirect


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_are_followed(paper: Press, fetcher: Fetcher, status: int) -> None:
    """Relative or absolute; the document is that of the last address."""
    paper.pages |= {"/a": to("/b?x=1#y", status), "/b": to(paper.url("/c"), status), "/c": "<rss/>"}
    answer = await ask(fetcher, paper.url("/a"))
    assert isinstance(answer, Fetched)
    assert answer.documents[0].base == paper.url("/c")


@pytest.mark.parametrize(
    ("first", "second", "moved"),
    [(301, 308, "/c"), (308, 302, "/b"), (302, 301, None), (307, 307, None)],
)
async def test_a_move_for_good_is_told(
    paper: Press, fetcher: Fetcher, first: int, second: int, moved: str | None
) -> None:
    """Where permanent redirects alone lead; what follows a temporary one is temporary. Also where nothing changed."""
    paper.pages |= {"/a": to("/b", first), "/b": to("/c", second), "/c": "<rss/>"}
    paper.headers = {"ETag": '"1"'}
    expected = moved and paper.url(moved)
    fetched = await ask(fetcher, paper.url("/a"))
    assert isinstance(fetched, Fetched)
    assert fetched.moved == expected
    assert await ask(fetcher, paper.url("/a"), Validators(etag='"1"')) == Unchanged(moved=expected)


async def test_redirects_end(paper: Press, fetcher: Fetcher) -> None:
    """Five hops, then no more; loops end the same way."""
    paper.pages |= {f"/{n}": to(f"/{n + 1}") for n in range(5)} | {"/5": "<rss/>", "/loop": to("/loop")}
    assert body(await ask(fetcher, paper.url("/0"))) == b"<rss/>"
    paper.pages["/start"] = to("/0")
    assert reason(await ask(fetcher, paper.url("/start"))) == "redirects"
    assert reason(await ask(fetcher, paper.url("/loop"))) == "redirects"


async def test_credentials_stay_with_their_origin(paper: Press, fetcher: Fetcher) -> None:
    """They are sent to the address that they were given for, and not along with a redirect to another."""
    paper.pages["/same"] = "<rss/>"
    async with press() as other:
        other.pages["/feed"] = "<rss/>"
        paper.pages["/"] = to("/same")
        secret = paper.url("/").replace("http://", "http://reader:s%40cret@")
        assert body(await ask(fetcher, secret)) == b"<rss/>"
        expected = encode_basic_auth("reader", "s@cret")
        assert [request.headers.get("Authorization") for request in paper.requests] == [expected, expected]
        paper.pages["/"] = to(other.url("/feed"))
        assert body(await ask(fetcher, secret)) == b"<rss/>"
        [request] = other.requests
        assert "Authorization" not in request.headers


async def test_secrets_in_an_address_are_not_repeated(fetcher: Fetcher) -> None:
    """What is said of a failure holds neither password nor query."""
    for url in ("http://me:hush@127.0.0.1:1/?token=hush", "http://hush[", "http://me:hush@nowhere.invalid/?token=hush"):
        answer = await ask(fetcher, url)
        assert isinstance(answer, Failed)
        assert "hush" not in answer.detail


# Other things than feeds.


async def test_a_page_is_asked_for_as_a_page(paper: Press, fetcher: Fetcher) -> None:
    """With its own Accept header; the Link headers come along, all of them."""

    async def page(_request: web.Request) -> web.Response:
        answer = web.Response(text="<p>x</p>", content_type="text/html")
        answer.headers.extend([("Link", '<https://hub.example/>; rel="hub"'), ("Link", '</feed>; rel="self"')])
        return answer

    paper.pages["/"] = page
    answer = await fetcher.fetch(paper.url("/"), want=PAGE, allow_private=True)
    assert isinstance(answer, Fetched)
    assert answer.links == ('<https://hub.example/>; rel="hub"', '</feed>; rel="self"')
    assert paper.requests[0].headers["Accept"].startswith("text/html")


@pytest.mark.parametrize(
    ("content_type", "taken"),
    [
        ("text/html; charset=windows-1256", True),
        ("Application/XHTML+XML", True),
        ("", True),
        ("application/pdf", False),
        ("video/mp4", False),
    ],
)
def test_a_page_is_markup(content_type: str, taken: bool) -> None:  # noqa: FBT001 - a row
    """A document of another kind is not read as a page; one that does not say is."""
    assert PAGE.takes(content_type) is taken
    assert ROBOTS.takes(content_type)


async def test_a_wanted_kind_has_its_own_bounds(paper: Press, fetcher: Fetcher) -> None:
    """Another type is refused unread, and the smaller of the two caps counts."""
    paper.pages["/"] = "x" * 1_000
    small = Want(accept="*/*", size=999)
    assert reason(await fetcher.fetch(paper.url("/"), want=small, allow_private=True)) == "too_large"
    assert reason(await fetcher.fetch(paper.url("/"), want=PAGE, allow_private=True)) == "media_type"


async def test_a_form_is_posted_to_one_place_only(paper: Press, fetcher: Fetcher) -> None:
    """Any 2xx is a success; a redirect is none, and nothing is sent on; the address is guarded as ever."""
    received = []

    async def hub(request: web.Request) -> web.Response:
        received.append((request.method, dict(await request.post())))
        return web.Response(status=202, text="accepted")

    paper.pages |= {"/hub": hub, "/elsewhere": to("/hub", 307)}
    form = {"hub.mode": "subscribe", "hub.topic": "https://f.example/?a=1&b=ب"}
    assert body(await fetcher.post(paper.url("/hub"), form, allow_private=True)) == b"accepted"
    assert received == [("POST", form)]
    assert reason(await fetcher.post(paper.url("/elsewhere"), form, allow_private=True)) == "http_other"
    assert reason(await fetcher.post(paper.url("/hub"), form)) == "refused_address"
    assert len(received) == 1


# Bodies.


async def test_an_endless_body_is_cut_off(fetcher: Fetcher) -> None:
    """No length announced, no end in sight: it stops at the cap, at once, and hangs up."""
    begun = time.monotonic()
    async with raw_server(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65_536, repeat=True) as url:
        assert reason(await ask(fetcher, url)) == "too_large"
    assert time.monotonic() - begun < 2


async def test_a_huge_length_is_refused_unread(fetcher: Fetcher) -> None:
    """Who announces more than the cap need not send it."""
    async with raw_server(b"HTTP/1.1 200 OK\r\nContent-Length: 5000000000\r\n\r\n", b"x", pause=5) as url:
        answer = await ask(fetcher, url)
    assert reason(answer) == "too_large"


HEAD = b"HTTP/1.1 200 OK\r\n"
GZIP = b"Content-Encoding: gzip\r\n"
SMALL = gzip.compress(b"<rss/>")


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
    assert time.monotonic() - begun < 2


async def test_a_trickle_is_cut_off_long_before_the_end() -> None:
    """A body that comes too slowly is not waited for until the whole time is over."""
    fetching = Fetcher(contact=CONTACT, limits=Limits(seconds=30, patience=0.2, bytes_per_second=10_000))
    begun = time.monotonic()
    async with raw_server(HEAD + b"\r\n", b"x" * 100, pause=0.05, repeat=True) as url:
        assert reason(await ask(fetching, url)) == "timeout"
    assert time.monotonic() - begun < 3
    await fetching.close()


async def test_nobody_there(fetcher: Fetcher) -> None:
    """A closed port and an unknown name are different troubles."""
    async with raw_server(b"") as url:
        pass
    assert reason(await ask(fetcher, url)) == "connect"
    assert reason(await ask(fetcher, "http://nowhere.invalid/")) == "dns"
    assert reason(await ask(fetcher, f"http://{'x' * 70}.invalid/")) in {"dns", "refused_address"}


async def test_no_tls_is_its_own_trouble(paper: Press, fetcher: Fetcher) -> None:
    """A server that does not speak TLS."""
    assert reason(await ask(fetcher, paper.url("/").replace("http:", "https:"))) == "tls"


async def test_a_certificate_that_nobody_vouches_for_is_trouble_with_tls(fetcher: Fetcher, tmp_path: Path) -> None:
    """Not with the address: that would be left alone for longer, and the operator told the wrong thing."""
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    made = ["openssl", "req", "-x509", "-subj", "/CN=localhost", *curve, "-keyout", str(key), "-out", str(certificate)]
    await asyncio.to_thread(subprocess.run, made, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), INSIDE, 0, ssl=context)
    async with server:
        answer = await ask(fetcher, f"https://{INSIDE}:{server.sockets[0].getsockname()[1]}/?token=hush")
    assert reason(answer) == "tls"
    assert isinstance(answer, Failed)
    assert "certificate" in answer.detail
    assert "hush" not in answer.detail


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
