"""Being pushed to: subscriptions that are asked for, confirmed and renewed, and the address that hubs push to.

Polling goes on, more rarely: a push is a poll that somebody else begins. What comes takes the same way (parse, archive,
publish) and is acknowledged when it is in the archive. One rule: an unsigned or wrongly signed push is answered like a
good one and forgotten, as the Recommendation wants; it is counted, and nothing of it is stored.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from http import HTTPStatus

import msgspec
import structlog
from aiohttp import web

from connectors import headers, metrics, websub
from connectors.fetch import Fetcher
from connectors.outcomes import Failed
from connectors.parse.entries import Document
from connectors.sources import Source
from connectors.subscriptions import Subscription, Subscriptions
from connectors.websub import Endpoint, Offer
from streams.errors import Misconfigured, RasidError, Unavailable
from streams.threads import in_thread

log = structlog.get_logger()

Take = Callable[[Source, Document], Awaitable[str]]

_MAX_BYTES = 10 * 1024 * 1024
_READ_SECONDS = 30.0
_AT_ONCE = 8
_ASKED_AT_ONCE = 8
_LOOK_SECONDS = 1.0
_RETRY_SECONDS = 5.0
_DENIED = timedelta(days=1)


class Push:
    """Keeps the `sources` subscribed that offer it, and hands what their hubs push to `take`.

    `take` says in a word what came of it; it raises `Unavailable` where the hub is to push it again.
    """

    def __init__(  # noqa: PLR0913 - what it works between
        self,
        book: Subscriptions,
        fetcher: Fetcher,
        sources: Sequence[Source],
        endpoint: Endpoint,
        *,
        take: Take,
        now: Callable[[], datetime],
        is_paused: Callable[[str], bool],
    ) -> None:
        self._book = book
        self._fetcher = fetcher
        self._sources = {source.id: source for source in sources if not source.paused}
        self._endpoint = endpoint
        self._take = take
        self._now = now
        self._is_paused = is_paused
        self._known: dict[str, Subscription] = {}
        self._recalled = False
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._asking = asyncio.Semaphore(_ASKED_AT_ONCE)
        self.port = endpoint.port

    async def run(self) -> None:
        """Serve hubs and keep the subscriptions, until cancelled. Raises `Misconfigured` when the port is taken."""
        async with self._serving():
            while True:
                try:
                    await self.ask_due()
                except Unavailable as error:
                    log.warning("subscriptions_wait", reason=error.reason, detail=str(error))
                    await asyncio.sleep(_RETRY_SECONDS)
                await asyncio.sleep(_LOOK_SECONDS)

    async def ask_due(self) -> None:
        """Ask the hubs of whichever subscriptions are due: new, silent, or near their end.

        Some at a time: one that does not answer keeps no other feed from being renewed.
        """
        await self._recall()
        now = self._now()
        for source_id, subscription in self._known.items():
            metrics.PUSHED.labels(source_id).set(subscription.is_live(now))
        due = [subscription for subscription in self._known.values() if subscription.due <= now]
        for outcome in await asyncio.gather(*map(self._ask_safely, due), return_exceptions=True):
            if outcome is not None:
                raise outcome

    def is_live(self, source: Source) -> bool:
        """Whether the source's hub pushes now."""
        subscription = self._known.get(source.id)
        return subscription is not None and subscription.is_live(self._now())

    async def note(self, source: Source, offer: Offer | None) -> None:
        """A poll has seen what a source offers: subscribe to it, or change over, or let go of it."""
        await self._recall()
        known = self._known.get(source.id)
        if offer is None:
            if known is not None:
                await in_thread(self._book.drop_subscription, source.id)
                del self._known[source.id]
                metrics.PUSHED.labels(source.id).set(0)
        elif known is None or (known.hub, known.topic) != (offer.hub, offer.topic):
            await self._save(
                Subscription(
                    source_id=source.id,
                    hub=offer.hub,
                    topic=offer.topic,
                    token=secrets.token_urlsafe(32),
                    secret=secrets.token_urlsafe(32),
                    due=self._now(),
                )
            )

    async def answer(self, request: web.Request) -> web.Response:
        """What a hub is told, be it that it asks or that it pushes."""
        token = request.path.rpartition("/")[2].encode()
        try:
            await self._recall()
            known = [one for one in self._known.values() if secrets.compare_digest(one.token.encode(), token)]
            if not known:
                return web.Response(status=HTTPStatus.NOT_FOUND)
            if request.method == "POST":
                async with self._places:
                    return await self._pushed(request, known[0])
            return await self._questioned(websub.question(request.query), known[0])
        except Unavailable as error:  # the hub will come back
            log.warning("push_waits", reason=error.reason, detail=str(error))
            return web.Response(status=HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": "60"})

    async def _questioned(self, asked: websub.Question, subscription: Subscription) -> web.Response:
        now = self._now()
        if asked.mode == "denied" and asked.topic == subscription.topic:
            log.warning("subscription_denied", source=subscription.source_id, detail=asked.reason)
            await self._save(msgspec.structs.replace(subscription, until=None, asked=None, due=now + _DENIED))
            return web.Response()
        if not websub.confirms(asked, subscription.topic, subscription.asked, now):
            return web.Response(status=HTTPStatus.NOT_FOUND)
        granted = websub.lease(asked)
        live = msgspec.structs.replace(subscription, until=now + granted, due=websub.renewal(granted, now), tries=0)
        await self._save(live)
        log.info("subscribed", source=subscription.source_id, seconds=int(granted.total_seconds()))
        return web.Response(text=asked.challenge, headers={"X-Content-Type-Options": "nosniff"})

    async def _pushed(self, request: web.Request, subscription: Subscription) -> web.Response:
        source = self._sources.get(subscription.source_id)
        if source is None or not subscription.is_live(self._now()):
            return web.Response(status=HTTPStatus.GONE)
        try:
            async with asyncio.timeout(_READ_SECONDS):
                body = await request.read()
        except TimeoutError:
            return web.Response(status=HTTPStatus.REQUEST_TIMEOUT)
        if not websub.is_signed(body, request.headers.get("X-Hub-Signature", ""), subscription.secret):
            metrics.PUSHES.labels(source.id, "forged").inc()
            log.warning("push_forged", source=source.id, peer=request.remote)
            return web.Response(status=HTTPStatus.ACCEPTED)
        content_type = headers.readable(request.headers.get("Content-Type", ""))
        outcome = await self._take(source, Document(body=body, base=subscription.topic, content_type=content_type))
        metrics.PUSHES.labels(source.id, outcome).inc()
        return web.Response(status=HTTPStatus.ACCEPTED)

    async def _ask_safely(self, subscription: Subscription) -> None:
        """Ask its hub; what breaks costs this subscription, which is asked for again in its time."""
        try:
            async with self._asking:
                await self._ask(subscription)
        except RasidError:
            raise
        except Exception:  # a bug that one hub brings to light must not stop the others
            log.exception("subscription_broke", source=subscription.source_id)

    async def _ask(self, subscription: Subscription) -> None:
        """Ask its hub; noted before, because a hub may ask back before it answers."""
        now, source = self._now(), self._sources.get(subscription.source_id)
        if source is None or self._is_paused(source.id):
            return
        tries = subscription.tries + 1
        await self._save(msgspec.structs.replace(subscription, asked=now, tries=tries, due=websub.retry(tries, now)))
        callback = f"{self._endpoint.callback.rstrip('/')}/websub/{subscription.token}"
        offer = Offer(hub=subscription.hub, topic=subscription.topic)
        form = websub.request(offer, callback, subscription.secret)
        answer = await self._fetcher.post(offer.hub, form, allow_private=source.may_be_private(offer.hub))
        if isinstance(answer, Failed):
            log.warning("subscription_failed", source=source.id, reason=answer.reason, detail=answer.detail)

    async def _recall(self) -> None:
        if not self._recalled:
            known = await in_thread(self._book.subscriptions)
            self._known = {one.source_id: one for one in known if one.source_id in self._sources}
            self._recalled = True

    async def _save(self, subscription: Subscription) -> None:
        await in_thread(self._book.save_subscription, subscription)
        self._known[subscription.source_id] = subscription

    @asynccontextmanager
    async def _serving(self) -> AsyncIterator[None]:
        app = web.Application(client_max_size=_MAX_BYTES)
        app.router.add_get("/{path:.*}", self.answer)
        app.router.add_post("/{path:.*}", self.answer)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        try:
            site = web.TCPSite(runner, self._endpoint.host, self._endpoint.port)
            try:
                await site.start()
            except OSError as error:
                message = f"cannot listen on {self._endpoint.host}:{self._endpoint.port}: {error.strerror or error}"
                raise Misconfigured("port", message) from error
            self.port = runner.addresses[0][1]
            yield
        finally:
            await runner.cleanup()
