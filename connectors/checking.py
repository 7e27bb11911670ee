"""One source asked once, outside of the stage: what a poll would find there. Nothing is kept.

Where the address is that of a web page, the feeds that the page names are found instead.
"""

from __future__ import annotations

import msgspec

from connectors.articles import candidates
from connectors.discovery import feeds_of
from connectors.fetch import Fetcher
from connectors.outcomes import Failed, Fetched, Validators, failed
from connectors.parse.entries import Feed
from connectors.poller import ask
from connectors.sandbox import Sandbox
from connectors.sources import Source
from streams.clock import utc_now
from streams.errors import BadInput
from streams.records import Article


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What a source looks like from here: why it cannot be used, or its feeds and the articles in them.

    `moved` is where permanent redirects led, `links` the feeds that the page names which was there instead of a feed.
    """

    failed: Failed | None = None
    feeds: tuple[Feed, ...] = ()
    articles: tuple[Article, ...] = ()
    moved: str | None = None
    links: tuple[str, ...] = ()


async def check(source: Source, fetcher: Fetcher, sandbox: Sandbox) -> Checked:
    """Ask a source once, as a poll would. Raises `Unavailable` when no sandbox can be had."""
    async with fetcher.keeping():
        answer = await ask(source, Validators(), fetcher, sandbox)
        match answer:
            case Failed():
                return Checked(failed=answer)
            case Fetched():
                return await _read(source, answer, sandbox)
            case _:
                return Checked()


async def _read(source: Source, fetched: Fetched, sandbox: Sandbox) -> Checked:
    feeds, failures = list[Feed](), list[Failed]()
    for document in fetched.documents:
        try:
            feeds.append(await sandbox.parse(document))
        except BadInput as error:
            failures.append(failed(error))
    if failures and not feeds:
        links = tuple(link for document in fetched.documents for link in feeds_of(document))
        return Checked(failed=failures[0], moved=fetched.moved, links=links)
    found = [one.article for feed in feeds for one in candidates(source, feed, utc_now(), first_poll=False)]
    return Checked(feeds=tuple(feeds), articles=tuple(found), moved=fetched.moved)
