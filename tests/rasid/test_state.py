"""The page on Rasid itself: what is wrong first, with what lifts it, and the front page's line that leads there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from alerts import tables
from alerts.ledger import Ledger, Pause
from alerts.vitals import Vitals
from connectors.archive import Archive
from connectors.sources import Source
from connectors.states import FeedState
from rasid.database import migrate, open_engine
from rasid.feedhealth import Health, Row
from rasid.kafka import ensure_topics
from rasid.letterbox import count_dead_letters
from rasid.web.behind import Behind
from rasid.web.state import Seen, complaints, state_page
from rasid.web.tongue import Tongue
from streams.errors import Unavailable
from streams.records import DeadLetter
from streams.topics import ARTICLES, Kafka, dead_letter_message
from tests.kafka_client import produce
from tests.rasid.pages import Client, fetch, plain, select, serving, strings, texts, words
from tests.rasid.story import ledger_at, sqlite_url

NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)
ENGLISH = Tongue("en", {})
WELL = Vitals(waiting=0, oldest=None, given_up=0, unknown=0, pauses=(), heartbeat=NOW - timedelta(seconds=30))


def row(name: str, health: Health) -> Row:
    """A source with that health."""
    return Row(source_id=name, title=name.title(), group="", health=health, address="")


def seen(
    sources: Sequence[Row] | None = (),
    letters: int | None = 0,
    heartbeat: float = 60.0,
    started: datetime = NOW,
    **vitals: object,
) -> Seen:
    """All well but for what is given."""
    given = {name: getattr(WELL, name) for name in Vitals.__struct_fields__} | vitals
    return Seen(now=NOW, started=started, vitals=Vitals(**given), sources=sources, letters=letters, heartbeat=heartbeat)


def awaited(seconds: float) -> Seen:
    """All well, but that heartbeats, one in nine seconds, have been awaited for so long and none has come yet."""
    none = msgspec.structs.replace(WELL, heartbeat=None)
    return replace(seen(heartbeat=9.0, started=NOW - timedelta(seconds=seconds)), vitals=none)


HOOK = Pause(destination="hook", reason="http_410", since=NOW)


@pytest.mark.parametrize(
    ("state", "said", "command"),
    [
        (
            seen(heartbeat=9.0),
            "No heartbeat has come the whole way for 30 s: one of the stages stands still",
            "rasid doctor",
        ),
        (
            awaited(28),
            "No heartbeat has come the whole way for 28 s: one of the stages stands still",
            "rasid doctor",
        ),
        (
            seen(waiting=4, oldest=NOW - timedelta(minutes=11)),
            "Alerts that have waited for more than ten minutes: 4",
            "rasid deliveries --state pending",
        ),
        (seen(pauses=(HOOK,)), "Nothing is sent to hook: it refused the last alert", "rasid alert resume hook"),
        (seen(given_up=2), "Alerts given up this week: 2", "rasid deliveries --state dead"),
        (
            seen(unknown=1),
            "Alerts of which nobody knows whether they arrived: 1",
            "rasid deliveries --state unknown",
        ),
        (seen([row("a", "ill"), row("b", "ok")]), "Sources with a trouble: A", "rasid feeds list"),
        (seen([row(name, "gone") for name in "abcd"]), "Sources with a trouble: A, B, C +1", "rasid feeds list"),
        (seen(letters=7), "Dead letters: 7", "rasid dead-letters"),
    ],
)  # fmt: skip
def test_each_trouble_is_said_with_what_lifts_it(state: Seen, said: str, command: str) -> None:
    """One complaint for each thing that is wrong, in a line, with the command to type."""
    (one,) = complaints(state, ENGLISH)
    assert (plain(one.said), one.command) == (said, command)


@pytest.mark.parametrize(
    "state",
    [
        seen(),
        seen(None, None),
        seen(heartbeat=0.0),
        seen(heartbeat=10.0),
        awaited(27),
        seen(waiting=9, oldest=NOW - timedelta(minutes=9)),
        seen([row("a", "paused"), row("b", "failing"), row("c", "never polled")]),
    ],
)
def test_what_passes_by_itself_is_no_trouble(state: Seen) -> None:
    """What is young, asked for by the operator or not at hand worries nobody."""
    assert complaints(state, ENGLISH) == ()


def test_before_the_first_heartbeat_nothing_is_said_to_be_well() -> None:
    """It is awaited without alarm and without praise; where heartbeats are off, none is."""
    assert state_page(awaited(5), (), ENGLISH).unsure
    assert not state_page(seen(), (), ENGLISH).unsure
    off = replace(awaited(5), heartbeat=0.0)
    assert not state_page(off, (), ENGLISH).unsure


def test_the_gravest_trouble_comes_first() -> None:
    """Silence of the whole before one receiver, that before what was lost, that before the sources."""
    all_of_it = seen([row("a", "ill")], 3, 1.0, pauses=(HOOK,), given_up=1, unknown=1)
    assert [one.kind for one in complaints(all_of_it, ENGLISH)] == [
        "late", "paused", "given_up", "unsure", "sources", "letters",
    ]  # fmt: skip


def test_a_long_list_of_sources_goes_on() -> None:
    """Sixty sources a page, the rest behind a link, counted whole."""
    many = [row(f"s{number}", "ok") for number in range(130)]
    pages = [state_page(seen(many), (), ENGLISH, start) for start in (0, 60, 120)]
    assert [page.further for page in pages] == [60, 120, None]
    shown = [one.id for page in pages for one in page.sources or ()]
    assert shown == [one.source_id for one in many]
    assert pages[0].counted == (("well", 130),)


@pytest.fixture(scope="module")
def troubled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Ledger, Behind]]:
    """A ledger with deliveries of every state and a pause; an archive with one source that fails and one paused."""
    folder = tmp_path_factory.mktemp("state")
    with ledger_at(sqlite_url(folder)) as ledger:
        engine, now = open_engine(sqlite_url(folder), "ledger"), datetime.now(UTC)
        with engine.begin() as connection:
            for number, (change, state) in enumerate(
                zip(ledger.changes(5), ("pending", "sending", "sent", "unknown", "dead"), strict=True)
            ):
                ended = {"finished": now} if state in {"sent", "unknown", "dead"} else {}
                given = {"delivery_id": f"d{number}", "destination": "hook", "body": "{}", "state": state}
                times = dict.fromkeys(("published", "created", "next_at"), now - timedelta(hours=1))
                reason = {"reason": "http_410"} if state == "dead" else {}
                about = {"change_id": change.change_id, "fact": change.fact, "number": number, "attempts": number}
                connection.execute(sa.insert(tables.deliveries).values(given | times | about | ended | reason))
            connection.execute(sa.insert(tables.pauses).values(destination="hook", reason="http_410", since=now))
        engine.dispose()
        engine = open_engine(f"sqlite:///{folder / 'archive.db'}", "archive")
        migrate(engine, "connectors", "archive")
        archive = Archive(engine)
        daily = Source(id="daily", url="https://daily.example/", title="Daily")
        weekly = Source(id="weekly", url="https://weekly.example/", title="Weekly")
        archive.save(FeedState(source_id="daily", url=daily.url, failures=9, reason="http_500", last_poll=now))
        archive.pause("weekly", now)

        async def letters() -> int:
            return 3

        yield ledger, Behind(archive=archive, sources=(daily, weekly), letters=letters, heartbeat=60.0)
        engine.dispose()


@pytest.fixture
async def client(troubled: tuple[Ledger, Behind]) -> AsyncIterator[Client]:
    """A client of the page over it."""
    async with serving(troubled[0], behind=troubled[1]) as client:
        yield client


async def test_the_page_of_what_is_wrong(client: Client) -> None:
    """Complaints with their commands, deliveries that have not arrived, the pause, the sources with their health."""
    page = await fetch(client, "/state?lang=en")
    assert [words(one) for one in select(page, ".complaints code")] == [
        "rasid deliveries --state pending",
        "rasid alert resume hook",
        "rasid deliveries --state dead",
        "rasid deliveries --state unknown",
        "rasid feeds list",
        "rasid dead-letters",
    ]
    rows = [words(one) for one in select(page, "tbody tr")]
    states = ("given up", "uncertain", "being sent", "waiting")
    assert all(state in line for state, line in zip(states, rows, strict=False)), rows
    assert "http_410" in rows[0]
    assert "Daily daily ill" in rows[4]
    assert "http_500" in rows[4]
    assert "Weekly weekly paused rasid feeds resume weekly" in rows[5]
    assert any("rasid alert resume hook" in words(one) for one in select(page, ".rows li"))


@pytest.mark.parametrize(
    ("language", "said"), [("ar", "تنبيهات تنتظر منذ أكثر من عشر دقائق: 2"), ("en", "Alerts that have")]
)
async def test_the_front_page_says_that_something_is_wrong(client: Client, language: str, said: str) -> None:
    """One line, the gravest first, with a link to all of it."""
    page = await fetch(client, f"/?lang={language}")
    (line,) = select(page, ".wrong")
    assert said in words(line)
    assert select(page, ".fine") == []
    assert strings(line, "./a/@href")[0].startswith("/state")


async def test_nothing_wrong_is_said_nowhere_but_on_the_page(tmp_path: Path) -> None:
    """A ledger in good order: one quiet line on the front page, none on the past; what is not at hand is unknown."""
    with ledger_at(sqlite_url(tmp_path)) as ledger:
        async with serving(ledger) as client:
            assert await texts(client, "/?lang=en", ".wrong") == []
            assert await texts(client, "/?lang=en", ".fine") == ["Rasid is well"]
            assert await texts(client, "/?lang=en&as_of=2025-12-01", ".fine") == []
            assert await texts(client, "/state?lang=en", ".well") == ["Rasid is well"]
            said = words(await fetch(client, "/state?lang=en"))
            assert "The list of sources or their archive is not at hand for this page." in said
            assert "Dead lettersunknown" in said


@pytest.mark.parametrize(
    ("language", "said"), [("ar", "لم تصل أي نبضة كاملة بعد"), ("en", "No heartbeat has come the whole way yet")]
)
async def test_a_page_without_a_heartbeat_does_not_say_that_all_is_well(
    tmp_path: Path, language: str, said: str
) -> None:
    """In the first minutes it says that none has come yet, and the front page raises no alarm."""
    with ledger_at(sqlite_url(tmp_path)) as ledger:
        async with serving(ledger, behind=Behind(heartbeat=60.0)) as client:
            (note,) = await texts(client, f"/state?lang={language}", ".note")
            assert note.startswith(said)
            assert await texts(client, f"/?lang={language}", ".wrong") == []
            assert await texts(client, f"/?lang={language}", ".unsure") == await texts(
                client, f"/state?lang={language}", ".note"
            )
            assert await texts(client, f"/?lang={language}", ".fine") == []


async def test_programs_are_told_how_each_source_is(client: Client) -> None:
    """Each by its id, with its health, its failures and why; a page at a time; never its address."""
    async with client.get("/api/v1/sources?limit=1") as answer:
        first = await answer.json()
        assert "daily.example" not in await answer.text()
    (daily,) = first["sources"]
    assert (daily["id"], daily["title"], daily["health"]) == ("daily", "Daily", "ill")
    assert (daily["failures"], daily["reason"], first["at_hand"]) == (9, "http_500", True)
    async with client.get(f"/api/v1/sources?cursor={first['next']}") as answer:
        last = await answer.json()
    assert [(one["id"], one["health"], one["next_poll"]) for one in last["sources"]] == [("weekly", "paused", None)]
    assert last["next"] is None


async def test_programs_are_told_that_sources_are_not_at_hand(tmp_path: Path) -> None:
    """Where the page knows of no sources, the list is empty and says why."""
    with ledger_at(sqlite_url(tmp_path)) as ledger:
        async with serving(ledger) as client, client.get("/api/v1/sources") as answer:
            assert await answer.json() == {"sources": [], "at_hand": False, "next": None}


async def test_a_broker_that_is_away_keeps_nobody_waiting(tmp_path: Path) -> None:
    """The count of dead letters is unknown then, and every page answers."""

    async def away() -> int:
        raise Unavailable("broker", "nobody answers")

    with ledger_at(sqlite_url(tmp_path)) as ledger:
        async with serving(ledger, behind=Behind(letters=away)) as client:
            assert "Dead lettersunknown" in words(await fetch(client, "/state?lang=en"))
            await fetch(client, "/")


async def test_dead_letters_are_counted_where_they_are(any_broker: Kafka) -> None:
    """None on a fresh broker, two after two; a broker that is away raises."""
    await ensure_topics(any_broker)
    assert await count_dead_letters(any_broker) == 0
    letter = DeadLetter(
        stage="work", topic=ARTICLES, key="a", reason="schema", detail="x", payload="{}", time=NOW, whole=True
    )
    await produce(any_broker, [dead_letter_message(letter)] * 2)
    assert await count_dead_letters(any_broker) == 2
