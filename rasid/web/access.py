"""Who may ask for a page: under which host name, how often, and with which token.

Rules: a request under a host name that is not ours is refused, so that no other site can have a browser read the page
(DNS rebinding). Where there is a token, nothing is shown without it but health, metrics, and what makes a refusal look
like ours. It is given once as `?token=…`, from which it goes into a cookie, or by programs as a bearer token.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import ipaddress
import math
from collections.abc import Awaitable, Callable, Collection

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from yarl import URL

from rasid.web.limits import Limiter, client_of

LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
_WATCHING = frozenset({"/healthz", "/readyz", "/metrics"})
_OPEN = _WATCHING | {"/style.css", "/live.js"}
_COOKIE = "rasid"
_KEPT = 30 * 24 * 3600  # seconds

Refuse = Callable[[web.Request], Awaitable[web.StreamResponse]]


def is_loopback(host: str) -> bool:
    """Whether nobody but this machine can reach a server that listens on `host`."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def only_as(hosts: Collection[str]) -> Middleware:
    """Answers only requests that name one of these hosts, or loopback."""
    ours = LOOPBACK | {host.lower() for host in hosts}

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        if _host_name(request.host) not in ours:
            raise web.HTTPMisdirectedRequest(text="This host name is not served here (web.allowed_hosts).\n")
        return await handler(request)

    return guard


def only_so_often(limiter: Limiter, refuse: Callable[[web.Request], web.Response]) -> Middleware:
    """Answers each client only as often as that allows; what it asks beyond gets what `refuse` makes of it, with 429.

    What watches over us may ask as often as it likes.
    """

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path in _WATCHING:
            return await handler(request)
        wait = limiter.wait(client_of(request.remote), asyncio.get_running_loop().time())
        if wait <= 0:
            return await handler(request)
        response = refuse(request)
        response.headers["Retry-After"] = str(math.ceil(wait))
        return response

    return guard


def only_with(token: str, refuse: Refuse) -> Middleware:
    """Answers only requests that carry the token; all others get what `refuse` makes of them."""
    pass_ = hmac.new(token.encode(), b"rasid page", hashlib.sha256).hexdigest()

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path in _OPEN:
            return await handler(request)
        given = request.query.get("token")
        if given is not None and _same(given, token):
            return _let_in(request, pass_)
        scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
        if _same(request.cookies.get(_COOKIE, ""), pass_) or (scheme.lower() == "bearer" and _same(bearer, token)):
            return await handler(request)
        return await refuse(request)

    return guard


def _let_in(request: web.Request, pass_: str) -> web.StreamResponse:
    """To the same address without the token, so that it stays out of histories and of what is passed on."""
    query = [(name, value) for name, value in request.query.items() if name != "token"]
    # One slash only: two would lead to another host.
    address = URL.build(path="/" + request.path.lstrip("/\\"), query=query)
    response = web.Response(status=303, headers={"Location": str(address)})
    response.set_cookie(
        _COOKIE, pass_, max_age=_KEPT, path="/", httponly=True, samesite="Strict", secure=request.secure
    )
    return response


def _same(one: str, other: str) -> bool:
    # A header may hold bytes that are no UTF-8.
    return hmac.compare_digest(one.encode("utf-8", "surrogateescape"), other.encode("utf-8", "surrogateescape"))


def _host_name(host: str) -> str:
    """The name in a Host header, without its port."""
    name, colon, port = host.rpartition(":")
    return (name if colon and port.isdigit() else host).lower()
