"""The page over HTTP: what is asked for, read from the ledger, in the language asked for.

Rules: only reading; a page names its version (ETag); every answer, refusals too, forbids the browser everything but our
own style and script. Works without JavaScript and asks no other host for anything. Who may ask at all is `access`'s.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from urllib.parse import urlencode

import jinja2
import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from alerts.facts import History
from alerts.ledger import Fact, Ledger
from alerts.policy import Policy
from alerts.reports import Report
from alerts.words import Language, moment
from rasid.web import programs, views
from rasid.web.access import only_as, only_with
from rasid.web.labels import ARROW, DIRECTION, LABELS, LANGUAGES
from rasid.web.live import Live
from rasid.web.project import Dossier, drawn, project_page
from rasid.web.tongue import Tongue
from streams.errors import BadInput, Unavailable
from streams.records import Change
from streams.threads import in_thread

_LOG = structlog.get_logger()

_CARDS = 30
_MOST = 500
# What no XML document may hold (XML 1.0, production 2): one such character in an article would break the whole feed.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Server": "rasid",
}


def make_app(
    ledger: Ledger, policy: Policy, *, allowed_hosts: Collection[str] = (), token: str | None = None
) -> web.Application:
    """The page over `ledger`, which is best opened for reading only.

    `policy` is the one that the facts are learned with: it says what is watched and what everything is called.
    `allowed_hosts` are the host names, besides loopback's, under which the page may be asked for; `token` is what has
    to be shown for it.
    """
    page = _Pages(ledger, policy)
    app = web.Application(
        middlewares=[only_as(allowed_hosts), *([only_with(token, _refuse)] if token else []), _explain]
    )
    app.on_response_prepare.append(_forbid)
    app.router.add_get("/", page.overview)
    app.router.add_get("/changes", page.changes)
    app.router.add_get("/fact", page.fact)
    app.router.add_get("/project", page.project)
    app.router.add_get("/feed.atom", page.feed)
    app.router.add_get("/api/facts", page.api_facts)
    app.router.add_get("/api/changes", page.api_changes)
    app.router.add_get("/style.css", _static("style.css", "text/css"))
    app.router.add_get("/live.js", _static("live.js", "text/javascript"))
    Live(ledger).join(app, "/events")
    return app


async def _forbid(_request: web.Request, response: web.StreamResponse) -> None:
    """The headers that every answer carries, those that aiohttp makes by itself among them."""
    response.headers.update(_HEADERS)


@web.middleware
async def _explain(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Errors as pages, or as JSON below /api/."""
    try:
        return await handler(request)
    except Unavailable as error:
        _LOG.warning("page_unavailable", path=request.path, problem=str(error))
        return _problem(request, 503, "unavailable")
    except BadInput:
        return _problem(request, 400, "bad_request")
    except web.HTTPNotFound:
        return _problem(request, 404, "not_found")


async def _refuse(request: web.Request) -> web.StreamResponse:
    """What those get who have no token."""
    response = _problem(request, 401, "no_token")
    response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _problem(request: web.Request, status: int, what: str) -> web.Response:
    message = LABELS[_language(request)][what]
    if request.path.startswith("/api/"):
        return web.Response(
            body=programs.error_json(LABELS["en"][what]), status=status, content_type="application/json"
        )
    text = _render(request, "problem.html", {"message": message})
    return web.Response(text=text, status=status, content_type="text/html")


def _language(request: web.Request) -> Language:
    return next((one for one in LANGUAGES if one == request.query.get("lang")), LANGUAGES[0])


def _limit(request: web.Request) -> int:
    """How many changes are asked for. Raises `BadInput` unless it is a number from 1 to 500."""
    asked = request.query.get("limit", str(_CARDS))
    if not (asked.isascii() and asked.isdigit() and len(asked) <= len(str(_MOST)) and 1 <= int(asked) <= _MOST):
        raise BadInput("limit", f"limit is a number from 1 to {_MOST}")
    return int(asked)


@dataclass(frozen=True, slots=True)
class _Known:
    """What the front page and the feed need, read in one go."""

    facts: Sequence[Fact]
    changes: Sequence[Change]
    reports: Mapping[str, Sequence[Report]]


class _Pages:
    """The handlers. The ledger is read in a thread: its driver waits."""

    def __init__(self, ledger: Ledger, policy: Policy) -> None:
        self._ledger = ledger
        self._policy = policy

    async def overview(self, request: web.Request) -> web.Response:
        known = await in_thread(self._known, _CARDS)
        view = views.overview(known.facts, known.changes, known.reports, self._policy, self._tongue(request))
        return _html(request, "overview.html", {"view": view})

    async def changes(self, request: web.Request) -> web.Response:
        cards = self._cards(await in_thread(self._known, _limit(request)), self._tongue(request))
        return _html(request, "changes.html", {"cards": cards})

    async def feed(self, request: web.Request) -> web.Response:
        known = await in_thread(self._known, _limit(request))
        updated = known.changes[0].time if known.changes else datetime.fromtimestamp(0, UTC)
        view = {"cards": self._cards(known, self._tongue(request)), "updated": updated}
        return _versioned(request, _NOT_XML.sub("", _render(request, "feed.xml", view)), "application/atom+xml")

    async def fact(self, request: web.Request) -> web.Response:
        key = request.query.get("key", "")
        page = await in_thread(self._fact, key, self._tongue(request))
        if page is None:
            raise web.HTTPNotFound
        return _html(request, "fact.html", {"view": page})

    async def project(self, request: web.Request) -> web.Response:
        dossier = await in_thread(self._dossier, request.query.get("id", ""))
        page = project_page(dossier, self._policy, self._tongue(request), datetime.now(UTC))
        if page is None:
            raise web.HTTPNotFound
        return _html(request, "project.html", {"view": page})

    async def api_facts(self, request: web.Request) -> web.Response:
        facts = await in_thread(self._ledger.facts)
        return _versioned(request, programs.facts_json(facts), "application/json")

    async def api_changes(self, request: web.Request) -> web.Response:
        changes = await in_thread(self._ledger.changes, _limit(request), request.query.get("fact"))
        return _versioned(request, programs.changes_json(changes), "application/json")

    def _tongue(self, request: web.Request) -> Tongue:
        return Tongue(_language(request), self._policy.names)

    def _known(self, limit: int) -> _Known:
        changes = self._ledger.changes(limit)
        return _Known(facts=self._ledger.facts(), changes=changes, reports=self._ledger.behind(changes))

    def _cards(self, known: _Known, tongue: Tongue) -> tuple[views.Card, ...]:
        return tuple(views.card(change, known.reports[change.fact], tongue) for change in known.changes)

    def _dossier(self, project: str) -> Dossier:
        facts = self._ledger.facts()
        keys = drawn(facts, project)
        changes = [one for key in keys for one in self._ledger.changes(_CARDS, key)]
        changes = sorted(changes, key=lambda change: change.time, reverse=True)[:_CARDS]
        return Dossier(
            project=project,
            facts=facts,
            histories={fact.fact: self._history(fact) for fact in facts if fact.fact in keys},
            changes=changes,
            reports=self._ledger.behind(changes),
        )

    def _history(self, fact: Fact) -> History:
        return self._ledger.history(fact.fact, window=self._policy.window(fact.key))

    def _fact(self, key: str, tongue: Tongue) -> views.FactPage | None:
        fact = self._ledger.fact(key)
        if fact is None:
            return None
        file = views.File(
            fact=fact,
            history=self._history(fact),
            reports=self._ledger.claims(key),
            changes=self._ledger.changes(_CARDS, key, silent=True),
        )
        return views.fact_page(file, tongue, datetime.now(UTC))


_TEMPLATES = jinja2.Environment(
    loader=jinja2.PackageLoader("rasid.web"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def _html(request: web.Request, template: str, view: Mapping[str, object]) -> web.Response:
    return _versioned(request, _render(request, template, view), "text/html")


def _render(request: web.Request, template: str, view: Mapping[str, object]) -> str:
    language = _language(request)

    def link(path: str, **query: str) -> str:
        """The address of a page in the language of this one."""
        asked = query | ({"lang": language} if language != LANGUAGES[0] else {})
        return f"{path}?{urlencode(asked)}" if asked else path

    other = next(one for one in LANGUAGES if one != language)
    query = {name: value for name, value in request.query.items() if name != "lang"}
    here = query | ({"lang": other} if other != LANGUAGES[0] else {})
    return _TEMPLATES.get_template(template).render(
        view,
        language=language,
        direction=DIRECTION[language],
        arrow=ARROW[language],
        label=LABELS[language],
        tongue=Tongue(language, {}),
        link=link,
        moment=moment,
        other={"language": other, "direction": DIRECTION[other], "href": f"{request.path}?{urlencode(here)}"},
        origin=f"{request.scheme}://{request.host}",
    )


def _static(name: str, content_type: str) -> Handler:
    """Serves a file of ours."""
    body = files("rasid.web").joinpath("static", name).read_bytes()

    async def serve(request: web.Request) -> web.Response:
        return _versioned(request, body, content_type)

    return serve


def _versioned(request: web.Request, body: str | bytes, content_type: str) -> web.Response:
    """The body with its ETag, or only that (304) when the client has it already."""
    data = body.encode() if isinstance(body, str) else body
    tag = hashlib.sha256(data).hexdigest()[:32]
    held = request.if_none_match or ()
    if any(one.value in (tag, "*") for one in held):
        response = web.Response(status=304)
    else:
        response = web.Response(body=data, content_type=content_type, charset="utf-8")
    response.etag = tag
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Vary"] = "Host"
    return response
