"""What an article brings to do harm, from the feed to every page, feed and message: it stays text, within bounds."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Iterator
from urllib.parse import urlsplit
from xml.etree import ElementTree as Xml

import lxml.html
import pytest
from lxml.etree import _Element as Element

from alerts import render
from alerts.ledger import Ledger
from rasid.web.behind import Behind
from tests.rasid import hostile
from tests.rasid.newsroom import newsroom, policy
from tests.rasid.pages import Client, plain, serving, strings, words

# All that a page of ours is made of.
TAGS = {
    *("html", "head", "meta", "title", "link", "script", "body", "header", "main", "footer", "section", "aside"),
    *(
        "article",
        "h1",
        "h2",
        "h3",
        "h4",
        "p",
        "div",
        "span",
        "a",
        "nav",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "blockquote",
    ),
    *("bdi", "strong", "em", "del", "ins", "time", "mark", "code", "details", "summary", "form", "label", "input"),
    *("button", "table", "thead", "tbody", "tr", "th", "td", "svg", "path", "text", "circle", "rect"),
}
# What a browser would act on, or what turns or hides the text around it.
UNSEEN = re.compile("[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066\u2067\ufffe\uffff]")
LIVE = re.compile(r"<[!@#]|<(?!https?://[^\s|<>]+\|hostile>)")


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Ledger, Behind]]:
    """All hostile texts, parsed, archived, read and learned."""
    with newsroom(tmp_path_factory.mktemp("hostile"), tuple(hostile.items())) as both:
        yield both


@pytest.fixture
async def client(room: tuple[Ledger, Behind]) -> AsyncIterator[Client]:
    """A client of the pages over them."""
    async with serving(room[0], policy=policy(), behind=room[1]) as client:
        yield client


async def harmless(client: Client, path: str) -> Element:
    """The page at that address, looked over for anything that could act; it is light."""
    async with client.get(path) as answer:
        assert answer.status == 200, path
        source = await answer.text()
        assert len(source.encode()) < 100_000, path
    assert not UNSEEN.search(source), path
    page = lxml.html.fromstring(source)
    assert set(strings(page, "//*")) <= TAGS, path
    assert strings(page, "//script[not(@src='/live.js') or text()]") == [], path
    assert strings(page, "//@style | //@*[starts-with(name(), 'on')] | //@formaction | //@srcdoc") == [], path
    assert set(strings(page, "//form/@action")) <= {"/search"}, path
    for link in strings(page, "//@href | //@src"):
        scheme, host = urlsplit(link).scheme, urlsplit(link).netloc
        assert (scheme in {"http", "https"} and host) or link.startswith(("/", "#")), (path, link)
        assert not link.startswith("//"), (path, link)
    assert set(strings(page, "//a[starts-with(@href, 'http')]/@rel")) <= {"noopener noreferrer external"}
    return page


def test_there_are_a_hundred_of_them() -> None:
    """The list is as long as it has to be, and its long texts are of 50 kB."""
    assert len(set(hostile.texts())) >= 100
    assert max(map(len, hostile.texts())) >= 50_000


async def test_all_of_them_arrive(room: tuple[Ledger, Behind]) -> None:
    """Each text made it through parser, reader and ledger: nothing here is tested on an empty page."""
    assert room[1].archive
    known = {revision.article.title for revision in room[1].archive.revisions()}
    assert len(known) >= 130
    assert len(room[0].changes(500)) >= 100


async def test_no_list_of_changes_acts(client: Client) -> None:
    """Every card of every page of changes, the silent ones too: text, and its figure readable."""
    path, cards = "/changes?silent=1", 0
    while path:
        page = await harmless(client, path)
        shown = strings(page, "//article[contains(@class, 'change')]/@id")
        cards += len(shown)
        path = "".join(strings(page, "//a[@rel='next']/@href"))
    assert cards >= 100


async def test_no_page_of_a_fact_acts(client: Client) -> None:
    """Every claim on the fact that all of them speak of; the amount in each is marked."""
    path, claims, marks = "/fact?key=figure:total:stargate:USD", 0, 0
    while path:
        page = await harmless(client, path)
        claims += len(strings(page, "//article[contains(@class, 'claim')]/@id"))
        marks += len(strings(page, "//article[contains(@class, 'claim')]//mark"))
        path = "".join(strings(page, "//section//a[@rel='next']/@href")).partition("#")[0]
    assert claims >= 100
    assert marks == claims


async def test_no_article_acts(client: Client, room: tuple[Ledger, Behind]) -> None:
    """The page of each article: its figure readable, no direction mark but by name."""
    assert room[1].archive
    read = 0
    for revision in room[1].archive.revisions():
        page = await harmless(client, f"/article?id={revision.article.article_id}")
        read += "مليار دولار" in plain(words(page))
    assert read >= 130


@pytest.mark.parametrize(
    "path", ["/", "/?lang=en", "/project?id=stargate", "/facts", "/state", "/deliveries", "/?as_of=2025-03-12"]
)
async def test_no_other_page_acts(client: Client, path: str) -> None:
    """Front page, project, lists, state and the past."""
    await harmless(client, path)


@pytest.mark.parametrize("said", hostile.texts()[:120:7])
async def test_what_is_asked_for_does_not_act_either(client: Client, said: str) -> None:
    """The same texts in an address: answered or refused, never live."""
    for path in ("/", "/changes", "/fact", "/article", "/project", "/search"):
        names = ("as_of", "project", "key", "id", "q", "lang", "after", "revision")
        async with client.get(path, params=dict.fromkeys(names, said)) as answer:
            assert answer.status in {200, 400, 404}
            page = lxml.html.fromstring(await answer.text())
        assert set(strings(page, "//*")) <= TAGS
        assert strings(page, "//script[not(@src='/live.js')] | //@*[starts-with(name(), 'on')]") == []


async def test_no_feed_acts(client: Client) -> None:
    """Atom is XML without markup in its texts, JSON is JSON; links in both are of the web, and ours."""
    async with client.get("/feed.atom?limit=500") as answer:
        atom = await answer.text()
    assert not UNSEEN.search(atom)
    for one in Xml.fromstring(atom).iter():
        assert one.tag.startswith("{http://www.w3.org/2005/Atom}")
        assert urlsplit(one.get("href", "http://x")).scheme == "http"
    for path in ("/feed.json?limit=500", "/api/v1/changes?limit=500", "/api/v1/claims?fact=figure:total:stargate:USD"):
        async with client.get(path) as answer:
            assert answer.status == 200
            assert answer.content_type.endswith("json")
            json.loads(await answer.read())


@pytest.mark.parametrize("language", ["ar", "en"])
def test_no_message_acts(room: tuple[Ledger, Behind], language: str) -> None:
    """In Slack nothing pings, links or formats but our own links; in size and figure every message is whole."""
    changes = room[0].changes(500, silent=True)
    assert len(changes) >= 100
    for change in changes:
        message = render.slack(change, policy().names, "ar" if language == "ar" else "en")
        body = json.dumps(message, ensure_ascii=False)
        assert len(body.encode()) < 40_000
        assert not LIVE.search(body), body[:2000]
        assert not re.search("[\u0000-\u001f\u202a-\u202e]", body)
        assert ("مليار" if language == "ar" else "billion") in body
        assert len(render.webhook(change).encode()) < 20_000
