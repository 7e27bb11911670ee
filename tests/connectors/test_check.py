from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from connectors.checking import Checked, check
from connectors.discovery import feeds_of
from connectors.fetch import Fetcher
from connectors.parse.entries import Document
from connectors.sandbox import Sandbox
from connectors.sources import Source
from tests.connectors.feeds import item, rss
from tests.connectors.servers import Press

PAGE = """<!doctype html><html><head>
<link rel="stylesheet" type="text/css" href="/style.css">
<LINK REL='alternate' TYPE='application/rss+xml' TITLE='تعليقات' HREF='/comments/feed'>
<link href="/feed?a=1&amp;b=2" rel="alternate home" type="application/rss+xml" />
<link rel=alternate type=application/atom+xml href=//other.example/atom>
<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">
<link rel="alternate" hreflang="en" href="/en">
</head></html>"""


async def ask(source: Source) -> Checked:
    """Ask it once, with tools of its own."""
    fetcher, sandbox = Fetcher(contact="x"), Sandbox()
    try:
        return await check(source, fetcher, sandbox)
    finally:
        await fetcher.close()
        await sandbox.close()


async def test_a_check_asks_once_and_keeps_nothing(paper: Press, tmp_path: Path) -> None:
    """Format, encoding and the articles as they would be; or why not."""
    paper.pages |= {"/feed": rss(item("1", "a", "نص")), "/portal": "<html/>"}
    source = Source(id="daily", url=paper.url("/feed"), allow_private=True)
    checked = await ask(source)
    assert [feed.format for feed in checked.feeds] == ["rss20"]
    assert [(one.title, one.body, one.quiet) for one in checked.articles] == [("a", "نص", False)]
    assert len(paper.requests) == 1
    for path, reason in (("/portal", "not_a_feed"), ("/missing", "http_404")):
        failed = (await ask(msgspec.structs.replace(source, url=paper.url(path)))).failed
        assert failed is not None
        assert failed.reason == reason
    assert await ask(Source(id="f", url=str(tmp_path), kind="folder")) == Checked()


async def test_a_page_is_asked_for_its_feeds(paper: Press) -> None:
    """What a page names as its feeds, those of comments last; the page itself is still no feed."""
    paper.pages["/"] = PAGE
    checked = await ask(Source(id="page", url=paper.url("/"), allow_private=True))
    assert checked.failed is not None
    assert checked.links == (paper.url("/feed?a=1&b=2"), "http://other.example/atom", paper.url("/comments/feed"))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<link " * 100_000,
        b"<link rel=alternate type=application/rss+xml href='" + b"x" * 1_000_000,
        b"<link rel=alternate type=application/rss+xml href=http://[>",
        b"<link a=" + b"'" * 3_000 + b">",
    ],
)
def test_hostile_pages_name_nothing(body: bytes) -> None:
    """Whatever is in it: no feed, and no time lost."""
    assert feeds_of(Document(body=body, base="https://a.example/")) == ()
