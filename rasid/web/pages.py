"""The pages that people look at: what is asked for, looked up in a thread, laid out by a template."""

from __future__ import annotations

from datetime import UTC, datetime

from aiohttp import web

from rasid.web.answers import html
from rasid.web.article import article_page, place_of
from rasid.web.asked import CARDS, language, limit, number
from rasid.web.lookup import Asked, Lookup, cards
from rasid.web.overview import overview
from rasid.web.project import project_page
from rasid.web.state import complaints, state_page
from rasid.web.tongue import Tongue
from rasid.web.watching import Watching
from streams.threads import in_thread


class Pages:
    """The handlers."""

    def __init__(self, lookup: Lookup, watching: Watching) -> None:
        self._lookup = lookup
        self._watching = watching
        self._policy = lookup.policy

    def join(self, app: web.Application) -> None:
        """Serves the pages."""
        app.router.add_get("/", self.overview)
        app.router.add_get("/changes", self.changes)
        app.router.add_get("/fact", self.fact)
        app.router.add_get("/project", self.project)
        app.router.add_get("/article", self.article)
        app.router.add_get("/state", self.state)

    async def overview(self, request: web.Request) -> web.Response:
        """All that is known and what changed last."""
        known = await in_thread(self._lookup.known, CARDS)
        view = overview(known.facts, known.changes, known.reports, self._policy, self._tongue(request))
        wrong = complaints(await self._watching.seen(), self._tongue(request))
        return html(request, "overview.html", {"view": view, "wrong": wrong})

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

    async def article(self, request: web.Request) -> web.Response:
        """One article as it was archived, with what was read in it."""
        written = request.query.get("at")
        place = place_of(written) if written else None
        asked = Asked(request.query.get("id", ""), number(request, "revision"), place)
        case = await in_thread(self._lookup.article, asked)
        if case is None:
            raise web.HTTPNotFound
        page = article_page(case, self._tongue(request), place, number(request, "start"))
        return html(request, "article.html", {"view": page})

    async def state(self, request: web.Request) -> web.Response:
        """Whether Rasid is well."""
        seen, tongue = await self._watching.seen(), self._tongue(request)
        unfinished = await in_thread(self._lookup.unfinished)
        page = state_page(seen, unfinished, tongue, number(request, "start") or 0)
        return html(request, "state.html", {"view": page})

    def _tongue(self, request: web.Request) -> Tongue:
        return Tongue(language(request), self._policy.names)
