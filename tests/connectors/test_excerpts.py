# ruff: noqa: RUF001 - how the press writes
from __future__ import annotations

import time

import pytest

from connectors.articles import candidates, with_page
from connectors.excerpts import is_excerpt, readable, replaces, wants_page
from connectors.parse.entries import Entry, Feed, Page
from connectors.sources import Kind, Source
from tests.connectors.fakes import START

LONG = "\n".join(f"قالت الهيئة في بيانها رقم {n} إن أعمال المحطة تمضي كما خطط لها منذ العام الماضي." for n in range(10))

# How a feed's text of an article ends, after enough of it, and whether the rest is elsewhere.
ENDS = {
    "انتهى البيان.": False,
    "وقال: «نحن مستعدون».": False,
    "ثم…": True,
    "ثم...": True,
    "ثم […]": True,
    "ثم [...]": True,
    "ثم [ … ]\n": True,
    "اقرأ المزيد": True,
    "للمزيد...": True,
    "أكمل القراءة »": True,
    "Read more >": True,
    "Continue reading →\nThe post عنوان appeared first on صحيفة.": True,
    "انتهى البيان.\nThe post عنوان appeared first on صحيفة.": False,
    "انتهى البيان.\nظهرت المقالة عنوان أولاً على صحيفة.": False,
    "ويريد الناس المزيد من المحطات.": False,
    "قال... ثم سكت.": False,
}


@pytest.mark.parametrize(("end", "excerpt"), ENDS.items())
def test_a_text_that_ends_in_the_middle_is_a_beginning(end: str, excerpt: bool) -> None:  # noqa: FBT001 - a row
    """An ellipsis, "read more", nothing else; what a blog puts under its items is not the item's end."""
    assert is_excerpt(f"{LONG}\n{end}") is excerpt


def test_a_short_text_is_a_beginning() -> None:
    """So is none at all; what a blog puts under its items does not make it longer."""
    assert is_excerpt("")
    assert is_excerpt("خبر قصير كامل.")
    assert is_excerpt("خبر قصير كامل.\n" + "The post " + "عنوان " * 200 + "appeared first on صحيفة.")
    assert not is_excerpt(LONG)


def test_the_source_has_the_last_word() -> None:
    """By its own look, always, or never."""
    assert (wants_page("auto", LONG), wants_page("always", LONG), wants_page("never", "")) == (False, True, False)
    assert wants_page("auto", "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("تبلغ الكلفة $50…", "تبلغ الكلفة…"),
        ("تبلغ الكلفة ٥٠...", "تبلغ الكلفة..."),
        ("تبلغ الكلفة 1,5 […]", "تبلغ الكلفة […]"),
        ("تبلغ الكلفة 500 [...]", "تبلغ الكلفة [...]"),
        ("تبلغ الكلفة 500 مليار دولار […]", "تبلغ الكلفة 500 مليار دولار […]"),
        ("تبلغ الكلفة 500", "تبلغ الكلفة 500"),
        ("بلغت 50… ثم 60.", "بلغت 50… ثم 60."),
    ],
)
def test_a_number_at_the_break_is_nobodys(text: str, expected: str) -> None:
    """What follows it is unknown, be it a digit, a million or a currency; any other number stays."""
    assert readable(text) == expected


@pytest.mark.parametrize("unit", ["5", ".", "…", "5.", " .", "The post ", "[ …", "المزيد "])
def test_no_text_is_slow(unit: str) -> None:
    """The parent process asks these questions of every item: a megabyte of anything takes no time."""
    text = unit * (1_000_000 // len(unit))
    begun = time.process_time()
    assert readable(text)[: len(text) // 2] == text[: len(text) // 2]
    assert is_excerpt(text) in {True, False}
    assert replaces(text, "عنوان", text[:1000]) in {True, False}
    assert time.process_time() - begun < 5


SUMMARY = "تبدأ محطة العقبة عملها في الربيع بعد عامين من البناء، وتغذي مئة ألف بيت […]"


@pytest.mark.parametrize(
    ("page", "better"),
    [
        (f"{SUMMARY[:-3]} كما قال الوزير.\n{LONG}", True),
        (
            f"قال الوزير إن محطة كهرباء العقبة ستبدأ عملها الربيع المقبل وتغذي مئة ألف منزل بعد بناء عامين.\n{LONG}",
            True,
        ),
        ("تبدأ محطة العقبة عملها", False),
        ("تبدأ محطة العقبة عملها الربيع بعد عامين من البناء", False),
        ("نحن نهتم بخصوصيتك. نستخدم ملفات الارتباط لتحسين تجربتك، ويمكنك قبولها أو رفضها في كل وقت." * 3, False),
        (
            "اشترك الآن لتقرأ هذا المقال وآلافا غيره. هل أنت مشترك؟ سجل دخولك إلى حسابك لمواصلة القراءة بلا حدود." * 3,
            False,
        ),
        ("", False),
    ],
)
def test_only_the_article_itself_replaces_its_summary(page: str, better: bool) -> None:  # noqa: FBT001 - a row
    """A page that is shorter, or speaks of consent, subscriptions or anything else, leaves the summary standing."""
    assert replaces(page, "محطة كهرباء جديدة في العقبة", SUMMARY) is better


def test_without_a_summary_the_headline_decides() -> None:
    """A news sitemap has nothing else."""
    assert replaces(f"بدأت محطة الكهرباء الجديدة عملها في العقبة.\n{LONG}", "محطة كهرباء جديدة في العقبة", "")
    assert not replaces("نحن نهتم بخصوصيتك. نستخدم ملفات الارتباط.", "محطة كهرباء جديدة في العقبة", "")


def found(link: str | None, *, text: str = "موجز […]", kind: Kind = "feed") -> tuple[bool, str | None]:
    """Whether the article of an entry is marked, and which page is to be fetched."""
    source = Source(id="s", url="https://paper.example/feed", kind=kind)
    (one,) = candidates(
        source, Feed(format="rss20", entries=(Entry(title="t", text=text, link=link),)), START, first_poll=False
    )
    return one.article.excerpt, one.page


def test_which_page_is_wanted() -> None:
    """That of an excerpt of a feed, without tracking; a folder's items and those without an address have none."""
    assert found("https://paper.example/1?utm_source=rss") == (True, "https://paper.example/1")
    assert found("https://paper.example/1", text=LONG) == (False, None)
    assert found("https://paper.example/1", kind="folder") == (False, None)
    assert found("javascript:x") == found(None) == (False, None)


def test_an_article_with_its_page() -> None:
    """The text is the page's; the address is the one it calls its own, else the one where it was found."""
    source = Source(id="s", url="https://paper.example/feed")
    (one,) = candidates(
        source,
        Feed(format="rss20", entries=(Entry(title="t", link="https://short.example/x"),)),
        START,
        first_poll=False,
    )
    page, base = (
        Page(text=LONG, canonical="https://paper.example/1?utm_medium=x"),
        "https://paper.example/1?fbclid=1&a=2",
    )
    article = with_page(one.article, page, base)
    assert (article.body, article.url, article.excerpt) == (LONG, "https://paper.example/1", False)
    assert article.article_id == one.article.article_id
    assert with_page(one.article, Page(text=LONG), base).url == "https://paper.example/1?a=2"
