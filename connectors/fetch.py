"""The one way to the web: guarded requests, for feeds, pages, hubs and whatever else is asked later.

Each hop is checked before anything is sent: scheme, port, and the address as literal, in the resolver and at the
socket (`connectors.dial`). Credentials go to the origin that they were given for and no further. Everything is
bounded (`connectors.wants`): hops, seconds in all, seconds without enough bytes, bytes after decompression,
connections per host and in all. One rule: an answer is a value. What went wrong comes back as `Failed` with its class;
only a bug raises.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http import HTTPStatus

import aiohttp
import msgspec
from aiohttp.abc import AbstractResolver
from yarl import URL

from connectors import bodies, headers
from connectors.addresses import is_public, literal
from connectors.dial import Allows, RefusedAddress, Resolver, connector, require
from connectors.outcomes import Answer, Failed, Fetched, Reason, Unchanged, Validators, failed
from connectors.pace import Pace, Room
from connectors.parse.entries import Document
from connectors.schedule import retry_after
from connectors.wants import ANSWER, FEED, Limits, Want, agent
from streams.errors import BadInput

__all__ = ["Fetcher", "Limits", "Network", "classify"]

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_STATUS: dict[int, Reason] = {
    204: "empty",
    403: "http_403",
    404: "http_404",
    410: "http_410",
    429: "http_429",
}


@dataclass(frozen=True, kw_only=True)
class Network:
    """How names become addresses, and which addresses may be reached."""

    resolver: Callable[[], AbstractResolver] = Resolver
    allows: Allows = is_public


@dataclass(frozen=True, kw_only=True)
class _Request:
    """What is asked at every hop; with a `form`, a POST that is not redirected."""

    want: Want
    validators: Validators = field(default_factory=Validators)
    form: Mapping[str, str] | None = None
    allow_private: bool = False


@dataclass(frozen=True)
class _Onward:
    """Where a redirect leads, and whether for good."""

    url: URL
    permanent: bool


class _NoRoomError(Exception):
    """The answer is large, and there are enough of those in memory already."""


_PUBLIC = Network()
_NO_VALIDATORS = Validators()
_LIMITS = Limits()


class Fetcher:
    """Fetches within `limits`, telling servers `contact`: an address where a person can be reached."""

    def __init__(self, *, contact: str, limits: Limits = _LIMITS, network: Network = _PUBLIC) -> None:
        self._limits = limits
        self._network = network
        self._headers = {"User-Agent": agent(contact), "Accept-Encoding": bodies.ACCEPTED}
        self._sessions: dict[bool, aiohttp.ClientSession] = {}
        self._pace = Pace(per_host=limits.per_host, at_once=limits.at_once)
        self._room = Room(limits.large_at_once)

    async def close(self) -> None:
        """Drop all connections."""
        for session in self._sessions.values():
            await session.close()
        self._sessions.clear()

    def keeping(self) -> AbstractAsyncContextManager[None]:
        """A stretch of this task at the end of which nothing is kept of what it fetched: then there is room for others.

        Where there is no room for a large answer it is dropped, and asked for again when there is; outside of such a
        stretch there is always room.
        """
        return self._room.visit()

    async def fetch(
        self, url: str, validators: Validators = _NO_VALIDATORS, *, want: Want = FEED, allow_private: bool = False
    ) -> Answer:
        """GET what is wanted from `url`, following redirects. Every failure comes back as a `Failed`.

        `allow_private` holds for the host of `url`, and for no other that a redirect leads to.
        """
        return await self._settle(url, _Request(want=want, validators=validators, allow_private=allow_private))

    async def post(self, url: str, form: Mapping[str, str], *, allow_private: bool = False) -> Answer:
        """POST a form to `url` and nowhere else: a redirect is a failure, any 2xx a success."""
        return await self._settle(url, _Request(want=ANSWER, form=form, allow_private=allow_private))

    async def _settle(self, url: str, request: _Request) -> Answer:
        try:
            return await self._follow(URL(url), request)
        except _NoRoomError:
            await self._room.wait()
            return await self._settle(url, request)
        except BadInput as error:
            return failed(error)
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
            return classify(error)

    async def _follow(self, start: URL, request: _Request) -> Answer:
        url, moved, left, clock = start, start, self._limits.seconds, asyncio.get_running_loop().time
        for _ in range(self._limits.hops + 1):
            hop = replace(request, allow_private=request.allow_private and url.raw_host == start.raw_host)
            self._check(url, allow_private=hop.allow_private)
            asked = _headers(request) | (_credentials(start) if url.origin() == start.origin() else {})
            async with self._pace.turn(str(url.raw_host), 0.0 if hop.allow_private else self._limits.gap):
                begun = clock()
                async with asyncio.timeout(left):
                    answer = await self._hop(url.with_user(None), asked, hop)
                left -= clock() - begun
            if not isinstance(answer, _Onward):
                return answer if moved == start else _moved(answer, moved)
            if answer.permanent and moved == url:
                moved = answer.url
            url = answer.url
        raise BadInput("redirects", f"more than {self._limits.hops} redirects")

    def _check(self, url: URL, *, allow_private: bool) -> None:
        if url.scheme not in {"http", "https"} or not url.raw_host:
            raise BadInput("refused_address", "not an http or https address")
        if allow_private:
            return
        if url.port not in self._limits.ports:
            raise BadInput(
                "refused_address",
                f"port {url.port} is not among fetch.ports (a source with allow_private may have any)",
            )
        if literal(url.raw_host) is not None:
            require(url.raw_host, self._network.allows)

    async def _hop(self, url: URL, asked: dict[str, str], request: _Request) -> Answer | _Onward:
        """One request: an answer, or where to go on."""
        session = self._session(allow_private=request.allow_private)
        method = "GET" if request.form is None else "POST"
        async with session.request(method, url, headers=asked, data=request.form, allow_redirects=False) as response:
            if method == "GET" and response.status in _REDIRECTS and "Location" in response.headers:
                target = url.join(URL(response.headers["Location"])).with_fragment(None)
                return _Onward(target, permanent=response.status in _PERMANENT)
            if response.status == HTTPStatus.NOT_MODIFIED:
                return _unchanged(request)
            if not _accepts(request, response.status):
                return _refusal(response)
            return await self._fetched(url, response, request.want)

    async def _fetched(self, url: URL, response: aiohttp.ClientResponse, want: Want) -> Fetched:
        content_type = headers.readable(response.headers.get("Content-Type", ""))
        if not want.takes(content_type):
            raise BadInput("media_type", f"its type is {content_type[:80]!r}")
        body = await self._read(response, want)
        return Fetched(
            documents=(Document(body=body, base=str(url), content_type=content_type),),
            validators=Validators(
                etag=headers.validator(response.headers.get("ETag")),
                last_modified=headers.validator(response.headers.get("Last-Modified")),
            ),
            links=tuple(map(headers.readable, response.headers.getall("Link", []))),
        )

    async def _read(self, response: aiohttp.ClientResponse, want: Want) -> bytes:
        limits, clock = self._limits, asyncio.get_running_loop().time
        cap = min(want.size, limits.size)
        if (response.content_length or 0) > cap:
            raise BadInput("too_large", f"{response.content_length} bytes announced")
        coding = ", ".join(response.headers.getall("Content-Encoding", []))
        body = bodies.Body(coding, cap, opens=want.opens)
        begun = clock()
        async for piece in response.content.iter_any():
            size, elapsed = body.add(piece), clock() - begun
            if size > limits.large and not await self._room.take():
                raise _NoRoomError
            if elapsed > limits.patience and size < elapsed * limits.bytes_per_second:
                raise BadInput("timeout", f"only {size} bytes in {elapsed:.0f} seconds")
        return body.content()

    def _session(self, *, allow_private: bool) -> aiohttp.ClientSession:
        if allow_private not in self._sessions:
            self._sessions[allow_private] = aiohttp.ClientSession(
                connector=connector(
                    self._network.resolver(),
                    allow_private=allow_private,
                    allows=self._network.allows,
                    ports=self._limits.ports,
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers=self._headers,
                auto_decompress=False,
                trust_env=False,
                timeout=aiohttp.ClientTimeout(
                    total=None, sock_connect=self._limits.connect_seconds, sock_read=self._limits.silence
                ),
            )
        return self._sessions[allow_private]


def classify(error: Exception) -> Failed:
    """What went wrong on the way, from what was raised. Says nothing of paths and queries: they can hold secrets."""
    cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    if isinstance(cause, RefusedAddress):
        return Failed(reason="refused_address", detail=str(cause))
    reason = next(reason for kind, reason in _CLASSES if isinstance(error, kind))
    if reason == "refused_address":
        return Failed(reason=reason, detail="not a usable address")
    detail = error.message if isinstance(error, aiohttp.ClientResponseError) else str(cause)
    return Failed(reason=reason, detail=f"{type(error).__name__}: {detail}"[:300])


# The first that fits: some are kinds of others.
_CLASSES: tuple[tuple[type[Exception], Reason], ...] = (
    (TimeoutError, "timeout"),
    (aiohttp.ClientConnectorDNSError, "dns"),
    (aiohttp.ClientSSLError, "tls"),
    (ssl.SSLError, "tls"),
    (aiohttp.ClientPayloadError, "truncated"),
    (aiohttp.ClientResponseError, "http_other"),
    (ValueError, "refused_address"),  # aiohttp's and yarl's word for an address that cannot be
    (Exception, "connect"),
)


def _refusal(response: aiohttp.ClientResponse) -> Failed:
    usual: Reason = "http_5xx" if response.status >= HTTPStatus.INTERNAL_SERVER_ERROR else "http_other"
    return Failed(
        reason=_STATUS.get(response.status, usual),
        detail=f"HTTP {response.status}",
        retry_after=retry_after(response.headers.get("Retry-After"), datetime.now(UTC)),
        host=response.url.raw_host,
    )


def _accepts(request: _Request, status: int) -> bool:
    """Whether it is an answer: a document is one in full, or none; to a form there is more than one kind of yes."""
    return status == HTTPStatus.OK if request.form is None else status // 100 == HTTPStatus.OK // 100


def _unchanged(request: _Request) -> Unchanged:
    if request.validators == _NO_VALIDATORS:
        raise BadInput("http_other", "HTTP 304, though nothing was asked that it could answer")
    return Unchanged()


def _moved(answer: Answer, target: URL) -> Answer:
    """The answer, with the address that permanent redirects led to."""
    moved = str(target.with_user(None))
    return answer if isinstance(answer, Failed) else msgspec.structs.replace(answer, moved=moved)


def _headers(request: _Request) -> dict[str, str]:
    validators = request.validators
    asked = {
        "Accept": request.want.accept,
        "If-None-Match": validators.etag,
        "If-Modified-Since": validators.last_modified,
    }
    return {name: value for name, value in asked.items() if value}


def _credentials(url: URL) -> dict[str, str]:
    if url.user is None:
        return {}
    return {"Authorization": aiohttp.encode_basic_auth(url.user, url.password or "")}
