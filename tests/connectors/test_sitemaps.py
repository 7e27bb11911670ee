"""Lists of sitemaps, and sitemaps that are gzip files."""

from __future__ import annotations

import gzip

import msgspec
import pytest

from connectors.bodies import Body
from connectors.checking import check
from connectors.fetch import Fetcher
from connectors.outcomes import Failed
from connectors.parse.entries import Document
from connectors.parse.sitemapindex import CHOSEN, MAX_LISTED, read_index
from connectors.sandbox import Sandbox
from connectors.sitemaps import is_list
from connectors.wants import FEED
from streams.errors import BadInput
from tests.connectors.servers import Press, press
from tests.connectors.stages import Stage, count

HEAD = '<?xml version="1.0" encoding="utf-8"?>\n<!-- made by hand -->'
SITES = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
BASE = "https://www.paper.example/sitemap.xml"


def listing(*sitemaps: tuple[str, str]) -> str:
    """A list of sitemaps, each with its address and when it was changed."""
    each = (f"<sitemap><loc>{at}</loc><lastmod>{changed}</lastmod></sitemap>" for at, changed in sitemaps)
    return f"{HEAD}<sitemapindex {SITES}>{''.join(each)}</sitemapindex>".replace("<lastmod></lastmod>", "")


def news(*titles: str) -> str:
    """A news sitemap."""
    each = (
        f"<url><loc>https://paper.example/{title}</loc><news:news><news:title>{title}</news:title>"
        f"<news:publication_date>2026-02-28</news:publication_date></news:news></url>"
        for title in titles
    )
    return f'<urlset {SITES} xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{"".join(each)}</urlset>'


def chosen(text: str, base: str = BASE) -> tuple[str, ...]:
    """The sitemaps that would be looked into, without what they have in common."""
    found = read_index(Document(body=text.encode(), base=base)).addresses
    return tuple(address.removeprefix("https://www.paper.example/") for address in found)


@pytest.mark.parametrize(
    ("sitemaps", "expected"),
    [
        (
            [("/a.xml", "2026-01-01"), ("/b.xml.gz", "2026-01-03T10:00:00+03:00"), ("/c.xml", "")],
            "b.xml.gz a.xml c.xml",
        ),
        (
            [("/posts.xml", "2026-01-09"), ("/news.xml", "2026-01-01"), ("/News-2.xml", "2026-01-02")],
            "News-2.xml news.xml",
        ),
        ([("https://other.example/news.xml", ""), ("/a.xml", "")], "a.xml"),
        ([("ftp://www.paper.example/news.xml", ""), ("javascript:1", ""), ("http://[", ""), ("/a.xml", "")], "a.xml"),
        ([("http://www.paper.example/a.xml", "")], "a.xml"),
        ([("https://paper.example/a.xml", "")], "https://paper.example/a.xml"),
        ([(f"/{n}.xml", f"2026-01-{n:02}") for n in range(1, 31)], "30.xml 29.xml 28.xml 27.xml"),
        ([("/a.xml?day=1&amp;part=2", ""), ("/a.xml?day=1&amp;part=2", "")], "a.xml?day=1&part=2"),
    ],
    ids=["the newest", "news by name", "another site", "no addresses", "not less safe", "same site", "few", "once"],
)
def test_what_is_looked_into(sitemaps: list[tuple[str, str]], expected: str) -> None:
    """What may hold news, at the list's own site, a few of them."""
    assert chosen(listing(*sitemaps)) == tuple(expected.split())


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (listing(), "not_a_feed"),
        (listing(("https://other.example/news.xml", "")), "not_a_feed"),
        (news("خبر"), "not_a_feed"),
        ("<html></html>", "not_a_feed"),
        (f'<!DOCTYPE sitemapindex [<!ENTITY e SYSTEM "file:///etc/passwd">]>{listing(("/&e;", ""))}', "dtd"),
        (listing(*[("", "")] * (MAX_LISTED + 1)), "parse_limit"),
        (f"<sitemapindex>{'<a>' * 1_000}", "parse_limit"),
    ],
    ids=["empty", "of others", "a sitemap", "a page", "entities", "endless", "deep"],
)
def test_what_is_no_list_of_ones_own(body: str, reason: str) -> None:
    """A named refusal, and nothing to fetch."""
    with pytest.raises(BadInput) as caught:
        chosen(body)
    assert caught.value.reason == reason


def test_a_list_cut_at_any_byte_names_whole_addresses_only() -> None:
    """Half an address may be another one."""
    text = listing(("/news-1.xml", ""), ("/news-12.xml", ""))
    seen = set()
    for end in range(len(text)):
        try:
            seen.add(chosen(text[:end]))
        except BadInput as error:
            seen.add((error.reason,))
    assert seen == {("not_a_feed",), ("news-1.xml",), ("news-1.xml", "news-12.xml")}


def test_lists_are_known_by_their_beginning() -> None:
    """With a mark, an XML declaration, comments, a prefix; a feed that speaks of one is a feed."""
    for text in (listing(), f"\ufeff {listing()}", "<s:sitemapindex/>", "<SITEMAPINDEX>"):
        assert is_list(Document(body=text.encode()))
    for text in (news(), "<rss><channel><title>&lt;<![CDATA[<sitemapindex>]]></title>", "<!-- <sitemapindex> -->", ""):
        assert not is_list(Document(body=text.encode()))


def body_of(*pieces: bytes, coding: str = "") -> bytes:
    """What comes of these pieces."""
    collected = Body(coding, 10_000_000, opens=True)
    for piece in pieces:
        collected.add(piece)
    return collected.content()


def test_a_gzip_file_is_opened() -> None:
    """In one piece or byte by byte; once, and not below a coding; what is none stays what it is."""
    packed = gzip.compress(b"<urlset/>")
    assert body_of(packed) == b"<urlset/>"
    assert body_of(*(packed[n : n + 1] for n in range(len(packed)))) == b"<urlset/>"
    assert body_of(gzip.compress(packed)) == packed
    assert body_of(gzip.compress(packed), coding="gzip") == packed
    for plain in (b"", b"<", b"\x1f", b"<rss/>"):
        assert body_of(plain) == plain


@pytest.mark.parametrize(
    ("packed", "reason"),
    [
        (gzip.compress(b"<urlset/>")[:-9], "decode_error"),
        (gzip.compress(b"<urlset/>") + b"x", "decode_error"),
        (b"\x1f\x8bno gzip", "decode_error"),
        (gzip.compress(b"\0" * 9_000_000), "decode_bomb"),
        (gzip.compress(bytes(range(256)) * 50_000), "too_large"),
    ],
    ids=["cut", "followed", "corrupt", "swelling", "large"],
)
def test_a_gzip_file_is_bounded_as_a_coding_is(packed: bytes, reason: str) -> None:
    """Nothing half is taken for whole, and nothing swells."""
    with pytest.raises(BadInput) as caught:
        body_of(packed)
    assert caught.value.reason in {reason, "decode_bomb"}


def serve(paper: Press, **sitemaps: str | bytes) -> None:
    """A list under the feed's address, and what it lists."""
    paper.pages["/feed"] = listing(*((f"/{name}.xml", "") for name in sitemaps))
    paper.pages |= {f"/{name}.xml": body for name, body in sitemaps.items()}


async def test_a_list_is_a_source(stage: Stage) -> None:
    """Its news sitemaps are read, packed or not; what is new in one is news, though the list stays the same."""
    stage.paper.headers = {"ETag": '"1"'}
    serve(stage.paper, news1=news("أ"), news2=gzip.compress(news("ب").encode()))
    assert (await stage.connectors.poll_once(stage.source)).new == 2
    serve(stage.paper, news1=news("أ", "ج"), news2=gzip.compress(news("ب").encode()))
    polled = await stage.connectors.poll_once(stage.source)
    assert (polled.new, polled.known) == (1, 2)
    again = await stage.connectors.poll_once(stage.source)
    assert (again.new, again.known, again.failed) == (0, 0, None)
    assert [request.path for request in stage.paper.requests] == ["/feed", "/news1.xml", "/news2.xml"] * 3


async def test_a_sitemap_that_fails_costs_itself(stage: Stage) -> None:
    """One swells, one is not there, one is a list itself, which is not followed; the fourth is read."""
    bomb = gzip.compress(b"\0" * 50_000_000)
    before = {reason: count("rasid_feed_failures_total", source="daily", reason=reason) for reason in ALL}
    serve(stage.paper, news1=bomb, news2=listing(("/news9.xml", "")), news3=news("خبر"))
    stage.paper.pages["/feed"] = listing(*((f"/news{n}.xml", "") for n in range(1, 5)))
    polled = await stage.connectors.poll_once(stage.source)
    assert (polled.new, polled.failed) == (1, None)
    after = {reason: count("rasid_feed_failures_total", source="daily", reason=reason) for reason in ALL}
    assert {reason: after[reason] - before[reason] for reason in ALL} == dict.fromkeys(ALL, 1)
    assert "/news9.xml" not in {request.path for request in stage.paper.requests}


ALL = ("decode_bomb", "http_404", "not_a_feed")


async def test_where_none_can_be_had_the_poll_has_failed(stage: Stage) -> None:
    """For the reason of the first; a list that names nothing here is no feed."""
    stage.paper.pages["/feed"] = listing(("/news1.xml", ""))
    polled = await stage.connectors.poll_once(stage.source)
    assert polled.failed
    assert (polled.failed.reason, polled.failed.host) == ("http_404", "127.0.0.1")
    stage.paper.pages["/feed"] = listing()
    polled = await stage.connectors.poll_once(stage.source)
    assert polled.failed
    assert polled.failed.reason == "not_a_feed"


async def test_a_list_leads_nowhere_else(stage: Stage) -> None:
    """Another host is not asked, whatever the list says of it; of its own few are."""
    async with press("127.0.0.2") as other:
        other.pages["/news.xml"] = news("خبر")
        many = [(f"/news{n}.xml", "") for n in range(CHOSEN + 5)]
        stage.paper.pages["/feed"] = listing((other.url("/news.xml"), "2027-01-01"), *many)
        await stage.connectors.poll_once(stage.source)
        assert other.requests == []
    assert len(stage.paper.requests) == 1 + CHOSEN


async def test_a_list_is_no_larger_than_a_feed(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """All its sitemaps together: what is left of a feed's bound is that of the next one."""
    texts = {f"news{n}": news(f"خبر {n}") for n in (1, 2, 3)}
    bound = 2 * len(texts["news1"].encode()) + 10
    monkeypatch.setattr("connectors.sitemaps.FEED", msgspec.structs.replace(FEED, size=bound))
    before = count("rasid_feed_failures_total", source="daily", reason="too_large")
    serve(stage.paper, **texts)
    assert (await stage.connectors.poll_once(stage.source)).new == 2
    assert count("rasid_feed_failures_total", source="daily", reason="too_large") == before + 1


async def test_a_list_can_be_checked(paper: Press, stage: Stage) -> None:
    """As a poll would read it: what cannot be used of it costs the rest nothing."""
    serve(paper, news1="<html>", news2=news("خبر"))
    fetcher, sandbox = Fetcher(contact="mailto:watch@example.org"), Sandbox()
    checked = await check(stage.source, fetcher, sandbox)
    assert ([one.title for one in checked.articles], checked.failed) == (["خبر"], None)
    serve(paper, news1="<html>")
    assert isinstance((await check(stage.source, fetcher, sandbox)).failed, Failed)
    await fetcher.close()
    await sandbox.close()
