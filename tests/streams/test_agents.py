"""What one message of `rasid.articles` leads to: always exactly one message, whatever is in it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import override

from streams import metrics, topics
from streams.agents import answer
from streams.extract import watchlist
from streams.extract.reader import Reader
from streams.heartbeat import KEY, beat
from streams.records import Article, DeadLetter, Reading, decode, encode

_NOW = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
_READER = Reader(watchlist.load((Path(__file__).parents[2] / "seeds" / "watchlist.yaml").read_text(encoding="utf-8")))
_ARTICLE = Article(
    article_id="a1",
    revision=3,
    source_id="paper",
    url="https://example.com/1",
    title="عنوان",
    body="لا شيء يهم في هذا النص.",
    fetched_at=_NOW,
)


class _Broken(Reader):
    """A reader with a fault of ours in it."""

    def __init__(self) -> None:
        pass

    @override
    def read(self, article: Article) -> Reading:
        raise ZeroDivisionError(article.article_id)


def test_an_article_leads_to_its_reading() -> None:
    """The reading goes to `rasid.readings` under the article's key, also when nothing was read in it."""
    message = answer(encode(_ARTICLE), b"paper", _READER, lambda: _NOW)
    reading = decode(message.value, Reading)
    assert (message.topic, message.key) == (topics.READINGS, b"paper")
    assert (reading.article_id, reading.revision, reading.claims) == ("a1", 3, ())


@pytest.mark.parametrize("value", [None, b"", b"{", b"\xff\xfe", b"[]", b'{"article_id": "a"}'])
def test_what_is_no_article_becomes_a_dead_letter(value: bytes | None) -> None:
    """Bytes that are no article are set aside with their reason and content, under the key they had."""
    message = answer(value, b"paper", _READER, lambda: _NOW)
    letter = decode(message.value, DeadLetter)
    assert (message.topic, message.key) == (topics.DEAD_LETTER, b"paper")
    assert (letter.reason, letter.stage, letter.topic, letter.time) == ("schema", "work", topics.ARTICLES, _NOW)
    assert letter.payload == (value or b"").decode("utf-8", "replace")


def test_a_heartbeat_is_read_and_not_counted() -> None:
    """It takes the way of every article, and its time on the way is known; it is no reading that anybody counts."""
    before = metrics.READ._value.get()
    message = answer(encode(beat(_NOW)), KEY, _READER, lambda: _NOW + timedelta(seconds=7))
    reading = decode(message.value, Reading)
    assert (message.topic, message.key, reading.claims, reading.mentions) == (topics.READINGS, KEY, (), ())
    assert reading.first_seen == _NOW
    assert metrics.READ._value.get() == before
    assert metrics.HEARTBEAT_SECONDS.labels("work")._value.get() == 7


def test_a_fault_of_ours_sets_the_article_aside_too() -> None:
    """An exception in the reader costs one article, which can be sent again when the fault is mended."""
    message = answer(encode(_ARTICLE), b"paper", _Broken(), lambda: _NOW)
    letter = decode(message.value, DeadLetter)
    assert (letter.reason, letter.detail) == ("reader_fault", "ZeroDivisionError: a1")
    assert decode(letter.payload, Article) == _ARTICLE


def test_a_reading_that_kafka_would_refuse_is_set_aside() -> None:
    """A record over the broker's limit is a dead letter, not a send error that ends the process for ever."""
    title = "ستارغيت " * 130_000
    article = msgspec.structs.replace(_ARTICLE, title=title)
    message = answer(encode(article), b"paper", _READER, lambda: _NOW)
    assert decode(message.value, DeadLetter).reason == "too_large"
    assert len(message.value) < topics.MAX_MESSAGE_BYTES


@given(st.binary(max_size=300))
def test_no_bytes_stop_the_agent(value: bytes) -> None:
    """Whatever comes, there is a message to send."""
    assert answer(value, None, _READER, lambda: _NOW).topic in topics.TOPICS
