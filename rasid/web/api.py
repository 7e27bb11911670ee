"""What programs ask for: each operation of the table with what answers it from the ledger.

One rule: an answer is made from a request's parameters alone, in a thread, because the database's driver waits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import msgspec
from aiohttp import web
from aiohttp.typedefs import Handler

from alerts import listing
from alerts.excerpt import excerpt, excerpt_then
from alerts.ledger import Fact
from alerts.past import fact_then
from rasid.feedhealth import Row
from rasid.web import operations, programs, shapes
from rasid.web.answers import further, versioned
from rasid.web.cursor import after, pack, unpack
from rasid.web.lookup import Lookup
from rasid.web.openapi import description
from rasid.web.operations import A, Operation, Q
from streams.threads import in_thread

# The addresses of before there were versions.
_OLDER = {"/api/facts": operations.FACTS.path, "/api/changes": operations.CHANGES.path}


class Api:
    """The answers. `sources` says how each source is, None where they are not at hand."""

    def __init__(self, lookup: Lookup, sources: Callable[[], Sequence[Row] | None]) -> None:
        self._ledger = lookup.ledger
        self._sources = sources
        self._policy = lookup.policy

    def join(self, app: web.Application) -> None:
        """Serves them, and their description."""
        handlers = {
            operations.PROJECTS.path: _serve(operations.PROJECTS, self.projects),
            operations.FACTS.path: _serve(operations.FACTS, self.facts),
            operations.FACT.path: _serve(operations.FACT, self.fact),
            operations.CLAIMS.path: _serve(operations.CLAIMS, self.claims),
            operations.CHANGES.path: _serve(operations.CHANGES, self.changes),
            operations.DELIVERIES.path: _serve(operations.DELIVERIES, self.deliveries),
            operations.SOURCES.path: _serve(operations.SOURCES, self.sources),
        }
        for path, handler in handlers.items():
            app.router.add_get(path, handler)
        for older, path in _OLDER.items():
            app.router.add_get(older, handlers[path])
        app.router.add_get("/openapi.json", _describe(msgspec.json.encode(description())))

    def projects(self, asked: operations.Paged) -> shapes.Projects:
        """What is watched, from after the cursor on."""
        start = unpack(asked.cursor, str) if asked.cursor else ""
        watched = sorted(project for project in self._policy.projects if project > start)
        names = self._policy.names
        shown = tuple(
            shapes.Project(id=project, parent=self._policy.projects[project], names=dict(names.get(project, {})))
            for project in watched[: asked.limit]
        )
        more = len(watched) > asked.limit
        return shapes.Projects(projects=shown, next=pack(shown[-1].id) if more else None)

    def facts(self, asked: operations.AskedFacts) -> shapes.Facts:
        """What is known, or was."""
        which = listing.Facts(project=asked.project, kind=asked.kind)
        start = unpack(asked.cursor, str) if asked.cursor else None
        if asked.as_of:
            then = (asked.as_of, self._policy.window)
            page = listing.list_facts_then(self._ledger, which, then, asked.limit, start)
        else:
            page = listing.list_facts(self._ledger, which, asked.limit, start)
        return shapes.Facts(facts=tuple(map(programs.fact, page.items)), next=after(page.next))

    def fact(self, asked: operations.AskedFact) -> shapes.History | None:
        """One fact with its history; None where there is none, or was none yet."""
        found = self._ledger.fact(asked.key)
        if found is None:
            return None
        if asked.as_of:
            return self._fact_then(found, asked.as_of, asked.limit)
        window = self._policy.window(found.key)
        newest = excerpt(self._ledger, found.fact, datetime.now(UTC), window, asked.limit)
        history = programs.steps(newest.history.steps)
        return shapes.History(fact=programs.fact(found), history=history, earlier=newest.before > 0)

    def _fact_then(self, found: Fact, when: datetime, limit: int) -> shapes.History | None:
        then = fact_then(self._ledger, found.fact, when, self._policy.window)
        if not (then.present or then.changes):
            return None
        told = excerpt_then(self._ledger, found.fact, when, self._policy.window(found.key), limit)
        history = programs.steps(told.history.steps)
        return shapes.History(fact=programs.fact(then), history=history, earlier=told.before > 0)

    def claims(self, asked: operations.AskedClaims) -> shapes.Claims:
        """What articles say of a fact; nothing where there is no such fact."""
        start = unpack(asked.cursor, listing.ClaimPlace) if asked.cursor else None
        page = listing.list_claims(self._ledger, asked.fact, asked.limit, start)
        return shapes.Claims(claims=tuple(map(programs.claim, page.items)), next=after(page.next))

    def changes(self, asked: operations.AskedChanges) -> shapes.Changes:
        """What changed."""
        start = unpack(asked.cursor, listing.ChangePlace) if asked.cursor else None
        page = listing.list_changes(self._ledger, operations.which(asked), asked.limit, start)
        return shapes.Changes(changes=tuple(map(programs.change, page.items)), next=after(page.next))

    def deliveries(self, asked: operations.AskedDeliveries) -> shapes.Deliveries:
        """Who was told of what."""
        start = unpack(asked.cursor, listing.DeliveryPlace) if asked.cursor else None
        which = listing.Deliveries(state=asked.state, destination=asked.destination, change=asked.change)
        page = listing.list_deliveries(self._ledger, which, asked.limit, start)
        return shapes.Deliveries(deliveries=tuple(map(programs.delivery, page.items)), next=after(page.next))

    def sources(self, asked: operations.Paged) -> shapes.Sources:
        """What is read, from after the cursor on."""
        rows = self._sources()
        start = unpack(asked.cursor, str) if asked.cursor else ""
        rest = sorted((row for row in rows or () if row.source_id > start), key=lambda row: row.source_id)
        shown = tuple(map(programs.source, rest[: asked.limit]))
        more = len(rest) > asked.limit
        return shapes.Sources(sources=shown, at_hand=rows is not None, next=pack(shown[-1].id) if more else None)


def _serve(operation: Operation[Q, A], answer: Callable[[Q], A | None]) -> Handler:
    """The handler that reads the parameters, and answers 404 for None."""

    async def handle(request: web.Request) -> web.Response:
        found = await in_thread(answer, operations.read(request.query.items(), operation.query))
        if found is None:
            raise web.HTTPNotFound
        response = versioned(request, msgspec.json.encode(found), "application/json")
        return further(request, response, getattr(found, "next", None))

    return handle


def _describe(body: bytes) -> Handler:
    async def handle(request: web.Request) -> web.Response:
        return versioned(request, body, "application/json")

    return handle
