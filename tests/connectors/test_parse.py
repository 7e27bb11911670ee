# ruff: noqa: RUF001 - Arabic beside Latin is what feeds are made of
from __future__ import annotations

import gzip

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.parse.document import parse
from connectors.parse.entries import MAX_ENTRIES, MAX_KEY, Document, Entry, Feed, bounded
from connectors.parse.jsonfeed import read_item
from connectors.parse.plaintext import clean, from_html, paragraphs, single_line
from streams.errors import BadInput
from tests.connectors.feeds import HEAD, item, rss

ATOM = f"""{HEAD}
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ar" xml:base="https://atom.example/dir/">
  <title>وكالة</title>
  <entry>
    <title type="html">استثمار &amp;lt;جديد&amp;gt; &lt;b&gt;كبير&lt;/b&gt;</title>
    <id>urn:example:2</id><link href="second"/><updated>2026-01-02T00:00:00Z</updated>
    <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>فقرة</p><p>أخرى</p></div></content>
  </entry>
  <entry>
    <title>الأول</title><id>urn:example:1</id><published>2026-01-01T00:00:00Z</published>
    <updated>2026-01-05T00:00:00Z</updated><summary>ملخص</summary>
  </entry>
</feed>"""

RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
  xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>c</title></channel>
  <item rdf:about="http://rdf.example/1"><title>خبر</title><link>http://rdf.example/1</link>
  <dc:date>2026-01-01</dc:date></item></rdf:RDF>"""

ENCODED = f"""{HEAD}
<!-- a comment, and <rss> in it -->
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>t</title><item>
<title>عنوان</title><description>موجز</description><guid>https://rss.example/?p=7</guid>
<content:encoded><![CDATA[<p>نص <b>كامل</b></p><script>x()</script><p>الثانية<br/>الثالثة</p>]]></content:encoded>
</item></channel></rss>"""

JSON_FEED = """{"version": "https://jsonfeed.org/version/1.1", "title": "ج", "language": "ar", "items": [
  {"id": 2, "url": "/b", "title": "ثان", "content_html": "<p>أ</p><p>ب</p>", "date_published": "2026-01-02"},
  {"id": "1", "content_text": "سطر\\nآخر", "date_modified": "2026-01-01"}, {"id": "0"}]}"""

LINES = """{"id": "a", "text": "  نص كما هو\\n\\nتماما ", "title": "عنوان", "published": "2026-01-01", "url": "http://l.example/a"}
not an item
{"id": "b", "text": "x", "guid": "g"}
"""


def feed(text: str | bytes, base: str = "https://base.example/feed", content_type: str = "") -> Feed:
    """The feed in a text."""
    body = text.encode() if isinstance(text, str) else text
    return parse(Document(body=body, base=base, content_type=content_type))


def feed_or_reason(body: bytes) -> Feed | str:
    """The feed in a document, or why there is none."""
    try:
        return feed(body)
    except BadInput as error:
        return error.reason


def test_atom() -> None:
    """Entries from old to new; markup in titles is read, escaped twice is text; the first date counts."""
    parsed = feed(ATOM)
    assert (parsed.format, parsed.title) == ("atom10", "وكالة")
    assert parsed.entries == (
        Entry(title="الأول", text="ملخص", guid="urn:example:1", published="2026-01-01T00:00:00Z"),
        Entry(
            title="استثمار <جديد> كبير",
            text="فقرة\nأخرى",
            guid="urn:example:2",
            link="https://atom.example/dir/second",
            published="2026-01-02T00:00:00Z",
        ),
    )


def test_rdf() -> None:
    """RSS 1.0 with Dublin Core dates."""
    (entry,) = feed(RDF).entries
    assert (entry.title, entry.link, entry.published) == ("خبر", "http://rdf.example/1", "2026-01-01")


def test_full_content_wins_over_the_summary() -> None:
    """content:encoded becomes a paragraph per line; scripts go; comments before the root are passed over."""
    (entry,) = feed(ENCODED).entries
    assert entry.text == "نص كامل\nالثانية\nالثالثة"
    assert (entry.guid, entry.link) == ("https://rss.example/?p=7", "https://rss.example/?p=7")


def test_json_feed() -> None:
    """JSON Feed is a feed like any other; an item without anything to read is counted."""
    parsed = feed(JSON_FEED)
    assert (parsed.format, parsed.title, parsed.language, parsed.skipped) == ("json", "ج", "ar", 1)
    assert parsed.entries == (
        Entry(text="سطر\nآخر", guid="1", published="2026-01-01"),
        Entry(title="ثان", text="أ\nب", guid="2", link="https://base.example/b", published="2026-01-02"),
    )


def test_json_lines() -> None:
    """Items stand from old to new; their text is kept as it is; a line that is no item is counted."""
    parsed = feed(LINES)
    assert (parsed.format, parsed.skipped) == ("jsonl", 1)
    first, second = parsed.entries
    assert first == Entry(
        title="عنوان", text="  نص كما هو\n\nتماما ", guid="a", link="http://l.example/a", published="2026-01-01"
    )
    assert second.guid == "g"
    assert feed('{"id": "1", "text": "x"}').format == "jsonl"


def test_a_guid_that_is_no_address_is_no_link() -> None:
    """RSS calls every guid a permalink unless told otherwise; only an address is one."""
    (entry,) = feed(rss("<item><title>t</title><guid>4711</guid></item>")).entries
    assert (entry.guid, entry.link) == ("4711", None)


def test_lines_of_plain_text_stay_lines() -> None:
    """A description without markup keeps its own lines as paragraphs."""
    (entry,) = feed(rss(item("1", "t", "فقرة أولى\n  فقرة   ثانية\n\n"))).entries
    assert entry.text == "فقرة أولى\nفقرة ثانية"


def test_an_empty_date_is_no_date() -> None:
    """Neither is the other date taken for it, nor does it fail."""
    (entry,) = feed(rss("<item><title>t</title><pubDate></pubDate></item>")).entries
    assert entry.published is None


def test_keys_are_bounded() -> None:
    """A guid or link longer than anybody needs is none; a broken link is none."""
    long, broken = "x" * (MAX_KEY + 1), "http://[broken"
    entries = feed(rss(item(long, "a", link="http://h.example/" + long), item("1", "b", link=broken))).entries
    assert [(entry.guid, entry.link) for entry in entries] == [("1", None), (None, None)]


@pytest.mark.parametrize(
    "between", ["<item><link></item></link>", "<link><item></link></item>", "<item><link>/x<item></link></item>"]
)
def test_a_link_that_ends_in_another_element_costs_itself(between: str) -> None:
    """Where tags are nested wrongly, the items around are read."""
    entries = feed(rss(item("1", "قبل"), between, item("2", "بعد"))).entries
    assert {"قبل", "بعد"} <= {entry.title for entry in entries}


@pytest.mark.parametrize("reference", ["&#xD800;", "&#55296;", "&#x0DFFF", "&#x110000;", f"&#{'9' * 5_000};"])
def test_a_reference_to_no_character_costs_itself(reference: str) -> None:
    """Half of a pair, or beyond all characters, wherever it stands: what is beside it is read, and it is sent on."""
    fields = f"<guid>g{reference} g</guid><title>خبر{reference} كبير</title><pubDate>{reference}</pubDate>"
    [entry] = feed(f"<rss><channel><language>ar{reference}</language><item>{fields}</item></channel></rss>").entries
    assert (entry.guid, entry.title, entry.encoding_suspect) == ("g\ufffd g", "خبر\ufffd كبير", True)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(entry), type=Entry) == entry


def test_references_to_characters_stay() -> None:
    """Also those beside the forbidden ones, and the last there is."""
    [entry] = feed(
        "<rss><channel><item><title>&#xD7FF;&#57344;&#x10FFFF;&#1;&#65;</title></item></channel></rss>"
    ).entries
    assert entry.title == "\ud7ff\ue000\U0010ffffA"


@pytest.mark.parametrize("text", ["a\x1b[2J\ud800\ufffe b", " a[2J b "])
def test_keys_hold_nothing_that_cannot_be_stored(text: str) -> None:
    """Neither halves of characters nor what a terminal would act on."""
    assert bounded(text) == "a[2J b"


def test_control_characters_never_come_through() -> None:
    """What cannot be stored goes, in every field that is text; direction marks are evidence and stay."""
    (entry,) = feed(rss(item("1", "a\x00b\x1b[2J", "x\ud800y\x07\u202ez".encode("utf-8", "ignore").decode()))).entries
    assert (entry.title, entry.text) == ("ab[2J", "xy\u202ez")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b" \n\t ", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"<!doctype html><html><head><title>Sign in</title></head></html>", "not_a_feed"),
        (b"<html><body>Attention Required</body></html>", "not_a_feed"),
        (b"Service unavailable", "not_a_feed"),
        (b"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'/>", "not_a_feed"),
        (b"<!-- only a comment -->", "not_a_feed"),
        (b"<", "not_a_feed"),
        (b'{"error": "rate limit"}', "not_a_feed"),
        (b'{"version": "2", "items": []}', "not_a_feed"),
        (b'{"a": 1}\n{"b": 2}', "not_a_feed"),
        (b"{" + b'"a":{' * 100_000, "not_a_feed"),
        (gzip.compress(b"<rss/>", mtime=0), "not_a_feed"),
        (b"<rss version='2.0'><channel><item><title>half", "truncated"),
    ],
)
def test_what_is_no_feed_says_so(body: bytes, reason: str) -> None:
    """A portal's page, an error in JSON, nothing at all: each is named, none is an empty feed."""
    with pytest.raises(BadInput) as caught:
        feed(body)
    assert caught.value.reason == reason


DTDS = [
    '<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;&a;">]>',
    '<!DOCTYPE x [\n<!ENTITY e SYSTEM "file:///etc/passwd">\n]>',
    '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/evil.dtd">',
    '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;]>',
    '<!DOCTYPE rdf:RDF [<!ENTITY % HTMLlat1 PUBLIC "x" "http://127.0.0.1:9/html.ent"> %HTMLlat1;]>',
    '<!-- c --><?pi?>\n\n<!doctype rss [<!ENTITY a "b">]>',
]


@pytest.mark.parametrize("dtd", DTDS)
def test_document_types_are_refused_unread(dtd: str) -> None:
    """No entity is declared, expanded or fetched: a feed that brings its own document type is refused."""
    with pytest.raises(BadInput) as caught:
        feed(rss("<item><title>&a;&e;</title></item>", head=HEAD + dtd))
    assert caught.value.reason == "dtd"


def test_the_one_old_document_type_is_passed_over() -> None:
    """Netscape's own for RSS 0.91 is harmless and still about."""
    dtd = '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/rss-0.91.dtd">'
    assert len(feed(rss(item("1", "t"), head=HEAD + dtd)).entries) == 1


@pytest.mark.parametrize(
    "body",
    [
        rss("<item/>" * (MAX_ENTRIES + 1)),
        rss("<item " + " ".join(f'a{n}="1"' for n in range(2_000)) + "><title>t</title></item>"),
        '{"version": "https://jsonfeed.org/version/1", "items": [' + ",".join(["{}"] * (MAX_ENTRIES + 1)) + "]}",
        '{"id": "1", "text": "x"}\n' * (MAX_ENTRIES + 1),
    ],
)
def test_more_than_any_feed_needs_is_refused(body: str) -> None:
    """Items and attributes are counted before the slow parser sees them."""
    with pytest.raises(BadInput) as caught:
        feed(body)
    assert caught.value.reason == "parse_limit"


def test_a_long_picture_in_a_tag_is_no_attack() -> None:
    """Length alone is no reason: pictures are written into tags."""
    body = rss(
        f'<item><title>t</title><description><![CDATA[<img src="data:x;{"A" * 200_000}">ok]]></description></item>'
    )
    assert feed(body).entries[0].text == "ok"


@pytest.mark.parametrize("size", [40_000, 300_000])
def test_leading_blank_lines_cost_nothing(size: int) -> None:
    """What makes the parser quadratic is gone before it sees the document."""
    assert len(feed("\n" * size + rss(item("1", "t"))).entries) == 1
    assert len(feed(HEAD + " \n" * size + rss(item("1", "t"), head="")).entries) == 1


def test_a_feed_cut_at_any_byte_gives_whole_items_only() -> None:
    """However little arrived: no exception but the named ones, and never half an item."""
    items = [item(str(n), f"عنوان {n}", f"نص الخبر رقم {n} كاملا") for n in range(4)]
    body = rss(*items).encode()
    whole = feed(body)
    assert whole.complete
    for end in range(len(body)):
        cut = feed_or_reason(body[:end])
        if isinstance(cut, Feed):
            assert set(cut.entries) <= set(whole.entries)
            assert cut.complete is (b"</rss" in body[:end])
        else:
            assert cut in {"truncated", "not_a_feed", "empty"}


@pytest.mark.parametrize("body", ["<rss/>", '<rss version="2.0"><channel><title>t</title></channel></rss>'])
def test_a_feed_without_items_is_a_feed(body: str) -> None:
    """Empty is not broken."""
    assert feed(body).entries == ()


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>أ &amp; ب<br>ج</p>\n<p>د\n هـ</p>", "أ & ب\nج\nد هـ"),
        ("سطر\nسطر <b>ثان</b>", "سطر\nسطر ثان"),
        ("a&nbsp;b &lt;b&gt;", "a b <b>"),
        ("5 < 6 و <3", "5 < 6 و <3"),
        ("<style>p{}</style>x<!-- c --><script>y</script>", "x"),
        ("<svg><title>t</title></svg>after", "after"),
        ("</script>x", "x"),
        ("<ul><li>1<li>2</ul>", "1\n2"),
        ("<p", ""),
        ("", ""),
    ],
)
def test_markup_to_text(markup: str, text: str) -> None:
    """What a reader would see, a paragraph per line."""
    assert from_html(markup) == text


def test_deep_markup_is_read_flat() -> None:
    """Nesting costs nothing."""
    assert from_html("<div>" * 50_000 + "x" + "</div>" * 50_000) == "x"


@given(st.text())
def test_text_is_clean_and_stays_so(text: str) -> None:
    """Cleaning twice is cleaning once, whatever the text, and leaves no control character."""
    for function in (clean, paragraphs, single_line, from_html):
        once = function(text)
        assert "\x00" not in once
        assert once.encode().decode() == once
        assert clean(once) == once
    assert paragraphs(paragraphs(text)) == paragraphs(text)


@given(
    st.binary(max_size=200) | st.text(max_size=200).map(lambda text: rss(item("1", text)).encode("utf-8", "replace"))
)
def test_any_bytes_are_a_feed_or_a_named_refusal(body: bytes) -> None:
    """The parser never ends in anything but a feed or a reason."""
    outcome = feed_or_reason(body)
    assert isinstance(outcome, Feed) or outcome in {"empty", "not_a_feed", "dtd", "truncated", "parse_limit"}


def test_an_item_that_does_not_fit_names_the_field() -> None:
    """A back-test's line is read strictly."""
    with pytest.raises(BadInput, match="text"):
        read_item('{"id": "1"}')
