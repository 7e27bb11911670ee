"""`rasid web`: the page, over the ledger opened for reading only."""

from __future__ import annotations

import asyncio

from alerts.ledger import Ledger
from rasid.seeds import make_policy, read_watchlist
from rasid.settings import Settings
from rasid.stages import Hosted
from rasid.tables import open_read_only
from rasid.web.app import make_app
from streams.errors import Unavailable


class _Page:
    """The page as a stage: the HTTP server does the work."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def run(self) -> None:
        """Runs until cancelled."""
        await asyncio.Event().wait()

    async def problems(self) -> list[str]:
        """Says when the ledger does not answer."""
        try:
            await asyncio.to_thread(self._ledger.check)
        except Unavailable as error:
            return [str(error)]
        return []


def build(settings: Settings) -> Hosted:
    """The page, its health on the same port."""
    ledger = Ledger(open_read_only(settings, "ledger"))
    policy = make_policy(read_watchlist(settings), settings.alerts)
    app = make_app(ledger, policy, allowed_hosts=[settings.web.host, *settings.web.allowed_hosts])
    return Hosted(_Page(ledger), (settings.web.host, settings.web.port), app=app)
