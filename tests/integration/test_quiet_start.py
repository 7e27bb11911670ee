"""The first poll of a feed full of old items: all of it becomes history, and nobody is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

from alerts.destinations import Destination
from alerts.ledger import Ledger
from alerts.lesson import learn
from connectors.articles import candidates
from connectors.parse.document import parse
from connectors.parse.entries import Document
from connectors.sources import Source
from rasid import seeds, settings
from rasid.database import migrate, open_engine
from streams.extract.reader import Reader
from streams.records import Change

_NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
_FACT = "figure:commitment:openai->stargate:USD"
_OLD = 500
_SOURCE = Source(id="paper", url="https://paper.example/feed")
_CHOSEN = settings.load(Path(__file__).parents[2] / "seeds" / "sample.yaml", {})
_CONSOLE = (Destination(id="console", kind="console"),)


def item(number: int, value: int) -> str:
    """An item; those of higher numbers are newer, the last is of an hour ago."""
    published = _NOW - timedelta(hours=1) - timedelta(hours=15) * (_OLD - number)
    return (
        f"<item><guid>g{number}</guid><link>https://paper.example/{number}</link><title>خبر {number}</title>"
        f"<description>تعتزم شركة أوبن إيه آي استثمار {value} مليار دولار في مشروع ستارغيت.</description>"
        f"<pubDate>{format_datetime(published)}</pubDate></item>"
    )


class _Desk:
    """Polls as the connectors do, reads as the worker does, learns as the learn stage does."""

    def __init__(self, ledger: Ledger) -> None:
        names = seeds.read_watchlist(_CHOSEN)
        self._ledger = ledger
        self._reader = Reader(names)
        self._policy = seeds.make_policy(names)

    def poll(self, *items: str, first: bool) -> list[Change]:
        document = f'<rss version="2.0"><channel><title>x</title>{"".join(items)}</channel></rss>'
        feed = parse(Document(body=document.encode()))
        found = sorted(
            candidates(_SOURCE, feed, _NOW, first_poll=first), key=lambda one: one.article.published_at or _NOW
        )
        readings = (self._reader.read(one.article) for one in found)
        return [change for one in readings for change in learn(self._ledger, one, self._policy, _CONSOLE, _NOW)]


def test_a_feed_full_of_old_items_alerts_nobody() -> None:
    """Five hundred items with fifty different figures give history and no alert; the next new figure is told, once."""
    engine = open_engine("sqlite://", "ledger")
    migrate(engine, "alerts", "ledger")
    ledger = Ledger(engine)
    desk = _Desk(ledger)
    old = [item(number, 100 + number // 10) for number in range(1, _OLD + 1)]

    assert desk.poll(*old, first=True) == []
    assert ledger.deliveries(9_999) == ()
    assert len(ledger.learned()) == _OLD
    steps = ledger.history(_FACT, _NOW).steps
    assert len(steps) == _OLD // 10 + 1
    assert sum(len(step.reports) for step in steps) == _OLD
    fact = ledger.fact(_FACT)
    assert fact is not None
    assert fact.present == steps[-1].known

    told = desk.poll(*old, item(_OLD + 1, 900), first=False)
    assert [(change.fact, change.kind) for change in told] == [(_FACT, "figure_changed")]
    assert len(ledger.deliveries(9_999)) == 1
    engine.dispose()
