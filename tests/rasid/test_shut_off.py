"""What no answer lets through: scripts, frames, other hosts, writing, and whatever an article would like to do."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree as Xml

import feedparser
import msgspec
import pytest

from alerts.ledger import Ledger
from tests.rasid.pages import ACTIVE, PAGES, Client, fetch, serving, strings, texts
from tests.rasid.story import TOTAL, figure, ledger_at, reading, sqlite_url


@pytest.mark.parametrize(
    ("method", "path", "host", "status"),
    [
        *(("GET", path, "localhost", 200) for path in (*PAGES, "/feed.atom", "/api/facts", "/api/changes")),
        ("HEAD", "/style.css", "localhost", 200),
        ("GET", "/api/changes?limit=0", "localhost", 400),
        ("GET", "/api/changes?limit=501", "localhost", 400),
        ("GET", "/api/changes?limit=0005009999999", "localhost", 400),
        ("GET", "/nothing", "localhost", 404),
        ("POST", "/", "localhost", 405),
        ("GET", "/", "evil.example", 421),
        ("POST", "/nothing", "evil.example", 421),
    ],
)
async def test_every_answer_is_shut_off(client: Client, method: str, path: str, host: str, status: int) -> None:
    """No script, no frame, no other host, no word of what serves it: on every answer, refusals too."""
    async with client.request(method, path, headers={"Host": host}) as answer:
        assert answer.status == status
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self';")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Server"] == "rasid"


async def test_a_fault_of_ours_is_shut_off_too(story: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bug in a page is 500 without its traceback, with the headers that every answer carries."""
    monkeypatch.setattr("rasid.web.pages.overview", lambda *_: 1 // 0)
    async with serving(story) as client, client.get("/") as answer:
        assert (answer.status, answer.headers["Server"]) == (500, "rasid")
        assert "Content-Security-Policy" in answer.headers
        assert "ZeroDivision" not in await answer.text()


@pytest.mark.parametrize("path", PAGES)
async def test_pages_ask_nobody_else_for_anything(client: Client, path: str) -> None:
    """A page loads our style sheet and our script and nothing else; it holds no inline script and no inline style."""
    page = await fetch(client, path)
    assert strings(page, "//link[@rel='stylesheet']/@href") == ["/style.css"]
    assert strings(page, ACTIVE) == []
    assert set(strings(page, "//a[starts-with(@href, 'http')]/@rel")) == {"noopener noreferrer external"}


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:8080", 200), ("127.0.0.1", 200), ("[::1]:8080", 200), ("LOCALHOST", 200), ("rasid.example:80", 200),
        ("evil.example", 421), ("localhost.evil.example", 421), ("127.0.0.1.evil.example:8080", 421), ("[::1", 421),
    ],
)  # fmt: skip
async def test_only_our_host_names_are_served(story: Ledger, host: str, status: int) -> None:
    """A page under another name could have been led here by that name's owner."""
    async with (
        serving(story, allowed_hosts=["rasid.example"]) as client,
        client.get("/", headers={"Host": host}) as answer,
    ):
        assert answer.status == status


async def test_only_reading(client: Client) -> None:
    """Nothing can be posted, and HEAD is answered."""
    async with client.post("/") as answer:
        assert answer.status == 405
    async with client.head("/") as answer:
        assert (answer.status, await answer.read()) == (200, b"")


HOSTILE = (
    "<script>alert(1)</script>",
    "</blockquote><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "{{ 7*7 }} {% for x in y %}",
    "\u202eمقلوب\u202c \u2067 هنا",
    "سطر\u0000 أول\n\nسطر ثان\u0007",
    "&lt;b&gt; &amp; ]]>",
    "\uffff\ufffe",
)


@pytest.mark.parametrize("said", HOSTILE)
async def test_text_from_an_article_cannot_act(tmp_path: Path, said: str) -> None:
    """Markup, scripts, direction overrides and control characters in every field of an article stay harmless text."""
    sentence = f"{said} قيمة 500 مليار دولار {said}"
    told = figure(TOTAL, sentence, "500 مليار دولار", "500", speaker=said)
    article = msgspec.structs.replace(reading(1, "2025-01-21", said, said, told), url=f"javascript:{said}")
    with ledger_at(sqlite_url(tmp_path), [article]) as ledger:
        async with serving(ledger) as client:
            for path in ("/", f"/fact?key={quote(TOTAL)}"):
                async with client.get(path) as answer:
                    source = await answer.text()
                page = await fetch(client, path)
                assert strings(page, f"{ACTIVE} | //a[starts-with(@href, 'javascript')]") == []
                assert not re.search("[\u0000-\u0008\u000b-\u001f\u202a-\u202e\u2067]", source)
                assert await texts(client, path, "mark") == ["500 مليار دولار"] * (1 if path == "/" else 3)
            async with client.get("/feed.atom") as answer:
                data = await answer.read()
                Xml.fromstring(data)
                (entry,) = feedparser.parse(data, sanitize_html=False).entries
            assert "500 مليار دولار" in entry.summary
