"""The learn stage: readings from Kafka into the ledger, one transaction each, the offset committed after it.

A Reading that cannot be used is rolled back, set aside on the dead-letter topic (acknowledged), and the next one goes
on. While the database is away nothing is committed and the same Reading is tried again. When too much has to be set
aside nothing more is taken for a while (`streams.breaker`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from time import monotonic

import structlog

from alerts import metrics
from alerts.destinations import Destination
from alerts.heartbeat import note
from alerts.ledger import Ledger
from alerts.lesson import learn, learn_baseline, tick
from alerts.policy import Policy
from alerts.readings import GROUP, Readings, Record
from alerts.rounds import Rounds
from streams.breaker import Breaker, Limits
from streams.clock import utc_now
from streams.errors import RasidError, Unavailable
from streams.failpoints import reach
from streams.heartbeat import KEY, SOURCE
from streams.letters import Failure, dead_letter
from streams.records import Change, Reading, decode
from streams.threads import in_thread
from streams.topics import READINGS, Kafka, dead_letter_message
from streams.watchdog import Watchdog, Watched

__all__ = ["GROUP", "Learner", "learn", "learn_baseline", "tick"]

_BATCH = 200
_WHEN_AWAY = (0.5, 1.0, 2.0, 5.0)
_USUAL = Limits()
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
        self._ledger = ledger
        self._policy = policy
        self._destinations = destinations
        self._baseline = baseline
        self._readings = Readings(kafka)
        self._breaker = Breaker(limits)
        self._ledger_away = False
        self._rounds = Rounds(ledger, policy, destinations, keep)
        self._watchdog = Watchdog(kafka, Watched(GROUP, self._readings.assignment, self._waits, _note_lag))

    async def run(self) -> None:
        """Runs until cancelled. Raises `Unavailable` when broker or ledger do not answer at the start."""
        await in_thread(learn_baseline, self._ledger, self._baseline, self._policy, utc_now())
        tasks = [asyncio.create_task(self._rounds.run())]
        try:
            await self._readings.start()
            tasks += [asyncio.create_task(self._consume()), asyncio.create_task(self._watchdog.run())]
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            await _cancel(tasks)
            await self._readings.stop()

    async def problems(self) -> list[str]:
        """Which of the ledger and the broker does not answer."""
        found = []
        try:
            await asyncio.to_thread(self._ledger.check)
        except Unavailable as error:
            found.append(str(error))
        return [*found, *await self._readings.problems(), *filter(None, [self._breaker.problem])]

    async def _consume(self) -> None:
        while True:
            await asyncio.sleep(self._breaker.wait(monotonic()))
            batch = await self._readings.some(_BATCH if self._breaker.problem is None else 1)
            for records in batch.values():
                await self._readings.done(records, await self._take_some(records))
            if self._rounds.gauges_late:  # once for all of them: it reads every fact
                await self._rounds.refresh()

    async def _take_some(self, records: Sequence[Record]) -> int:
        """Take these, as far as the breaker lets us; gives the offset from which on they are not taken."""
        for record in records:
            if self._breaker.wait(monotonic()) > 0:
                return record.offset
            learned = await self._take(record)
            if record.key == KEY:  # that a heartbeat fares well says nothing about the rest
                continue
            metrics.LEARNED.inc(learned)
            self._breaker.note(monotonic(), failed=not learned)
            metrics.BREAKER.set(self._breaker.problem is not None)
        return records[-1].offset + 1

    async def _take(self, record: Record) -> bool:
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

    async def _set_aside(self, record: Record, reason: str, error: Exception) -> None:
        failure = Failure(stage="learn", topic=READINGS, key=record.key, value=record.value, reason=reason, error=error)
        reach("learn.before_dead_letter")
        await self._readings.send(dead_letter_message(dead_letter(failure, utc_now())))
        reach("learn.after_dead_letter")
        metrics.DEAD_LETTERS.labels(reason).inc()

    def _waits(self) -> bool:
        return self._ledger_away or self._breaker.problem is not None


def _note_lag(topic: str, waiting: int) -> None:
    metrics.LAG.labels(topic).set(waiting)


async def _cancel(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
