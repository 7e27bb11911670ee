"""Amounts, ranges and mixed names stand on the screen in the order in which they are read: told by the letters' boxes.

In Arabic the words of "500–600 مليار دولار" follow each other from right to left, the ends of the range among them; so
they do in English from left to right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from urllib.parse import quote

import pytest
from playwright.async_api import Browser, Locator, Page

from tests.browser.ledgers import SECURED, id_of
from tests.browser.looking import Setting, page_in
from tests.browser.places import in_language

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

FACT = f"/fact?key={quote(SECURED)}"
PARTNER = f"/fact?key={quote('partner:g42@stargate')}"
ARTICLE = f"/article?id={id_of('mixed')}"
RANGE: Mapping[str, Sequence[str]] = {
    "ar": ("500", "\u2013", "600", "مليار", "دولار"),
    "en": ("500", "\u2013", "600", "billion", "USD"),
}

# Of each part, where its letters are: left, right, top, bottom. Each is looked for behind the one before it.
_BOXES = """
(element, parts) => {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT), nodes = [];
  while (walker.nextNode()) nodes.push(walker.currentNode);
  const letters = nodes.flatMap((node) => Array.from(node.data, (_, at) => [node, at]));
  const text = nodes.map((node) => node.data).join("");
  const box = ([node, at]) => {
    const drawn = node.parentElement.closest("text");
    if (drawn) return drawn.getExtentOfChar(at);
    const range = document.createRange();
    range.setStart(node, at);
    range.setEnd(node, at + 1);
    return range.getBoundingClientRect();
  };
  let from = 0;
  return parts.map((part) => {
    const start = text.indexOf(part, from);
    if (start < 0) throw new Error(`no ${part} in ${text}`);
    from = start + part.length;
    const boxes = letters.slice(start, from).map(box);
    return [
      Math.min(...boxes.map((one) => one.x)), Math.max(...boxes.map((one) => one.x + one.width)),
      Math.min(...boxes.map((one) => one.y)), Math.max(...boxes.map((one) => one.y + one.height)),
    ];
  });
}
"""


async def opened(page: Page, address: str, path: str, language: str) -> Page:
    """The page at that path, in that language."""
    await page.goto(address + in_language(path, language))
    return page


async def order(place: Locator, parts: Sequence[str]) -> str:
    """How the parts follow each other on one line: "rtl", "ltr", or what is wrong with it."""
    boxes: list[tuple[float, float, float, float]] = await place.first.evaluate(_BOXES, list(parts))
    pairs = list(pairwise(boxes))
    if any(min(a[3], b[3]) <= max(a[2], b[2]) for a, b in pairs):
        return f"not on one line: {boxes}"
    if all(b[1] <= a[0] + 1 for a, b in pairs):
        return "rtl"
    return "ltr" if all(a[1] <= b[0] + 1 for a, b in pairs) else f"mixed: {boxes}"


@pytest.mark.parametrize(("language", "way"), [("ar", "rtl"), ("en", "ltr")])
async def test_a_range_reads_in_its_order(browser: Browser, sites: Mapping[str, str], language: str, way: str) -> None:
    """On the front page's tile, a change's card, the fact's page and in its chart."""
    async with page_in(browser, Setting(width=1600, language=language)) as page:
        front = await opened(page, sites["story"], "/", language)
        assert await order(front.locator(".tiles strong", has_text="600"), RANGE[language][:3]) == way  # it may break
        card = front.locator(".change", has=front.locator(f'a[href*="{quote(SECURED, safe="")}"]'))
        assert await order(card.locator(".move ins bdi"), RANGE[language]) == way
        fact = await opened(page, sites["story"], FACT, language)
        assert await order(fact.locator(".figure strong"), RANGE[language]) == way
        assert await order(fact.locator(".history .value"), RANGE[language]) == way
        # The axis of the chart stands in the same words.
        assert (
            await order(fact.locator(".chart text", has_text="600"), (RANGE[language][2], *RANGE[language][3:])) == way
        )


async def test_mixed_words_read_in_their_order(browser: Browser, sites: Mapping[str, str]) -> None:
    """A sentence that begins in another script is Arabic still, and a share keeps its sign behind it."""
    async with page_in(browser, Setting(width=1600)) as page:
        fact = await opened(page, sites["story"], FACT, "ar")
        sentence = fact.locator("blockquote", has_text="قالت")
        assert await order(sentence, ("قالت", "OpenAI", "أوبن", "إيه", "آي")) == "rtl"
        assert await order(sentence, ("بلغت", "حتى", "الآن", "500", "600", "مليار")) == "rtl"
        assert await order(fact.locator(".source a bdi", has_text="OpenAI"), ("OpenAI", "أوبن", "إيه", "آي")) == "rtl"
        confidence = fact.locator(".facts dd bdi", has_text="%")
        assert await order(confidence, ((await confidence.first.inner_text()).rstrip("%"), "%")) == "ltr"
        article = await opened(page, sites["story"], ARTICLE, "ar")
        assert await order(article.locator("h1"), ("OpenAI", "أوبن", "إيه", "آي")) == "rtl"
        assert await order(article.locator(".text p", has_text="G42"), ("شركة", "G42", "جي", "42", "إلى")) == "rtl"


async def test_a_mark_that_turns_the_text_is_named(browser: Browser, sites: Mapping[str, str]) -> None:
    """It is shown by its name where it stood, and what follows it stands as it was written."""
    async with page_in(browser, Setting(width=1600)) as page:
        article = await opened(page, sites["story"], ARTICLE, "ar")
        line = article.locator(".text p", has_text="G42")
        assert await line.locator(".sign").all_inner_texts() == ["RLO", "PDF"]
        assert await order(line, ("ستارغيت", "شريكا", "RLO", "10", "PDF")) == "rtl"
        assert await order(line, ("1", "0")) == "ltr"
        fact = await opened(page, sites["story"], PARTNER, "ar")
        assert await fact.locator("blockquote .sign").first.inner_text() == "RLO"
