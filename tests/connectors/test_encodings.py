# ruff: noqa: RUF001 - letters of many alphabets
"""One feed of our own writing in every encoding of the Arabic press, labelled in every way: right, or marked.

Each label may stand in HTTP, in the XML declaration, in both, in neither, or be wrong in one of them.
"""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.ledger import Ledger
from alerts.lesson import learn
from connectors.articles import candidates
from connectors.parse.document import parse
from connectors.parse.encoding import decode
from connectors.parse.entries import Document, Feed
from connectors.parse.likeness import _SAMPLE, _sample, is_misread, likeness, looks_arabic, mended
from connectors.sources import Source
from rasid.seeds import make_policy
from streams.extract.reader import Reader
from streams.extract.watchlist import load
from tests.alerts.conftest import fresh
from tests.connectors.fakes import START
from tests.connectors.feeds import item, rss

TITLES = (
    "سوفت بنك تستثمر 40 مليار دولار في أوبن إيه آي",
    "رئيس الوزراء يعلن خطة لبناء مراكز بيانات جديدة",
    "البنك المركزي يثبت أسعار الفائدة للمرة الثالثة",
    "شركة أوراكل توسع أعمالها في أبوظبي؛ والتفاصيل غدا",
)
BODY = "قالت سوفت بنك إنها ستستثمر 40 مليار دولار في أوبن إيه آي، وإن الصفقة ستكتمل قبل نهاية العام."
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "windows-1256", "iso-8859-6")
WRONG = (
    "utf-8",
    "windows-1256",
    "iso-8859-6",
    "iso-8859-1",
    "windows-1252",
    "us-ascii",
    "utf-16",
    "x-unknown",
    "utf-7",
)
_SOURCE = Source(id="daily", url="https://daily.example/feed", backfill="announce")


def document(
    encoding: str, *, http: str | None = None, xml: str | None = None, lead: str = "", mark: bytes = b""
) -> Document:
    """The feed in an encoding, with what HTTP and XML say of it."""
    head = f'<?xml version="1.0" encoding="{xml}"?>' if xml else '<?xml version="1.0"?>'
    text = lead + rss(*(item(str(n), title, BODY) for n, title in enumerate(TITLES)), head=head)
    content_type = f"application/rss+xml; charset={http}" if http else "application/rss+xml"
    return Document(body=mark + text.encode(encoding), content_type=content_type)


def _documents() -> dict[str, Document]:
    found: dict[str, Document] = {}
    for true in ENCODINGS:
        found |= {
            f"{true}: http": document(true, http=true),
            f"{true}: xml": document(true, xml=true),
            f"{true}: both": document(true, http=true, xml=true),
            f"{true}: neither": document(true),
            f"{true}: leading blanks": document(true, lead="\n\t  \r\n" * 50),
        }
        if true.startswith("utf"):
            mark = "\ufeff".encode(true)
            found[f"{true}: mark"] = document(true, mark=mark)
            found[f"{true}: mark, wrong labels"] = document(true, mark=mark, http="windows-1256", xml="iso-8859-6")
        for wrong in WRONG:
            if wrong != true:
                found[f"{true}: http says {wrong}"] = document(true, http=wrong)
                found[f"{true}: xml says {wrong}"] = document(true, xml=wrong)
                found[f"{true}: both say {wrong}"] = document(true, http=wrong, xml=wrong)
                found[f"{true}: http says {wrong}, xml is right"] = document(true, http=wrong, xml=true)
    for wide in ("utf-32-le", "utf-32-be"):
        found[f"{wide}: mark"] = document(wide, mark="\ufeff".encode(wide))
        found[f"{wide}: neither"] = document(wide)
    return found


DOCUMENTS = _documents()


def titles(feed: Feed) -> tuple[str, ...]:
    """The titles, in the order in which they stand in the document."""
    return tuple(entry.title for entry in reversed(feed.entries))


def is_suspect(feed: Feed) -> bool:
    """Whether anything in it is marked."""
    return feed.encoding_suspect or any(entry.encoding_suspect for entry in feed.entries)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_title_is_right(name: str) -> None:
    """However encoded and labelled, the feed comes out as it was written, and nothing of it is doubted."""
    feed = parse(DOCUMENTS[name])
    assert titles(feed) == TITLES
    assert not is_suspect(feed)


@pytest.mark.parametrize("true", ENCODINGS)
@pytest.mark.parametrize("labelled", [True, False])
def test_one_bad_byte_costs_one_character_of_one_entry(true: str, *, labelled: bool) -> None:
    """The other entries are right and trusted. (In windows-1256 every byte is some character: nobody can see it.)"""
    made = document(true, xml=true if labelled else None)
    bad = {"utf-16-le": b"\x00\xdc", "utf-16-be": b"\xdc\x00"}.get(true, b"\xff")
    broken = Document(body=made.body.replace("ثبت".encode(true), bad + "بت".encode(true), 1))
    feed = parse(broken)
    right = [found == written for found, written in zip(titles(feed), TITLES, strict=True)]
    assert right == [True, True, False, True]
    assert not feed.encoding_suspect
    marked = [entry.encoding_suspect for entry in reversed(feed.entries)]
    assert marked == [False, False, true != "windows-1256", False]
    if true != "windows-1256":
        assert titles(feed)[2] == TITLES[2].replace("ث", "\ufffd", 1)


# Text that somebody decoded wrongly before it was encoded again: the bytes are valid, the words are not.
TAKEN_FOR = {
    "utf-8 as windows-1256": ("utf-8", "windows-1256"),
    "utf-8 as latin-1": ("utf-8", "latin-1"),
    "windows-1256 as latin-1": ("windows-1256", "latin-1"),
    "windows-1256 as windows-1252": ("windows-1256", "windows-1252"),
    "iso-8859-6 as latin-1": ("iso-8859-6", "latin-1"),
    "iso-8859-6 as windows-1256": ("iso-8859-6", "windows-1256"),
    "windows-1256 as iso-8859-6": ("windows-1256", "iso-8859-6"),
    "utf-8 as iso-8859-6": ("utf-8", "iso-8859-6"),
}


def misread(text: str, how: str) -> str:
    """The text as somebody has misread it."""
    was, taken_for = TAKEN_FOR[how]
    return text.encode(was).decode(taken_for, "replace")


@pytest.mark.parametrize("how", TAKEN_FOR)
def test_what_was_misread_before_us_is_mended_or_marked(how: str) -> None:
    """As a whole feed: it comes out right, or not one entry is trusted."""
    text = rss(*(item(str(n), misread(title, how), misread(BODY, how)) for n, title in enumerate(TITLES)))
    feed = parse(Document(body=text.encode()))
    assert titles(feed) == TITLES or all(feed.encoding_suspect or entry.encoding_suspect for entry in feed.entries)


@pytest.mark.parametrize("how", TAKEN_FOR)
def test_one_misread_entry_among_good_ones_is_marked(how: str) -> None:
    """An aggregator's: that entry alone is mended or doubted."""
    items = [item(str(n), title, BODY) for n, title in enumerate(TITLES)]
    items[1] = item("1", misread(TITLES[1], how), misread(BODY, how))
    feed = parse(Document(body=rss(*items).encode()))
    assert titles(feed)[1] == TITLES[1] or feed.entries[-2].encoding_suspect
    assert [entry.encoding_suspect for entry in reversed(feed.entries)][::2] == [False, False]
    assert not feed.encoding_suspect


def test_utf8_taken_for_another_is_mended() -> None:
    """Where all of it can be taken back, the text is what it was, and that is certain."""
    for taken_for in ("windows-1256", "latin-1"):
        wrong = TITLES[0].encode().decode(taken_for)
        assert (mended(wrong), is_misread(wrong)) == (TITLES[0], True)
    assert mended(TITLES[0]) is None
    assert mended(misread(TITLES[0], "windows-1256 as latin-1")) is None


OTHER_TONGUES = (
    "Des investissements très élevés à l'été, où ça a été décidé",
    "Überraschung: größere Öfen für Jäger in Österreich",
    "Informações: a situação econômica não é tão má",
    "Türkiye'de güçlü büyüme, ığdır ve şırnak'ta",
    "Привет, сегодня опубликованы новые данные",
    "ראש הממשלה הודיע היום על תוכנית חדשה",
    "یک خبر مهم از تهران درباره اقتصاد ایران و بازار سرمایه",
    "پاکستان میں نئی حکومت کا اعلان کر دیا گیا ہے",
    "新しい投資計画が発表されました",
    "قُلْ هُوَ اللَّهُ أَحَدٌ اللَّهُ الصَّمَدُ",
    "خبر",
    "é",
    "",
)


@pytest.mark.parametrize("text", OTHER_TONGUES)
def test_other_tongues_are_not_doubted(text: str) -> None:
    """Not being Arabic, or being short, or vocalised, is no sign of being misread."""
    assert not is_misread(text)
    assert not is_suspect(parse(Document(body=rss(item("1", text, "x")).encode())))


def test_a_feed_in_latin_letters_keeps_its_label() -> None:
    """Where nothing is Arabic, the label says what it is; without one, nobody knows."""
    text = rss(item("1", OTHER_TONGUES[0]), head='<?xml version="1.0" encoding="iso-8859-1"?>').replace("صحيفة", "x")
    labelled = parse(Document(body=text.encode("latin-1")))
    assert (labelled.entries[0].title, is_suspect(labelled)) == (OTHER_TONGUES[0], False)
    assert parse(Document(body=text.replace(' encoding="iso-8859-1"', "").encode("latin-1"))).encoding_suspect


def test_the_label_of_a_page_counts() -> None:
    """HTML says it in a meta tag."""
    page = '<html><head><meta charset="iso-8859-6"><title>خبر</title></head></html>'
    assert decode(page.encode("iso-8859-6")).text == page


@given(st.binary(max_size=300), st.text(max_size=40))
def test_any_bytes_under_any_label_are_a_text(body: bytes, label: str) -> None:
    """Decoding is total: no bytes and no label make it fail."""
    assert isinstance(decode(body, f"text/xml; charset={label}").text, str)


@given(st.text())
def test_judging_a_text_is_total(text: str) -> None:
    """Whatever the text; what looks Arabic is never called misread."""
    assert 0.0 <= likeness(text) <= 1.0
    assert not (looks_arabic(text) and is_misread(text))


@pytest.mark.parametrize("unit", ["خبر ", "ط§ظ„", "ÇáÇ", "\ufffd", "\x80", "é ", "<a>ب</a>"])
def test_a_sample_is_judged_and_no_more(unit: str) -> None:
    """However long the text is and however it is cut up: some megabytes cost what some kilobytes do."""
    assert len(_sample(unit * 300_000)) <= 2 * _SAMPLE


# What a feed says, through the reader, to the ledger.

STORY = item("story", TITLES[0], BODY, date="Sun, 01 Mar 2026 10:00:00 GMT")


def facts_of(ledger: Ledger, *documents: Document) -> dict[str, str]:
    """The facts after these polls of one feed, each a revision of its article, and the number of changes of each."""
    names = load(Path("seeds/watchlist.yaml").read_text(encoding="utf-8"))
    reader, policy = Reader(names), make_policy(names)
    for revision, given_document in enumerate(documents, 1):
        for one in candidates(_SOURCE, parse(given_document), START, first_poll=False):
            article = msgspec.structs.replace(one.article, revision=revision)
            learn(ledger, reader.read(article), policy, (), START)
    return {fact.fact: str(fact.changes) for fact in ledger.facts() if fact.present}


def test_a_suspect_article_changes_no_fact() -> None:
    """It neither says anything nor takes back what the same article said when it could be read; and it is over
    when it can be read again."""
    good = Document(body=rss(STORY).encode())
    cut = good.body.replace("ستستثمر".encode(), "ستست\ufffdمر".encode())
    doubtful = Document(body=cut.replace(b"40", b"50"))
    assert is_suspect(parse(doubtful))
    ledger = Ledger(fresh("sqlite://"))
    assert facts_of(ledger, doubtful) == {}
    told = facts_of(ledger, doubtful, good)
    assert told
    assert facts_of(ledger, doubtful, good, doubtful) == told
    better = Document(body=good.body.replace(b"40", b"50"))
    assert facts_of(ledger, doubtful, good, doubtful, better) != told
