"""One destination, served: what is due goes out one at a time, in order, at the pace that the receiver can take.

One rule: a try is written down as begun before anything is sent, and its end before the next begins. First what is due;
then, while the destination is coming back, what waits for its time; then its errands.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import msgspec
import structlog

from alerts import metrics
from alerts.backoff import Settled, settle
from alerts.condition import Condition
from alerts.destinations import Destination
from alerts.errands import Errand, Errands
from alerts.outbox import Due, Outbox
from alerts.outcome import Delivered, Outcome, Refused, Unknown
from alerts.sender import Reviser, Sender, still_ours
from streams.clock import utc_now
from streams.errors import Unavailable
from streams.failpoints import reach
from streams.threads import in_thread

WHEN_AWAY = 2.0
# A receiver that comes back is not met by all that waited at once.
_CATCHING_UP = 0.2
_LOG = structlog.get_logger()

# The rows of errands that tell the operator, through other destinations, that this one is paused.
Warn = Callable[[Destination, str], Sequence[Mapping[str, Any]]]


class Books(msgspec.Struct, frozen=True):
    """Where the tries are written down."""

    outbox: Outbox
    errands: Errands


class Place:
    """Where destinations lead: those that lead to the same one share it.

    `turn` is held during a send and the pause after it; before `held_until`, of the monotonic clock, nothing is sent.
    """

    def __init__(self) -> None:
        self.turn = asyncio.Lock()
        self.held_until = 0.0


class Lane:
    """Serves one destination through its sender until it is asked to stop, looking every `interval` seconds."""

    def __init__(self, destination: Destination, sender: Sender, books: Books, warn: Warn) -> None:
        self.destination = destination
        self.sender = sender
        self.interval = 0.5
        self.place = Place()
        self._outbox = books.outbox
        self._errands = books.errands
        self._warn = warn
        # What waited while nobody was there to send it need not wait any longer.
        self._condition = Condition(catching_up=True)
        self._failed_ahead: set[str] = set()
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Begin nothing more."""
        self._stopping.set()

    async def serve(self) -> None:
        """Runs until it is asked to stop."""
        while not self._stopping.is_set():
            async with self.place.turn:
                worked = await self._once()
                if worked:
                    await self._rest(max(self.sender.pace, _CATCHING_UP if self._condition.catching_up else 0.0))
            if not worked:
                await self._rest(self.interval)

    async def _once(self) -> bool:
        """One try of whatever is next; False when there is nothing to do."""
        if time.monotonic() < self.place.held_until:
            return False
        try:
            if due := await self._next():
                await self._deliver(due)
                return True
            if errand := await in_thread(self._errands.take, self.destination.id, utc_now()):
                await self._run(errand)
                return True
        except Unavailable as error:
            _LOG.warning("ledger_away", error=str(error))
            await self._rest(WHEN_AWAY)
        return False

    async def _next(self) -> Due | None:
        due = await in_thread(self._outbox.take, self.destination.id, utc_now())
        if due or not self._condition.goes_ahead(time.monotonic()):
            return due
        due = await self._ahead()
        if due is None and self._failed_ahead:  # each of them had its turn
            self._failed_ahead.clear()
            due = await self._ahead()
        if due is None:
            self._condition = self._condition.caught_up(time.monotonic())
        return due

    async def _ahead(self) -> Due | None:
        return await in_thread(self._outbox.take_ahead, self.destination.id, utc_now(), self._failed_ahead)

    async def _deliver(self, due: Due) -> None:
        outcome: Outcome
        try:
            outcome = await self._try(self._send(due), due.delivery_id)
        except asyncio.CancelledError:
            await self._settle(due, Unknown())
            raise
        await self._settle(due, outcome)
        reach("deliver.after_mark")

    async def _send(self, due: Due) -> Outcome:
        reach("deliver.after_lease")
        with metrics.DELIVERY_SECONDS.labels(self.destination.id).time():
            outcome = await self.sender.send(due)
        if isinstance(outcome, Delivered):
            reach("deliver.after_accepted")
        return outcome

    async def _settle(self, due: Due, outcome: Outcome) -> None:
        settled = settle(due.tried(), outcome, utc_now())
        if due.planned and settled.state != "sent":
            self._failed_ahead.add(due.delivery_id)
        await self._note(outcome, due)
        ours = await self._write(lambda: self._outbox.finish(due, settled, utc_now()), due)
        _tell(due, settled, ours=ours)

    async def _run(self, errand: Errand) -> None:
        """Run an errand. One that is cancelled keeps its lease until it runs out, and may then be run again."""
        outcome = await self._try(self._send_errand(errand), errand.errand_id)
        settled = settle(errand.tried(), outcome, utc_now())
        await self._note(outcome, errand)
        await self._write(lambda: self._errands.finish(errand, settled, utc_now()), errand)
        metrics.ERRANDS.labels(errand.kind, self.destination.id, settled.state).inc()
        say = _LOG.info if settled.state == "sent" else _LOG.warning
        say("errand", kind=errand.kind, destination=self.destination.id, outcome=settled.state, reason=settled.reason)

    async def _send_errand(self, errand: Errand) -> Outcome:
        if errand.kind == "notice":
            return await self.sender.send(_as_due(errand))
        if errand.receipt and isinstance(self.sender, Reviser):
            return await self.sender.revise(errand.receipt, errand.body)
        return Refused("rejected", asked=False)  # the destination of that id cannot change messages any more

    async def _try(self, send: Awaitable[Outcome], what: str) -> Outcome:
        """Send once. A fault of ours must not stop the other alerts: this one may have gone out, so it is unknown."""
        try:
            return await send
        except Exception:
            _LOG.exception("delivery_fault", destination=self.destination.id, delivery=what)
            return Unknown("unexpected")

    async def _note(self, outcome: Outcome, tried: Due | Errand) -> None:
        """Note how the destination is doing; one that refused for good is left alone, and somebody hears of it."""
        self._condition = self._condition.after(outcome, time.monotonic())
        self.place.held_until = max(self.place.held_until, self._condition.held_until)
        if not (isinstance(outcome, Refused) and outcome.pause):
            return
        reason, notices = outcome.reason, self._warn(self.destination, outcome.reason)
        await self._write(lambda: self._outbox.pause(self.destination.id, reason, utc_now(), notices), tried)
        metrics.PAUSED.labels(self.destination.id).set(1)
        _LOG.error("destination_paused", destination=self.destination.id, reason=reason)

    async def _write(self, write: Callable[[], bool], tried: Due | Errand) -> bool:
        """Write to the ledger, again and again while it is away, as long as the lease is ours."""
        while True:
            try:
                return await in_thread(write)
            except Unavailable as error:
                _LOG.warning("ledger_away", error=str(error))
                if not still_ours(tried) or self._stopping.is_set():
                    return False
                await self._rest(WHEN_AWAY)

    async def _rest(self, seconds: float) -> None:
        """Wait, but no longer than until the lane is asked to stop."""
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return


def _as_due(errand: Errand) -> Due:
    """A word to the operator as something to send: no change, and of no fact."""
    return Due(
        delivery_id=errand.errand_id,
        change_id="",
        fact="",
        destination=errand.destination,
        body=errand.body,
        attempts=errand.attempts,
        uncertain=False,  # it may come twice, but come it must
        first_try=errand.first_try,
        published=errand.created,
        sendable_until=errand.sendable_until,
    )


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
