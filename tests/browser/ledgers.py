"""The two ledgers that the pages are looked at with: the sample story, and a crowd of 5,000 changes.

The story is read from its feed by the real parts, with two articles added that are hard to show: a word without an end,
a range, mixed scripts, marks that turn the direction. The crowd is the story's rows over and over with other ids, put
in by the thousand: to learn them would take a minute.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from alerts.ledger import Ledger
from alerts.tables import articles, changes, claims, facts
from connectors.articles import article_id, article_of
from connectors.parse.document import parse
from connectors.parse.entries import Document, Entry
from connectors.sources import Source
from rasid.database import open_engine
from rasid.web.behind import Behind
from streams.records import Change, Claim, decode, encode
from tests.rasid.newsroom import Item, newsroom

TOTAL = "figure:total:stargate:USD"
SECURED = "figure:secured:stargate:USD"

CHANGES = 5_000
CLAIMS = 300  # on the one fact that everybody writes of

_STORY = Path(__file__).parents[2] / "seeds/articles/story.xml"
_SOURCE = Source(id="story", url="https://story.example/feed", backfill="announce", full_text="never")
_LATE = datetime(2026, 6, 1, 8, tzinfo=UTC)

# One word that nobody can break, as long as an address: it must not make the page wider.
_UNBROKEN = "https://" + "a" * 300
# U+202E turns what follows it: whoever obeys it reads 01 and not 10.
_TURNED = "\u202e(+10%)\u202c"
MIXED = Entry(
    guid="mixed",
    link="https://news.example/mixed",
    title=f"OpenAI، أوبن إيه آي: 500-600 مليار {_TURNED}",
    text=(
        "قالت OpenAI، أوبن إيه آي، إن الاستثمارات المؤمّنة لمشروع ستارغيت بلغت حتى الآن 500-600 مليار دولار"
        f".\n\nوانضمت شركة G42 (جي 42) إلى مشروع ستارغيت شريكا {_TURNED}."  # noqa: RUF001 - Arabic
    ),
    published="2026-06-01T07:00:00+00:00",
)
UNBROKEN = Entry(
    guid="unbroken",
    link=_UNBROKEN,
    title=_UNBROKEN,
    text=f"{_UNBROKEN}\n\nتبلغ القيمة الإجمالية لمشروع ستارغيت 550 مليار دولار، بحسب {'ب' * 300}.",
    published="2026-06-01T08:00:00+00:00",
)


def story() -> list[Item]:
    """The items of the sample story as they were published, and then the two."""
    entries = parse(Document(body=_STORY.read_bytes())).entries
    dated = [(article_of(_SOURCE, entry, _LATE).published_at or _LATE, _SOURCE, entry) for entry in entries]
    hard = [(_LATE + timedelta(hours=n), _SOURCE, entry) for n, entry in enumerate((MIXED, UNBROKEN))]
    return [*sorted(dated, key=lambda item: item[0]), *hard]


def id_of(guid: str) -> str:
    """The id of an article of the story."""
    return article_id(_SOURCE.id, Entry(guid=guid))


def story_ledger(folder: Path) -> Iterator[tuple[Ledger, Behind]]:
    """The story, with its archive, open for reading only."""
    with newsroom(folder, story()) as both:
        yield both


def crowd_ledger(folder: Path) -> Iterator[tuple[Ledger, Behind]]:
    """The story and what makes it 5,000 changes, open for reading only."""
    engine = open_engine(f"sqlite:///{folder / 'ledger.db'}", "ledger")
    with newsroom(folder, story()) as both:
        with engine.begin() as connection:
            _repeat_changes(connection)
            _repeat_claims(connection)
        engine.dispose()
        yield both


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
