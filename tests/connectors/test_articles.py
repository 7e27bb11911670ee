from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from connectors.articles import (
    MAX_BODY_BYTES,
    article_of,
    article_of_item,
    candidates,
    canonical_url,
    content_hash,
    oldest_first,
)
from connectors.parse.entries import Entry, Feed
from connectors.parse.jsonfeed import Item
from connectors.sources import Source
from streams.topics import MAX_MESSAGE_BYTES, article_message
from tests.connectors.fakes import START

SOURCE = Source(id="daily", url="https://daily.example/feed", timezone="Asia/Riyadh", country="SA")


def found(*entries: Entry, source: Source = SOURCE, first_poll: bool = False) -> list[str]:
    """The titles of what is found, in order."""
    feed = Feed(format="rss20", entries=entries)
    return [one.article.title for one in candidates(source, feed, START, first_poll=first_poll)]


def quiet(entry: Entry, source: Source = SOURCE, *, first_poll: bool = False) -> bool:
    """Whether the entry is history."""
    (one,) = candidates(source, Feed(format="rss20", entries=(entry,)), START, first_poll=first_poll)
    return one.article.quiet


def test_an_entry_becomes_an_article() -> None:
    """Every field comes from the entry, its source, or is unknown."""
    entry = Entry(
        title="عنوان",
        text="نص",
        guid="g",
        link="https://daily.example/a?utm_source=rss&id=1#top",
        published="2026-02-28 10:00",
    )
    article = article_of(SOURCE, entry, START)
    assert (article.url, article.country, article.revision) == ("https://daily.example/a?id=1", "SA", 1)
    assert article.published_at == datetime(2026, 2, 28, 7, tzinfo=UTC)
    assert (article.published_precision, article.fetched_at, article.quiet) == ("second", START, False)


def test_an_unknown_date_is_null() -> None:
    """Never the time of fetching: not for none, not for nonsense, not for the future."""
    for text in (None, "soon", "2999-01-01"):
        assert article_of(SOURCE, Entry(title="t", published=text), START).published_at is None


def test_a_days_date_says_so() -> None:
    """Precision travels with the date."""
    assert article_of(SOURCE, Entry(title="t", published="2026-02-01"), START).published_precision == "day"


def test_identity() -> None:
    """The guid, else the address without its tracking, else the content, of one source."""

    def name(entry: Entry, source: Source = SOURCE) -> str:
        return article_of(source, entry, START).article_id

    other = Source(id="other", url="https://other.example/")
    assert name(Entry(title="a", guid="g")) == name(Entry(title="b", guid="g", link="https://x.example/"))
    assert name(Entry(title="a", guid="g")) != name(Entry(title="a", guid="g"), other)
    link = "https://x.example/1"
    assert name(Entry(title="a", link=link)) == name(Entry(title="b", link=link + "?utm_medium=rss#x"))
    assert name(Entry(title="a", link=link)) != name(Entry(title="a", guid=link))
    assert name(Entry(title="a", text="x")) != name(Entry(title="a", text="y"))
    assert name(Entry(title="a", text="x")) == name(Entry(title="a", text="x", published="2026-01-01"))


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("https://user:secret@e.example/a?fbclid=1&p=2", "https://e.example/a?p=2"),
        ("HTTP://E.example:80/", "http://e.example/"),
        ("https://e.example/خبر", "https://e.example/%D8%AE%D8%A8%D8%B1"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("http://[broken", None),
        ("urn:x", None),
        (None, None),
    ],
)
def test_addresses_of_articles(link: str | None, url: str | None) -> None:
    """Without tracking, fragment and credentials; only addresses of the web are addresses."""
    assert canonical_url(link) == url


def test_an_article_without_a_link_points_to_its_outlet() -> None:
    """Its guid, if that is an address, else the front page; never the feed's address, which can hold a key."""
    keyed = Source(id="k", url="https://me:hush@k.example/feed?key=hush")
    assert article_of(keyed, Entry(title="t", guid="https://k.example/?p=1"), START).url == "https://k.example/?p=1"
    assert article_of(keyed, Entry(title="t", link="javascript:x"), START).url == "https://k.example/"
    assert article_of(Source(id="f", url="seeds", kind="folder"), Entry(title="t"), START).url == ""


def test_oldest_first() -> None:
    """By date; what has none stays behind the one before it."""
    dates = ["2026-02-03", None, "2026-02-01", None, "2026-02-02"]
    entries = [Entry(title=str(n), guid=str(n), published=date) for n, date in enumerate(dates)]
    assert found(*entries) == ["2", "3", "4", "0", "1"]
    assert found(*entries[1:2], *entries[0:1]) == ["1", "0"]
    assert oldest_first([]) == ()


def test_history_is_quiet() -> None:
    """A first poll and old items alert nobody, unless the source says so; an undated item is news."""
    old, new = Entry(title="o", published="2026-02-10"), Entry(title="n", published="2026-02-28")
    assert (quiet(old), quiet(new), quiet(Entry(title="u"))) == (True, False, False)
    assert quiet(new, first_poll=True)
    loud = Source(id="l", url="https://l.example/", backfill="announce")
    assert not quiet(old, loud, first_poll=True)
    patient = Source(id="p", url="https://p.example/", max_age=timedelta(days=60))
    assert not quiet(old, patient)


def test_content_alone_makes_a_revision() -> None:
    """Title and text count; dates and addresses do not."""
    base = article_of(SOURCE, Entry(title="t", text="x", link="https://a.example/"), START)
    same = article_of(SOURCE, Entry(title="t", text="x", link="https://b.example/", published="2026-01-01"), START)
    assert content_hash(base) == content_hash(same)
    assert content_hash(base) != content_hash(article_of(SOURCE, Entry(title="t", text="y"), START))
    assert content_hash(base) != content_hash(article_of(SOURCE, Entry(title="tx", text=""), START))


def test_an_article_always_fits_into_a_message() -> None:
    """A body that would not is cut, in front of a line and never inside a character."""
    line = "سطر طويل من الأخبار" * 10
    article = article_of(SOURCE, Entry(title="t", text="\n".join([line] * 5_000)), START)
    assert len(article_message(article).value) < MAX_MESSAGE_BYTES
    assert len(article.body.encode()) <= MAX_BODY_BYTES
    assert set(article.body.split("\n")) == {line}
    unbroken = article_of(SOURCE, Entry(title="t", text="م" * 900_000), START)
    assert len(unbroken.body) == MAX_BODY_BYTES // 2
    small = article_of(SOURCE, Entry(title="t", text=line * 1_000), START)
    assert len(small.body) == len(line) * 1_000


def test_an_item_of_a_back_test() -> None:
    """It arrives when it says; it belongs to the source that it names, or to the one it is given."""
    item = Item(id="1", text="نص", title="t", published="2026-02-01", arrived="2026-02-02T10:00:00Z", source="wire")
    article = article_of_item(item, START, revision=2)
    assert (article.source_id, article.revision, article.body) == ("wire", 2, "نص")
    assert article.fetched_at == datetime(2026, 2, 2, 10, tzinfo=UTC)
    bare = article_of_item(Item(id="1", text="x"), START, source=SOURCE)
    assert (bare.source_id, bare.fetched_at) == ("daily", START)
    assert article_of_item(Item(id="1", text="x"), START).source_id == "backtest"
    revised = article_of_item(Item(id="2", text="y", guid="1", source="wire"), START)
    assert revised.article_id == article.article_id
