"""An archive and a ledger that hold the same articles: fetched, read and learned by the real parts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path

from alerts.destinations import Destination
from alerts.learn import learn
from alerts.ledger import Ledger
from alerts.policy import Policy
from connectors.archive import Archive
from connectors.articles import candidates
from connectors.parse.entries import Entry, Feed
from connectors.sources import Source
from connectors.states import FeedState
from rasid.database import migrate, open_engine
from rasid.seeds import make_policy
from rasid.web.behind import Behind
from streams.extract import watchlist
from streams.extract.reader import Reader
from streams.extract.watchlist import Watchlist

# When it was fetched, from where, and what it is.
Item = tuple[datetime, Source, Entry]

_SEEDS = Path(__file__).parents[2] / "seeds" / "watchlist.yaml"
CONSOLE = Destination(id="console", kind="console")


@cache
def names() -> Watchlist:
    """The watchlist that Rasid comes with."""
    return watchlist.load(_SEEDS.read_text(encoding="utf-8"))


@cache
def reader() -> Reader:
    """The reader of that watchlist."""
    return Reader(names())


@cache
def policy() -> Policy:
    """What it watches."""
    return make_policy(names())


def fill(ledger: Ledger, archive: Archive, items: Sequence[Item]) -> None:
    """Archive each item at its time, read it, and learn it as it was archived."""
    for now, source, entry in items:
        found = candidates(source, Feed(format="rss20", entries=(entry,)), now, first_poll=False)
        archive.store(FeedState(source_id=source.id, url=source.url), found, now)
        for revision in archive.unpublished(source.id):  # none when the archive knows it already
            learn(ledger, reader().read(revision.article), policy(), (CONSOLE,), now)
            archive.mark_published([revision.seq])


@contextmanager
def newsroom(folder: Path, items: Sequence[Item]) -> Iterator[tuple[Ledger, Behind]]:
    """Both databases with these items in them, open for reading only, on SQLite."""
    engines = []
    for package, name in (("alerts", "ledger"), ("connectors", "archive")):
        engine = open_engine(f"sqlite:///{folder / name}.db", name)
        migrate(engine, package, name)
        engines.append(engine)
    fill(Ledger(engines[0]), Archive(engines[1]), items)
    for engine in engines:
        engine.dispose()
    engines = [open_engine(f"sqlite:///{folder / name}.db", name, read_only=True) for name in ("ledger", "archive")]
    sources = tuple(dict.fromkeys(source for _, source, _ in items))
    try:
        yield Ledger(engines[0]), Behind(archive=Archive(engines[1]), reader=reader(), sources=sources)
    finally:
        for engine in engines:
            engine.dispose()
