"""`rasid feeds check`: one source asked once, what came, and what would be read in it."""

from __future__ import annotations

from statistics import median

from connectors.checking import Checked
from connectors.excerpts import is_excerpt
from connectors.parse.plaintext import single_line
from connectors.sources import Source
from streams.arabic.clitics import is_arabic
from streams.extract.reader import Reader
from streams.records import Article, Claim

_SHOWN = 5

Line = tuple[str, object]


def lines(source: Source, found: Checked, reader: Reader) -> list[Line]:
    """What is to be said of a source, by name, in order."""
    said: list[Line] = [("source", source.id), ("address", source.address)]
    if found.moved:
        said.append(("moved", found.moved))
    if found.failed:
        said += [("failed", found.failed.reason), ("because", found.failed.detail)]
        return said + ([("feeds", single_line(" ".join(found.links)))] if found.links else [])
    feed = found.feeds[0] if found.feeds else None
    if feed:
        suspect = ", probably wrong" if feed.encoding_suspect else ""
        said += [
            ("format", feed.format),
            ("encoding", feed.encoding + suspect),
            ("language", single_line(feed.language or "")),
        ]
    articles = found.articles
    return [
        *said,
        ("arabic", f"{_arabic(articles):.0%} of the letters"),
        ("items", len(articles)),
        ("dated", sum(1 for article in articles if article.published_at)),
        ("text", _text(articles)),
        ("newest", " · ".join(article.title for article in articles[-_SHOWN:])),
        *_read(articles, reader),
    ]


def _read(articles: tuple[Article, ...], reader: Reader) -> list[Line]:
    readings = [reader.read(article) for article in articles]
    claims = [claim for reading in readings for claim in reading.claims]
    shown = " · ".join(map(_claim, claims[-_SHOWN:]))
    watched = sum(1 for reading in readings if reading.mentions)
    return [("watched", watched), ("claims", len(claims)), ("reads", shown)]


def _claim(claim: Claim) -> str:
    amount = f" = {claim.amount.surface}" if claim.amount else ""
    return f"{claim.fact or claim.kind}{amount}"


def _text(articles: tuple[Article, ...]) -> str:
    """Whether the feed gives its articles whole."""
    if not articles:
        return "none"
    excerpts = sum(1 for article in articles if is_excerpt(article.body))
    length = round(median(len(article.body) for article in articles))
    kind = (
        "whole articles" if not excerpts else "excerpts only" if excerpts == len(articles) else f"{excerpts} excerpts"
    )
    return f"{kind}, usually {length} characters"


def _arabic(articles: tuple[Article, ...]) -> float:
    letters = [letter for article in articles for letter in article.title + article.body if letter.isalpha()]
    return sum(map(is_arabic, letters)) / len(letters) if letters else 0.0
