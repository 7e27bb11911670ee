"""What programs ask for: facts and changes as JSON, changes as an Atom feed."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from aiohttp import web

from rasid.web import programs
from rasid.web.answers import render, versioned
from rasid.web.asked import language, limit
from rasid.web.lookup import Lookup, cards
from rasid.web.tongue import Tongue
from streams.threads import in_thread

# What no XML document may hold (XML 1.0, production 2): one such character in an article would break the whole feed.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Api:
    """The handlers."""

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup
        self._ledger = lookup.ledger

    def join(self, app: web.Application) -> None:
        """Serves them."""
        app.router.add_get("/feed.atom", self.feed)
        app.router.add_get("/api/facts", self.facts)
        app.router.add_get("/api/changes", self.changes)

    async def feed(self, request: web.Request) -> web.Response:
        """The newest changes as a feed."""
        known = await in_thread(self._lookup.known, limit(request))
        updated = known.changes[0].time if known.changes else datetime.fromtimestamp(0, UTC)
        tongue = Tongue(language(request), self._lookup.policy.names)
        view = {"cards": cards(known, tongue), "updated": updated}
        return versioned(request, _NOT_XML.sub("", render(request, "feed.xml", view)), "application/atom+xml")

    async def facts(self, request: web.Request) -> web.Response:
        """All facts."""
        return versioned(request, programs.facts_json(await in_thread(self._ledger.facts)), "application/json")

    async def changes(self, request: web.Request) -> web.Response:
        """The newest changes, of one fact when asked for."""
        changes = await in_thread(self._ledger.changes, limit(request), request.query.get("fact"))
        return versioned(request, programs.changes_json(changes), "application/json")
