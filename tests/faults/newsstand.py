"""Where the outlets publish: half of them as feeds on a web server with ETags, half as files in a folder."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from aiohttp import web

from tests.faults.loop import Loop
from tests.faults.names import OUTLETS
from tests.faults.press import Item
from tests.processes import free_port

_SHOWN_WAVES = 4
_FRAME = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>{outlet}</title>
<link>https://{outlet}.example/</link><description>-</description><language>ar</language>{items}</channel></rss>"""
_ITEM = """<item><title>{title}</title><link>{url}</link><guid isPermaLink="false">{guid}</guid>
<pubDate>{date}</pubDate><content:encoded>{body}</content:encoded></item>"""


class Newsstand:
    """Shows the last waves of items, the newest first, each article in its latest revision."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self._waves: list[list[Item]] = []
        self._pages: dict[str, bytes] = {}
        self._lock = threading.Lock()
        for outlet in OUTLETS[::2]:
            (folder / outlet).mkdir(parents=True)

    def open(self, loop: Loop) -> None:
        """Begin to serve."""
        self.show(())
        loop.serve(self._answer, "0.0.0.0", self._port)

    def sources(self) -> list[dict[str, Any]]:
        """The outlets as sources of `rasid.yaml`. Each web server has an address of its own, as outlets have."""
        common = {"backfill": "announce", "full_text": "never", "min_interval": "1s", "max_interval": "1s"}
        return [
            {"id": outlet, "kind": "folder", "url": str(self._folder / outlet), **common}
            if number % 2 == 0
            else {"id": outlet, "url": self._url(number, outlet), "allow_private": True, **common}
            for number, outlet in enumerate(OUTLETS)
        ]

    def show(self, wave: Iterable[Item]) -> None:
        """Publish a wave."""
        self._waves = [*self._waves, list(wave)][-_SHOWN_WAVES:]
        latest = {item.guid: item for items in self._waves for item in items}
        for outlet in OUTLETS:
            items = sorted((item for item in latest.values() if item.outlet == outlet), key=lambda item: item.published)
            self._publish(outlet, items)

    def _publish(self, outlet: str, items: list[Item]) -> None:
        page = _FRAME.format(outlet=outlet, items="".join(map(_entry, reversed(items)))).encode()
        with self._lock:
            self._pages[outlet] = page
        folder = self._folder / outlet
        if folder.is_dir():  # in one step, as a careful writer does
            new = self._folder / f"{outlet}.new"
            new.write_bytes(page)
            new.rename(folder / "feed.xml")

    def _url(self, number: int, outlet: str) -> str:
        return f"http://127.0.1.{number + 1}:{self._port}/{outlet}"

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        with self._lock:
            page = self._pages.get(request.path.strip("/"))
        if page is None:
            return web.Response(status=404)
        etag = f'"{hashlib.sha256(page).hexdigest()}"'
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304)
        return web.Response(body=page, content_type="application/rss+xml", headers={"ETag": etag})


def _entry(item: Item) -> str:
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in item.body.splitlines())
    return _ITEM.format(
        title=escape(item.title), url=item.url, guid=item.guid, date=format_datetime(item.published),
        body=escape(paragraphs),
    )  # fmt: skip
