"""`rasid deliver`: what is due, to its destinations. It needs the ledger only, no broker."""

from __future__ import annotations

import aiohttp

from alerts.deliver import Deliverer
from alerts.destinations import Destination
from alerts.ledger import Ledger
from connectors.dial import Resolver, connector
from rasid.settings import Settings
from rasid.stages import Hosted
from rasid.tables import open_tables


def build(settings: Settings) -> Hosted:
    """The delivery stage, over the ledger."""
    stage = Deliverer(Ledger(open_tables(settings, "ledger")), settings.outlets(), dial=_dial)
    return Hosted(stage, (settings.health.host, settings.health.deliver))


def _dial(destination: Destination) -> aiohttp.BaseConnector:
    # The same guard as for feeds: a webhook's address is an address that somebody else may have chosen.
    return connector(Resolver(), allow_private=destination.allow_private)
