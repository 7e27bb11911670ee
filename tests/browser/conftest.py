"""One Chromium for the session, the pages over two ledgers, and the choice between a few cases and all of them.

Everything here lives in the session's event loop: the servers answer while the browser is waited for.
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator, Mapping

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, async_playwright

from alerts.ledger import Ledger
from rasid.web.app import make_app
from tests.browser.ledgers import crowd_ledger, story_ledger
from tests.rasid.story import POLICY


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
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """A ledger that has learned a story."""
    yield from story_ledger(tmp_path_factory.mktemp("story"))


@pytest.fixture(scope="session")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """A ledger with 5,000 changes."""
    yield from crowd_ledger(tmp_path_factory.mktemp("crowd"))


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def sites(story: Ledger, crowd: Ledger) -> AsyncIterator[Mapping[str, str]]:
    """The address of the pages over each ledger: "story" and "crowd"."""
    async with TestServer(make_app(story, POLICY)) as small, TestServer(make_app(crowd, POLICY)) as large:
        yield {name: str(server.make_url("/")).rstrip("/") for name, server in (("story", small), ("crowd", large))}
