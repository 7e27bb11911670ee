"""The learn stage: readings from Kafka into the ledger, one transaction each, the offset committed after it.

A Reading that cannot be used is rolled back, set aside on the dead-letter topic (acknowledged), and the next one goes
on. While the database is away nothing is committed and the same Reading is tried again. What is read twice changes
nothing, so a commit that fails costs nothing. When too much has to be set aside nothing more is taken for a while
(`streams.breaker`). The only module of this package that imports aiokafka.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from time import monotonic

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.abc import ConsumerRebalanceListener
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError

from alerts import metrics
from alerts.destinations import Destination
from alerts.heartbeat import note
from alerts.ledger import Ledger
from alerts.lesson import learn, learn_baseline, tick
from alerts.policy import Policy
from alerts.rounds import Rounds
from alerts.sender import utc_now
from streams.breaker import Breaker, Limits
from streams.errors import BadInput, RasidError, Unavailable
from streams.failpoints import reach
from streams.heartbeat import KEY, SOURCE
from streams.letters import Failure, dead_letter
from streams.records import Change, Reading, decode
from streams.threads import in_thread
from streams.topics import READINGS, Kafka, dead_letter_message
from streams.watchdog import Partition, Watchdog, Watched

__all__ = ["GROUP", "Learner", "learn", "learn_baseline", "tick"]

GROUP = "rasid-learn"

_FETCH_MS = 500
_BATCH = 200
_WHEN_AWAY = (0.5, 1.0, 2.0, 5.0)
_ASK = 5.0
_USUAL = Limits()
# Waiting for the database is no reason to lose the partitions.
_MAX_POLL_MS = 3_600_000
# The embedded broker holds a join for half the session time.
_EMBEDDED_SESSION = 2.0
_LOG = structlog.get_logger()


class Learner:
    """Learns every Reading on the topic. The baseline is learned first, once, when the stage starts.

    Finished deliveries are forgotten after `keep`; None keeps them.
    """

    def __init__(  # noqa: PLR0913 - what the stage is made of
        self,
        kafka: Kafka,
        ledger: Ledger,
        policy: Policy,
        destinations: Sequence[Destination],
        *,
        baseline: Sequence[Reading] = (),
        limits: Limits = _USUAL,
        keep: timedelta | None = None,
    ) -> None:
        self._kafka = kafka
        self._ledger = ledger
        self._policy = policy
        self._destinations = destinations
        self._baseline = baseline
        self._consumer: AIOKafkaConsumer | None = None
        self._producer: AIOKafkaProducer | None = None
        self._members = _Members()
        self._breaker = Breaker(limits)
        self._ledger_away = False
        self._rounds = Rounds(ledger, policy, destinations, keep)
        self._watchdog = Watchdog(kafka, Watched(GROUP, self._assignment, self._waits, _note_lag))

    async def run(self) -> None:
        """Runs until cancelled. Raises `Unavailable` when broker or ledger do not answer at the start."""
        await in_thread(learn_baseline, self._ledger, self._baseline, self._policy, utc_now())
        self._consumer, self._producer = self._clients()
        tasks = [asyncio.create_task(self._rounds.run())]
        try:
            await self._start(self._consumer, self._producer)
            tasks += [asyncio.create_task(self._consume(self._consumer)), asyncio.create_task(self._watchdog.run())]
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            await _cancel(tasks)
            await self._consumer.stop()
            await self._producer.stop()

    async def problems(self) -> list[str]:
        """Which of the ledger and the broker does not answer."""
        found = []
        try:
            await asyncio.to_thread(self._ledger.check)
        except Unavailable as error:
            found.append(str(error))
        try:
            if self._consumer is None or not self._consumer.assignment():
                found.append("no partition of the readings was assigned yet")
            else:
                await asyncio.wait_for(self._consumer.topics(), _ASK)
        except (KafkaError, TimeoutError) as error:
            found.append(f"kafka {self._kafka.bootstrap}: {type(error).__name__}")
        return [*found, *filter(None, [self._breaker.problem])]

    def _clients(self) -> tuple[AIOKafkaConsumer, AIOKafkaProducer]:
        session = _EMBEDDED_SESSION if self._kafka.embedded else self._kafka.session_timeout
        consumer = AIOKafkaConsumer(
            **self._kafka.client_options(),
            group_id=GROUP,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            session_timeout_ms=int(session * 1000),
            heartbeat_interval_ms=int(session * 300),
            max_poll_interval_ms=_MAX_POLL_MS,
            fetch_max_wait_ms=_FETCH_MS if not self._kafka.embedded else 50,
        )
        consumer.subscribe([READINGS], listener=self._members)
        return consumer, AIOKafkaProducer(**self._kafka.producer_options())

    async def _start(self, consumer: AIOKafkaConsumer, producer: AIOKafkaProducer) -> None:
        try:
            await consumer.start()
            await producer.start()
        except (KafkaError, OSError) as error:
            raise Unavailable("broker", f"kafka {self._kafka.bootstrap} does not answer: {error}") from error

    async def _consume(self, consumer: AIOKafkaConsumer) -> None:
        while True:
            await asyncio.sleep(self._breaker.wait(monotonic()))
            most = _BATCH if self._breaker.problem is None else 1
            batch = await consumer.getmany(timeout_ms=_FETCH_MS, max_records=most)
            for partition, records in batch.items():
                done = await self._take_some(records)
                if done > records[0].offset:
                    await self._commit(consumer, {partition: done})
                if done <= records[-1].offset:
                    _go_back(consumer, partition, done)
            if self._rounds.gauges_late:  # once for all of them: it reads every fact
                await self._rounds.refresh()

    async def _take_some(self, records: Sequence[ConsumerRecord]) -> int:
        """Take these, as far as the breaker lets us; gives the offset from which on they are not taken."""
        for record in records:
            if self._breaker.wait(monotonic()) > 0:
                return int(record.offset)
            learned = await self._take(record)
            if record.key == KEY:  # that a heartbeat fares well says nothing about the rest
                continue
            metrics.LEARNED.inc(learned)
            self._breaker.note(monotonic(), failed=not learned)
            metrics.BREAKER.set(self._breaker.problem is not None)
        return int(records[-1].offset) + 1

    async def _take(self, record: ConsumerRecord) -> bool:
        """Learn a record or set it aside; whether it was learned."""
        try:
            reading = decode(record.value or b"", Reading)
            await self._learn(reading)
        except Unavailable:
            raise
        except Exception as error:
            reason = error.reason if isinstance(error, RasidError) else "learn_fault"
            _LOG.error(
                "reading_set_aside",
                reason=reason,
                partition=record.partition,
                offset=record.offset,
                exc_info=not isinstance(error, RasidError),
            )
            await self._set_aside(record, reason, error)
            return False
        return True

    async def _learn(self, reading: Reading) -> None:
        """Learn one Reading, waiting for a ledger that is away."""
        tries = 0
        while True:
            try:
                reach("learn.before_transaction")
                changes = await in_thread(self._take_in, reading)
            except Unavailable as error:
                self._ledger_away = True
                _LOG.warning("ledger_away", error=str(error))
                await asyncio.sleep(_WHEN_AWAY[min(tries, len(_WHEN_AWAY) - 1)])
                tries += 1
                continue
            self._ledger_away = False
            reach("learn.after_commit")
            for change in changes:
                _LOG.info("change", fact=change.fact, kind=change.kind, reason=change.reason, change=change.change_id)
            self._rounds.gauges_late |= bool(changes)
            return

    def _take_in(self, reading: Reading) -> tuple[Change, ...]:
        if reading.source_id == SOURCE:
            note(self._ledger.engine, reading.first_seen, utc_now())
            return ()
        with metrics.LEARN_SECONDS.time():
            return learn(self._ledger, reading, self._policy, self._destinations, utc_now())

    async def _set_aside(self, record: ConsumerRecord, reason: str, error: Exception) -> None:
        if self._producer is None:
            raise BadInput(reason, "a reading cannot be set aside before the stage runs")
        failure = Failure(stage="learn", topic=READINGS, key=record.key, value=record.value, reason=reason, error=error)
        message = dead_letter_message(dead_letter(failure, utc_now()))
        reach("learn.before_dead_letter")
        await self._producer.send_and_wait(message.topic, message.value, key=message.key, headers=list(message.headers))
        reach("learn.after_dead_letter")
        metrics.DEAD_LETTERS.labels(reason).inc()

    async def _commit(self, consumer: AIOKafkaConsumer, offsets: Mapping[TopicPartition, int]) -> None:
        try:
            await consumer.commit(dict(offsets))
        except KafkaError as error:
            # The partition went to another learner, or the broker is away for a moment: a later commit covers this one.
            if not (error.retriable or isinstance(error, CommitFailedError | IllegalStateError)):
                raise
            _LOG.info("commit_refused", error=type(error).__name__)

    def _assignment(self) -> set[Partition] | None:
        if self._consumer is None or not self._members.joined:
            return None
        return {(one.topic, one.partition) for one in self._consumer.assignment()}

    def _waits(self) -> bool:
        return self._ledger_away or self._breaker.problem is not None


def _note_lag(topic: str, waiting: int) -> None:
    metrics.LAG.labels(topic).set(waiting)


class _Members(ConsumerRebalanceListener):  # type: ignore[misc]
    """Whether the group has given us our share, be it none."""

    joined = False

    async def on_partitions_revoked(self, _revoked: set[TopicPartition]) -> None:
        """The group is being divided anew."""
        self.joined = False

    async def on_partitions_assigned(self, _assigned: set[TopicPartition]) -> None:
        """It has been."""
        self.joined = True


def _go_back(consumer: AIOKafkaConsumer, partition: TopicPartition, offset: int) -> None:
    """Read on from there; not where the partition is another's by now, who goes on from what is committed."""
    with suppress(IllegalStateError):
        consumer.seek(partition, offset)


async def _cancel(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
