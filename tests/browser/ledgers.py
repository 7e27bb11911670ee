"""The two ledgers that the pages are looked at with: a story of a few articles, and a crowd of 5,000 changes.

The story has in it what breaks pages: a word without an end, a range, mixed scripts, marks that turn the direction. The
crowd is the story's rows over and over with other ids, put in by the thousand: to learn them would take a minute.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from alerts.ledger import Ledger
from alerts.tables import articles, changes, claims, facts
from rasid.database import open_engine
from streams.records import Change, Claim, Reading, decode, encode
from tests.rasid.story import STORY, claim, figure, ledger_at, reading, sqlite_url

TOTAL = "figure:total:stargate:USD"
SECURED = "figure:secured:stargate:USD"
ARTICLE = "article-8"  # the one that mixes scripts

CHANGES = 5_000
CLAIMS = 200  # on the one fact that everybody writes of

# One word that nobody can break, as long as an address: it must not make the page wider.
_UNBROKEN = "https://" + "a" * 300
# U+202E turns what follows it; the words after it say the contrary of what is read when it is obeyed.
TURNED = "بلغ المؤمَّن حتى الآن ما بين 500 و600 مليار دولار\u202e (+10%)\u202c، بحسب OpenAI، أوبن إيه آي."


def story() -> tuple[Reading, ...]:
    """The story of the other tests, and two articles that are hard to show."""
    unbroken = figure(TOTAL, f"{_UNBROKEN} 500 مليار دولار", "500 مليار دولار", "500", speaker=_UNBROKEN)
    return (
        *STORY,
        reading(
            8,
            "2025-12-05T12:00",
            "khaleej",
            "OpenAI، أوبن إيه آي: المؤمَّن 500-600 مليار (+10%)",
            figure(SECURED, TURNED, "500 و600 مليار دولار", "500", "600", speaker="OpenAI، أوبن إيه آي"),
            claim("partner:openai@stargate", "وتبقى OpenAI (أوبن إيه آي) شريكة في المشروع."),
        ),
        reading(9, "2025-12-06", "a" * 80, _UNBROKEN, unbroken),
    )


def story_ledger(folder: Path) -> Iterator[Ledger]:
    """The story, open for reading only."""
    with ledger_at(sqlite_url(folder), story()) as ledger:
        yield ledger


def crowd_ledger(folder: Path) -> Iterator[Ledger]:
    """The story and what makes it 5,000 changes, open for reading only."""
    engine = open_engine(sqlite_url(folder), "alerts")
    with ledger_at(sqlite_url(folder), story()) as ledger:
        with engine.begin() as connection:
            _repeat_changes(connection)
            _repeat_claims(connection)
        engine.dispose()
        yield ledger


def _repeat_changes(connection: sa.Connection) -> None:
    told = [dict(row._mapping) for row in connection.execute(sa.select(changes).order_by(changes.c.position))]
    numbers = {row.fact: row.changes for row in connection.execute(sa.select(facts.c.fact, facts.c.changes))}
    rows = []
    for count in range(CHANGES - len(told)):
        like = told[count % len(told)]
        number = numbers[like["fact"]] = numbers[like["fact"]] + 1
        later = told[-1]["time"] + timedelta(minutes=count)
        moved = {"change_id": f"crowd{count:027}", "number": number, "time": later}
        record = msgspec.structs.replace(decode(like["record"].encode(), Change), **moved)
        rows.append({"fact": like["fact"], "silence": like["silence"], **moved, "record": encode(record).decode()})
    connection.execute(sa.insert(changes), rows)
    for fact, number in numbers.items():
        connection.execute(sa.update(facts).where(facts.c.fact == fact).values(changes=number))


def _repeat_claims(connection: sa.Connection) -> None:
    query = sa.select(articles, claims.c.record).join(claims).where(claims.c.fact == TOTAL)
    said = [dict(row._mapping) for row in connection.execute(query.order_by(articles.c.event_time))]
    books: dict[str, list[dict[str, Any]]] = {"articles": [], "claims": []}
    for count in range(CLAIMS):
        like = dict(said[count * len(said) // CLAIMS])
        record = decode(like.pop("record").encode(), Claim)
        id_, later = f"crowd-{count}", timedelta(minutes=count)
        times = {"event_time": like["event_time"] + later, "first_seen": like["first_seen"] + later}
        books["articles"].append(like | times | {"article_id": id_})
        books["claims"].append(
            {"article_id": id_, "number": 0, "fact": TOTAL, **times, "record": encode(record).decode()}
        )
    connection.execute(sa.insert(articles), books["articles"])
    connection.execute(sa.insert(claims), books["claims"])
