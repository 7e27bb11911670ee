"""What one more article costs in a ledger of ten thousand claims and in one of a million: `python -m bench.ledger`.

In both ledgers 30 % of the claims are on one fact, and that is the one that the article speaks of. The article repeats
the value in force, gives another one, comes three days late, is edited, or no longer says so. The two ledgers take
turns article by article, so that a busy machine slows both down alike; each on SQLite and on PostgreSQL, or on the one
that is named.
"""

from __future__ import annotations

import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from alerts import keys
from alerts.ledger import Ledger
from alerts.lesson import learn
from alerts.policy import Policy
from alerts.tables import articles, claims, facts
from alerts.walks import Asked, outcome
from rasid.database import migrate, open_engine
from streams.records import SKETCH_SIZE, Amount, Claim, Origin, Reading, Span, encode
from tests import services

SIZES = (10_000, 1_000_000)
ROUNDS = 60
_SHARE = 0.3
_FACT = "figure:total:stargate:USD"
_POLICY = Policy(projects={"stargate": None})
_START = datetime(2020, 1, 1, tzinfo=UTC)
_APART = timedelta(minutes=10)
_OUTLETS = 40
_AGENCIES = (None, None, None, "Reuters", "Bloomberg", "AFP")
_BATCH = 5_000
_CLAIMS_ON_ANOTHER = 50  # claims on each of the other facts
_THREE_DAYS = 3 * 24 * 6  # articles in three days

Make = Callable[[int, int], Reading]


def claim(fact: str, billions: int) -> Claim:
    """A claim of an everyday length."""
    sentence = f"قالت الشركة يوم الثلاثاء إن قيمة المشروع في المرحلة الأولى منه ستبلغ {billions} مليار دولار. " * 2
    place = Span(part="body", start=0, end=len(sentence))
    value = Decimal(billions) * 10**9
    said = Amount(
        low=value, high=value, currency="USD", qualifier="exact", span=place, surface=f"{billions} مليار دولار"
    )
    return Claim(
        kind="figure",
        fact=fact,
        evidence=place,
        sentence=sentence,
        confidence=0.9,
        rule="bench",
        role="total",
        to="stargate",
        amount=said,
    )


def article(number: int, *said: Claim, at: float | None = None, revision: int = 1) -> Reading:
    """The article of that number in the press of the bench, at the time of that number or of another one."""
    dice = random.Random(number)
    then = _START + (number if at is None else at) * _APART
    sketch = tuple(sorted(dice.getrandbits(32) for _ in range(SKETCH_SIZE)))
    return Reading(
        article_id=f"article-{number}",
        revision=revision,
        reader_version=1,
        source_id=f"outlet-{dice.randrange(_OUTLETS)}",
        url=f"https://news.example/{number}",
        title="عنوان الخبر كما نشرته الصحيفة",
        event_time=then,
        first_seen=then + timedelta(minutes=5),
        claims=said,
        origin=Origin(attribution=dice.choice(_AGENCIES), sketch=sketch),
    )


def press(size: int) -> Iterator[Reading]:
    """So many claims: each article speaks of the one fact and of two or three others."""
    others = max(1, round(size * (1 - _SHARE) / _CLAIMS_ON_ANOTHER))
    for number in range(round(size * _SHARE)):
        first = round(number * (1 / _SHARE - 1))
        last = round((number + 1) * (1 / _SHARE - 1))
        rest = [claim(f"figure:capex:unlisted:company-{n % others}:USD", 3) for n in range(first, last)]
        yield article(number, claim(_FACT, _value(number)), *rest)


def fill(engine: sa.Engine, size: int) -> None:
    """Fill an empty ledger as if it had learned that press, by its shortest way."""
    story = press(size)
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA cache_size = -2000000")  # while it is filled; a new connection has less
        while batch := list(islice(story, _BATCH)):
            put(connection, articles, (article_row(one) for one in batch))
            put(connection, claims, (row for one in batch for row in claim_rows(one)))
        known = connection.scalars(sa.select(claims.c.fact).distinct()).all()
        new = {"kind": "figure", "origins": 0, "confidence": 0.0, "changes": 0}
        put(connection, facts, (new | {"fact": key, "about": keys.parse(key).to} for key in known if key))
        connection.exec_driver_sql("ANALYZE")  # or PostgreSQL reads whole tables for each mark
        # The marks of the one fact, by walking it once.
        outcome(connection, Asked(fact=_FACT, rules=None), _START, timedelta(0))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # Or PostgreSQL would do so by itself in the middle of what is measured.
        connection.exec_driver_sql("ANALYZE" if engine.dialect.name == "sqlite" else "VACUUM ANALYZE")
    engine.dispose()
    if engine.dialect.name == "sqlite":  # one transaction of a million claims is no log that anybody lives with
        with closing(sqlite3.connect(str(engine.url.database))) as file:
            file.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def put(connection: sa.Connection, table: sa.Table, rows: Iterable[dict[str, Any]]) -> None:
    """Insert the rows: by COPY on PostgreSQL, where it is many times faster."""
    given = list(rows)
    if connection.dialect.name != "postgresql":
        connection.execute(sa.insert(table), given)
        return
    names = ", ".join(given[0])
    driver: Any = connection.connection.driver_connection
    with driver.cursor().copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
        for row in given:
            copy.write_row(tuple(row.values()))


def article_row(one: Reading) -> dict[str, Any]:
    """The article's row."""
    names = ("article_id", "revision", "reader_version", "source_id", "url", "title", "event_time", "first_seen")
    return {name: getattr(one, name) for name in names} | {
        "origin": encode(one.origin).decode(),
        "learned_at": one.first_seen,
        "watchlist": "",
        "known_from": one.first_seen,
    }


def claim_rows(one: Reading) -> Iterator[dict[str, Any]]:
    """The rows of what it says."""
    for number, said in enumerate(one.claims):
        yield {
            "article_id": one.article_id,
            "number": number,
            "fact": said.fact,
            "event_time": one.event_time,
            "first_seen": one.first_seen,
            "record": encode(said).decode(),
        }


# What comes in a round, given the number of the newest article loaded; numbers above it are new articles.
KINDS: dict[str, Make] = {
    "says it again": lambda last, n: article(last + n, _now(last)),
    "says something else": lambda last, n: article(last + ROUNDS + n, claim(_FACT, 500 + n % 2)),
    "comes three days late": lambda last, n: article(last + 9 * ROUNDS + n, _now(last), at=last - _THREE_DAYS - n / 2),
    "is edited": lambda last, n: article(last - 2 * n, _now(last), revision=2),
    "no longer says so": lambda last, n: article(last - 2 * n - 1, revision=2),
}


def _now(last: int) -> Claim:
    """What the newest articles say."""
    return claim(_FACT, _value(last))


def _value(number: int) -> int:
    """A value stands for about five thousand articles: then the figure moves."""
    return 400 + number // 5_000


def measure(ledgers: Sequence[Ledger], kind: Make) -> list[float]:
    """The median seconds that one more article costs in each of the ledgers, taking turns."""
    spent: list[list[float]] = [[] for _ in ledgers]
    for n in range(1, ROUNDS + 1):
        for size, ledger, times in zip(SIZES, ledgers, spent, strict=True):
            one = kind(round(size * _SHARE) - 1, n)
            start = time.perf_counter()
            learn(ledger, one, _POLICY, (), one.first_seen)
            times.append(time.perf_counter() - start)
    return [statistics.median(times) for times in spent]


@contextmanager
def databases(sizes: Sequence[int] = SIZES) -> Iterator[dict[str, list[str]]]:
    """The URLs of a ledger for each size, on each database."""
    with tempfile.TemporaryDirectory(prefix="rasid-bench-") as folder, services.postgres_server() as postgres:
        files = [f"sqlite:///{Path(folder) / f'{size}.db'}" for size in sizes]
        with postgres.database() as small, postgres.database() as large:
            yield {"SQLite": files, "PostgreSQL": [small, large]}


def main() -> None:
    """Print the cost of one more article in both ledgers and its ratio, for each kind and database."""
    worst = 0.0
    with databases() as urls:
        for name in sys.argv[1:] or urls:
            places = urls[name]
            ledgers = [Ledger(open_engine(url, "ledger")) for url in places]
            for size, ledger in zip(SIZES, ledgers, strict=True):
                start = time.perf_counter()
                migrate(ledger.engine, "alerts", "ledger")
                fill(ledger.engine, size)
                print(f"{name}: {size:,} claims loaded in {time.perf_counter() - start:.0f} s", file=sys.stderr)
            print(
                f"{name:24} {'ms at ' + format(SIZES[0], ','):>14} {'ms at ' + format(SIZES[1], ','):>16} {'ratio':>7}"
            )
            for what, kind in KINDS.items():
                small, large = measure(ledgers, kind)
                worst = max(worst, large / small)
                print(f"  {what:22} {small * 1e3:14.2f} {large * 1e3:16.2f} {large / small:7.2f}")
            for ledger in ledgers:
                ledger.engine.dispose()
    print(f"worst ratio {worst:.2f} (at most 1.5 is promised)")


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        main()
