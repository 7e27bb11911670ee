"""A list of sitemaps as a source: with every poll the news sitemaps that it names are fetched in its place.

The list gives no validators, for it need not say what has changed in what it names. One rule: a list costs no more
than a feed may. Its sitemaps are few and of its own site, together no larger than one feed, and a list among them is
not followed.
"""

from __future__ import annotations

import re

import msgspec
import structlog

from connectors import metrics
from connectors.fetch import Fetcher
from connectors.outcomes import Answer, Failed, Fetched, Validators, failed
from connectors.parse.entries import Document
from connectors.sandbox import Sandbox
from connectors.sources import Source
from connectors.wants import FEED
from streams.errors import BadInput

log = structlog.get_logger()

_BEGINNING = 4_096
_LIST = re.compile(
    rb"""
    (?: \xef\xbb\xbf )? \s*
    (?: <\?.*?\?> \s* | <!--.*?--> \s* )*
    < (?: [A-Za-z_][\w.-]*: )? sitemapindex \b
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)


def is_list(document: Document) -> bool:
    """Whether a document begins as a list of sitemaps does."""
    return bool(_LIST.match(document.body[:_BEGINNING]))


async def opened(source: Source, fetched: Fetched, fetcher: Fetcher, sandbox: Sandbox) -> Answer:
    """What was fetched; where that is a list of sitemaps, the sitemaps. Raises `Unavailable` as the sandbox does."""
    [document] = fetched.documents
    if not is_list(document):
        return fetched
    try:
        named = await sandbox.sitemaps(document)
    except BadInput as error:
        return failed(error)
    room, sitemaps, failures = FEED.size, list[Document](), list[Failed]()
    for address in named.addresses:
        want = msgspec.structs.replace(FEED, size=room)
        answer = await fetcher.fetch(address, want=want, allow_private=source.may_be_private(address))
        if isinstance(answer, Fetched):
            sitemaps += answer.documents
            room -= sum(len(one.body) for one in answer.documents)
        elif isinstance(answer, Failed):
            failures.append(answer)
            metrics.FAILURES.labels(source.id, answer.reason).inc()
            log.info("sitemap_failed", source=source.id, reason=answer.reason, detail=answer.detail)
    if failures and not sitemaps:
        return failures[0]
    return msgspec.structs.replace(fetched, documents=tuple(sitemaps), validators=Validators(), links=())
