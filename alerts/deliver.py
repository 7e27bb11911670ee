"""The delivery stage: sends what is due, each destination in a task of its own, so that a slow one holds up no other.

One rule: a try is written down as begun before anything is sent, and its end before the next begins. When the stage is
asked to stop it begins nothing more and waits a moment for what is under way; what is still unanswered then is
`unknown`. A destination that refused for good is paused until the stage starts again, by when the operator has looked.
"""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

import aiohttp
import structlog

from alerts import metrics
from alerts.backoff import Settled, settle
from alerts.console import ConsoleSender
from alerts.destinations import Destination
from alerts.ledger import Ledger
from alerts.outbox import Due, Outbox
from alerts.outcome import Delivered, Outcome, Refused, Unknown
from alerts.sender import Dial, Sender, still_ours, utc_now
from alerts.slack import SlackBotSender, SlackWebhookSender
from alerts.webhook import WebhookSender
from streams.errors import Unavailable
from streams.failpoints import reach

__all__ = ["Deliverer", "Destination", "open_sender"]

_GRACE = 6.0
_WHEN_AWAY = 2.0
_LOOK_AT_AGE = 15.0
_LOG = structlog.get_logger()

Open = Callable[[Destination, Dial], Sender]


def open_sender(destination: Destination, dial: Dial) -> Sender:
    """The channel of a destination. Raises `Misconfigured` when it lacks what its kind needs."""
    match destination.kind:
        case "slack_webhook":
            return SlackWebhookSender(destination, dial)
        case "slack_bot":
            return SlackBotSender(destination, dial)
        case "webhook":
            return WebhookSender(destination, dial)
        case "console":
            return ConsoleSender()


def _any_address(_destination: Destination) -> aiohttp.BaseConnector:
    return aiohttp.TCPConnector()


class Deliverer:
    """Sends the deliveries that are due on the ledger to `destinations`, looking every `interval` seconds.

    `dial` makes the connections of a destination; `open_channel` its sender.
    """

    def __init__(
        self,
        ledger: Ledger,
        destinations: Sequence[Destination],
        *,
        dial: Dial = _any_address,
        open_channel: Open = open_sender,
        interval: float = 0.5,
    ) -> None:
        self._ledger = ledger
        self._destinations = destinations
        self._dial = dial
        self._open_channel = open_channel
        self._interval = interval
        self._outbox = Outbox(ledger.engine, owner=f"{socket.gethostname()}:{os.getpid()}:{time.monotonic_ns()}")
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Runs until cancelled. Raises `Misconfigured` for a destination that cannot be one."""
        senders: dict[str, Sender] = {}
        tasks: list[asyncio.Task[None]] = []
        try:
            for destination in self._destinations:
                senders[destination.id] = self._open_channel(destination, self._dial)
            await self._lift_pauses()
            tasks = [asyncio.create_task(self._serve(one, senders[one.id])) for one in self._destinations]
            tasks.append(asyncio.create_task(self._watch()))
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
            for task in done:
                task.result()
        finally:
            self._stopping.set()
            await _wind_up(tasks)
            for sender in senders.values():
                await sender.close()

    async def problems(self) -> list[str]:
        """Says when the ledger does not answer."""
        try:
            await asyncio.to_thread(self._ledger.check)
        except Unavailable as error:
            return [str(error)]
        return []

    async def _lift_pauses(self) -> None:
        """A start means that the operator has looked; a destination that still refuses is paused again at once."""
        while True:
            try:
                return await asyncio.to_thread(self._outbox.resume)
            except Unavailable as error:
                _LOG.warning("ledger_away", error=str(error))
                await self._rest(_WHEN_AWAY)

    async def _serve(self, destination: Destination, sender: Sender) -> None:
        while not self._stopping.is_set():
            try:
                due = await asyncio.to_thread(self._outbox.take, destination.id, utc_now())
            except Unavailable as error:
                _LOG.warning("ledger_away", error=str(error))
                await self._rest(_WHEN_AWAY)
                continue
            if due is None:
                await self._rest(self._interval)
                continue
            await self._deliver(destination, sender, due)
            await self._rest(sender.pace)

    async def _deliver(self, destination: Destination, sender: Sender, due: Due) -> None:
        outcome: Outcome
        try:
            outcome = await self._try(sender, due)
        except asyncio.CancelledError:
            await self._settle(destination, due, Unknown())
            raise
        await self._settle(destination, due, outcome)
        reach("deliver.after_mark")

    async def _try(self, sender: Sender, due: Due) -> Outcome:
        """Send once. A fault of ours must not stop the other alerts: this one may have gone out, so it is unknown."""
        try:
            reach("deliver.after_lease")
            outcome = await sender.send(due)
            if isinstance(outcome, Delivered):
                reach("deliver.after_accepted")
        except Exception:
            _LOG.exception("delivery_fault", destination=due.destination, delivery=due.delivery_id)
            return Unknown("unexpected")
        return outcome

    async def _settle(self, destination: Destination, due: Due, outcome: Outcome) -> None:
        settled = settle(due.delivery_id, due.attempts, outcome, utc_now())
        if isinstance(outcome, Refused) and outcome.pause:
            await self._write(lambda: self._outbox.pause(destination.id, outcome.reason, utc_now()), due)
            metrics.PAUSED.labels(destination.id).set(1)
            _LOG.error("destination_paused", destination=destination.id, reason=outcome.reason)
        ours = await self._write(lambda: self._outbox.finish(due, settled, utc_now()), due)
        _tell(due, settled, ours=ours is not False)

    async def _write(self, write: Callable[[], bool | None], due: Due) -> bool | None:
        """Write to the ledger, again and again while it is away, as long as the lease is ours."""
        while True:
            try:
                return await asyncio.to_thread(write)
            except Unavailable as error:
                _LOG.warning("ledger_away", error=str(error))
                if not still_ours(due) or self._stopping.is_set():
                    return False
                await self._rest(_WHEN_AWAY)

    async def _watch(self) -> None:
        """Keep the gauges."""
        while not self._stopping.is_set():
            try:
                oldest = await asyncio.to_thread(self._outbox.oldest)
                paused = {pause.destination for pause in await asyncio.to_thread(self._ledger.pauses)}
            except Unavailable:
                await self._rest(_WHEN_AWAY)
                continue
            age = utc_now() - oldest if oldest else timedelta(0)
            metrics.OLDEST_PENDING.set(max(0.0, age.total_seconds()))
            for destination in self._destinations:
                metrics.PAUSED.labels(destination.id).set(destination.id in paused)
            await self._rest(_LOOK_AT_AGE)

    async def _rest(self, seconds: float) -> None:
        """Wait, but no longer than until the stage is asked to stop."""
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return


async def _wind_up(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Give what is under way its grace, then end it."""
    if not tasks:
        return
    _, unfinished = await asyncio.wait(tasks, timeout=_GRACE)
    for task in unfinished:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _tell(due: Due, settled: Settled, *, ours: bool) -> None:
    outcome = settled.state if ours else "lease_lost"
    metrics.DELIVERIES.labels(due.destination, outcome).inc()
    if settled.state == "sent":
        metrics.PUBLISHED_TO_ALERT.observe(max(0.0, (utc_now() - due.published).total_seconds()))
    log: Mapping[str, Callable[..., None]] = {"sent": _LOG.info, "dead": _LOG.error}
    say = log.get(settled.state, _LOG.warning)
    say(
        "delivery",
        delivery=due.delivery_id,
        destination=due.destination,
        fact=due.fact,
        outcome=outcome,
        reason=settled.reason,
        attempts=due.attempts,
    )
