"""What comes of asking: documents with their validators, refusals with their class, failures on the way."""

from __future__ import annotations

import asyncio
import ssl
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web

from connectors.fetch import Fetcher
from connectors.outcomes import Failed, Fetched, Unchanged, Validators
from connectors.wants import PAGE, ROBOTS, Want
from tests.connectors.fetching import CONTACT, INSIDE, ask, body, reason, to
from tests.connectors.servers import Press, raw_server

HEAD = b"HTTP/1.1 200 OK\r\n"


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
