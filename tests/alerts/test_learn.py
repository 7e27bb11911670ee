"""The learn stage on a real broker: nothing lost, nothing twice, one bad message stops no other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import msgspec
import pytest
import sqlalchemy as sa
import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition

from alerts.backoff import Settled
from alerts.destinations import Destination
from alerts.gauges import Gauges
from alerts.learn import Learner, learn
from alerts.ledger import Ledger
from alerts.outbox import Outbox
from alerts.policy import Policy, Rules
from streams.breaker import Limits
from streams.clock import utc_now
from streams.errors import Unavailable
from streams.records import DeadLetter, Reading, decode
from streams.topics import DEAD_LETTER, READINGS, Kafka, reading_message
from streams.watchdog import Watchdog
from tests.alerts.build import POLICY, TOTAL, figure, reading, shown, told
from tests.alerts.conftest import fresh

CONSOLE = Destination(id="console", kind="console")
A = reading("a", 1, figure(TOTAL, 500))
B = reading("b", 2, figure(TOTAL, 600))
BASELINE = reading("baseline", 0, figure(TOTAL, 400), quiet=True, source_id="baseline")


async def produce(kafka: Kafka, *messages: Reading | bytes | None) -> None:
    """Put readings, or bytes that are none, on the topic, in one partition."""
    producer = AIOKafkaProducer(**kafka.producer_options())
    await producer.start()
    try:
        for one in messages:
            value = reading_message(one).value if isinstance(one, Reading) else one
            await producer.send_and_wait(READINGS, value, key=b"source", partition=0)
    finally:
        await producer.stop()


async def dead_letters(kafka: Kafka, count: int) -> list[DeadLetter]:
    consumer = AIOKafkaConsumer(DEAD_LETTER, **kafka.client_options(), auto_offset_reset="earliest")
    await consumer.start()
    try:
        async with asyncio.timeout(60):
            return [decode((await consumer.getone()).value, DeadLetter) for _ in range(count)]
    finally:
        await consumer.stop()


async def until(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    async with asyncio.timeout(seconds):
        while not await asyncio.to_thread(condition):  # noqa: ASYNC110 - a database tells no event
            await asyncio.sleep(0.05)


@asynccontextmanager
async def learning(
    kafka: Kafka, ledger: Ledger, baseline: Sequence[Reading] = (), policy: Policy = POLICY
) -> AsyncIterator[Learner]:
    stage = Learner(kafka, ledger, policy, (CONSOLE,), baseline=baseline)
    task = asyncio.create_task(stage.run())
    try:
        yield stage
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def changes(ledger: Ledger) -> list[str]:
    return [told(change) for change in ledger.changes(100)[::-1]]


async def test_readings_become_changes(any_broker: Kafka, disk: Ledger) -> None:
    """Readings on the topic become facts, changes and deliveries due, over the baseline; again changes nothing."""
    await produce(any_broker, A, B)
    async with learning(any_broker, disk, [BASELINE]) as stage:
        await until(lambda: len(disk.learned()) == 3)
        assert await stage.problems() == []
        await produce(any_broker, B, A, reading("c", 3))
        await until(lambda: len(disk.learned()) == 4)

    assert changes(disk) == ["figure_changed 400 > 500", "figure_changed 500 > 600"]
    assert len(disk.deliveries()) == 2


async def test_a_restart_goes_on_where_it_was(any_broker: Kafka, disk: Ledger) -> None:
    """A stage that is started again reads on from what it committed, and the baseline tells nothing new."""
    await produce(any_broker, A)
    async with learning(any_broker, disk, [BASELINE]):
        await until(lambda: len(disk.learned()) == 2)
    await produce(any_broker, B)
    async with learning(any_broker, disk, [BASELINE]):
        await until(lambda: len(disk.learned()) == 3)

    assert changes(disk) == ["figure_changed 400 > 500", "figure_changed 500 > 600"]


async def test_one_bad_message_stops_no_other(any_broker: Kafka, disk: Ledger) -> None:
    """What cannot be decoded or learned is set aside with its reason and its text, and the next one is learned."""
    poison = reading("p", 1, figure(TOTAL, 700), figure("nonsense:x", 1, role="other"))
    await produce(any_broker, b"not json \xff", poison, None, A)
    async with learning(any_broker, disk):
        await until(lambda: ("a", 1) in disk.learned())

    letters = await dead_letters(any_broker, 3)
    assert [letter.reason for letter in letters] == ["schema", "fact_key", "schema"]
    assert [letter.stage for letter in letters] == ["learn"] * 3
    assert decode(letters[1].payload, Reading) == poison
    assert changes(disk) == ["figure_new None > 500"]
    assert disk.learned() == {("a", 1)}


async def test_a_long_bad_message_fits(embedded: Kafka, disk: Ledger) -> None:
    """A bad message that would not fit once it is escaped is cut, so that it cannot stop the stage."""
    await produce(embedded, b'"' * 900_000, A)
    async with learning(embedded, disk):
        await until(lambda: ("a", 1) in disk.learned())

    (letter,) = await dead_letters(embedded, 1)
    assert not letter.whole
    assert len(letter.payload) == 100_000


async def test_a_ledger_that_is_away_is_waited_for(
    embedded: Kafka, disk: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the ledger does not answer, nothing is committed or set aside; then the same Reading is learned."""
    monkeypatch.setattr("alerts.learn._WHEN_AWAY", (0.05,))
    away = False

    def fail(*_: object) -> None:
        if away:
            raise sa.exc.OperationalError("", {}, Exception("gone"))

    sa.event.listen(disk.engine, "before_cursor_execute", fail)
    async with learning(embedded, disk) as stage:
        await produce(embedded, A)
        await until(lambda: len(disk.learned()) == 1)
        away = True
        await produce(embedded, B)
        await asyncio.sleep(0.5)
        assert "the ledger does not answer: gone" in await stage.problems()
        away = False
        await until(lambda: len(disk.learned()) == 2)

    fact = disk.fact(TOTAL)
    assert fact is not None
    assert shown(fact.present) == "600"


_REFUSALS = {
    "read-only": (
        "ALTER DATABASE {name} SET default_transaction_read_only = on",
        "ALTER DATABASE {name} RESET default_transaction_read_only",
    ),
    "a table is missing": ("ALTER TABLE facts RENAME TO elsewhere", "ALTER TABLE elsewhere RENAME TO facts"),
}


_END_THE_OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@pytest.mark.parametrize(("refuse", "mend"), _REFUSALS.values(), ids=_REFUSALS.keys())
async def test_a_ledger_that_refuses_is_waited_for(
    embedded: Kafka, postgres_url: str, monkeypatch: pytest.MonkeyPatch, refuse: str, mend: str
) -> None:
    """A PostgreSQL that answers and takes nothing costs no Reading: when it is mended the same one is learned."""
    monkeypatch.setattr("alerts.learn._WHEN_AWAY", (0.05,))
    engine = fresh(postgres_url)
    ledger = Ledger(engine)

    def order(statement: str) -> None:
        name = engine.url.database
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.detach()  # closed at the end: it must not go back to the pool, which may be in use meanwhile
            connection.exec_driver_sql("SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE")
            connection.exec_driver_sql(statement.format(name=f'"{name}"'))
            connection.exec_driver_sql(_END_THE_OTHERS)  # only a new session sees what is set for the database

    async with learning(embedded, ledger):
        await produce(embedded, A)
        await until(lambda: ledger.learned() == {("a", 1)})
        order(refuse)
        with structlog.testing.capture_logs() as logs:
            await produce(embedded, B)
            await until(lambda: "ledger_away" in {entry["event"] for entry in logs})
        # The first Reading's own change may be said a little later than it shows in the ledger.
        assert {entry["event"] for entry in logs} <= {"ledger_away", "change"}
        order(mend)
        await until(lambda: ledger.learned() == {("a", 1), ("b", 1)})
    assert changes(ledger) == ["figure_new None > 500", "figure_changed 500 > 600"]
    engine.dispose()


async def test_a_conflict_ends_by_itself(embedded: Kafka, disk: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the window of a conflict is over the stage tells that the newer value stands, without another article."""
    monkeypatch.setattr("alerts.rounds._TICK", 0.1)
    now = utc_now()
    policy = msgspec.structs.replace(POLICY, rules=Rules(conflict_window=timedelta(hours=1)))
    one = reading("a", 0, figure(TOTAL, 500), event_time=now - timedelta(seconds=2))
    two = reading("b", 0, figure(TOTAL, 600), event_time=now)
    await produce(embedded, one, two)
    async with learning(embedded, disk, policy=policy):
        await until(lambda: len(changes(disk)) == 2)
        monkeypatch.setattr("alerts.rounds.utc_now", lambda: now + timedelta(hours=2))
        await until(lambda: len(changes(disk)) == 3)

    assert changes(disk) == ["figure_new None > 500", "conflict 500 > 500", "figure_changed 500 > 600"]


class _Over(Exception):
    """The stage asks for more than there is."""


class _Batch:
    """A consumer with one batch of records."""

    def __init__(self, *readings: Reading) -> None:
        records = [
            ConsumerRecord(READINGS, 0, offset, 0, 0, b"source", reading_message(one).value, None, 0, 0, ())
            for offset, one in enumerate(readings)
        ]
        self._batches = [{TopicPartition(READINGS, 0): records}]
        self.committed: list[dict[TopicPartition, int]] = []

    async def getmany(self, **_: object) -> dict[TopicPartition, list[ConsumerRecord]]:
        if not self._batches:
            raise _Over
        return self._batches.pop()

    async def commit(self, offsets: dict[TopicPartition, int]) -> None:
        self.committed.append(offsets)


@pytest.mark.parametrize(("readings", "expected"), [((A, B), [2]), ((reading("c", 3),), [])])
async def test_the_gauges_are_set_once_for_a_batch(
    disk: Ledger, monkeypatch: pytest.MonkeyPatch, readings: tuple[Reading, ...], expected: list[int]
) -> None:
    """What reads every fact runs after the batch, once, and only where something is to be told."""
    refreshed: list[int] = []

    def read(ledger: Ledger, _policy: Policy) -> Gauges:
        refreshed.append(len(changes(ledger)))
        return Gauges(partners={}, figures={})

    monkeypatch.setattr("alerts.rounds.read", read)
    batch = _Batch(*readings)

    stage = Learner(Kafka(bootstrap="127.0.0.1:1"), disk, POLICY, ())
    stage._readings._consumer = batch
    with pytest.raises(_Over):
        await stage._consume()

    assert batch.committed == [{TopicPartition(READINGS, 0): len(readings)}]
    assert refreshed == expected


async def test_no_broker(disk: Ledger, unused_tcp_port: int) -> None:
    """Without a broker the stage ends with one clear line, and said before that it was not ready."""
    stage = Learner(Kafka(bootstrap=f"127.0.0.1:{unused_tcp_port}"), disk, POLICY, ())

    assert await stage.problems() == ["no partition of the readings was assigned yet"]
    with pytest.raises(Unavailable, match="does not answer"):
        await stage.run()


async def test_no_ledger() -> None:
    """Without a ledger the stage ends with one clear line."""
    engine = sa.create_engine("sqlite:////no/such/folder/ledger.db")
    with pytest.raises(Unavailable, match="the ledger does not answer"):
        await Learner(Kafka(bootstrap="127.0.0.1:1"), Ledger(engine), POLICY, (), baseline=[BASELINE]).run()


async def test_too_much_bad_input_opens_the_breaker(any_broker: Kafka, disk: Ledger) -> None:
    """When too much in a row is bad nothing more is taken and readiness says so; after the pause all goes on."""
    limits = Limits(in_a_row=3, pause=3.0)
    await produce(any_broker, *[b"{"] * 4, A, B)
    stage = Learner(any_broker, disk, POLICY, (CONSOLE,), limits=limits)
    task = asyncio.create_task(stage.run())
    try:
        await until(lambda: stage._breaker.problem is not None)
        assert disk.learned() == set()
        assert "nothing is taken: 4 inputs in a row could not be used" in await stage.problems()
        await dead_letters(any_broker, 4)
        await until(lambda: disk.learned() == {("a", 1), ("b", 1)})
        assert await stage.problems() == []
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    assert changes(disk) == ["figure_new None > 500", "figure_changed 500 > 600"]


async def test_a_learner_that_stands_still_is_ended(
    embedded: Kafka, disk: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A consumer that takes nothing although readings wait is noticed, by the watchdog that reading has too."""
    monkeypatch.setattr("streams.watchdog._INTERVAL", 0.1)
    ended: list[str] = []
    await produce(embedded, A)
    stage = Learner(embedded, disk, POLICY, (CONSOLE,))
    watched = stage._watchdog._worker._replace(end=ended.append)
    stage._watchdog = Watchdog(embedded, watched, limit=1.0)

    async def nothing() -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(stage, "_consume", nothing)
    task = asyncio.create_task(stage.run())
    try:
        await until(lambda: bool(ended))
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    assert "no progress on [('rasid.readings', 0)]" in ended[0]


async def test_waiting_for_the_ledger_is_no_standstill(
    embedded: Kafka, disk: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the database is away nothing moves either, and the process is left alone; the lag is measured on."""
    monkeypatch.setattr("streams.watchdog._INTERVAL", 0.1)
    ended: list[str] = []
    looks: list[int] = []
    await produce(embedded, A)
    stage = Learner(embedded, disk, POLICY, (CONSOLE,))
    watched = stage._watchdog._worker._replace(end=ended.append, note_lag=lambda _topic, count: looks.append(count))
    stage._watchdog = Watchdog(embedded, watched, limit=1.0)

    def away(*_args: object) -> None:
        raise Unavailable("database", "away")

    with monkeypatch.context() as patch:
        patch.setattr("alerts.learn.learn", away)
        task = asyncio.create_task(stage.run())
        await until(lambda: looks.count(1) > 30)
        assert ended == []
    try:
        await until(lambda: disk.learned() == {("a", 1)})
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_finished_deliveries_are_forgotten_by_the_tick(
    embedded: Kafka, disk: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stage forgets by itself what was finished longer ago than it is to be kept."""
    monkeypatch.setattr("alerts.rounds._TICK", 0.1)
    outbox = Outbox(disk.engine, "test")
    for one in (A, B):
        learn(disk, one, POLICY, (CONSOLE,), utc_now())
        due = outbox.take("console", utc_now())
        assert due is not None
        sent = Settled(state="sent", next_at=None, reason=None, receipt=None)
        assert outbox.finish(due, sent, utc_now() - timedelta(days=2))
    stage = Learner(embedded, disk, POLICY, (CONSOLE,), keep=timedelta(days=1))
    task = asyncio.create_task(stage.run())
    await until(lambda: len(disk.deliveries()) == 1)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert len(changes(disk)) == 2
