"""Asking for pages and reading what they say."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from typing import TypeAlias
from urllib.parse import quote

import lxml.html
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from lxml.etree import _Element as Element

from alerts.ledger import Ledger
from alerts.policy import Policy
from rasid.web.app import make_app
from rasid.web.behind import NOTHING, Behind
from tests.rasid.story import POLICY, STAKE, TOTAL

Client: TypeAlias = TestClient[web.Request, web.Application]

# A page of each kind, in either language.
PAGES = (
    "/",
    "/changes",
    "/project?id=stargate",
    f"/fact?key={quote(TOTAL)}",
    "/?lang=en",
    f"/fact?key={quote(STAKE)}&lang=en",
)
# Whatever could act or fetch in a page, but for our own script.
ACTIVE = " | ".join(f"//{tag}" for tag in ("script[not(@src='/live.js')]", "img", "iframe", "object", "embed", "style"))
ACTIVE += " | //@style | //@src[. != '/live.js'] | //@*[starts-with(name(), 'on')]"

_MARKS = re.compile("[\u2066-\u2069]")


@asynccontextmanager
async def serving(
    ledger: Ledger, allowed_hosts: Collection[str] = (), *, policy: Policy = POLICY, behind: Behind = NOTHING
) -> AsyncIterator[Client]:
    """A client of the page over that ledger."""
    app = make_app(ledger, policy, behind=behind, allowed_hosts=allowed_hosts)
    async with TestClient(TestServer(app)) as client:
        yield client


async def fetch(client: Client, path: str, status: int = 200) -> Element:
    """The page at that address."""
    async with client.get(path) as answer:
        assert answer.status == status
        return lxml.html.fromstring(await answer.text())


def select(page: Element, selector: str) -> list[Element]:
    """The elements that a selector of tags, classes, descent and `>` finds: ".known > .project h2"."""
    path, step = "", "//"
    for word in selector.split():
        if word == ">":
            step = "/"
            continue
        tag, *classes = word.split(".")
        tests = "".join(f"[contains(concat(' ', normalize-space(@class), ' '), ' {name} ')]" for name in classes)
        path += f"{step}{tag or '*'}{tests}"
        step = "//"
    found = page.xpath(path)
    assert isinstance(found, list)
    return [element for element in found if isinstance(element, Element)]


def strings(page: Element, path: str) -> list[str]:
    """What an XPath finds, as text: attributes as they stand, elements by their tag."""
    found = page.xpath(path)
    assert isinstance(found, list)
    return [str(item.tag) if isinstance(item, Element) else str(item) for item in found]


def words(element: Element) -> str:
    """What an element says, without isolating marks and runs of spaces."""
    return plain("".join(map(str, element.itertext())))


def plain(text: str) -> str:
    """The text without isolating marks and runs of spaces."""
    return " ".join(_MARKS.sub("", text).split())


async def texts(client: Client, path: str, selector: str) -> list[str]:
    """What the elements of a page say that the selector finds."""
    return [words(element) for element in select(await fetch(client, path), selector)]
