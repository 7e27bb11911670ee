"""The page over HTTP: who may ask, who answers what, and what every answer carries.

Rules: only reading; every answer, refusals too, forbids the browser everything but our own style and script. Works
without JavaScript and asks no other host for anything. Who may ask at all is `access`'s, what is asked for `asked`'s,
how it is answered `answers`'; `pages` are for people, `api` is for programs.
"""

from __future__ import annotations

from collections.abc import Collection

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from alerts.ledger import Ledger
from alerts.policy import Policy
from rasid.web.access import only_as, only_so_often, only_with
from rasid.web.answers import problem, static
from rasid.web.api import Api
from rasid.web.behind import NOTHING, Behind
from rasid.web.feeds import Feeds
from rasid.web.limits import Limiter, Rate
from rasid.web.live import Live
from rasid.web.lookup import Lookup
from rasid.web.pages import Pages
from rasid.web.watching import Watching
from streams.errors import BadInput, Unavailable

_LOG = structlog.get_logger()

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Server": "rasid",
}


def make_app(  # noqa: PLR0913 - named by keyword, each a condition of its own
    ledger: Ledger,
    policy: Policy,
    *,
    behind: Behind = NOTHING,
    allowed_hosts: Collection[str] = (),
    token: str | None = None,
    rate: Rate | None = None,
) -> web.Application:
    """The page over `ledger`, which is best opened for reading only.

    `policy` is the one that the facts are learned with: it says what is watched and what everything is called.
    `behind` is what else is at hand.
    `allowed_hosts` are the host names, besides loopback's, under which the page may be asked for; `token` is what has
    to be shown for it; `rate` is how often each client may ask (None: as often as it likes).
    """
    lookup = Lookup(ledger, policy, behind)
    app = web.Application(
        middlewares=[
            only_as(allowed_hosts),
            *([only_so_often(Limiter(rate), _too_often)] if rate else []),
            *([only_with(token, _refuse)] if token else []),
            _explain,
        ]
    )
    app.on_response_prepare.append(_forbid)
    watching = Watching(ledger, behind)
    watching.join(app)
    Pages(lookup, watching).join(app)
    Api(lookup, watching.sources).join(app)
    Feeds(lookup).join(app)
    app.router.add_get("/style.css", static("style.css", "text/css"))
    app.router.add_get("/live.js", static("live.js", "text/javascript"))
    Live(ledger).join(app, "/events")
    return app


async def _forbid(_request: web.Request, response: web.StreamResponse) -> None:
    """The headers that every answer carries, those that aiohttp makes by itself among them."""
    response.headers.update(_HEADERS)


@web.middleware
async def _explain(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Errors as pages, or for programs as RFC 9457 says."""
    try:
        return await handler(request)
    except Unavailable as error:
        _LOG.warning("page_unavailable", path=request.path, problem=str(error))
        return problem(request, 503, "unavailable")
    except BadInput as error:
        return problem(request, 400, "bad_date" if error.reason == "date" else "bad_request", str(error))
    except web.HTTPNotFound:
        return problem(request, 404, "not_found")
    except web.HTTPMethodNotAllowed as error:
        response = problem(request, 405, "only_reading")
        response.headers["Allow"] = ", ".join(sorted(error.allowed_methods))
        return response


def _too_often(request: web.Request) -> web.Response:
    return problem(request, 429, "too_often")


async def _refuse(request: web.Request) -> web.StreamResponse:
    """What those get who have no token."""
    response = problem(request, 401, "no_token")
    response.headers["WWW-Authenticate"] = "Bearer"
    return response
