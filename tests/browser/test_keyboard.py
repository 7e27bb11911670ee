"""Every page by keyboard alone: Tab walks over all that can be used, in the page's order, and shows where it is."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from playwright.async_api import Browser, Page

from tests.browser.looking import Setting, page_in
from tests.browser.places import PAGES

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

# What can be used, in the order of the page, and the walk over it: each stop with its place in that order, and whether
# anything shows that the focus is there.
_WALK = """
() => {
  const usable = Array.from(document.querySelectorAll("a[href], button, input, select, textarea, summary"));
  const there = usable.filter((one) => one.checkVisibility() && !one.disabled && one.type !== "hidden");
  const marked = (one) => {
    const ring = getComputedStyle(one), dot = one.querySelector("circle:last-child");
    return (ring.outlineStyle !== "none" && parseFloat(ring.outlineWidth) >= 2)
      || (dot !== null && parseFloat(getComputedStyle(dot).strokeWidth) >= 3);
  };
  window.stops = [];
  document.addEventListener("focusin", ({ target }) => {
    stops.push([there.indexOf(target), marked(target), target.outerHTML.slice(0, 120)]);
  });
  return there.length;
}
"""
# A field for a date has stops of its own inside, which are no stops of the page.
_INNER = 8


async def walk(page: Page) -> tuple[int, list[tuple[int, bool, str]]]:
    """How many things can be used, and where Tab stops: in the order of the page, whether it shows, and what it is."""
    count: int = await page.evaluate(_WALK)
    for _ in range(count + _INNER):
        await page.keyboard.press("Tab")
        if await page.evaluate("stops.length") == count:
            break
    stops: list[tuple[int, bool, str]] = [tuple(stop) for stop in await page.evaluate("stops")]
    return count, stops


@pytest.mark.parametrize("route", PAGES)
async def test_tab_walks_over_all_that_can_be_used(browser: Browser, sites: Mapping[str, str], route: str) -> None:
    """Each link and control once, in the order of the page, each with a mark that one can see."""
    async with page_in(browser, Setting()) as page:
        await page.goto(sites["story"] + PAGES[route][0])
        count, stops = await walk(page)
        assert count > 3
        assert [place for place, _, _ in stops] == list(range(count))
        assert [what for _, shows, what in stops if not shows] == []


async def test_the_first_stop_leads_past_the_masthead(browser: Browser, sites: Mapping[str, str]) -> None:
    """The first Tab shows the link to the content; after it the next stop is in there."""
    async with page_in(browser, Setting()) as page:
        await page.goto(f"{sites['story']}/?lang=en")
        await page.keyboard.press("Tab")
        skip = page.get_by_role("link", name="Skip to content")
        box = await skip.bounding_box()
        assert box is not None
        assert box["y"] >= 0
        await page.keyboard.press("Enter")
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.querySelector('main').contains(document.activeElement)")


async def test_without_scripts_all_can_be_opened(browser: Browser, sites: Mapping[str, str]) -> None:
    """A site's details open by keyboard, a change leads to its fact and on to the article, in the same language."""
    async with page_in(browser, Setting(scripts=False)) as page:
        await page.goto(f"{sites['story']}/?lang=en")
        site = page.locator("details.site").first
        await site.locator("summary").press("Enter")
        assert await site.get_attribute("open") is not None
        await page.locator(".latest .change header a").first.click()
        assert "/fact?key=" in page.url
        await page.locator("a.archived").first.click()
        assert "/article?" in page.url
        assert await page.locator("html").get_attribute("lang") == "en"
