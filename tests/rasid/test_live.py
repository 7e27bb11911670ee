"""What open pages are told while the ledger moves."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer

from alerts.learn import learn
from alerts.ledger import Ledger
from rasid.database import open_engine
from rasid.web.live import Live
from streams.records import Reading
from tests.rasid.pages import serving
from tests.rasid.story import POLICY, TOTAL, figure, ledger_at, reading, sqlite_url


def told(number: int, low: str) -> Reading:
    """An article of its own that gives the total, in billions."""
    said = f"كلفة المشروع {low} مليار دولار"
    return reading(number, f"2025-12-{number:02}", "khaleej", said, figure(TOTAL, said, f"{low} مليار دولار", low))


async def next_event(answer: ClientResponse) -> dict[str, str]:
    """The fields of the next event, comments and the wait for a new connection left out."""
    fields: dict[str, str] = {}
    async with asyncio.timeout(60):
        while "event" not in fields or "data" not in fields:
            name, _, value = (await answer.content.readline()).decode().partition(": ")
            fields |= {name: value.strip()} if name in {"event", "id", "data"} else {}
    return fields


@contextmanager
def writing(url: str) -> Iterator[Ledger]:
    """The same ledger, as learn has it."""
    engine = open_engine(url, "alerts")
    try:
        yield Ledger(engine)
    finally:
        engine.dispose()


async def test_a_change_is_told_to_every_open_page(tmp_path: Path) -> None:
    """Each open stream gets an event that names the newest change, and another for the next change."""
    url = sqlite_url(tmp_path)
    with ledger_at(url, [told(1, "100")]) as ledger, writing(url) as book:
        async with serving(ledger) as client, client.get("/events") as first, client.get("/events") as second:
            assert first.headers["Content-Type"] == "text/event-stream"
            for number, low in ((2, "200"), (3, "300")):
                learn(book, told(number, low), POLICY, (), told(number, low).first_seen)
                newest = ledger.changes(1)[0].change_id
                for answer in (first, second):
                    assert await next_event(answer) == {"event": "change", "id": newest, "data": newest}


async def test_whoever_was_away_is_told_at_once(tmp_path: Path) -> None:
    """A page that comes back with the id it saw last hears of what changed meanwhile."""
    with ledger_at(sqlite_url(tmp_path), [told(1, "100"), told(2, "200")]) as ledger:
        newest, older = (change.change_id for change in ledger.changes(2, silent=True))
        async with serving(ledger) as client:
            async with client.get("/events", headers={"Last-Event-ID": older}) as answer:
                assert (await next_event(answer))["id"] == newest
            async with client.get("/events", headers={"Last-Event-ID": newest}) as answer:
                told_first = [(await answer.content.readline()).decode().strip() for _ in range(3)]
            assert told_first == ["retry: 3000", f"id: {newest}", ""]


async def test_too_many_open_pages_are_turned_away(tmp_path: Path) -> None:
    """One page more than there may be is told to come back later, and gets in when another has gone."""
    with ledger_at(sqlite_url(tmp_path), []) as ledger:
        app = web.Application()
        Live(ledger, most=2).join(app, "/events")
        async with TestClient(TestServer(app)) as client:
            pages = [await client.get("/events") for _ in range(2)]
            assert (await client.get("/events")).status == 503
            pages.pop().close()
            async with asyncio.timeout(60):
                while (again := await client.get("/events")).status == 503:  # noqa: ASYNC110 - no event tells of it
                    await asyncio.sleep(0.05)
            assert again.status == 200
