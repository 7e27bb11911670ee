"""What the learn stage does by the clock: conflicts end, what is finished is forgotten, the gauges are set.

One rule: a ledger that is away costs a round and nothing more; the next one makes up for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import structlog

from alerts.destinations import Destination
from alerts.gauges import read, show
from alerts.ledger import Ledger
from alerts.lesson import tick
from alerts.policy import Policy
from alerts.retention import forget
from alerts.sender import utc_now
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

    async def run(self) -> None:
        """Runs until cancelled."""
        await self.refresh()
        while True:
            await asyncio.sleep(_TICK)
            try:
                await in_thread(tick, self._ledger, self._policy, self._destinations, utc_now())
                if self._keep is not None:
                    await in_thread(forget, self._ledger, self._keep, utc_now())
            except Unavailable as error:
                _LOG.warning("ledger_away", error=str(error))
            await self.refresh()

    async def refresh(self) -> None:
        """Set the gauges."""
        self.gauges_late = False
        try:
            show(await in_thread(read, self._ledger, self._policy))
        except Unavailable as error:
            _LOG.warning("ledger_away", error=str(error))
