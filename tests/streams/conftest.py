"""The shipped watchlist and a reader of it, compiled once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from streams.extract.reader import Reader
from streams.extract.watchlist import Watchlist, load
from streams.records import Article, Reading

NOW = datetime(2025, 11, 22, 12, tzinfo=UTC)

Read = Callable[[str], Reading]


@pytest.fixture(scope="session")
def watchlist() -> Watchlist:
    """The watchlist that Rasid ships."""
    return load((Path(__file__).parents[2] / "seeds" / "watchlist.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def reader(watchlist: Watchlist) -> Reader:
    """A reader with the shipped watchlist."""
    return Reader(watchlist)


@pytest.fixture(scope="session")
def read(reader: Reader) -> Read:
    """Reads a text as the body of an article without a title, seen at `NOW`."""
    return lambda text: reader.read(article(text))


def article(body: str, title: str = "") -> Article:
    """An article that was published when it was seen."""
    return Article(
        article_id="a", revision=1, source_id="s", url="", title=title, body=body, fetched_at=NOW, published_at=NOW
    )
