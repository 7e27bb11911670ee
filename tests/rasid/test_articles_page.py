# ruff: noqa: RUF001 (Arabic is the data here)

"""The page of one article: its text as archived, with all that was read in it, and what is known of it besides."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import msgspec
import pytest

from alerts.ledger import Ledger
from alerts.reports import known
from connectors.archive import Archive
from connectors.parse.entries import Entry
from connectors.sources import Source
from rasid.database import open_engine
from rasid.web.behind import Behind
from rasid.web.marks import place
from tests.rasid.newsroom import Item, newsroom, policy
from tests.rasid.pages import Client, fetch, select, serving, strings, texts, words
from tests.rasid.story import TOTAL

NASHRA, KHALEEJ = (
    Source(id=name, url=f"https://{name}.example/feed", backfill="announce", full_text="never") for name in "nk"
)
TEXT = (
    "أعلنت شركة OpenAI أن القيمة الإجمالية لمشروع «ستارغيت» تبلغ 500 مليار دولار.\n\n"
    "وتتولى سوفت بنك المسؤولية المالية في مشروع ستارغيت.\n\nوقال مراقبون إن الطقس \u202eجميل\u202c اليوم."
)


def at(day: int, hour: int = 8) -> datetime:
    """A moment of January 2025."""
    return datetime(2025, 1, day, hour, tzinfo=UTC)


def entry(guid: str, title: str, text: str, day: int) -> Entry:
    """An item of a feed."""
    published = at(day, 7).isoformat()
    return Entry(guid=guid, link=f"https://news.example/{guid}", title=title, text=text, published=published)


ITEMS: tuple[Item, ...] = (
    (at(21), NASHRA, entry("1", "أوبن إيه آي تعلن مشروع ستارغيت", TEXT, 21)),
    (at(21, 9), KHALEEJ, entry("2", "مشروع ستارغيت", TEXT, 21)),
    (at(22), NASHRA, entry("1", "أوبن إيه آي تعلن مشروع ستارغيت", TEXT.replace("500", "600"), 21)),
    (at(23), NASHRA, entry("3", "عن الطقس", "أمطار غزيرة\n" * 3_000, 23)),
)


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Ledger, Behind]]:
    """An article in two revisions, a reprint of the first, and a long one that says nothing."""
    with newsroom(tmp_path_factory.mktemp("room"), ITEMS) as both:
        yield both


@pytest.fixture
async def client(room: tuple[Ledger, Behind]) -> AsyncIterator[Client]:
    """A client of the pages over them."""
    async with serving(room[0], policy=policy(), behind=room[1]) as client:
        yield client


@pytest.fixture(scope="module")
def first(room: tuple[Ledger, Behind]) -> str:
    """The id of the article that was revised."""
    assert room[1].archive
    return room[1].archive.newest(source_id="n")[-1].article.article_id


async def test_what_was_read_is_marked_where_it_stands(client: Client, first: str) -> None:
    """Amounts, names and the sentences of claims, these numbered as in the list, which leads to the facts they told."""
    page = await fetch(client, f"/article?id={first}&lang=en")
    assert [words(one) for one in select(page, ".text mark")] == ["600 مليار دولار"]
    assert strings(page, "//section[contains(@class, 'text')]//mark/@title")[0].replace("\u2068", "").startswith("600")
    assert {words(one) for one in select(page, ".text .named")} == {"OpenAI", "ستارغيت", "سوفت بنك"}
    told = " ".join(words(one) for one in select(page, ".text .told"))
    assert told.startswith("أعلنت شركة OpenAI أن القيمة الإجمالية لمشروع «") or "أعلنت شركة" in told
    assert [words(one) for one in select(page, ".text .reference")] == ["1", "2", "3"]
    facts = strings(page, "//article[contains(@class, 'claim')]//a[starts-with(@href, '/fact')]/@href")
    assert facts[0] == f"/fact?key={quote(TOTAL, safe='')}&lang=en"
    assert strings(page, "//a[@class='begin']/@id") == ["text-1", "text-2", "text-3"]


async def test_the_text_is_the_archived_one_to_the_letter(client: Client, first: str) -> None:
    """Cut and marked as it is, the text reads as the source wrote it; marks that turn it are named in their place."""
    page = await fetch(client, f"/article?id={first}")
    lines = [
        "".join(str(part) for part in line.itertext() if str(part).strip("0123456789") or len(str(part)) > 1)
        for line in select(page, ".text p")
    ]
    assert lines[0] == TEXT.split("\n\n", maxsplit=1)[0].replace("500", "600")
    assert lines[2] == "وقال مراقبون إن الطقس RLOجميلPDF اليوم."
    assert [words(one) for one in select(page, ".text .sign")] == ["RLO", "PDF"]


async def test_evidence_leads_to_its_sentence_in_the_revision_that_has_it(tmp_path: Path) -> None:
    """A revision gives another sum: the change's old sentence is found in the first one, the new one in the second."""
    with newsroom(tmp_path, (ITEMS[0], ITEMS[2])) as (ledger, behind):
        async with serving(ledger, policy=policy(), behind=behind) as client:
            page = await fetch(client, "/changes?silent=1")
            links = (strings(one, ".//a[@class='archived']/@href") for one in select(page, ".change"))
            (both,) = (found for found in links if len(found) == 2)
            for link, said in zip(both, ("500", "600"), strict=True):
                assert link.endswith("#said")
                shown = await fetch(client, link)
                assert [words(one) for one in select(shown, ".text mark")] == [f"{said} مليار دولار"]
                assert "".join(map(str, select(shown, ".said")[0].itertext())).startswith("أعلنت شركة")
                assert len(strings(shown, "//*[@id='said']")) == 1


async def test_revisions_and_source(client: Client, first: str) -> None:
    """Both revisions with the one that counts, and the way to the publisher; a replaced one says that it is."""
    path = f"/article?id={first}&lang=en"
    revisions = await texts(client, path, ".revisions li")
    assert revisions == ["1 2025-01-21 08:00 UTC", "2 2025-01-22 08:00 UTC this page the one that counts"]
    assert "https://news.example/1" in strings(await fetch(client, path), "//a[@rel]/@href")
    (old,) = await texts(client, f"{path}&revision=1", ".note")
    assert old == "A newer revision took the place of this one; this is what Rasid reads in it now."
    assert await texts(client, f"{path}&revision=1", ".text mark") == ["500 مليار دولار"]


async def test_a_reprint_is_named_with_what_it_shares(room: tuple[Ledger, Behind], tmp_path: Path) -> None:
    """Two outlets with one text are one origin: each one's page leads to the other."""
    with newsroom(tmp_path, ITEMS[:2]) as (ledger, behind):
        assert behind.archive
        ids = [one.article.article_id for one in behind.archive.revisions()]
        async with serving(ledger, policy=policy(), behind=behind) as client:
            for mine, theirs, source in zip(ids, reversed(ids), ("k", "n"), strict=True):
                page = await fetch(client, f"/article?id={mine}&lang=en")
                (row,) = select(page, ".rows li")
                assert f"{source} the same text" in words(row)
                assert strings(row, "./a/@href") == [f"/article?id={theirs}&lang=en"]


async def test_a_long_text_goes_on_where_it_stopped(client: Client, room: tuple[Ledger, Behind]) -> None:
    """A page stays light; following the way on shows every line once."""
    assert room[1].archive
    long = next(one.article for one in room[1].archive.revisions() if one.article.title == "عن الطقس")
    path, lines = f"/article?id={long.article_id}", 0
    for _ in range(10):
        async with client.get(path) as answer:
            assert len(await answer.read()) < 100_000
        page = await fetch(client, path)
        lines += sum(words(one) == "أمطار غزيرة" for one in select(page, ".text p"))
        more = strings(page, "//section[contains(@class, 'text')]/p[@class='more'][last()]/a/@href")
        if not more or not more[-1].partition("start=")[2].strip("0"):
            break
        path = more[-1]
    assert lines == long.body.count("أمطار غزيرة") == 3_000


async def test_without_an_archive_the_page_shows_what_was_learned(room: tuple[Ledger, Behind], first: str) -> None:
    """Only the ledger at hand: it says so, and shows each claim with its sentence."""
    async with serving(room[0], policy=policy()) as client:
        path = f"/article?id={first}&lang=en"
        (note,) = await texts(client, path, ".note")
        assert note == "The archive of articles is not at hand for this page; this is what was learned of the article."
        assert len(await texts(client, path, ".claim blockquote")) == 3
        assert await texts(client, path, ".text p") == []


async def test_a_text_that_retention_took_is_said_to_be_gone(tmp_path: Path) -> None:
    """The archive is at hand and has forgotten the text; what was learned of it stays."""
    with newsroom(tmp_path, ITEMS[:1]) as (ledger, behind):
        assert behind.archive
        (revision,) = behind.archive.revisions()
        engine = open_engine(f"sqlite:///{tmp_path / 'archive'}.db", "archive")
        assert Archive(engine).forget(at(30)) == 1
        engine.dispose()
        async with serving(ledger, policy=policy(), behind=behind) as client:
            path = f"/article?id={revision.article.article_id}&lang=en"
            (note,) = await texts(client, path, ".note")
            assert note == "The text of this article is no longer kept; this is what was learned of it."
            assert len(await texts(client, path, ".claim blockquote")) == 3


@pytest.mark.parametrize("query", ["", "?id=", "?id=nobody", "?id={first}&revision=9"])
async def test_unknown_articles(client: Client, first: str, query: str) -> None:
    """Nobody knows it, or not that revision: 404."""
    await fetch(client, f"/article{query.format(first=first)}", 404)


@pytest.mark.parametrize("query", ["revision=x", "revision=-1", "start=٣", "at=body-1", "at=head-1-2-00000000"])
async def test_what_is_asked_wrongly_is_refused(client: Client, first: str, query: str) -> None:
    """Neither a revision nor a place: 400."""
    await fetch(client, f"/article?id={first}&{query}", 400)


async def test_a_sentence_that_is_nowhere_is_not_marked(client: Client, first: str) -> None:
    """A link whose sentence no revision has shows the newest one and marks nothing."""
    page = await fetch(client, f"/article?id={first}&at=body-0-5-00000000")
    assert select(page, ".said") == []
    assert [words(one) for one in select(page, ".text mark")] == ["600 مليار دولار"]


def test_a_baseline_has_no_article(room: tuple[Ledger, Behind]) -> None:
    """What was known from the start has no place to lead to; everything else has."""
    report = room[0].claims(TOTAL)[0]
    assert place(known(report).evidence) is not None
    assert place(known(msgspec.structs.replace(report, source_id="baseline")).evidence) is None
