"""An article of which the feed gives only the beginning, and its page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from tests.connectors.feeds import item
from tests.connectors.servers import Press
from tests.connectors.stages import Stage

SUMMARY = "تبدأ محطة العقبة عملها في الربيع بعد عامين من البناء […]"
OTHER_SUMMARY = "تبدأ محطة العقبة عملها في الصيف بعد عامين من البناء […]"
TEXT = "\n".join(
    f"تبدأ محطة العقبة عملها في الربيع بعد عامين من البناء، كما جاء في البيان رقم {n} الذي نشر اليوم." for n in range(4)
)
TITLE = "محطة العقبة"


def page(text: str = TEXT, head: str = "") -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """A page with that article on it."""
    article = "".join(f"<p>{line}</p>" for line in text.split("\n"))
    body = f"<html><head>{head}</head><body><article><h1>{TITLE}</h1>{article}</article></body></html>"

    async def answer(_request: web.Request) -> web.StreamResponse:
        return web.Response(text=body, content_type="text/html")

    return answer


def status(code: int, **headers: str) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """A page that is only an error."""

    async def answer(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=code, headers=headers)

    return answer


def excerpt(paper: Press, guid: str = "1", text: str = SUMMARY, path: str = "/1") -> str:
    """An item that gives only the beginning of its article."""
    return item(guid, TITLE, text, link=paper.url(path))


def told(stage: Stage) -> list[tuple[int, bool, str]]:
    """Revision, whether it is only an excerpt, and text, of all that was published."""
    return [(one.revision, one.excerpt, one.body) for one in stage.broker.articles]


def asked(stage: Stage, path: str) -> int:
    """How often a page was asked for."""
    return sum(request.path == path for request in stage.paper.requests)


async def fetch(stage: Stage) -> None:
    """Let the pages that are due be fetched."""
    await stage.connectors.pages.fetch_due()
