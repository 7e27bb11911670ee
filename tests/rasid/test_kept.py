"""Pages that are given again: nothing that is over, and nobody who may not see them."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from aiohttp.test_utils import TestClient, TestServer

from alerts.ledger import Ledger
from rasid.database import open_engine
from rasid.web.answers import Body
from rasid.web.app import make_app
from rasid.web.kept import Kept
from rasid.web.limits import Rate
from tests.rasid.pages import serving, texts
from tests.rasid.story import POLICY, STORY, ledger_at, sqlite_url

ROOT = Path(__file__).parents[2]
TILES = ".known > .project > .tiles strong"
# Another process writes to a fact, and makes no change of which an open page would be told.
FORGET = """
import sys
import sqlalchemy as sa
from alerts.tables import facts, transaction
from rasid.database import open_engine
with transaction(open_engine(sys.argv[1], "alerts")) as connection:
    connection.execute(sa.update(facts).where(facts.c.fact == "partner:mgx@stargate").values(present=None))
"""


@pytest.fixture
def story(database_url: str) -> Iterator[Ledger]:
    """The story's first article, on SQLite and on PostgreSQL in turn, open for reading only."""
    with ledger_at(database_url, STORY[:1]) as ledger:
        yield ledger


async def test_what_another_process_writes_is_on_the_page_at_once(story: Ledger, database_url: str) -> None:
    """The page is given again until somebody writes to the ledger; the next one who asks gets what is so now."""
    asked: list[str] = []
    async with serving(story) as client:
        partners = await texts(client, "/?lang=en", ".partners dd")
        assert partners == ["MGX", "OpenAI", "Oracle", "SoftBank"]
        sa.event.listen(story.engine, "before_cursor_execute", lambda _c, _cursor, sql, *_: asked.append(sql))
        assert await texts(client, "/?lang=en", ".partners dd") == partners
        assert not [sql for sql in asked if "FROM facts" in sql]
        wrote = await asyncio.create_subprocess_exec(sys.executable, "-c", FORGET, database_url, cwd=ROOT)
        assert await wrote.wait() == 0
        assert await texts(client, "/?lang=en", ".partners dd") == partners[1:]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """The whole story, on SQLite."""
    with ledger_at(sqlite_url(tmp_path_factory.mktemp("kept"))) as ledger:
        yield ledger


async def test_each_address_has_a_page_of_its_own(whole: Ledger) -> None:
    """Language and date change what is shown, the first time and every other."""
    async with serving(whole) as client:
        for _ in range(2):
            assert await texts(client, "/?lang=en", TILES) == ["600 billion USD", "100 billion USD"]
            assert await texts(client, "/?lang=en&as_of=2025-02-01", TILES) == ["500 billion USD", "100 billion USD"]
            assert await texts(client, "/", TILES) == ["600 مليار دولار", "100 مليار دولار"]


async def test_a_page_at_hand_is_given_to_nobody_who_may_not_see_it(whole: Ledger) -> None:
    """Token, host name and rate are asked for every time; who has the page already is told so."""
    app = make_app(whole, POLICY, token="secret", rate=Rate(0.001, 5))
    async with TestClient(TestServer(app)) as client:
        ours = {"Authorization": "Bearer secret"}
        async with client.get("/", headers=ours) as first, client.get("/", headers=ours) as second:
            assert (first.status, second.status, await first.text()) == (200, 200, await second.text())
            tag = first.headers["ETag"]
        for headers, status in (
            (ours | {"If-None-Match": tag}, 304),
            ({}, 401),
            (ours | {"Host": "evil.example"}, 421),
            (ours, 200),
            (ours, 429),
        ):
            async with client.get("/", headers=headers) as answer:
                assert answer.status == status


async def test_only_so_many_are_kept(whole: Ledger) -> None:
    """Those asked for last; where the database cannot tell its version, none."""
    made: list[str] = []

    async def ask(kept: Kept, name: str) -> None:
        def lay(said: str) -> Body:
            made.append(said)
            return Body(said.encode(), "text/plain", said)

        assert (await kept.body(name, lambda: name, lay)).tag == name

    two = Kept(whole, most=2)
    for name in "abacab":
        await ask(two, name)
    assert "".join(made) == "abcb"
    unsure = Kept(Ledger(open_engine("sqlite://", "ledger")))
    made.clear()
    for name in "aa":
        await ask(unsure, name)
    assert "".join(made) == "aa"
