"""Which alerts would have come: the stages' own code over items or feeds, without a broker, in the order given.

It learns into a ledger in memory by the same transaction as the real one, so nothing can differ from production but
what the items do not say: one without `arrived` arrives when it was published, and never before the one before it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from alerts.learn import learn, learn_baseline, tick
from alerts.ledger import Ledger
from connectors.archive import Archive
from connectors.articles import article_id, article_of_item, candidates, content_hash
from connectors.parse.document import parse
from connectors.parse.entries import Document
from connectors.parse.jsonfeed import read_item
from connectors.sources import Source
from rasid.database import migrate, open_engine
from rasid.progress import Told
from rasid.rules import AlertsSection
from rasid.seeds import make_policy
from streams.clock import utc_now
from streams.errors import BadInput, Misconfigured
from streams.extract.reader import Reader
from streams.extract.watchlist import Watchlist
from streams.records import Article, Change, Reading

Named = tuple[str, Article]  # an item's own id, and the article that it is

_NEXT = timedelta(microseconds=1)
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_SOURCE = Source(id="backtest", url="", backfill="announce")


def articles(paths: Iterable[Path], baseline: Sequence[Reading] = ()) -> Iterator[Named]:
    """The articles of the files in their order: feeds from old to new, JSON Lines as they stand; `-` is standard input.

    An item whose guid (or id) came before is its next revision, or nothing where its content is the same. Each arrives
    after the one before it, and all after what the baseline says. Raises `Misconfigured` naming the file that cannot
    be used.
    """
    revisions: dict[str, tuple[int, str]] = {}
    arrival = max((reading.event_time for reading in baseline), default=_LONG_AGO)
    for path in paths:
        for name, article in _read(path):
            number, content = revisions.get(article.article_id, (0, ""))
            if content == content_hash(article):
                continue
            revisions[article.article_id] = (number + 1, content_hash(article))
            arrival = max(arrival + _NEXT, article.fetched_at)
            yield name, msgspec.structs.replace(article, revision=number + 1, fetched_at=arrival)


def archived(archive: Archive, told: Told) -> Iterator[Named]:
    """Every archived revision in the order of storing, by its article's id; `told` how many there were so far."""
    place = count = 0
    while page := archive.revisions(after=place):
        for revision in page:
            yield revision.article.article_id, revision.article
        place, count = page[-1].seq, count + len(page)
        told(count, count)


def changes(
    story: Iterable[Named], names: Watchlist, baseline: Sequence[Reading], rules: AlertsSection | None = None
) -> Iterator[tuple[str, Change]]:
    """The changes worth telling by those rules, each with the id of the item that brought it."""
    engine = open_engine("sqlite://", "ledger")
    migrate(engine, "alerts", "ledger")
    ledger, reader, policy = Ledger(engine), Reader(names), make_policy(names, rules)
    learn_baseline(ledger, baseline, policy, _LONG_AGO)
    for name, article in story:
        ticked = tick(ledger, policy, (), article.fetched_at)
        learned = learn(ledger, reader.read(article), policy, (), article.fetched_at)
        yield from ((name, change) for change in (*ticked, *learned))


def _read(path: Path) -> Iterator[Named]:
    try:
        data = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    except OSError as error:
        raise Misconfigured("file", f"{path} cannot be read: {error}") from error
    try:
        yield from _items(data) if data.lstrip().startswith(b"{") and not _is_feed(data) else _feed(data)
    except BadInput as error:
        raise Misconfigured("file", f"{path}: {error}") from error


def _is_feed(data: bytes) -> bool:
    return b"jsonfeed.org/version/" in data[:2_000]


def _items(data: bytes) -> Iterator[Named]:
    for number, line in enumerate(data.splitlines(), 1):
        if not line.strip():
            continue
        try:
            item = read_item(line)
        except BadInput as error:
            raise BadInput(error.reason, f"line {number}: {error}") from error
        article = article_of_item(item, utc_now())
        if item.published and article.published_at is None:
            raise BadInput("schema", f"line {number}: published is no date: {item.published!r}")
        if item.arrived is None:
            yield item.id, _arrived_when_published(article)
        else:
            old = article.published_at and article.fetched_at - article.published_at > _SOURCE.max_age
            yield item.id, msgspec.structs.replace(article, quiet=bool(old))


def _feed(data: bytes) -> Iterator[Named]:
    feed = parse(Document(body=data))
    names = {article_id(_SOURCE.id, entry): entry.guid or entry.link for entry in feed.entries}
    for candidate in candidates(_SOURCE, feed, utc_now(), first_poll=False):
        identity = candidate.article.article_id
        yield names[identity] or identity, _arrived_when_published(candidate.article)


def _arrived_when_published(article: Article) -> Article:
    return msgspec.structs.replace(article, fetched_at=article.published_at or _LONG_AGO)
