"""Opening a page as somebody has it before them, and what is wrong with it there: plain words, none if nothing is.

Of every page: it comes with the status it should, says nothing on the console, asks only its own host, is styled in the
colours asked for, runs in its direction, is no wider than the screen, and axe-core finds no violation. Without
scripts axe cannot run; the page is then the same document, and all else is judged.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from typing import Literal, TypeAlias
from urllib.parse import urlsplit

from playwright.async_api import Browser, ConsoleMessage, Page, Request

from tests.browser.places import PROBLEMS, in_language
from tests.services import AXE

Scheme: TypeAlias = Literal["light", "dark"]

_AXE = """
async () => {
  const found = await axe.run(document, {resultTypes: ["violations"]});
  return found.violations.flatMap((one) => one.nodes.map((node) => `axe ${one.id}: ${node.target} ${node.html}`));
}
"""
_BRIGHTNESS = """
(name) => getComputedStyle(document.body)[name].match(/\\d+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0)
"""


@dataclass(frozen=True)
class Setting:
    """How somebody looks at a page: at which, on which ledger, how wide, in which language and colours."""

    path: str = "/"
    site: str = "story"
    width: int = 1024
    language: str = "ar"
    scheme: Scheme = "light"
    scripts: bool = True


@asynccontextmanager
async def page_in(browser: Browser, setting: Setting) -> AsyncIterator[Page]:
    """An empty tab with that setting."""
    phone = setting.width < 500
    context = await browser.new_context(
        viewport={"width": setting.width, "height": 900},
        is_mobile=phone,
        has_touch=phone,
        color_scheme=setting.scheme,
        java_script_enabled=setting.scripts,
    )
    try:
        yield await context.new_page()
    finally:
        await context.close()


def listen(page: Page, address: str) -> list[str]:
    """What goes wrong on the page from now on: errors, and whatever is asked of another host than that address's."""
    wrong: list[str] = []
    host = urlsplit(address).netloc

    def said(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            wrong.append(f"console: {message.text}")

    def asked(request: Request) -> None:
        if urlsplit(request.url).netloc != host:
            wrong.append(f"asked {request.url}")

    page.on("console", said)
    page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
    page.on("request", asked)
    return wrong


async def look(browser: Browser, address: str, setting: Setting) -> list[str]:
    """What is wrong with a page of the site at `address`."""
    async with page_in(browser, setting) as page:
        wrong = listen(page, address)
        answer = await page.goto(address + in_language(setting.path, setting.language))
        expected = PROBLEMS.get(setting.path, 200)
        if answer is None or answer.status != expected:
            return [*wrong, f"answered {answer and answer.status}"]
        if expected != 200:
            wrong = [one for one in wrong if "Failed to load resource" not in one]  # the browser's word for that status
        return wrong + await _layout(page, setting) + (await violations(page) if setting.scripts else [])


async def violations(page: Page) -> list[str]:
    """What axe-core has against the page as it stands."""
    await page.evaluate(_axe())
    found: list[str] = await page.evaluate(_AXE)
    return found


@cache
def _axe() -> str:
    return AXE.read_text(encoding="utf-8")


async def _layout(page: Page, setting: Setting) -> list[str]:
    wrong = await _too_wide(page, setting.width)
    await page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    wrong += [f"opened: {one}" for one in await _too_wide(page, setting.width)]
    direction = await page.evaluate("getComputedStyle(document.body).direction")
    if direction != {"ar": "rtl", "en": "ltr"}[setting.language]:
        wrong.append(f"runs {direction}")
    paper, ink = await brightness(page, "backgroundColor"), await brightness(page, "color")
    if (paper - ink) * (1 if setting.scheme == "light" else -1) < 300:
        wrong.append(f"not {setting.scheme}: paper {paper}, ink {ink}")
    return wrong + (await _narrowest(page) if setting.width == 390 else [])


async def brightness(page: Page, what: str) -> int:
    """How bright the paper ("backgroundColor") or the ink ("color") is, from 0 (black) to 765 (white)."""
    bright: int = await page.evaluate(_BRIGHTNESS, what)
    return bright


async def _narrowest(page: Page) -> list[str]:
    """A phone held by somebody who has made everything larger."""
    await page.set_viewport_size({"width": 320, "height": 900})
    return await _too_wide(page, 320)


async def _too_wide(page: Page, width: int) -> list[str]:
    wide = await page.evaluate("document.documentElement.scrollWidth")
    return [f"{wide} pixels wide"] if wide > width else []
