"""`rasid web`: the page, over the ledger opened for reading only."""

from __future__ import annotations

import asyncio

import structlog

from alerts.heartbeat import Pulse
from alerts.ledger import Ledger
from connectors.archive import Archive
from connectors.sources import Source
from rasid.letterbox import count_dead_letters
from rasid.run import running_broker
from rasid.seeds import make_policy, read_sources, read_watchlist
from rasid.settings import Settings
from rasid.stages import Hosted
from rasid.tables import open_read_only
from rasid.web.access import is_loopback
from rasid.web.app import make_app
from rasid.web.behind import Behind
from rasid.web.limits import Rate
from streams.errors import Misconfigured, RasidError, Unavailable
from streams.extract.reader import Reader
from streams.extract.watchlist import Watchlist

_LOG = structlog.get_logger()
_AT_ONCE = 10.0  # seconds' worth of requests


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
    names = read_watchlist(settings)
    policy = make_policy(names, settings.alerts)
    secret = token.get_secret_value() if token else None
    hosts = [page.host, *page.allowed_hosts]
    rate = Rate(page.rate, max(1, round(page.rate * _AT_ONCE))) if page.rate else None
    behind = _behind(settings, names)
    app = make_app(ledger, policy, behind=behind, allowed_hosts=hosts, token=secret, rate=rate)
    pulse = Pulse(ledger.engine, settings.heartbeat, receives=False)
    return Hosted(_Page(ledger, pulse), (page.host, page.port), app=app)


def _behind(settings: Settings, names: Watchlist) -> Behind:
    """What else there is to look at: the page also runs where only the ledger is."""

    async def letters() -> int:
        return await count_dead_letters(running_broker(settings))

    return Behind(
        archive=_archive(settings),
        reader=Reader(names),
        sources=_sources(settings),
        letters=letters,
        heartbeat=settings.heartbeat,
    )


def _archive(settings: Settings) -> Archive | None:
    try:
        return Archive(open_read_only(settings, "archive"))
    except RasidError as error:
        _LOG.warning("archive_not_at_hand", problem=str(error))
        return None


def _sources(settings: Settings) -> tuple[Source, ...] | None:
    try:
        return read_sources(settings)
    except Misconfigured as error:
        _LOG.warning("sources_not_at_hand", problem=str(error))
        return None
