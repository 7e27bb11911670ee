"""`rasid feeds check`: one source asked once, what came, and what would be read in it."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from typing import Literal

from connectors.poll import Checked, check
from connectors.sources import Source, from_mapping
from rasid.seeds import Seeds
from streams.extract.reader import Reader
from streams.records import Article

_SHOWN = 5


def look(wanted: str, seeds: Seeds, contact: str, form: Literal["table", "json"]) -> int:
    """Print what is found at the source of that id, or at that address; gives the exit status, 69 when it fails.

    Raises `Misconfigured` when it is neither.
    """
    known = {source.id: source for source in seeds.sources}
    source = known.get(wanted) or from_mapping({"url": wanted})
    found = asyncio.run(check(source, contact=contact))
    lines = _lines(source, found, Reader(seeds.names))
    if form == "json":
        sys.stdout.write(json.dumps(dict(lines), ensure_ascii=False) + "\n")
    else:
        sys.stdout.writelines(f"{name:10} {said}\n" for name, said in lines)
    return os.EX_UNAVAILABLE if found.failed else os.EX_OK


def _lines(source: Source, found: Checked, reader: Reader) -> list[tuple[str, object]]:
    lines: list[tuple[str, object]] = [("source", source.id), ("address", source.address)]
    if found.failed:
        return [*lines, ("failed", found.failed.reason), ("because", found.failed.detail)]
    feed = found.feeds[0] if found.feeds else None
    if feed:
        suspect = ", probably wrong" if feed.encoding_suspect else ""
        lines += [("format", feed.format), ("encoding", feed.encoding + suspect), ("language", feed.language or "")]
    dated = sum(1 for article in found.articles if article.published_at)
    named = [_read(article, reader) for article in found.articles]
    lines += [
        ("items", len(found.articles)),
        ("dated", dated),
        ("newest", " · ".join(article.title for article in found.articles[-_SHOWN:])),
        ("watched", sum(1 for mentions, _ in named if mentions)),
        ("claims", sum(claims for _, claims in named)),
    ]
    return lines


def _read(article: Article, reader: Reader) -> tuple[int, int]:
    reading = reader.read(article)
    return len(reading.mentions), len(reading.claims)
