"""One Chromium for the session, the pages over two ledgers, and the choice between a few cases and all of them.

Everything here lives in the session's event loop: the servers answer while the browser is waited for.
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator, Mapping

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, async_playwright

from rasid.web.app import make_app
from tests.browser.ledgers import crowd_ledger, story_ledger
from tests.rasid.newsroom import policy


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Debian's Chromium without a window; each test opens what it needs in a context of its own."""
    async with async_playwright() as playwright:
        # It runs as root in CI, where Chromium's own sandbox refuses to start.
        options = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-quic", "--disable-component-update"]
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=options)
        yield browser
        await browser.close()


@pytest.fixture(scope="session")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[web.Application]:
    """The pages over the sample story."""
    for ledger, behind in story_ledger(tmp_path_factory.mktemp("story")):
        yield make_app(ledger, policy(), behind=behind)


@pytest.fixture(scope="session")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[web.Application]:
    """The pages over 5,000 changes."""
    for ledger, behind in crowd_ledger(tmp_path_factory.mktemp("crowd")):
        yield make_app(ledger, policy(), behind=behind)


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def sites(story: web.Application, crowd: web.Application) -> AsyncIterator[Mapping[str, str]]:
    """The address of the pages over each ledger: "story" and "crowd"."""
    async with TestServer(story) as small, TestServer(crowd) as large:
        yield {name: str(server.make_url("/")).rstrip("/") for name, server in (("story", small), ("crowd", large))}
