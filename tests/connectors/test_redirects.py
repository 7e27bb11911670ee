"""Redirects: followed so far and no further, and what they leave behind."""

from __future__ import annotations

import pytest
from aiohttp import encode_basic_auth

from connectors.fetch import Fetcher
from connectors.outcomes import Failed, Fetched, Unchanged, Validators
from tests.connectors.fetching import ask, body, reason, to
from tests.connectors.servers import Press, press


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
