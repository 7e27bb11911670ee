"""What the learn stage does by the clock: conflicts end, what is finished is forgotten, the gauges are set.

One rule: a ledger that is away costs a round and nothing more, which the next one makes up for; a fact that sets off a
fault of ours costs itself, and the others go on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import structlog

from alerts.destinations import Destination
from alerts.gauges import read, show
from alerts.ledger import Ledger
from alerts.lesson import settle, settled
from alerts.policy import Policy
from alerts.retention import forget
from streams.clock import utc_now
from streams.errors import Unavailable
from streams.threads import in_thread

_TICK = 60.0
_LOG = structlog.get_logger()


class Rounds:
    """A round every minute. Finished deliveries are forgotten after `keep`; None keeps them.

    `gauges_late` is for whoever changes what is known: the gauges are then set without waiting for the next round.
    """

    def __init__(
        self, ledger: Ledger, policy: Policy, destinations: Sequence[Destination], keep: timedelta | None = None
    ) -> None:
        self._ledger = ledger
        self._policy = policy
        self._destinations = destinations
        self._keep = keep
        self.gauges_late = False
        self._turn = asyncio.Lock()

    async def run(self) -> None:
        """Runs until cancelled."""
        await self.refresh()
        while True:
            await asyncio.sleep(_TICK)
            try:
                await self._settle()
                if self._keep is not None:
                    await in_thread(forget, self._ledger, self._keep, utc_now())
            except Unavailable as error:
                _LOG.warning("ledger_away", error=str(error))
            await self.refresh()

    async def _settle(self) -> None:
        """Let conflicts end whose time has come."""
        now = utc_now()
        for fact in await in_thread(settled, self._ledger, now):
            try:
                await in_thread(settle, self._ledger, fact, self._policy, self._destinations, now)
            except Unavailable:
                raise
            except Exception:  # that of one fact must stop neither the others nor the stage
                _LOG.exception("conflict_not_ended", fact=fact)

    async def refresh(self) -> None:
        """Set the gauges. One after the other: what was read earlier is never shown later."""
        async with self._turn:
            self.gauges_late = False
            try:
                show(await in_thread(read, self._ledger, self._policy))
            except Unavailable as error:
                _LOG.warning("ledger_away", error=str(error))
