"""`rasid web`: the page, over the ledger opened for reading only."""

from __future__ import annotations

import asyncio

from alerts.heartbeat import Pulse
from alerts.ledger import Ledger
from rasid.seeds import make_policy, read_watchlist
from rasid.settings import Settings
from rasid.stages import Hosted
from rasid.tables import open_read_only
from rasid.web.access import is_loopback
from rasid.web.app import make_app
from streams.errors import Misconfigured, Unavailable


class _Page:
    """The page as a stage: the HTTP server does the work. It shows the heartbeat's age when deliver cannot any more."""

    def __init__(self, ledger: Ledger, pulse: Pulse) -> None:
        self._ledger = ledger
        self._pulse = pulse

    async def run(self) -> None:
        """Runs until cancelled."""
        await self._pulse.run()

    async def problems(self) -> list[str]:
        """Says when the ledger does not answer."""
        try:
            await asyncio.to_thread(self._ledger.check)
        except Unavailable as error:
            return [str(error)]
        return []


def build(settings: Settings) -> Hosted:
    """The page, its health on the same port. Raises `Misconfigured` where others could read it without a token."""
    page, token = settings.web, settings.web.token
    if token is None and not is_loopback(page.host):
        raise Misconfigured("web", f"web.host {page.host} can be reached by others: set web.token (or web.token_file)")
    ledger = Ledger(open_read_only(settings, "ledger"))
    policy = make_policy(read_watchlist(settings), settings.alerts)
    secret = token.get_secret_value() if token else None
    app = make_app(ledger, policy, allowed_hosts=[page.host, *page.allowed_hosts], token=secret)
    pulse = Pulse(ledger.engine, settings.heartbeat, receives=False)
    return Hosted(_Page(ledger, pulse), (page.host, page.port), app=app)
