"""The pages that people look at: what is asked for, looked up in a thread, laid out by a template."""

from __future__ import annotations

from datetime import UTC, datetime

from aiohttp import web

from rasid.web import views
from rasid.web.answers import html
from rasid.web.asked import CARDS, language, limit
from rasid.web.lookup import Lookup, cards
from rasid.web.project import project_page
from rasid.web.tongue import Tongue
from streams.threads import in_thread


class Pages:
    """The handlers."""

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup
        self._policy = lookup.policy

    def join(self, app: web.Application) -> None:
        """Serves the pages."""
        app.router.add_get("/", self.overview)
        app.router.add_get("/changes", self.changes)
        app.router.add_get("/fact", self.fact)
        app.router.add_get("/project", self.project)

    async def overview(self, request: web.Request) -> web.Response:
        """All that is known and what changed last."""
        known = await in_thread(self._lookup.known, CARDS)
        view = views.overview(known.facts, known.changes, known.reports, self._policy, self._tongue(request))
        return html(request, "overview.html", {"view": view})

    async def changes(self, request: web.Request) -> web.Response:
        """The changes alone."""
        known = await in_thread(self._lookup.known, limit(request))
        return html(request, "changes.html", {"cards": cards(known, self._tongue(request))})

    async def fact(self, request: web.Request) -> web.Response:
        """One fact."""
        page = await in_thread(self._lookup.fact, request.query.get("key", ""), self._tongue(request))
        if page is None:
            raise web.HTTPNotFound
        return html(request, "fact.html", {"view": page})

    async def project(self, request: web.Request) -> web.Response:
        """One project."""
        dossier = await in_thread(self._lookup.dossier, request.query.get("id", ""))
        page = project_page(dossier, self._policy, self._tongue(request), datetime.now(UTC))
        if page is None:
            raise web.HTTPNotFound
        return html(request, "project.html", {"view": page})

    def _tongue(self, request: web.Request) -> Tongue:
        return Tongue(language(request), self._policy.names)
