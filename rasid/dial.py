"""How this program speaks to the web, to feeds and to destinations alike: guarded, on the ports of the settings.

One rule: whoever opens a connection to an address that somebody else may have chosen gets it from here.
"""

from __future__ import annotations

import aiohttp
import msgspec

from alerts.destinations import Destination
from alerts.sender import Dial
from connectors.dial import Resolver, connector
from connectors.fetch import Fetcher
from connectors.wants import Limits
from rasid.settings import Settings


def dialer(settings: Settings) -> Dial:
    """Makes connectors that reach public addresses only, unless the destination says otherwise."""
    ports = frozenset(settings.fetch.ports)

    def dial(destination: Destination) -> aiohttp.BaseConnector:
        return connector(Resolver(), allow_private=destination.allow_private, ports=ports)

    return dial


_USUAL = Limits()


def fetcher(settings: Settings, limits: Limits = _USUAL) -> Fetcher:
    """What feeds, pages and hubs are fetched with."""
    allowed = msgspec.structs.replace(limits, ports=frozenset(settings.fetch.ports))
    return Fetcher(contact=settings.contact, limits=allowed)
