"""The texts of `tests/cases/hostile.yaml`, and articles that carry them through the real parser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import yaml

from connectors.parse.document import parse
from connectors.parse.entries import Document, Entry
from connectors.sources import Source
from tests.connectors.feeds import item, rss
from tests.rasid.newsroom import Item

_CASES = Path(__file__).parents[1] / "cases" / "hostile.yaml"
START = datetime(2025, 3, 1, tzinfo=UTC)
SOURCE = Source(id="hostile", url="https://hostile.example/feed", backfill="announce", full_text="never")


def texts() -> tuple[str, ...]:
    """All of them, the long ones last."""
    cases = yaml.safe_load(_CASES.read_text(encoding="utf-8"))
    long = [one["text"] * one["times"] for one in cases.pop("long")]
    return (*(text for group in cases.values() for text in group), *long)


def sentence(number: int, said: str) -> str:
    """A sentence with a figure of its own that has the text behind it."""
    return f"تبلغ القيمة الإجمالية لمشروع ستارغيت {500 + number} مليار دولار {said}"


def entries() -> tuple[Entry, ...]:
    """An entry for each text, which stands in its title, link, author and body, as the parser gives them.

    They come as a JSON Feed, which can hold any character; every third as RSS too, where its body is HTML.
    """
    return (*_of_json_feed(), *_of_rss())


def _of_json_feed() -> tuple[Entry, ...]:
    items = [
        {
            "id": f"json-{number}",
            "url": said,
            "title": f"{said} عنوان",
            "authors": [{"name": said, "url": said}],
            "content_text": sentence(number, said),
            "date_published": _date(number),
        }
        for number, said in enumerate(texts())
    ]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "<script>", "items": items}
    # One document of all long texts would be larger than any feed may be.
    return _parsed(json.dumps(feed, ensure_ascii=False).encode())


def _of_rss() -> tuple[Entry, ...]:
    items = [
        item(f"rss-{number}", f"{said} عنوان", sentence(number, said), link=said, date=_date(number))
        for number, said in list(enumerate(texts()))[::3]
        if said.isprintable()
    ]
    return _parsed(rss(*items).encode())


def _date(number: int) -> str:
    return (START + timedelta(hours=number)).isoformat()


def _parsed(body: bytes) -> tuple[Entry, ...]:
    return parse(Document(body=body, base=SOURCE.url)).entries


def items() -> Iterator[Item]:
    """The articles as they arrive, an hour apart."""
    for number, entry in enumerate(sorted(entries(), key=lambda entry: entry.published or "")):
        yield START + timedelta(days=8, hours=number), SOURCE, entry
