"""One poll of one source: ask, parse, archive, publish, and only then tick off.

What is new is archived in one transaction, then published, and the validators (ETag and the like) are saved after the
broker has acknowledged. So a crash or a broker that is away at any point leads to publishing or fetching again, never
to losing. One rule: what a source does wrong is a value (`Failed`), counted by class and answered with patience;
raised is only what is wrong with us.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from hashlib import blake2b
from pathlib import Path

import msgspec
import structlog

from connectors import metrics, states
from connectors.addresses import host_of
from connectors.archive import Archive, Stored
from connectors.arrivals import Arrivals
from connectors.articles import Candidate, candidates, oldest_first
from connectors.fetch import Fetcher
from connectors.folder import read_folder
from connectors.grouped import Grouped
from connectors.holds import Holds
from connectors.outbox import Outbox
from connectors.outcomes import Answer, Failed, Fetched, Unchanged, Validators, failed
from connectors.parse.entries import Document, Feed
from connectors.sandbox import Sandbox
from connectors.sitemaps import opened
from connectors.sources import Source
from connectors.states import FeedState
from connectors.unparsed import Unparsed
from connectors.way import ON_THE_WAY, Way
from connectors.websub import Offer, offered
from streams.errors import BadInput, RasidError, Unavailable
from streams.failpoints import reach
from streams.threads import in_thread

log = structlog.get_logger()


class Polled(msgspec.Struct, frozen=True, kw_only=True):
    """What a poll came to: how many revisions were new and how many articles known, or why there was nothing.

    `published` is false where the broker was away or much else waited: then new revisions may wait in the archive.
    """

    new: int = 0
    known: int = 0
    published: bool = True
    failed: Failed | None = None


async def ask(source: Source, validators: Validators, fetcher: Fetcher, sandbox: Sandbox) -> Answer:
    """What the source has to say, be it a feed, a list of sitemaps or a folder.

    Raises `Unavailable` when the sandbox cannot be had.
    """
    if source.kind == "folder":
        return await in_thread(read_folder, Path(source.url), validators)
    answer = await fetcher.fetch(source.url, validators, allow_private=source.allow_private)
    return await opened(source, answer, fetcher, sandbox) if isinstance(answer, Fetched) else answer


class Poller:
    """Polls one source at a time, or several at once, with these tools.

    `holds` are the hosts to be left alone; `on_offer` is told which hub a source offers, if any.
    """

    def __init__(  # noqa: PLR0913 - what it works with
        self,
        archive: Archive,
        outbox: Outbox,
        fetcher: Fetcher,
        sandbox: Sandbox,
        *,
        now: Callable[[], datetime],
        is_paused: Callable[[str], bool],
    ) -> None:
        self._archive = archive
        self._outbox = outbox
        self._fetcher = fetcher
        self._sandbox = sandbox
        self._now = now
        self._is_paused = is_paused
        self._unparsed = Unparsed()
        self._saves = Grouped(archive.save_all)
        # A poll and a push of one source: whoever changes its state has read it in his turn.
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._arrivals = Arrivals()
        self.way = Way()
        self.holds = Holds()
        self.on_offer: Callable[[Source, Offer | None], Awaitable[None]] | None = None

    async def poll(self, source: Source) -> Polled:
        """Poll a source, due or not, and say what came of it.

        Raises `Unavailable` when the archive or the sandbox cannot be had: that is not the source's fault.
        """
        state = await in_thread(self._archive.feed, source)
        try:
            asked = source.at(state.followed) if state.followed else source
            began, number = self.way.successes, self._arrivals.asked()
            async with self._fetcher.keeping():
                validators = Validators(etag=state.etag, last_modified=state.last_modified)
                answer = self._judged(source, await ask(asked, validators, self._fetcher, self._sandbox), began)
                async with self._turns[source.id]:  # while it was asked, a push may have been taken
                    state = await in_thread(self._archive.feed, source)
                    if isinstance(answer, Fetched) and self._arrivals.is_overtaken(source.id, number):
                        return await self._overtaken(source, state, answer)
                    return await self._take(source, state, answer, number)
        except RasidError:
            raise
        except Exception as error:  # a bug that one source brings to light must not stop the others
            log.exception("poll_broke", source=source.id)
            async with self._turns[source.id]:
                state = await in_thread(self._archive.feed, source)
                return await self._note(source, state, Failed(reason="internal", detail=type(error).__name__))

    async def take(self, source: Source, document: Document) -> str:
        """Archive what a hub has pushed of a source; what came of it: `stored`, `overtaken` or why it cannot be read.

        It is published soon; the hub, which would push again what takes long, does not wait for the broker. Raises
        `Unavailable` when archive or sandbox cannot be had, or nothing is to be read now.
        """
        number = self._arrivals.pushed(source.id, document.body)
        if self._is_paused(source.id):
            raise Unavailable("paused", f"the operator has paused {source.id}")
        if self._outbox.full:
            raise Unavailable("outbox", "as much as may waits for the broker")
        async with self._turns[source.id]:
            if self._arrivals.is_overtaken(source.id, number):
                return "overtaken"
            try:
                feed = await self._sandbox.parse(document)
            except BadInput as error:
                return failed(error).reason
            state = await in_thread(self._archive.feed, source)
            _, state = await self._store(source, state, [feed], number)
            await self._save(state)
        self._outbox.offer_soon(source.id)
        return "stored"

    async def _overtaken(self, source: Source, state: FeedState, fetched: Fetched) -> Polled:
        """Leave what a push has overtaken, as nobody can tell which is newer, and ask for the feed again soon."""
        well = self._succeeded(source, state, fetched.moved)
        soon = self._now() + source.min_interval
        await self._save(msgspec.structs.replace(well, last_poll=state.last_poll, next_poll=soon))
        return Polled()

    async def _take(self, source: Source, state: FeedState, answer: Answer, number: int) -> Polled:
        match answer:
            case Failed():
                return await self._note(source, state, answer)
            case Unchanged():
                await self._save(self._succeeded(source, state, answer.moved))
                return Polled()
            case Fetched():
                return await self._read(source, state, answer, number)

    async def _read(self, source: Source, state: FeedState, fetched: Fetched, number: int) -> Polled:
        content, unchanged = _digest(fetched), Unchanged(moved=fetched.moved)
        ticked_off = {
            "etag": fetched.validators.etag,
            "last_modified": fetched.validators.last_modified,
            "content": content,
        }
        if content == state.content:
            return await self._take(source, msgspec.structs.replace(state, **ticked_off), unchanged, number)
        if states.is_older(fetched.validators, state, self._now()):
            log.info("older_copy", source=source.id, had=state.last_modified, given=fetched.validators.last_modified)
            return await self._take(source, state, unchanged, number)
        if self._unparsed.waits(source, content, self._now()):
            return await self._take(source, state, unchanged, number)
        feeds, failures = await self._parse(source, fetched)
        if failures and not feeds:
            return await self._note(source, state, failures[0])
        stored, state = await self._store(source, self._succeeded(source, state, fetched.moved), feeds, number)
        if self.on_offer is not None and source.kind == "feed":
            base = fetched.documents[-1].base
            await self.on_offer(source, offered(fetched.links, feeds, base))
        published = await self._outbox.offer(source.id)
        passing = self._unparsed.note(source, content, failures, self._now())
        whole = not passing and all(feed.complete for feed in feeds)
        if published and whole:
            reach("connect.before_validators")
            state = msgspec.structs.replace(state, **ticked_off)
        await self._save(state)
        return Polled(new=stored.new, known=stored.known, published=published)

    async def _parse(self, source: Source, fetched: Fetched) -> tuple[list[Feed], list[Failed]]:
        """The feeds in the documents. A document that cannot be parsed costs nothing but itself."""
        feeds, failures = [], []
        for document in fetched.documents:
            try:
                feeds.append(await self._sandbox.parse(document))
            except BadInput as error:
                failures.append(failed(error))
                if len(fetched.documents) > 1:
                    metrics.FAILURES.labels(source.id, failures[-1].reason).inc()
                    log.warning("document_failed", source=source.id, document=document.base, detail=str(error))
        return feeds, failures

    async def _store(
        self, source: Source, state: FeedState, feeds: list[Feed], number: int
    ) -> tuple[Stored, FeedState]:
        now, first = self._now(), state.first_success is None
        began = None if state.content else state.first_success
        found = oldest_first(
            one for feed in feeds for one in candidates(source, feed, now, first_poll=first, began=began)
        )
        state = msgspec.structs.replace(state, first_success=state.first_success or now)
        stored = await in_thread(self._archive.store, state, found, now)
        self._arrivals.stored(source.id, number)
        self._outbox.grew(stored.size)
        skipped = sum(feed.skipped for feed in feeds)
        metrics.ARTICLES.labels(source.id).inc(stored.new)
        metrics.DUPLICATES.inc(stored.known)
        metrics.SKIPPED.labels(source.id).inc(skipped)
        metrics.SUSPECT.labels(source.id).set(sum(one.article.encoding_suspect for one in found))
        counts = {"new": stored.new, "known": stored.known, "waiting": stored.waiting, "skipped": skipped}
        log.info("polled", source=source.id, first_poll=first, **counts)
        return stored, states.with_news(source, state, _moments(found), stored.new, now)

    def _judged(self, source: Source, answer: Answer, began: int) -> Answer:
        """The answer, or where nobody can be reached the failure that says so: it is not the source's."""
        if source.kind == "folder":
            return answer
        reason = answer.reason if isinstance(answer, Failed) else None
        if self.way.note(host_of(source.url), reason, began):
            metrics.OFFLINE.set(self.way.is_away)
            if self.way.is_away:
                log.error("offline", detail="no host can be reached; the feeds are asked on and not blamed")
            else:
                log.info("online")
        if isinstance(answer, Failed) and self.way.is_away and reason in ON_THE_WAY:
            return msgspec.structs.replace(answer, reason="offline")
        return answer

    def _succeeded(self, source: Source, state: FeedState, moved: str | None) -> FeedState:
        new = states.polled(source, state, moved, self._now())
        if state.is_ill:
            log.info("feed_well", source=source.id, failures=state.failures)
        if new.followed and new.followed != state.followed:
            log.info("feed_moved", source=source.id, host=host_of(new.followed))
        return new

    async def _note(self, source: Source, state: FeedState, failure: Failed) -> Polled:
        """Remember a failure, and leave the source alone for as long as that takes."""
        now = self._now()
        new = states.failing(source, state, failure, now)
        if new.held_until:
            self.holds.hold(source, failure.host, new.held_until)
        metrics.FAILURES.labels(source.id, failure.reason).inc()
        metrics.show(new)
        say = _loudness(state, new)
        say("poll_failed", source=source.id, reason=new.reason, detail=new.detail, failures=new.failures)
        await in_thread(self._archive.save_failure, new, now)
        return Polled(failed=failure)

    async def _save(self, state: FeedState) -> None:
        metrics.show(state)
        await self._saves.put(state)


def _loudness(before: FeedState, after: FeedState) -> Callable[..., None]:
    """How a failure is logged: once when it begins or is another one, once when somebody should look; else softly."""
    error, warning, debug = log.error, log.warning, log.debug
    say: Callable[..., None] = debug if after.reason in {before.reason, "offline"} else warning
    return error if (after.gone and not before.gone) or (after.is_ill and not before.is_ill) else say


def _moments(found: tuple[Candidate, ...]) -> Iterator[datetime]:
    """When the articles were published that say so to the second."""
    for article in (candidate.article for candidate in found):
        if article.published_at is not None and article.published_precision == "second":
            yield article.published_at


def _digest(fetched: Fetched) -> str:
    """What tells one set of documents from another."""
    digest = blake2b(digest_size=16)
    for document in fetched.documents:
        digest.update(f"{document.base}\0{len(document.body)}\0".encode())
        digest.update(document.body)
    return digest.hexdigest()
