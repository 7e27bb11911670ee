"""Every page in a real browser: on a phone, a tablet, a desk, in both languages and colours, with scripts and without.

The combinations are chosen by pairs; `make browser` looks at all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import pytest
from aiohttp import web
from playwright.async_api import Browser

from tests.browser.looking import Scheme, Setting, brightness, look, page_in
from tests.browser.pairs import every, pairs, pairwise
from tests.browser.places import PAGES, PATHS, is_page

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

AXES = (
    PATHS,
    ("390", "1024", "1600"),
    ("ar", "en"),
    ("light", "dark"),
    ("story", "crowd"),
    ("scripts", "no scripts"),
)


def setting_of(case: tuple[str, ...]) -> Setting:
    """A case as a setting."""
    path, width, language, scheme, site, scripts = case
    return Setting(path, site, int(width), language, cast("Scheme", scheme), scripts == "scripts")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A few cases, or all of them with `--every`."""
    if "case" in metafunc.fixturenames:
        cases = every(AXES) if metafunc.config.getoption("every") else pairwise(AXES)
        metafunc.parametrize("case", cases, ids=["-".join(case) for case in cases])


async def test_nothing_is_wrong_with_a_page(browser: Browser, sites: Mapping[str, str], case: tuple[str, ...]) -> None:
    """No error, no request to others, no sideways scrolling, the direction and colours asked for, nothing for axe."""
    setting = setting_of(case)
    assert await look(browser, sites[setting.site], setting) == []


async def test_paper_is_never_dark(browser: Browser, sites: Mapping[str, str]) -> None:
    """Printed from a dark screen, a page has dark letters, without what only a screen can use."""
    async with page_in(browser, Setting(scheme="dark")) as page:
        await page.goto(sites["story"])
        await page.emulate_media(media="print", color_scheme="dark")
        assert await brightness(page, "color") < 200
        assert [await page.locator(name).first.is_visible() for name in ("nav", ".search", ".change")] == [
            False,
            False,
            True,
        ]
        assert (await page.pdf()).startswith(b"%PDF")


async def test_paper_holds_what_a_screen_would_open(browser: Browser, sites: Mapping[str, str]) -> None:
    """Printed, what is folded away is there, a link has its address beside it, and a mark needs no colour."""
    async with page_in(browser, Setting()) as page:
        await page.goto(sites["story"])
        folded = page.locator(".site .partners").first
        visible = "(one) => one.checkVisibility({contentVisibilityAuto: true, visibilityProperty: true})"
        assert not await folded.evaluate(visible)
        await page.emulate_media(media="print")
        assert await folded.evaluate(visible)
        source = page.locator('.source a[rel~="external"]').first
        address = await source.get_attribute("href")
        shown: str = await source.evaluate("(one) => getComputedStyle(one, '::after').content")
        assert address
        assert address in shown
        line = await page.locator("mark").first.evaluate("(one) => getComputedStyle(one).textDecorationLine")
        assert line == "underline"


async def test_the_news_of_a_status_is_a_card_like_others(browser: Browser, sites: Mapping[str, str]) -> None:
    """It shares a word with the label of a project's status, and none of its looks."""
    async with page_in(browser, Setting()) as page:
        await page.goto(f"{sites['story']}/changes")
        looks = "(one) => ['color', 'fontSize', 'borderRadius'].map((name) => getComputedStyle(one)[name])"
        first, status = page.locator(".change").first, page.locator(".change.status").first
        assert await status.evaluate(looks) == await first.evaluate(looks)


async def test_every_page_is_looked_at(story: web.Application) -> None:
    """Each route of the application that leads to a page is under test."""
    routes = {route.resource.canonical for route in story.router.routes() if route.resource}
    assert {route for route in routes if is_page(route)} == PAGES.keys()


async def test_each_two_choices_meet() -> None:
    """The chosen cases hold every pair of choices, and are far fewer than all."""
    cases = pairwise(AXES)
    assert {pair for case in cases for pair in pairs(case)} == {pair for case in every(AXES) for pair in pairs(case)}
    assert len(cases) <= 1.5 * len(AXES[0]) * len(AXES[1])
