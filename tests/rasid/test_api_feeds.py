"""Feeds and tables of changes, read back by readers that are not ours."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import atoma
import jsonschema
import msgspec
import pytest
from yarl import URL

from alerts.ledger import Ledger
from rasid.web.openapi import description
from tests.rasid.pages import Client, fetch, plain, serving, strings
from tests.rasid.story import TOTAL, figure, ledger_at, reading, sqlite_url

KEY = quote(TOTAL, safe="")
OF = ("", "?project=stargate-uae", f"?fact={KEY}")


async def atom(client: Client, at: str) -> Any:
    """The feed at that address, as another's strict reader reads it."""
    async with client.get(at) as answer:
        assert (answer.status, answer.content_type) == (200, "application/atom+xml")
        return atoma.parse_atom_bytes(await answer.read())


def path(address: str) -> str:
    """What comes behind the host of an address."""
    return str(URL(address).relative())


async def feed(client: Client, at: str) -> Any:
    """The JSON Feed at that address."""
    async with client.get(at) as answer:
        assert (answer.status, answer.content_type) == (200, "application/feed+json")
        return await answer.json()


@pytest.mark.parametrize("of", OF)
async def test_both_feeds_say_the_same(client: Client, of: str) -> None:
    """Of everything, a project or a fact: the same entries in both forms, each at its place on a page of ours."""
    one, other = await atom(client, f"/feed.atom{of}"), await feed(client, f"/feed.json{of}")
    assert [entry.id_ for entry in one.entries] == [item["id"] for item in other["items"]]
    assert [entry.title.value for entry in one.entries] == [item["title"] for item in other["items"]]
    assert [entry.updated.isoformat() for entry in one.entries] == [
        item["date_published"].replace("Z", "+00:00") for item in other["items"]
    ]
    links = {link.rel: link.href for link in one.links}
    assert unquote(links["self"]).endswith(unquote(f"/feed.atom{of}"))
    assert unquote(other["feed_url"]).endswith(unquote(f"/feed.json{of}"))
    assert links["alternate"] == other["home_page_url"]
    assert (await client.get(path(links["alternate"]))).status == 200
    page = await fetch(client, path(other["items"][0]["url"]))
    assert strings(page, f"//*[@id='{URL(other['items'][0]['url']).fragment}']")


async def test_ids_stay_and_feeds_are_told_apart(client: Client) -> None:
    """An entry has one id in every feed and language; each feed has one of its own, whatever the language."""
    whole, english = await atom(client, "/feed.atom?limit=500"), await atom(client, "/feed.atom?limit=500&lang=en")
    assert [entry.id_ for entry in whole.entries] == [entry.id_ for entry in english.entries]
    ids = {of: (await atom(client, f"/feed.atom{of}")).id_ for of in OF}
    assert len(set(ids.values())) == 3
    assert whole.id_ == english.id_ == ids[""]
    part = await atom(client, f"/feed.atom?fact={KEY}")
    assert {entry.id_ for entry in part.entries} < {entry.id_ for entry in whole.entries}
    assert plain(english.entries[0].title.value).startswith("Reports conflict")
    titles = [plain(entry.title.value) for entry in english.entries]
    assert all(": " in title.partition(": ")[2] for title in titles if title.startswith(("Figure", "Reports")))
    assert any("Also reported: " in title for title in titles)
    assert any(" → " in title for title in titles)
    assert all(title.count(": ") == 1 for title in titles if title.startswith("Partner"))


async def test_older_entries_are_a_link_away(client: Client) -> None:
    """A feed shorter than what there is leads on to the rest, in both forms."""
    whole = [item["id"] for item in (await feed(client, "/feed.json?limit=500"))["items"]]
    for first, following in (("/feed.json?limit=5", _next_json), ("/feed.atom?limit=5", _next_atom)):
        found: list[str] = []
        at: str | None = first
        while at:
            ids, at = await following(client, at)
            found += ids
        assert found == whole


async def _next_json(client: Client, at: str) -> tuple[list[str], str | None]:
    page = await feed(client, at)
    return [item["id"] for item in page["items"]], path(page["next_url"]) if "next_url" in page else None


async def _next_atom(client: Client, at: str) -> tuple[list[str], str | None]:
    page = await atom(client, at)
    return [entry.id_ for entry in page.entries], next(
        (path(one.href) for one in page.links if one.rel == "next"), None
    )


@pytest.mark.parametrize("lang", ["ar", "en"])
async def test_the_json_feed_is_one(client: Client, lang: str) -> None:
    """What version 1.1 demands is there and is of its type; our addition is an object whose name begins with `_`."""
    found = await feed(client, f"/feed.json?lang={lang}")
    jsonschema.validate(found, JSON_FEED)
    described = description()
    jsonschema.validate(found, {"$ref": "#/components/schemas/Feed", "components": described["components"]})
    assert found["language"] == lang
    assert found["items"][0]["_rasid"]["change"]["type"] == "figure.conflict"


# By https://www.jsonfeed.org/version/1.1/, in our words: what has to be there, and of which type what may be is.
TEXT = {"type": "string", "minLength": 1}
ADDRESS = {"type": "string", "pattern": "^https?://"}
ITEM = {
    "type": "object",
    "required": ["id"],
    "anyOf": [{"required": ["content_text"]}, {"required": ["content_html"]}],
    "properties": {
        "id": TEXT,
        "url": ADDRESS,
        "external_url": ADDRESS,
        "title": TEXT,
        "content_text": TEXT,
        "date_published": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"},
        "tags": {"type": "array", "items": TEXT},
        "language": TEXT,
    },
    "patternProperties": {"^_[^.]+$": {"type": "object"}},
    "additionalProperties": False,
}
JSON_FEED = {
    "type": "object",
    "required": ["version", "title", "items"],
    "properties": {
        "version": {"const": "https://jsonfeed.org/version/1.1"},
        "title": TEXT,
        "description": TEXT,
        "home_page_url": ADDRESS,
        "feed_url": ADDRESS,
        "next_url": ADDRESS,
        "language": TEXT,
        "authors": {"type": "array", "items": {"type": "object", "anyOf": [{"required": ["name"]}]}},
        "items": {"type": "array", "items": ITEM},
    },
    "additionalProperties": False,
}


@pytest.mark.parametrize("of", ["?fact=nonsense", "?fact=figure:x"])
async def test_no_feed_of_what_is_no_fact(client: Client, of: str) -> None:
    """A key that can never be a fact's has no feed; one that is not known yet has an empty one."""
    for at in ("/feed.atom", "/feed.json"):
        async with client.get(f"{at}{of}") as answer:
            assert answer.status == 404
    assert (await feed(client, "/feed.json?fact=partner:nobody@stargate"))["items"] == []


@pytest.mark.parametrize(("page", "of"), [("/", ""), (f"/fact?key={KEY}", TOTAL), ("/project?id=stargate", "stargate")])
async def test_pages_lead_to_their_feeds(client: Client, page: str, of: str) -> None:
    """The head of every page names both feeds: of what the page is about, else of everything."""
    links = [unquote(link) for link in strings(await fetch(client, page), "//head/link[@rel='alternate']/@href")]
    assert [link.partition("?")[0] for link in links] == ["/feed.atom", "/feed.json"]
    for link in links:
        assert f"={of}&" in link if of else "=" not in link.replace("?lang=", "")
        assert (await client.get(link)).status == 200


async def test_tables_open_in_a_spreadsheet(client: Client, story: Ledger) -> None:
    """Facts and changes as CSV, marked as UTF-8, a bounded number with a link to the rest."""
    rows = await table(client, "/facts.csv")
    assert [row["fact"] for row in rows] == [fact.fact for fact in story.facts()]
    moved = await table(client, "/changes.csv?silent=true")
    assert [row["change_id"] for row in moved] == [change.change_id for change, _ in story.told_or_not(500)]
    async with client.get("/changes.csv?limit=2") as answer:
        assert (answer.content_type, answer.charset) == ("text/csv", "utf-8")
        assert (await client.get(str(URL(str(answer.links["next"]["url"])).relative()))).status == 200


async def test_a_spreadsheet_computes_nothing(tmp_path: Path) -> None:
    """A sentence that begins as a formula does is text."""
    said = '=HYPERLINK("http://evil.example","500 مليار دولار")'
    bad = msgspec.structs.replace(
        reading(1, "2025-01-21", "nashra", "+1+1", figure(TOTAL, said, "500 مليار دولار", "500")), url="@x"
    )
    with ledger_at(sqlite_url(tmp_path), [bad]) as ledger:
        async with serving(ledger) as client:
            for at, column in (("/facts.csv", "evidence"), ("/changes.csv", "new_evidence")):
                (row,) = await table(client, at)
                assert row[column] == f"'{said}"
                assert not [cell for cell in row.values() if cell.startswith(("=", "+", "@", "-"))]


async def table(client: Client, at: str) -> list[dict[str, str]]:
    """The rows of the table at that address."""
    async with client.get(at) as answer:
        assert answer.status == 200
        text = (await answer.read()).decode()
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:], newline="")))
