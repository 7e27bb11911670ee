"""What a page and an answer cost with 1,000 changes in the ledger and with 100,000: `python -m bench.pages`.

In both ledgers 30 % of the changes are on one fact of the watched project, the one that every page shows; the others
are on facts of companies that nobody lists, ten on each or fewer: there are always so many of these facts that every
list fills its page, so that both ledgers show pages of the same length. Each address is asked of a real server over
each ledger, and of one that does nothing but answer, in turns, so that a busy machine slows all of them alike. Each on
SQLite and on PostgreSQL, or on the one that is named.

The front page is asked for in two ways: as it is given again while nobody writes, and made anew, under an address that
nobody has asked for yet. Who opens it after a write meets the second, and that one is judged.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from aiohttp import web

from alerts import keys
from alerts.ledger import Ledger
from alerts.policy import Policy
from alerts.reports import Report, known
from alerts.tables import articles, changes, claims, deliveries, facts
from alerts.walks import Asked, outcome
from bench import ledger as press
from rasid.database import migrate, open_engine
from rasid.health import serving
from rasid.web.answers import FOR_PROGRAMS
from rasid.web.app import make_app
from streams.records import Change, Claim, Reading, encode

SIZES = (1_000, 100_000)
ROUNDS = 40
GROWTH, TIMES, WEIGHT = 1.5, 30.0, 100_000
_SHARE = 3  # of ten changes on the one fact
_ON_ANOTHER = 10
_OTHERS = 100  # at least, of which seven in ten are spoken of: no list shows more on one page
_BATCH = 5_000
_FACT = "figure:total:stargate:USD"
_PARTNERS = tuple(f"partner:{name}@stargate" for name in ("openai", "softbank", "oracle", "mgx", "arm", "nvidia"))
_POLICY = Policy(projects={"stargate": None}, names={"stargate": {"ar": "ستارغيت", "en": "Stargate"}})
_KEY = quote(_FACT, safe="")
# Days of the past: one of the first thousand articles, and one with three in four of the hundred thousand behind it.
_EARLY, _LATE = "2020-01-05", "2021-06-01"
# Counts up, so that the address is new each time.
ANEW = "/?turn={}"
PATHS = (
    "/",
    "/?lang=en",
    ANEW,
    f"/?as_of={_EARLY}&turn={{}}",
    f"/?as_of={_LATE}&turn={{}}",
    "/changes",
    "/project?id=stargate",
    f"/project?id=stargate&as_of={_LATE}",
    f"/fact?key={_KEY}",
    f"/fact?key={_KEY}&as_of={_LATE}",
    "/feed.atom",
    "/feed.json?project=stargate",
    "/changes.csv?limit=100",
    "/api/v1/projects",
    "/api/v1/facts",
    "/api/v1/facts?project=stargate&kind=figure",
    f"/api/v1/fact?key={_KEY}",
    f"/api/v1/fact?key={_KEY}&as_of={_LATE}T00:00:00Z",
    f"/api/v1/claims?fact={_KEY}",
    "/api/v1/changes",
    "/api/v1/changes?project=stargate&silent=true",
    f"/api/v1/changes?fact={_KEY}&until=2020-06-01T00:00:00Z",
    "/api/v1/changes?kind=conflict",
    "/api/v1/deliveries",
    "/api/v1/deliveries?state=dead",
)


def story(size: int) -> Iterator[tuple[Reading, Change]]:
    """So many articles, each with one claim and the change that it made."""
    others = max(_OTHERS, size * (10 - _SHARE) // 10 // _ON_ANOTHER)
    numbers: dict[str, int] = {}
    held: dict[str, Report] = {}
    for number in range(size):
        key = _FACT if number % 10 < _SHARE else f"figure:capex:unlisted:company-{number % others}:USD"
        if number < len(_PARTNERS):
            key = _PARTNERS[number]
        article = press.article(number, _claim(key, number))
        report = _report(article, article.claims[0])
        numbers[key] = numbers.get(key, 0) + 1
        yield article, _change(key, numbers[key], held.get(key), report)
        held[key] = report


def _claim(key: str, number: int) -> Claim:
    said = press.claim(key, 400 + number % 97)
    parts = keys.parse(key)
    if parts.kind == "figure":
        return said
    return Claim(
        kind="partner",
        fact=key,
        evidence=said.evidence,
        sentence=said.sentence,
        confidence=0.9,
        rule="bench",
        payers=parts.payers,
        to=parts.to,
    )


def _report(article: Reading, said: Claim) -> Report:
    names = ("article_id", "source_id", "url", "title", "event_time", "first_seen", "origin")
    return Report(claim=said, **{name: getattr(article, name) for name in names})


def _change(key: str, number: int, before: Report | None, now: Report) -> Change:
    return Change(
        change_id=keys.digest(key, str(number)),
        fact=key,
        number=number,
        kind="partner_added" if key.startswith("partner") else "figure_changed" if before else "figure_new",
        old=known(before) if before else None,
        new=known(now),
        time=now.first_seen,
        reason="newer",
    )


def fill(engine: sa.Engine, size: int) -> None:
    """Fill an empty ledger as if it had learned that story, by its shortest way."""
    told = story(size)
    last: dict[str, Change] = {}
    with engine.begin() as connection:
        while batch := list(islice(told, _BATCH)):
            press.put(connection, articles, (press.article_row(article) for article, _ in batch))
            press.put(connection, claims, (row for article, _ in batch for row in press.claim_rows(article)))
            press.put(connection, changes, (_row(change) for _, change in batch))
            sent = [change for _, change in batch if not _silent(change)]
            press.put(connection, deliveries, map(_delivery, sent))
            last |= {change.fact: change for _, change in batch}
        press.put(connection, facts, map(_fact, last.values()))
        for key in (_FACT, *_PARTNERS):  # their marks, by walking each once
            outcome(connection, Asked(fact=key, rules=None), datetime(2030, 1, 1, tzinfo=UTC), timedelta(0))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    engine.dispose()


def _silent(change: Change) -> bool:
    return "unlisted" in change.fact


def _row(change: Change) -> dict[str, Any]:
    return {name: getattr(change, name) for name in ("change_id", "fact", "number", "time", "kind")} | {
        "about": keys.parse(change.fact).to,
        "silence": "not_watched" if _silent(change) else None,
        "record": encode(change).decode(),
    }


def _delivery(change: Change) -> dict[str, Any]:
    return {
        "delivery_id": keys.digest(change.change_id, "desk"),
        "change_id": change.change_id,
        "fact": change.fact,
        "number": change.number,
        "destination": "desk",
        "body": "{}",
        "published": change.time,
        "created": change.time,
        "state": "sent",
        "attempts": 1,
        "next_at": change.time,
    }


def _fact(change: Change) -> dict[str, Any]:
    key = keys.parse(change.fact)
    return {
        "fact": change.fact,
        "kind": key.kind,
        "about": key.to,
        "present": encode(change.new).decode() if change.new else None,
        "since": change.time,
        "origins": 1,
        "confidence": 0.9,
        "changes": change.number,
    }


class Client:
    """A connection that stays, over which one address after another is asked for: nearly nothing of its own to do."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def get(self, path: str) -> bytes:
        """The body of the answer. Raises `ValueError` where it is not 200."""
        self._writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode().lower()
        status, *lines = head.split("\r\n")
        length = next(int(line.removeprefix("content-length: ")) for line in lines if line.startswith("content-length"))
        body = await self._reader.readexactly(length)
        if " 200 " not in status:
            raise ValueError(f"{path}: {status}")
        return body


@asynccontextmanager
async def asking(app: web.Application) -> AsyncIterator[Client]:
    """A client of the application, which is served on a free port."""
    async with serving(app, "127.0.0.1", 0) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        yield Client(reader, writer)
        writer.close()


def bare() -> web.Application:
    """What aiohttp itself costs."""

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    return app


async def measure(clients: Sequence[Client], path: str) -> tuple[list[float], int]:
    """The median seconds that each of the servers takes for that address, in turns, and the bytes of the last one's."""
    spent: list[list[float]] = [[] for _ in clients]
    body = b""
    for turn in range(ROUNDS + 3):
        for client, times in zip(clients, spent, strict=True):
            start = time.perf_counter()
            body = await client.get(path.format(turn))
            if turn >= 3:  # the first ones fill caches that every later one finds full
                times.append(time.perf_counter() - start)
    return [statistics.median(times) for times in spent], len(body)


async def compare(ledgers: Sequence[Ledger]) -> tuple[float, float, int]:
    """Print a line for each address; gives the worst growth, the front page made anew against the bare answer, the most
    bytes of a page.
    """
    worst, first, most = 0.0, 0.0, 0
    async with AsyncExitStack() as stack:
        apps = [bare(), *(make_app(ledger, _POLICY) for ledger in ledgers)]
        clients = [await stack.enter_async_context(asking(app)) for app in apps]
        for path in PATHS:
            (nothing, small, large), weight = await measure(clients, path)
            print(
                f"  {path[:58]:58} {nothing * 1e3:7.2f} {small * 1e3:9.2f} {large * 1e3:9.2f} {large / small:7.2f}"
                f" {large / nothing:7.1f} {weight / 1e3:8.1f}"
            )
            worst = max(worst, large / small)
            first = large / nothing if path == ANEW else first
            most = most if path.startswith(FOR_PROGRAMS) else max(most, weight)
    return worst, first, most


def main() -> None:
    """Print what each address costs over both ledgers on each database, and whether that keeps what is promised."""
    kept = True
    with press.databases(SIZES) as urls:
        for name in sys.argv[1:] or urls:
            ledgers = []
            for size, url in zip(SIZES, urls[name], strict=True):
                start = time.perf_counter()
                migrate(open_engine(url, "ledger"), "alerts", "ledger")
                fill(open_engine(url, "ledger"), size)
                print(f"{name}: {size:,} changes loaded in {time.perf_counter() - start:.0f} s", file=sys.stderr)
                ledgers.append(Ledger(open_engine(url, "ledger", read_only=True)))
            print(f"{name:60} {'bare':>7} {SIZES[0]:>9,} {SIZES[1]:>9,} {'growth':>7} {'x bare':>7} {'kB':>8}  (ms)")
            worst, first, most = asyncio.run(compare(ledgers))
            for ledger in ledgers:
                ledger.engine.dispose()
            print(
                f"  growth at most {worst:.2f}, first page anew {first:.1f} x bare, heaviest page {most / 1e3:.1f} kB"
            )
            kept &= worst <= GROWTH and first <= TIMES and most < WEIGHT
    promise = f"growth at most {GROWTH}, first page at most {TIMES:.0f} x bare, pages under {WEIGHT / 1e3:.0f} kB"
    print(f"{'kept' if kept else 'NOT KEPT'}: {promise}")
    sys.exit(0 if kept else 1)


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        main()
