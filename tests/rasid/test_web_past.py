"""Pages as of a date, lists that go on, and what was recorded in silence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import msgspec
import pytest

from alerts.ledger import Ledger
from streams.records import Reading
from tests.rasid.pages import Client, fetch, select, serving, strings, texts, words
from tests.rasid.story import STORY, TOTAL, figure, ledger_at, reading, sqlite_url

FACT = f"/fact?key={quote(TOTAL)}&lang=en"


async def test_the_front_page_as_of_a_date(client: Client) -> None:
    """What was known then and no more: the old total, the partners of then, no later change."""
    path = "/?lang=en&as_of=2025-06-30"
    assert await texts(client, path, ".known > .project > .tiles strong") == ["500 billion USD", "100 billion USD"]
    partners = await texts(client, path, ".known > .project > .partners div")
    assert partners == ["Taking part MGX OpenAI Oracle SoftBank"]
    assert await texts(client, path, ".figure_changed") == []
    assert await texts(client, path, ".project header .status") == []


@pytest.mark.parametrize(
    ("as_of", "value"),
    [
        ("2025-01-20", "nothing known"),
        ("2025-01-21", "500 billion USD"),
        ("2025-01-21T20:13", "nothing known"),
        ("2025-01-21T20:14", "500 billion USD"),
        ("2025-01-21T22:14+02:00", "500 billion USD"),
        ("2025-12-04T09:23:59", "500 billion USD"),
        ("2025-12-04", "600 billion USD"),
        ("2025-12-05", "600 billion USD Also reported: 550 billion USD"),
    ],
)
async def test_a_fact_as_of_a_moment(client: Client, as_of: str, value: str) -> None:
    """A day means its end, a moment itself; what was seen a minute later was not known."""
    path = f"{FACT}&as_of={quote(as_of)}"
    assert await texts(client, path, ".fact .figure") == [value]
    assert len(await texts(client, path, ".claim")) == {"n": 0, "5": 1, "6": 2}[value[0]] + ("Also" in value)


@pytest.mark.parametrize("path", ["/", "/changes", "/facts", "/project?id=stargate", f"/fact?key={quote(TOTAL)}"])
@pytest.mark.parametrize("language", ["ar", "en"])
async def test_a_page_of_the_past_says_so_and_stays_there(client: Client, path: str, language: str) -> None:
    """A banner with the moment and the way back; every link keeps the date; nothing is renewed behind one's back."""
    asked = f"{path}{'&' if '?' in path else '?'}as_of=2025-12-31&lang={language}"
    page = await fetch(client, asked)
    (banner,) = select(page, ".past")
    assert "2025-12-31 23:59 UTC" in words(banner)
    (back,) = strings(banner, "./a/@href")
    assert "as_of" not in back
    assert select(await fetch(client, back), ".past") == []
    links = strings(page, "//main//a[starts-with(@href, '/')]/@href")
    assert links
    assert all("as_of=2025-12-31" in link for link in links)
    assert strings(page, "//script") == []
    fields = strings(page, "//form[contains(@class, 'time')]//input[@type='hidden']/@name")
    assert "as_of" not in fields
    assert strings(page, "//input[@id='as_of']/@value") == ["2025-12-31"]


@pytest.mark.parametrize("as_of", ["yesterday", "2025-13-01", "2025-02-30", "1", "0001-01-01T00:00+23:59"])
async def test_a_wrong_date_is_refused_clearly(client: Client, as_of: str) -> None:
    """400, and a page that says how a date is written."""
    async with client.get("/", params={"as_of": as_of, "lang": "en"}) as answer:
        assert answer.status == 400
        assert "This is no date: write it like 2026-03-01." in await answer.text()


async def test_a_page_that_knows_the_present_only_says_that(client: Client) -> None:
    """The state of Rasid has no past: with a date it says so, instead of passing today for then."""
    (banner,) = await texts(client, "/state?lang=en&as_of=2025-06-30", ".past")
    assert "This page knows the present only." in banner


async def test_all_facts_page_by_page(client: Client, story: Ledger) -> None:
    """Each fact once, those of one project where asked for."""
    links = strings(await fetch(client, "/facts"), "//main//li/a/@href")
    assert links == [f"/fact?key={quote(fact.fact, safe='')}" for fact in story.facts()]
    own = await texts(client, "/facts?project=stargate-michigan&lang=en", ".rows li a")
    assert own == ["total of Stargate Michigan"]


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """A total that sixty-five articles give, the last one quietly."""
    told = [
        reading(
            number,
            f"2025-03-{1 + number // 24:02}T{number % 24:02}:00",
            f"source-{number}",
            "عنوان",
            figure(TOTAL, f"تبلغ القيمة {500 + number} مليار دولار", f"{500 + number} مليار دولار", str(500 + number)),
        )
        for number in range(65)
    ]
    with ledger_at(sqlite_url(tmp_path_factory.mktemp("crowded")), [*told[:-1], _quiet(told[-1])]) as ledger:
        yield ledger


def _quiet(said: Reading) -> Reading:
    return msgspec.structs.replace(said, quiet=True)


async def test_claims_go_on_where_the_page_stops(crowded: Ledger) -> None:
    """Thirty a page with the count of all; following the way on shows each once, the newest first."""
    async with serving(crowded) as client:
        for past in ("", "&as_of=2025-12-31"):
            path, shown, sizes = f"{FACT}{past}", list[str](), list[int]()
            while path:
                page = await fetch(client, path)
                assert words(select(page, "h2 .count")[0]) == "65"
                said = [words(one) for one in select(page, ".claim strong")]
                shown, sizes = shown + said, [*sizes, len(said)]
                path = "".join(strings(page, "//section//a[@rel='next']/@href")).partition("#")[0]
            assert sizes == [30, 30, 5]
            assert shown == [f"{565 - 1 - number} billion USD" for number in range(65)]


async def test_a_silent_change_is_shown_with_its_reason(crowded: Ledger) -> None:
    """Not among those that were told; on the fact's page and among the silent ones it says why nobody heard."""
    async with serving(crowded) as client:
        told = await texts(client, "/changes?lang=en", ".move ins")
        assert not any("564" in one for one in told)
        (newest, *_) = await texts(client, "/changes?lang=en&silent=1", ".change")
        assert "564 billion USD" in newest
        assert "Nobody was toldold when it arrived" in newest
        assert any("Nobody was told" in one for one in await texts(client, FACT, ".change"))


async def test_every_page_of_a_crowded_ledger_is_light(crowded: Ledger) -> None:
    """Under 100 kB each, however much is known."""
    async with serving(crowded) as client:
        for path in ("/", "/changes?silent=1", "/facts", FACT, "/project?id=stargate", "/state", "/deliveries"):
            async with client.get(path) as answer:
                assert answer.status == 200
                assert len(await answer.read()) < 100_000


@pytest.mark.parametrize("path", ["/changes?after=x", f"{FACT}&after=!", "/facts?after=1", "/deliveries?state=lost"])
async def test_a_place_that_no_list_has_is_refused(client: Client, path: str) -> None:
    """A cursor that nobody gave, or a state that there is not: 400."""
    await fetch(client, path, 400)


async def test_a_conflict_stands_side_by_side(client: Client) -> None:
    """Both values, each with its sentence, in one row: on the card and on the fact's page."""
    card = await texts(client, "/changes?lang=en", ".conflict .sides blockquote")
    assert len(card) == 2
    page = await texts(client, FACT, ".fact .sides .role")
    assert page == ["Now: 600 billion USD", "Also reported: 550 billion USD"]


async def test_what_an_article_no_longer_says_is_marked_in_the_change(tmp_path: Path) -> None:
    """A revision gives another sum: the card's old sentence still has its amount marked."""
    first = STORY[0]
    later = figure(TOTAL, "قالت الشركات إن المشروع سيستثمر 700 مليار دولار.", "700 مليار دولار", "700")
    revised = msgspec.structs.replace(
        first, revision=2, claims=(later,), first_seen=first.first_seen + timedelta(hours=1)
    )
    with ledger_at(sqlite_url(tmp_path), [first, revised]) as ledger:
        async with serving(ledger) as client:
            marks = await texts(client, "/changes?silent=1", ".figure_changed mark")
            marks += await texts(client, "/changes?silent=1", ".correction mark")
            assert {"500 مليار دولار", "700 مليار دولار"} <= set(marks)
