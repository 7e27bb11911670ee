"""The ways of answering that all pages share: a template in the page's language, a version (ETag), a problem.

One rule: an answer names its version, and whoever has it already gets only that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from urllib.parse import urlencode

import jinja2
from aiohttp import web
from aiohttp.typedefs import Handler

from alerts.words import WORDS, moment
from rasid.web import programs
from rasid.web.asked import as_of, language
from rasid.web.cards import Card
from rasid.web.labels import DIRECTION, LABELS, LANGUAGES
from rasid.web.laid import LaidOut
from rasid.web.live import SEEN
from rasid.web.text import direction
from rasid.web.tongue import Tongue
from streams.errors import BadInput

# The addresses whose answers are no pages.
FOR_PROGRAMS = ("/api/", "/openapi.json", "/feed.", "/facts.csv", "/changes.csv")

# The pages that can be shown as of a date.
PAST = frozenset({"/", "/changes", "/facts", "/fact", "/project", "/article", "/search"})

_TEMPLATES = jinja2.Environment(
    loader=jinja2.PackageLoader("rasid.web"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    auto_reload=False,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters["direction"] = direction
_LAID_OUT = LaidOut()


@dataclass(frozen=True, slots=True)
class Body:
    """What an answer says, and the version (ETag) by which it is known again."""

    data: bytes
    content_type: str
    tag: str


def html(request: web.Request, template: str, view: Mapping[str, object]) -> web.Response:
    """The template as a page, which shows what is new by itself unless it is of a day that is over."""
    return respond(request, page(request, template, view))


def page(request: web.Request, template: str, view: Mapping[str, object]) -> Body:
    """The same before it is sent."""
    live = {} if "as_of" in request.query else {"seen": request[SEEN]}
    return body_of(render(request, template, {**view, **live}), "text/html")


def render(request: web.Request, template: str, view: Mapping[str, object]) -> str:
    """The template filled with `view`, in the language asked for."""
    ours = language(request)
    tongue = Tongue(ours, {})
    when = _when(request)
    kept = ({"lang": ours} if ours != LANGUAGES[0] else {}) | ({"as_of": _written(request)} if when else {})

    def link(path: str, **query: str) -> str:
        """The address of a page in the language and as of the time of this one."""
        return _address(path, tuple((query | kept).items()))

    def laid_out(lay: Callable[..., str], card: Card, **options: int) -> str:
        """The card as `parts.change` lays it out."""
        look = (*kept.items(), *options.items())
        return _LAID_OUT.html(card, look, lambda: lay(card, tongue, link, WORDS[ours].arrow, moment, **options))

    other = next(one for one in LANGUAGES if one != ours)
    query = {name: value for name, value in request.query.items() if name not in {"lang", "token"}}
    here = query | ({"lang": other} if other != LANGUAGES[0] else {})
    present = {name: value for name, value in request.query.items() if name not in {"as_of", "token", "after", "start"}}
    return _TEMPLATES.get_template(template).render(
        view,
        language=ours,
        direction=DIRECTION[ours],
        arrow=WORDS[ours].arrow,
        label=LABELS[ours],
        tongue=tongue,
        link=link,
        laid_out=laid_out,
        moment=moment,
        other={"language": other, "direction": DIRECTION[other], "href": f"{request.path}?{urlencode(here)}"},
        as_of=when,
        as_of_written=_written(request),
        present=present,
        present_href=f"{request.path}?{urlencode(present)}" if present else request.path,
        has_past=request.path in PAST,
        origin=f"{request.scheme}://{request.host}",
    )


@lru_cache(maxsize=2_000)
def _address(path: str, query: tuple[tuple[str, str], ...]) -> str:
    return f"{path}?{urlencode(query)}" if query else path


def _written(request: web.Request) -> str:
    return request.query.get("as_of", "").strip()


def _when(request: web.Request) -> datetime | None:
    """As of when; for the page that says what is wrong with it, the present."""
    try:
        return as_of(request)
    except BadInput:
        return None


def problem(request: web.Request, status: int, what: str, detail: str | None = None) -> web.Response:
    """What is wrong, `what` being its name among the labels: as a page, or for programs by RFC 9457.

    `detail` is for programs, in English; without it they get the label too.
    """
    if request.path.startswith(FOR_PROGRAMS):
        body = programs.problem(status, detail or LABELS["en"][what])
        return web.Response(body=body, status=status, content_type="application/problem+json")
    text = render(request, "problem.html", {"message": LABELS[language(request)][what]})
    return web.Response(text=text, status=status, content_type="text/html")


def static(name: str, content_type: str) -> Handler:
    """Serves a file of ours."""
    body = files("rasid.web").joinpath("static", name).read_bytes()

    async def serve(request: web.Request) -> web.Response:
        return versioned(request, body, content_type)

    return serve


def versioned(request: web.Request, body: str | bytes, content_type: str) -> web.Response:
    """The body with its ETag, or only that (304) when the client has it already."""
    return respond(request, body_of(body, content_type))


def body_of(said: str | bytes, content_type: str) -> Body:
    """What is said, with its version."""
    data = said.encode() if isinstance(said, str) else said
    return Body(data, content_type, hashlib.sha256(data).hexdigest()[:32])


def respond(request: web.Request, body: Body) -> web.Response:
    """The body with its ETag, or only that (304) when the client has it already."""
    held = request.if_none_match or ()
    if any(one.value in (body.tag, "*") for one in held):
        response = web.Response(status=304)
    else:
        response = web.Response(body=body.data, content_type=body.content_type, charset="utf-8")
    response.etag = body.tag
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Host"
    return response


def further(request: web.Request, response: web.Response, cursor: str | None) -> web.Response:
    """The response with a link to the next page of the list (RFC 8288), where there is one."""
    if cursor:
        response.headers["Link"] = f'<{request.rel_url.update_query(cursor=cursor)}>; rel="next"'
    return response
