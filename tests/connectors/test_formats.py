from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.parse.document import parse
from connectors.parse.entries import MAX_ENTRIES, Document, Entry, Feed
from streams.errors import BadInput
from tests.connectors.feeds import HEAD, rss

BASE = "https://base.example/news/feed"
TITLE, TEXT = "محطة كهرباء جديدة في العقبة", "تبدأ المحطة عملها في الربيع"
LINK = "https://paper.example/1"
MARKED = "رأي<br/>اليوم"  # what a feed's title may not hold and often does


def feed(text: str, content_type: str = "") -> Feed:
    """The feed in a text."""
    return parse(Document(body=text.encode(), base=BASE, content_type=content_type))


def feed_or_reason(body: bytes) -> Feed | str:
    """The feed in a document, or why there is none."""
    try:
        return parse(Document(body=body))
    except BadInput as error:
        return error.reason


def one(text: str) -> Entry:
    """The only entry of a feed."""
    (entry,) = feed(text).entries
    return entry


PLAIN = f"<title>{TITLE}</title><link>{LINK}</link><description>{TEXT}</description>"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
SITES = "http://www.sitemaps.org/schemas/sitemap/0.9"


def old_rss(version: str) -> str:
    """One item in a version of RSS in which an item has nothing more."""
    return f'<rss version="{version}"><channel><title>c</title><item>{PLAIN}</item></channel></rss>'


def old_rdf(namespace: str) -> str:
    """One item beside its channel, as in the versions of RSS that are RDF."""
    return (
        f'<rdf:RDF xmlns:rdf="{RDF}" xmlns="{namespace}"><channel><title>c</title></channel>'
        f'<item rdf:about="{LINK}">{PLAIN}</item></rdf:RDF>'
    )


def atom(namespace: str, *, date: str) -> str:
    """One entry of either Atom."""
    return (
        f'<feed xmlns="{namespace}" version="0.3"><title>c</title><entry><title>{TITLE}</title><id>urn:1</id>'
        f'<link rel="alternate" href="{LINK}"/><{date}>2026-01-02T03:04:05Z</{date}><summary>{TEXT}</summary></entry>'
        "</feed>"
    )


def news(*urls: str) -> str:
    """A news sitemap."""
    return f'{HEAD}<urlset xmlns="{SITES}" xmlns:news="{NEWS}">{"".join(urls)}</urlset>'


def address(title: str, link: str = LINK, prefix: str = "news", more: str = "") -> str:
    """One piece of news in a sitemap."""
    fields = (
        f"<p:publication><p:name>صحيفة</p:name><p:language>ar</p:language></p:publication>"
        f"<p:publication_date>2026-01-02T03:04:05Z</p:publication_date><p:title>{title}</p:title>"
    )
    marked = f"<p:news>{fields}</p:news>".replace("p:", f"{prefix}:")
    return f"<url><loc>{link}</loc>{marked}{more}</url>"


FORMATS = {
    "rss090": old_rdf("http://my.netscape.com/rdf/simple/0.9/"),
    "rss091u": old_rss("0.91"),
    "rss092": old_rss("0.92"),
    "rss093": old_rss("0.93"),
    "rss094": old_rss("0.94"),
    "rss10": old_rdf("http://purl.org/rss/1.0/"),
    "rss20": old_rss("2.0"),
    "atom03": atom("http://purl.org/atom/ns#", date="issued"),
    "atom10": atom("http://www.w3.org/2005/Atom", date="published"),
    "json": '{"version": "https://jsonfeed.org/version/1", "title": "c", "items": '
    f'[{{"id": "1", "url": "{LINK}", "title": "{TITLE}", "content_text": "{TEXT}"}}]}}',
    "jsonl": f'{{"id": "1", "url": "{LINK}", "title": "{TITLE}", "text": "{TEXT}"}}\n',
    "news-sitemap": news(address(TITLE)),
}


@pytest.mark.parametrize("label", ["", "text/html", "application/json", "text/xml; charset=utf-8"])
@pytest.mark.parametrize(("name", "body"), FORMATS.items(), ids=FORMATS.keys())
def test_the_content_says_which_format_it_is(name: str, body: str, label: str) -> None:
    """Every format gives headline, text and address, whatever the server calls it."""
    parsed = feed(body, label)
    (entry,) = parsed.entries
    assert parsed.format == name
    assert (entry.title, entry.link) == (TITLE, LINK)
    assert entry.text == ("" if name == "news-sitemap" else TEXT)


def test_a_news_sitemap() -> None:
    """Newest first like a feed; name and language are the outlet's; a picture's title is not the news'."""
    picture = "<image:image xmlns:image='x'><image:loc>https://p.example/a.jpg</image:loc><image:title>صورة</image:title></image:image>"
    parsed = feed(
        news(
            address("الثاني &amp; <![CDATA[<الأخير>]]>", "/2", more=picture),
            address("الأول", " https://paper.example/1 "),
            f"<url><loc>https://paper.example/about</loc>{picture}</url>",
        )
    )
    assert (parsed.title, parsed.language, parsed.skipped, parsed.complete) == ("صحيفة", "ar", 1, True)
    assert parsed.entries == (
        Entry(title="الأول", link="https://paper.example/1", published="2026-01-02T03:04:05Z"),
        Entry(title="الثاني & <الأخير>", link="https://base.example/2", published="2026-01-02T03:04:05Z"),
    )


def test_a_news_sitemap_by_other_prefixes() -> None:
    """Only the names count, not what stands before the colon; the last change is the date where no other is given."""
    body = news(address(TITLE, prefix="n")).replace("xmlns:news", "xmlns:n")
    assert one(body).title == TITLE
    dated = body.replace("n:publication_date", "n:access").replace("</url>", "<lastmod>2026-01-03</lastmod></url>")
    assert one(dated).published == "2026-01-03"


def test_what_is_broken_inside_a_sitemap_costs_itself() -> None:
    """A bare ampersand does not cost the rest; nothing that it might name is looked up."""
    assert [entry.title for entry in feed(news(address("أ & ب &xxe; ج"), address("د"))).entries] == ["د", "أ ب &xxe; ج"]


def test_a_sitemap_cut_at_any_byte_gives_whole_addresses_only() -> None:
    """However little arrived: no exception but the named ones, and never half an address."""
    body = news(*(address(f"خبر {n}", f"https://paper.example/{n}") for n in range(3))).encode()
    whole = set(parse(Document(body=body)).entries)
    for end in range(len(HEAD) + 8, len(body)):
        cut = feed_or_reason(body[:end])
        if isinstance(cut, Feed):
            assert set(cut.entries) <= whole
            assert cut.complete is (b"</urlset" in body[:end])
        else:
            assert cut == "truncated"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (f'<urlset xmlns="{SITES}"><url><loc>https://paper.example/about</loc></url></urlset>', "not_a_feed"),
        (f'<sitemapindex xmlns="{SITES}"><sitemap><loc>x</loc></sitemap></sitemapindex>', "not_a_feed"),
        (f'<!DOCTYPE urlset [<!ENTITY e SYSTEM "file:///etc/passwd">]>{news(address("&e;"))}', "dtd"),
        (news("<url/>" * 2 + "<url></url>" * (MAX_ENTRIES + 1)), "parse_limit"),
    ],
)
def test_other_sitemaps_are_no_feeds(body: str, reason: str) -> None:
    """A site's whole map, a list of maps, one with a document type, one without end."""
    with pytest.raises(BadInput) as caught:
        feed(body)
    assert caught.value.reason == reason


def test_a_news_sitemap_may_be_empty() -> None:
    """After two quiet days there is no news in it, and it is still one."""
    assert feed(news()).entries == ()


CONTENT = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'

# A piece of an RSS item, and what title, text and address come of it.
PIECES = {
    "a relative link": ("<link>/1</link>", ("", "", "https://base.example/1")),
    "a link without a scheme": ("<link>//paper.example/1</link>", ("", "", LINK)),
    "a link in CDATA between blanks": (f"<link>\n<![CDATA[ {LINK} ]]>\n</link>", ("", "", LINK)),
    "a base of its own": ('<link xml:base="https://paper.example/">1</link>', ("", "", LINK)),
    "a guid that is an address": (f"<guid>{LINK}</guid>", ("", "", LINK)),
    "an Atom link": (f'<a:link xmlns:a="http://www.w3.org/2005/Atom" href="{LINK}"/>', ("", "", LINK)),
    "a title in CDATA": (f"<title><![CDATA[{TITLE}]]></title>", (TITLE, "", None)),
    "markup in a title": ("<title>&lt;b&gt;عاجل&lt;/b&gt; &amp;quot;نص&amp;quot;</title>", ('عاجل "نص"', "", None)),
    "markup in a title, in CDATA": (
        "<title><![CDATA[<b>عاجل</b>&nbsp;&#8220;نص&#8221;]]></title>",
        ("عاجل “نص”", "", None),
    ),
    "a line break in a title": (f"<title><![CDATA[{MARKED}]]></title>", ("رأي اليوم", "", None)),
    "entities of HTML": ("<title>أ&nbsp;ب &laquo;ج&raquo; &hellip;</title>", ("أ ب «ج» …", "", None)),
    "an ampersand escaped twice": ("<title>أ &amp;amp; ب</title>", ("أ & ب", "", None)),
    "a sign that is no tag": ("<title>نمو &lt; 3 وأقل</title>", ("نمو < 3 وأقل", "", None)),
    "paragraphs in CDATA": ("<description><![CDATA[<p>أ</p><p>ب<br>ج</p>]]></description>", ("", "أ\nب\nج", None)),
    "escaped paragraphs": ("<description>&lt;p&gt;أ&lt;/p&gt;&lt;p&gt;ب&lt;/p&gt;</description>", ("", "أ\nب", None)),
    "full text before the summary": (
        f"<content:encoded {CONTENT}><![CDATA[<p>نص كامل</p>]]></content:encoded><description>موجز</description>",
        ("", "نص كامل", None),
    ),
    "full text shorter than the summary": (
        f"<description>موجز طويل للخبر</description><content:encoded {CONTENT}>نص</content:encoded>",
        ("", "موجز طويل للخبر", None),
    ),
    "a closing bracket in two pieces of CDATA": ("<title><![CDATA[أ]]]]><![CDATA[> ب]]></title>", ("أ]]> ب", "", None)),
    "numbers as references": ("<title>&#1571;&#x628;</title>", ("أب", "", None)),
}


@pytest.mark.parametrize(("piece", "expected"), PIECES.values(), ids=PIECES.keys())
def test_ways_of_writing(piece: str, expected: tuple[str, str, str | None]) -> None:
    """However a feed writes title, text and address, a reader would see the same."""
    title, text, link = expected
    filler = "" if title or text else "<title>x</title>"
    entry = one(rss(f"<item>{filler}{piece}</item>"))
    assert (entry.title, entry.text, entry.link) == (title or ("x" if filler else ""), text, link)


def test_an_address_that_cannot_be_is_none() -> None:
    """In no format does it cost the item, let alone the feed."""
    broken = "http://[paper.example/1"
    for name in ("rss20", "atom10", "json", "news-sitemap"):
        entry = one(FORMATS[name].replace(LINK, broken))
        assert (entry.title, entry.link) == (TITLE, None)


def test_bases_inside_one_another() -> None:
    """In Atom each element can move the base; what one says is relative to the one around it."""
    body = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://paper.example/a/"><title>c</title>'
        '<entry xml:base="b/"><title>1</title><link href="x"/></entry>'
        '<entry xml:base="/c/"><title>2</title><link href="y" xml:base="d/"/></entry>'
        '<entry><title>3</title><link href="../z"/></entry></feed>'
    )
    assert [entry.link for entry in feed(body).entries] == [
        "https://paper.example/z",
        "https://paper.example/c/d/y",
        "https://paper.example/a/b/x",
    ]


PARTS = ["<url>", "</url>", "<loc>", "<news:news>", "<news:title>", "<x", ">", "&", "</", "/>", "ن", "\0", "</urlset"]


@given(st.lists(st.sampled_from(PARTS)))
def test_any_sitemap_is_entries_or_a_named_refusal(parts: list[str]) -> None:
    """Whatever stands in it, nothing breaks."""
    outcome = feed_or_reason(f'<urlset xmlns:news="{NEWS}"{"".join(parts)}'.encode())
    assert isinstance(outcome, Feed) or outcome in {"truncated", "not_a_feed"}
