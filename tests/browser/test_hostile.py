"""What hostile articles can do in a real browser: nothing. No script sets the flag, nobody asks the lure."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from html import escape
from urllib.parse import quote

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser

from connectors.articles import article_id
from connectors.parse.document import parse
from connectors.parse.entries import Document, Entry
from connectors.sources import Source
from rasid.web.app import make_app
from tests.browser.ledgers import TOTAL
from tests.browser.looking import Setting, listen, page_in
from tests.rasid.newsroom import Item, newsroom, policy

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

HOME = "https://hostile.example/"
SOURCE = Source(id="<b>hostile</b>", url=f"{HOME}feed", backfill="announce", full_text="never")
START = datetime(2026, 6, 1, 8, tzinfo=UTC)
LURE = "https://lure.invalid"
RUN = f"window.caught=1;fetch('{LURE}/run')"
STRINGS = (
    f"<script>{RUN}</script>",
    f'"><img src="{LURE}/x.png" onerror="{RUN}">',
    f"</title></p><svg onload=\"{RUN}\"><use href='{LURE}/x.svg'/></svg>",
    f"<style>@import url({LURE}/x.css); * {{ background: url({LURE}/b.png) }}</style>",
    f'</blockquote><meta http-equiv="refresh" content="0;url={LURE}/"><base href="{LURE}/"><iframe src="{LURE}">',
    f'{{{{ 7*7 }}}} ${{{RUN}}} \u202e\u2066 &lt;script&gt;{RUN}&lt;/script&gt; <a href="javascript:{RUN}" autofocus>',
)


def feed() -> bytes:
    """A feed with one of the strings in the title, the link, the author and the body of each item."""
    items = "".join(
        f"<item><guid>{number}</guid><title>{escape(escape(bad))}</title><link>javascript:{escape(RUN)}//{number}</link>"
        f"<author>{escape(bad)}</author><description>{escape(escape(_body(number, bad)))}</description></item>"
        for number, bad in enumerate(STRINGS)
    )
    return f"<rss version='2.0'><channel><title>{escape(STRINGS[0])}</title>{items}</channel></rss>".encode()


def _body(number: int, bad: str) -> str:
    return f"تبلغ القيمة الإجمالية لمشروع ستارغيت {501 + number} مليار دولار، بحسب {bad}"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[web.Application]:
    """The pages over what was read in them."""
    entries = parse(Document(body=feed())).entries
    items: list[Item] = [(START + timedelta(days=number), SOURCE, entry) for number, entry in enumerate(entries)]
    with newsroom(tmp_path_factory.mktemp("hostile"), items) as (ledger, behind):
        yield make_app(ledger, policy(), behind=behind)


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def site(app: web.Application) -> AsyncIterator[str]:
    """Their address."""
    async with TestServer(app) as server:
        yield str(server.make_url("/")).rstrip("/")


async def test_no_script_runs_and_no_request_leaves(browser: Browser, site: str) -> None:
    """On each page that shows them: nothing runs, nothing is asked of another host, no link leads to a script."""
    articles = [f"/article?id={article_id(SOURCE.id, Entry(guid=str(number)))}" for number in range(len(STRINGS))]
    async with page_in(browser, Setting()) as page:
        wrong = listen(page, site)
        for path in ("/", "/changes", "/project?id=stargate", f"/fact?key={quote(TOTAL)}", "/state", *articles):
            await page.goto(site + path)
            assert await page.evaluate("window.caught") is None
            assert await page.evaluate("document.querySelectorAll('main :is(script, img, iframe, style)').length") == 0
            links: list[str] = await page.evaluate("Array.from(document.links, (one) => one.href)")
            assert [link for link in links if not link.startswith((f"{site}/", HOME))] == []
        assert wrong == []


async def test_what_they_say_can_be_read(browser: Browser, site: str) -> None:
    """The strings stand in the pages as words."""
    async with page_in(browser, Setting()) as page:
        await page.goto(f"{site}/changes")
        assert "window.caught=1" in await page.locator("main").inner_text()
