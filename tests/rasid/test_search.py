"""Looking for words: in Arabic as the reader folds them, by names in either language, page by page."""

# ruff: noqa: RUF001 (Arabic is the data here)

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import pytest

from alerts.ledger import Ledger
from rasid.web.behind import Behind
from rasid.web.search import answers, called, question, snippet
from tests.rasid.newsroom import Item, newsroom, policy
from tests.rasid.pages import Client, fetch, plain, select, serving, strings, texts, words
from tests.rasid.test_articles_page import ITEMS, NASHRA, at, entry

NAMES = {"softbank": {"ar": "سوفت بنك", "en": "SoftBank"}, "mgx": {"en": "MGX"}}
MANY: tuple[Item, ...] = tuple(
    (at(24) + timedelta(hours=number), NASHRA, entry(f"m{number}", f"نبأ {number}", "أمطار في الرياض", 24))
    for number in range(45)
)


@pytest.mark.parametrize(
    ("written", "text", "found"),
    [
        ("إستثمار", "اسْتِثمارٌ جديد", True),
        ("٥٠٠", "بلغت 500 مليار", True),
        ("SoftBank", "وتتولى سوفت بنك المسؤولية", True),
        ("سوفت بنك", "SoftBank said", True),
        ("softbank", "سوفت\nبنك", True),
        ("mgx مليار", "دفعت MGX سبعة مليارات", True),
        ("مليار يورو", "سبعة مليارات دولار", False),
        ("قطر", "مصر", False),
    ],
)
def test_what_is_found(written: str, text: str, found: bool) -> None:  # noqa: FBT001 - a row of a table
    """Spelling, marks and digits make no difference; a name stands for the same in any language; all words count."""
    asked = question(written, called(NAMES))
    assert asked is not None
    assert answers(asked, text) is found
    assert (snippet(asked, text) is not None) or not found


@pytest.mark.parametrize("written", ["", " ", "؟!", "ا", "\u202e", "x " * 200])
def test_nothing_to_look_for(written: str) -> None:
    """Without a word of two letters there is no question."""
    assert question(written, called(NAMES)) is None


def test_the_first_word_is_marked_where_it_stands() -> None:
    """The words around it are the text's own, cut at both ends."""
    asked = question("مِلياراً", called(NAMES))
    assert asked
    found = snippet(asked, "ب" * 200 + " دفعوا مليارا كاملا " + "ب" * 200)
    assert found
    assert str(found.marked) == "مليارا"
    assert str(found.before).startswith("…ب")
    assert str(found.before).endswith("دفعوا ")
    assert str(found.after).endswith("ب…")


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Ledger, Behind]]:
    """Some articles on the project, and many on the weather."""
    with newsroom(tmp_path_factory.mktemp("search"), (*ITEMS, *MANY)) as both:
        yield both


@pytest.fixture
async def client(room: tuple[Ledger, Behind]) -> AsyncIterator[Client]:
    """A client of the pages over them."""
    async with serving(room[0], policy=policy(), behind=room[1]) as client:
        yield client


@pytest.mark.parametrize("name", ["SoftBank", "سوفت بنك", "softbank"])
async def test_a_name_finds_facts_changes_and_articles(client: Client, name: str) -> None:
    """By either name: the fact, its change, and the articles that name it, each leading to its page."""
    page = await fetch(client, f"/search?q={name}&lang=en")
    assert [plain(words(one)) for one in select(page, ".rows li a")] == ["SoftBank in Stargate"]
    assert len(select(page, ".change")) == 1
    hits = select(page, ".hit")
    assert len(hits) == 2
    assert all(words(select(one, "mark")[0]) == "سوفت بنك" for one in hits)
    assert all(link.startswith("/article?id=") for one in hits for link in strings(one, ".//a/@href"))


async def test_a_search_as_of_a_date(client: Client) -> None:
    """What had not come yet is not found."""
    assert await texts(client, "/search?q=مليار&as_of=2025-01-20&lang=en", ".hit") == []
    assert len(await texts(client, "/search?q=مليار&as_of=2025-01-21&lang=en", ".hit")) == 2


async def test_articles_go_on_where_the_page_stops(client: Client) -> None:
    """Twenty a page; following the way on finds each once."""
    path, found = "/search?q=الرياض", list[str]()
    while path:
        page = await fetch(client, path)
        found += strings(page, "//article[contains(@class, 'hit')]//a/@href")
        path = "".join(strings(page, "//section[h2/@id='articles']/p[@class='more']/a/@href"))
    assert len(found) == len(set(found)) == 45


async def test_a_search_without_words_says_so(client: Client) -> None:
    """Nothing is looked for, and the page says what it takes."""
    assert await texts(client, "/search?q=%20&lang=en", ".nothing") == ["Write a word of two letters or more."]
    assert await texts(client, "/search?q=SoftBank&lang=en", ".hint") == []
    hint = ["Try a single word, or a name as the press writes it."]
    assert await texts(client, "/search?q=zebra&lang=en", ".hint") == hint
    assert await texts(client, "/search?lang=en", ".nothing") == ["Write a word of two letters or more."]


async def test_every_page_has_the_field_and_keeps_what_was_asked(client: Client) -> None:
    """A form that works without a script, in the language and as of the date of the page."""
    page = await fetch(client, "/search?q=الرياض&lang=en&as_of=2025-01-21")
    assert strings(page, "//form[@role='search']/@action") == ["/search"]
    assert strings(page, "//form[@role='search']/input[@name='q']/@value") == ["الرياض"]
    hidden = strings(page, "//form[@role='search']/input[@type='hidden']/@value")
    assert hidden == ["en", "2025-01-21"]


async def test_without_an_archive_no_article_is_found(room: tuple[Ledger, Behind]) -> None:
    """Facts and changes are; that the archive is not at hand is said."""
    async with serving(room[0], policy=policy()) as client:
        said = await texts(client, "/search?q=SoftBank&lang=en", ".nothing")
    assert said == ["The archive of articles is not at hand for this page."]
