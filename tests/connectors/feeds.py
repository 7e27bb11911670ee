"""Feeds to test with, in our own words."""

from __future__ import annotations

from html import escape

HEAD = '<?xml version="1.0" encoding="utf-8"?>'


def item(guid: str | None, title: str, text: str = "", *, link: str = "", date: str = "") -> str:
    """An item of RSS."""
    parts = {"guid": guid or "", "title": title, "description": text, "link": link, "pubDate": date}
    fields = (f"<{name}>{escape(value)}</{name}>" for name, value in parts.items() if value)
    return f"<item>{''.join(fields)}</item>".replace("<guid>", '<guid isPermaLink="false">')


def rss(*items: str, head: str = HEAD) -> str:
    """An RSS document, its items in the order given: the newest belongs first."""
    return f'{head}<rss version="2.0"><channel><title>صحيفة</title>{"".join(items)}</channel></rss>'
