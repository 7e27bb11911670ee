"""JSON Feed 1.0 and 1.1, and JSON Lines of items, to entries.

A JSON Feed is a document like any other feed, newest first. JSON Lines is what programs write: an object
`{"id", "text", "title", "published", "guid", "url"}` a line, oldest first; a later line with the same guid replaces
an earlier one. A line that is no item is skipped and counted.
"""

from __future__ import annotations

import msgspec

from connectors.parse.entries import MAX_ENTRIES, MAX_TEXT, MAX_TITLE, Entry, Feed, absolute, bounded, usable
from connectors.parse.plaintext import clean, from_html, paragraphs, single_line
from streams.errors import BadInput


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """A line of JSON Lines. `text` is plain and stays as it is; `source` and `arrived` speak to a back-test."""

    id: str
    text: str
    title: str = ""
    published: str | None = None
    arrived: str | None = None
    source: str | None = None
    guid: str | None = None
    url: str | None = None


class _JsonItem(msgspec.Struct):
    id: str | int | float | None = None
    url: str | None = None
    title: str | None = None
    content_html: str | None = None
    content_text: str | None = None
    summary: str | None = None
    date_published: str | None = None
    date_modified: str | None = None


class _JsonHub(msgspec.Struct):
    type: str
    url: str


class _JsonFeed(msgspec.Struct):
    version: str
    items: list[_JsonItem]
    title: str | None = None
    language: str | None = None
    feed_url: str | None = None
    hubs: list[_JsonHub] = []


def parse_json(text: str, base: str) -> Feed:
    """The JSON Feed or the JSON Lines in `text`; its first line tells which.

    Raises `BadInput`: `not_a_feed` for other JSON, `parse_limit` for more items than any feed needs.
    """
    first, _, rest = text.partition("\n")
    if _is_object(first) and (rest.strip() or _item(first)):
        return parse_lines(text)
    try:
        feed = msgspec.json.decode(text, type=_JsonFeed)
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError) as error:
        raise BadInput("not_a_feed", f"not a JSON Feed: {error}") from error
    if "jsonfeed.org/version/" not in feed.version:
        raise BadInput("not_a_feed", "not a JSON Feed: its version names another format")
    if len(feed.items) > MAX_ENTRIES:
        raise BadInput("parse_limit", f"more than {MAX_ENTRIES} items")
    entries = [_entry(item, base) for item in reversed(feed.items)]
    kept = tuple(entry for entry in entries if usable(entry))
    return Feed(
        format="json",
        title=single_line(feed.title or "")[:MAX_TITLE],
        language=bounded(feed.language),
        entries=kept,
        skipped=len(entries) - len(kept),
        hubs=tuple(address for hub in feed.hubs if hub.type == "WebSub" and (address := absolute(base, hub.url))),
        topic=absolute(base, feed.feed_url),
    )


def parse_lines(text: str) -> Feed:
    """The items in JSON Lines. Raises `BadInput` (`not_a_feed`) where no line is one."""
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) > MAX_ENTRIES:
        raise BadInput("parse_limit", f"more than {MAX_ENTRIES} items")
    items = [item for line in lines if (item := _item(line))]
    if not items:
        raise BadInput("not_a_feed", "no line is an item with an id and a text")
    entries = tuple(entry_of(item) for item in items)
    return Feed(format="jsonl", entries=entries, skipped=len(lines) - len(items))


def read_item(line: str | bytes) -> Item:
    """The item on a line. Raises `BadInput` (reason `schema`) naming what does not fit."""
    try:
        return msgspec.json.decode(line, type=Item)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        raise BadInput("schema", f"not an item: {error}") from error


def entry_of(item: Item) -> Entry:
    """The entry that an item describes: its text untouched but for what cannot be stored."""
    return Entry(
        title=single_line(item.title)[:MAX_TITLE],
        text=clean(item.text)[:MAX_TEXT],
        guid=bounded(item.guid) or bounded(item.id),
        link=bounded(item.url),
        published=item.published,
    )


def _item(line: str) -> Item | None:
    try:
        return read_item(line)
    except BadInput:
        return None


def _is_object(line: str) -> bool:
    try:
        return isinstance(msgspec.json.decode(line), dict)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return False


def _entry(item: _JsonItem, base: str) -> Entry:
    text = max(from_html(item.content_html or ""), paragraphs(item.content_text or item.summary or ""), key=len)
    return Entry(
        title=single_line(item.title or "")[:MAX_TITLE],
        text=text[:MAX_TEXT],
        guid=None if item.id is None else bounded(str(item.id)),
        link=absolute(base, item.url),
        published=item.date_published or item.date_modified,
    )
