"""The delivery stage: each destination is served by a lane of its own, so that a slow one holds up no other.

When the stage is asked to stop it begins nothing more and waits a moment for what is under way; what is still
unanswered then is `unknown`. A destination that refused for good is paused until the operator resumes it, however often
the stage starts meanwhile; the operator is told through other destinations.
"""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, get_args

import aiohttp
import structlog

from alerts import errands, metrics, render
from alerts.console import ConsoleSender
from alerts.destinations import Destination
from alerts.errands import Errands
from alerts.lane import WHEN_AWAY, Books, Lane
from alerts.ledger import Ledger
from alerts.outbox import Outbox
from alerts.sender import Dial, Sender
from alerts.slack import SlackBotSender
from alerts.slack_hook import SlackWebhookSender
from alerts.webhook import WebhookSender
from streams.clock import utc_now
from streams.errors import Unavailable
from streams.threads import in_thread

__all__ = ["Deliverer", "Destination", "open_sender"]

_GRACE = 6.0
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
        owner = f"{socket.gethostname()}:{os.getpid()}:{time.monotonic_ns()}"
        self._books = Books(Outbox(ledger.engine, owner), Errands(ledger.engine, owner))
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Runs until cancelled. Raises `Misconfigured` for a destination that cannot be one."""
        senders: list[Sender] = []
        lanes: list[Lane] = []
        tasks: list[asyncio.Task[None]] = []
        try:
            for destination in self._destinations:
                senders.append(self._open_channel(destination, self._dial))
                lanes.append(self._lane(destination, senders[-1], lanes))
            tasks = [asyncio.create_task(lane.serve()) for lane in lanes]
            tasks.append(asyncio.create_task(self._watch()))
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
            for task in done:
                task.result()
        finally:
            self._stopping.set()
            for lane in lanes:
                lane.stop()
            await _wind_up(tasks)
            await _close(self._destinations, senders)

    async def problems(self) -> list[str]:
        """Says when the ledger does not answer."""
        try:
            await asyncio.to_thread(self._ledger.check)
        except Unavailable as error:
            return [str(error)]
        return []

    def _lane(self, destination: Destination, sender: Sender, others: Sequence[Lane]) -> Lane:
        lane = Lane(destination, sender, self._books, self._warn)
        lane.interval = self._interval
        metrics.DELIVERY_SECONDS.labels(destination.id)
        for outcome in metrics.OUTCOMES:
            metrics.DELIVERIES.labels(destination.id, outcome)
            for kind in get_args(errands.Kind):
                metrics.ERRANDS.labels(kind, destination.id, outcome)
        for other in others:
            if other.destination.lane() == destination.lane():
                lane.place = other.place
        return lane

    def _warn(self, paused: Destination, reason: str) -> list[Mapping[str, Any]]:
        """What to tell the operator, through every other destination that is for that, of one that is now paused."""
        now = utc_now()
        return [
            errands.notice(one.id, paused.id, render.paused(paused.id, reason, now, one), now)
            for one in self._destinations
            if one.operator and one.id != paused.id
        ]

    async def _watch(self) -> None:
        """Keep the gauges."""
        configured = [one.id for one in self._destinations]
        while not self._stopping.is_set():
            try:
                oldest = await in_thread(self._books.outbox.oldest, configured)
                paused = {pause.destination for pause in await in_thread(self._ledger.pauses)}
            except Unavailable as error:
                _LOG.debug("ledger_away", error=str(error))  # the lanes warn of it
                await self._rest(WHEN_AWAY)
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


async def _close(destinations: Sequence[Destination], senders: Sequence[Sender]) -> None:
    """Close all of them; what goes wrong with one is said, and leaves no other open."""
    outcomes = await asyncio.gather(*(sender.close() for sender in senders), return_exceptions=True)
    for destination, outcome in zip(destinations, outcomes, strict=False):  # there may be fewer senders, not all opened
        if isinstance(outcome, Exception):
            _LOG.error("sender_not_closed", destination=destination.id, exc_info=outcome)


async def _wind_up(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Give what is under way its grace, then end it."""
    if not tasks:
        return
    _, unfinished = await asyncio.wait(tasks, timeout=_GRACE)
    for task in unfinished:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
