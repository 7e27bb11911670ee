"""How connections to destinations are made: guarded like those to feeds, for others may have chosen the address."""

from __future__ import annotations

import aiohttp

from alerts.destinations import Destination
from connectors.dial import Resolver, connector


def dial(destination: Destination) -> aiohttp.BaseConnector:
    """A connector that reaches public addresses only, unless the destination says otherwise."""
    return connector(Resolver(), allow_private=destination.allow_private)
