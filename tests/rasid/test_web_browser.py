"""The page in a real browser: nothing refused, nothing asked of others, nothing wider than the screen."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import quote

import aiohttp
import msgspec
import pytest
from aiohttp.test_utils import TestServer

from alerts.learn import learn
from alerts.ledger import Ledger
from rasid.database import open_engine
from rasid.web.app import make_app
from tests.processes import Process, free_port
from tests.rasid.story import POLICY, STORY, figure, ledger_at, reading, sqlite_url
from tests.services import http_ok

pytestmark = pytest.mark.browser

TOTAL = "figure:total:stargate:USD"
PATHS = (
    "/",
    "/?lang=en",
    "/changes?limit=500",
    "/project?id=stargate",
    f"/fact?key={quote(TOTAL)}",
    f"/fact?key={quote(TOTAL)}&lang=en",
    "/nothing",
)
WIDTHS = (320, 390, 1024, 1600)
# One word that nobody can break, as long as an address: it must not make the page wider.
UNBROKEN = "https://" + "a" * 300


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a headless Chromium's debugging port."""
    folder, address = tmp_path_factory.mktemp("chromium"), f"127.0.0.1:{free_port()}"
    off = ("gpu", "quic", "background-networking", "component-update", "sync", "extensions", "dev-shm-usage")
    command = ["chromium", "--headless", "--no-sandbox", "--no-first-run", *(f"--disable-{name}" for name in off)]
    options = [f"--user-data-dir={folder}", f"--remote-debugging-port={address.rpartition(':')[2]}", "about:blank"]
    process = Process([*command, *options], folder / "log")
    process.start(lambda: http_ok(f"http://{address}/json/version"))
    yield address
    process.stop()


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """The story, with an article in it that has no place to break a line."""
    said = f"{UNBROKEN} 500 مليار دولار"
    told = figure(TOTAL, said, "500 مليار دولار", "500", speaker=UNBROKEN)
    article = reading(9, "2025-12-06", "a" * 80, UNBROKEN, told)
    with ledger_at(sqlite_url(tmp_path_factory.mktemp("browser")), (*STORY, article)) as ledger:
        yield ledger


class _Told(msgspec.Struct):
    """What the browser says on its debugging port: the answer to a command, or an event."""

    id: int = 0
    method: str = ""
    params: dict[str, object] = {}
    result: dict[str, object] = {}


class _Tab:
    """A tab of the browser, over its debugging protocol; collects what happens in it."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self.events: list[_Told] = []

    async def say(self, method: str, **params: object) -> dict[str, object]:
        """The answer to one command."""
        number = next(self._numbers)
        await self._socket.send_json({"id": number, "method": method, "params": params})
        while (told := await self._hear()).id != number:
            pass
        return told.result

    async def until(self, method: str) -> None:
        """Return when that event has come since the last command."""
        while (await self._hear()).method != method:
            pass

    async def number(self, expression: str) -> int:
        """What an expression gives on the page."""
        answer = await self.say("Runtime.evaluate", expression=expression, returnByValue=True)
        return msgspec.convert(answer, type=dict[str, dict[str, object]])["result"]["value"]  # type: ignore[return-value]

    async def _hear(self) -> _Told:
        told = msgspec.json.decode(await self._socket.receive_str(timeout=20), type=_Told)
        self.events.append(told)
        return told


@asynccontextmanager
async def tab_of(browser: str) -> AsyncIterator[_Tab]:
    """A new tab."""
    async with aiohttp.ClientSession() as session:
        async with session.put(f"http://{browser}/json/new?about:blank") as answer:
            target = await answer.json()
        async with session.ws_connect(target["webSocketDebuggerUrl"]) as socket:
            tab = _Tab(socket)
            for domain in ("Page", "Log", "Network", "Runtime"):
                await tab.say(f"{domain}.enable")
            yield tab


async def look(tab: _Tab, url: str, width: int, scheme: str) -> list[str]:
    """What is wrong with a page at that width and in that colour scheme."""
    tab.events.clear()
    await tab.say(
        "Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 500
    )
    await tab.say("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    await tab.say("Page.navigate", url=url)
    await tab.until("Page.loadEventFired")
    wide = await tab.number("document.documentElement.scrollWidth")
    wrong = [f"{wide} pixels wide"] if wide > width else []
    styled = await tab.number("document.styleSheets.length")
    wrong += [] if styled == 1 else [f"{styled} style sheets"]
    wrong += [str(event.params) for event in tab.events if event.method == "Log.entryAdded" and "/nothing" not in url]
    wrong += [str(event.params) for event in tab.events if event.method == "Runtime.exceptionThrown"]
    asked = [str(event.params["request"]) for event in tab.events if event.method == "Network.requestWillBeSent"]
    return wrong + [request for request in asked if url.split("/", 3)[2] not in request]


async def test_pages_fit_and_ask_nobody(browser: str, story: Ledger) -> None:
    """At each width, light and dark: our style applies, nothing scrolls sideways, is refused, or asks others."""
    async with TestServer(make_app(story, POLICY)) as server, tab_of(browser) as tab:
        found = {}
        for path, width, scheme in itertools.product(PATHS, WIDTHS, ("light", "dark")):
            if wrong := await look(tab, str(server.make_url("/")).rstrip("/") + path, width, scheme):
                found[path, width, scheme] = wrong
    assert found == {}


async def test_the_two_schemes_differ(browser: str, story: Ledger) -> None:
    """A dark screen gets a dark page: its paper is darker than its ink, and the other way round."""
    paper = "getComputedStyle(document.body).{}.match(/\\d+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0)"
    async with TestServer(make_app(story, POLICY)) as server, tab_of(browser) as tab:
        for scheme, darker, lighter in (("dark", "backgroundColor", "color"), ("light", "color", "backgroundColor")):
            assert await look(tab, str(server.make_url("/")), 1024, scheme) == []
            assert await tab.number(paper.format(darker)) + 300 < await tab.number(paper.format(lighter))


async def test_a_change_appears_by_itself(browser: str, tmp_path: Path) -> None:
    """An open page shows a change without a reload; what was opened stays open, and the focus stays where it was."""
    url = sqlite_url(tmp_path)
    engine = open_engine(url, "alerts")
    with ledger_at(url) as ledger:
        async with TestServer(make_app(ledger, POLICY)) as server, tab_of(browser) as tab:
            assert await look(tab, str(server.make_url("/?lang=en")), 1024, "light") == []
            await tab.number(
                "document.getElementById('others').open = true, document.querySelector('.tiles a').focus(), 1"
            )
            before = await tab.number("document.querySelectorAll('.latest .change').length")
            said = "بلغت كلفة موقع ميشيغان 9 مليارات دولار."
            told = figure("figure:total:stargate-michigan:USD", said, "9 مليارات دولار", "9")
            article = reading(20, "2025-12-20", "khaleej", "كلفة جديدة", told)
            learn(Ledger(engine), article, POLICY, (), article.first_seen)
            async with asyncio.timeout(60):
                while await tab.number("document.querySelectorAll('.latest .change').length") == before:  # noqa: ASYNC110 - it is the browser that we ask
                    await asyncio.sleep(0.05)
            assert await tab.number("document.querySelectorAll('.latest .change').length") == before + 1
            assert await tab.number("Number(document.getElementById('others').open)") == 1
            assert await tab.number("Number(document.activeElement === document.querySelector('.tiles a'))") == 1
            assert [event.params for event in tab.events if event.method == "Runtime.exceptionThrown"] == []
    engine.dispose()
