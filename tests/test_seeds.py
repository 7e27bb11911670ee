"""The files that an operator edits, and the gold: they parse, agree, and use the words of the records."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring

from alerts import keys
from connectors.opml import from_opml
from streams.extract import watchlist
from streams.records import ChangeKind, PartnerState, ProjectState, Qualifier, Role, Status

ROOT = Path(__file__).parents[1]
SEEDS = ROOT / "seeds"
GOLD = ROOT / "tests" / "cases" / "reading_gold"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"

Line = dict[str, Any]


def lines(path: Path) -> list[Line]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def items() -> dict[str, Element]:
    root = fromstring((SEEDS / "articles" / "story.xml").read_bytes(), forbid_dtd=True)
    return {text(item, "guid"): item for item in root.iter("item")}


def text(item: Element, tag: str) -> str:
    return (item.findtext(tag) or "").strip()


def paragraphs(item: Element) -> list[str]:
    return [p.text or "" for p in fromstring(f"<div>{text(item, CONTENT)}</div>")]


EXPECTED = lines(SEEDS / "articles" / "expected.jsonl")


def test_the_feed_list_parses_and_describes_every_outlet() -> None:
    """Forty feeds or more, in three groups, each with what Rasid wants to know of an outlet."""
    sources = from_opml((SEEDS / "feeds.opml").read_bytes())
    assert len(sources) >= 40
    assert len({source.id for source in sources}) == len(sources)
    assert len({source.group for source in sources}) == 3
    for source in sources:
        assert urlsplit(source.url).scheme in {"http", "https"}
        assert (source.language, source.kind, source.backfill) == ("ar", "feed", "silent")
        assert source.country, source.id
        assert source.timezone != "UTC", source.id


def test_every_feed_says_why_it_is_there() -> None:
    """A reason and a home page stand beside each address."""
    outlines = [
        outline for outline in fromstring((SEEDS / "feeds.opml").read_bytes()).iter("outline") if outline.get("xmlUrl")
    ]
    for outline in outlines:
        assert len(outline.get("description", "")) > 20, outline.attrib
        assert outline.get("htmlUrl", "").startswith("https://"), outline.attrib


def test_the_story_is_told_by_invented_outlets() -> None:
    """No article of the story can be taken for one of a real outlet: every host is reserved."""
    assert len(items()) >= 18
    for guid, item in items().items():
        assert (urlsplit(text(item, "link")).hostname or "").endswith(".example")
        assert text(item, "link").endswith(f"/{guid}")
        assert parsedate_to_datetime(text(item, "pubDate")).tzinfo is not None


def test_the_story_is_newest_first_but_for_one_late_item() -> None:
    """Like any feed, the file runs from the newest item to the oldest; on top of it stands one that is a year old."""
    late, *others = [parsedate_to_datetime(text(item, "pubDate")) for item in items().values()]
    assert others == sorted(others, reverse=True)
    assert late < others[len(others) // 2]


@pytest.mark.parametrize("line", EXPECTED, ids=[f"{line['item']}-{line['fact']}" for line in EXPECTED])
def test_what_is_expected_can_be_found_in_the_story(line: Line) -> None:
    """The evidence stands verbatim in the article that the line names, and the values are well formed."""
    source = items()[line["url"].rsplit("/", 1)[1]]
    assert any(line["evidence"] in paragraph for paragraph in paragraphs(source))
    assert line["url"] == text(source, "link")
    assert datetime.fromisoformat(line["published"]) == parsedate_to_datetime(text(source, "pubDate"))
    assert line["item"] in items()
    assert line["kind"] in get_args(ChangeKind)
    kind = keys.parse(line["fact"]).kind
    for value in (line["old"], line["new"]):
        assert value is None or well_formed(kind, value)


def well_formed(kind: str, value: Line) -> bool:
    if kind != "figure":
        states = get_args(PartnerState) if kind == "partner" else get_args(ProjectState)
        return value.keys() == {"state"} and value["state"] in states
    ends = [end for end in (value["low"], value["high"]) if end is not None]
    return (
        value.keys() == {"low", "high", "currency", "qualifier", "status"}
        and bool(ends)
        and ends == sorted(ends)
        and value["qualifier"] in get_args(Qualifier)
        and value["status"] in get_args(Status)
    )


def test_the_expected_changes_follow_from_each_other() -> None:
    """Each change of a fact starts from the value that the one before left."""
    held: dict[str, Line | None] = {}
    for line in EXPECTED:
        assert line["old"] == held.get(line["fact"]), line
        assert line["new"] != line["old"], line
        held[line["fact"]] = line["new"]


def test_the_story_shows_every_kind_of_change_that_one_source_can_show() -> None:
    """All but a conflict, which takes two outlets that Rasid can tell apart, in two feeds."""
    assert {line["kind"] for line in EXPECTED} == set(get_args(ChangeKind)) - {"conflict"}


def test_the_watchlist_knows_everybody_in_the_expected_changes() -> None:
    """Every party and project of an expected fact is on the watchlist."""
    known = entities(SEEDS / "watchlist.yaml")
    for line in EXPECTED:
        assert set(keys.parse(line["fact"]).parties()) <= known, line["fact"]


def entities(path: Path) -> set[str]:
    names = watchlist.load(path.read_text(encoding="utf-8"))
    return {project.id for project in names.projects} | {organisation.id for organisation in names.organisations}


def documents() -> Iterator[tuple[Line, set[str]]]:
    for name, names in (("stargate", SEEDS / "watchlist.yaml"), ("other", GOLD / "other_watchlist.yaml")):
        # The franchise and the programme of the same name are what a watchlist keeps out.
        known = entities(names) | {"stargate-franchise", "stargate-cia"}
        yield from ((document, known) for document in lines(GOLD / f"{name}.jsonl"))


def test_the_gold_is_annotated_in_the_words_of_the_records() -> None:
    """Spans slice to their text; roles, qualifiers, statuses and entities are those that the reader can say."""
    assert len(list(documents())) >= 50
    for document, known in documents():
        parties = {*document["mentions"], *document["partners"], *document["ambiguous_partners"]}
        assert parties <= known, document["id"]
        for amount in document["amounts"]:
            where = f"{document['id']}: {amount['text']}"
            assert document["text"][amount["start"] : amount["end"]] == amount["text"], where
            assert set(amount["role"]) <= set(get_args(Role)), where
            assert set(amount["qualifier"]) <= set(get_args(Qualifier)), where
            assert set(amount.get("status", [])) <= set(get_args(Status)), where
            assert {*amount["from"], *amount.get("from_accept", []), *targets(amount)} <= known, where


def targets(amount: Line) -> set[str]:
    return {target for target in (amount["to"], *amount.get("to_accept", [])) if target}
