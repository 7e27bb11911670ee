"""The pages that people look at: what is asked for, looked up in a thread, laid out by a template."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

from aiohttp import web

from alerts.keys import parse
from alerts.listing import ChangePlace, Changes, ClaimPlace, DeliveryPlace
from alerts.words import clean
from rasid.web import asked
from rasid.web.answers import Body, html, respond
from rasid.web.answers import page as body_of
from rasid.web.article import article_page, place_of
from rasid.web.cursor import pack
from rasid.web.factpage import fact_page
from rasid.web.finding import Finding, hits_of
from rasid.web.kept import Kept
from rasid.web.live import SEEN
from rasid.web.lookup import CARDS, Known, Lookup, Wanted, cards
from rasid.web.overview import overview, rows_of
from rasid.web.project import project_page
from rasid.web.search import Question
from rasid.web.state import STATES, complaints, delivery_row, state_page, unsure
from rasid.web.tongue import Tongue
from rasid.web.watching import Watching
from streams.errors import BadInput
from streams.threads import in_thread


class Pages:
    """The handlers."""

    def __init__(self, lookup: Lookup, watching: Watching) -> None:
        self._lookup = lookup
        self._watching = watching
        self._finding = Finding(lookup)
        self._kept = Kept(lookup.ledger)
        self._policy = lookup.policy
        self._titles = lookup.behind.titles()

    def join(self, app: web.Application) -> None:
        """Serves the pages."""
        for handler in (
            self.changes,
            self.facts,
            self.fact,
            self.project,
            self.article,
            self.state,
            self.deliveries,
            self.search,
        ):
            app.router.add_get(f"/{handler.__name__}", handler)
        app.router.add_get("/", self.overview)

    async def overview(self, request: web.Request) -> web.Response:
        """All that is known and what changed last."""
        when, tongue = asked.as_of(request), self._tongue(request)
        seen = None if when else await self._watching.seen()
        about = (complaints(seen, tongue), unsure(seen)) if seen else ((), False)

        def lay(known: Known) -> Body:
            view = overview(known.facts, known.changes, known.reports, self._policy, tongue)
            return body_of(request, "overview.html", {"view": view, "wrong": about[0], "unsure": about[1]})

        made_of = (request.scheme, request.host, request.path_qs, request[SEEN], about)
        read = partial(self._lookup.known, CARDS, when)
        return respond(request, await self._kept.body(made_of, read, lay))

    async def changes(self, request: web.Request) -> web.Response:
        """Changes alone, of one project or fact where asked for, with `silent` those too that nobody was told of."""
        project, fact = asked.name(request, "project"), asked.name(request, "fact")
        which = Changes(project=project, fact=fact, silent=request.query.get("silent") == "1")
        after = asked.place(request, ChangePlace)
        page = await in_thread(self._lookup.moved, which, CARDS, asked.as_of(request), after)
        known, tongue = await in_thread(self._lookup.behind_of, page.items), self._tongue(request)
        kept = {name: value for name, value in (("project", project), ("fact", fact)) if value}
        about = tongue.name(project) if project else tongue.subject(parse(fact)) if fact else None
        view = {"cards": cards(known, tongue), "silent": which.silent, "kept": kept, "about": about}
        return html(request, "changes.html", view | {"next": pack(page.next) if page.next else None})

    async def facts(self, request: web.Request) -> web.Response:
        """All facts in rows, of one project where asked for."""
        project = asked.name(request, "project")
        page = await in_thread(self._lookup.facts, project, asked.as_of(request), asked.place(request, str))
        view = {"rows": rows_of(page.items, self._tongue(request)), "project": project}
        return html(request, "facts.html", view | {"next": pack(page.next) if page.next else None})

    async def fact(self, request: web.Request) -> web.Response:
        """One fact."""
        when, key = asked.as_of(request), asked.name(request, "key")
        file = await in_thread(self._lookup.fact, key, when, asked.place(request, ClaimPlace)) if key else None
        if file is None:
            raise web.HTTPNotFound
        page = fact_page(file, self._tongue(request), when or datetime.now(UTC))
        return html(request, "fact.html", {"view": page, "next": pack(page.further) if page.further else None})

    async def project(self, request: web.Request) -> web.Response:
        """One project."""
        when = asked.as_of(request)
        dossier = await in_thread(self._lookup.dossier, asked.name(request, "id") or "", when)
        page = project_page(dossier, self._policy, self._tongue(request), when or datetime.now(UTC))
        if page is None:
            raise web.HTTPNotFound
        return html(request, "project.html", {"view": page})

    async def deliveries(self, request: web.Request) -> web.Response:
        """What was sent where, of one state where asked for."""
        state = asked.name(request, "state")
        if state not in (None, *STATES):
            raise BadInput("state", "no such state of a delivery")
        page = await in_thread(self._lookup.deliveries, state, asked.place(request, DeliveryPlace))
        rows = tuple(delivery_row(one, self._tongue(request)) for one in page.items)
        view = {"rows": rows, "state": state, "states": STATES}
        return html(request, "deliveries.html", view | {"next": pack(page.next) if page.next else None})

    async def article(self, request: web.Request) -> web.Response:
        """One article as it was archived, with what was read in it."""
        written = asked.name(request, "at")
        place = place_of(written) if written else None
        wanted = Wanted(asked.name(request, "id") or "", asked.number(request, "revision"), place, asked.as_of(request))
        case = await in_thread(self._lookup.article, wanted)
        if case is None:
            raise web.HTTPNotFound
        page = article_page(case, self._tongue(request), place, asked.number(request, "start"))
        return html(request, "article.html", {"view": page})

    async def state(self, request: web.Request) -> web.Response:
        """Whether Rasid is well."""
        seen, tongue = await self._watching.seen(), self._tongue(request)
        unfinished = await in_thread(self._lookup.unfinished)
        page = state_page(seen, unfinished, tongue, asked.number(request, "start") or 0)
        return html(request, "state.html", {"view": page})

    async def search(self, request: web.Request) -> web.Response:
        """Facts, changes and articles that have some words; of one kind where asked to go on."""
        written, kind = request.query.get("q", ""), asked.name(request, "in")
        wanted = self._finding.question(written)
        view: dict[str, object] = {"query": clean(written, 200), "asked": wanted is not None, "kind": kind}
        if wanted:
            view |= await self._found(request, wanted, kind)
        return html(request, "search.html", view)

    async def _found(self, request: web.Request, wanted: Question, kind: str | None) -> dict[str, object]:
        when, tongue, view = asked.as_of(request), self._tongue(request), dict[str, object]()
        if kind in (None, "facts"):
            facts = await in_thread(self._finding.facts, wanted, when, asked.place(request, str) if kind else None)
            view |= {"rows": rows_of(facts.facts, tongue), "next_facts": pack(facts.next) if facts.next else None}
        if kind in (None, "changes"):
            start = asked.place(request, ChangePlace) if kind else None
            moved = await in_thread(self._finding.changes, wanted, when, start)
            view |= {"cards": cards(moved.known, tongue), "next_changes": pack(moved.next) if moved.next else None}
        if kind in (None, "articles"):
            before = asked.place(request, int) if kind else None
            found = await in_thread(self._finding.articles, wanted, when, before)
            view |= {"hits": hits_of(found.hits, tongue), "next_articles": pack(found.next) if found.next else None}
        return view | {"archive": self._lookup.behind.archive is not None}

    def _tongue(self, request: web.Request) -> Tongue:
        return Tongue(asked.language(request), self._policy.names, self._titles)
