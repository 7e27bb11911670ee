"""The waiting room and the subscriptions, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import msgspec
import pytest

from connectors.archive import Archive
from connectors.articles import Candidate, candidates
from connectors.parse.entries import Entry, Feed
from connectors.sources import Source
from connectors.states import FeedState
from connectors.subscriptions import Subscription
from connectors.waiting import ROOM, Waiting
from rasid.database import migrate, open_engine
from tests.connectors.fakes import START

SOURCE = Source(id="daily", url="https://daily.example/feed")
STATE = FeedState(source_id="daily", url=SOURCE.url)
ONE = Entry(guid="1", title="خبر", text="موجز […]", link="https://daily.example/1")
LATER = START + timedelta(minutes=1)


@pytest.fixture
def archive(database_url: str) -> Iterator[Archive]:
    """An empty archive."""
    engine = open_engine(database_url, "archive")
    migrate(engine, "connectors", "archive")
    yield Archive(engine)
    engine.dispose()


def found(*entries: Entry) -> tuple[Candidate, ...]:
    """What a poll found."""
    return candidates(SOURCE, Feed(format="rss20", entries=entries), START, first_poll=False)


def waiting(archive: Archive) -> Waiting:
    """The only one that waits, now or a minute later."""
    (one,) = archive.due(LATER, ["daily"])
    return one


def texts(archive: Archive) -> list[tuple[int, str]]:
    """Revision and text of all that is archived."""
    return [(one.article.revision, one.article.body) for one in archive.revisions()]


def test_in_and_out(archive: Archive) -> None:
    """An excerpt waits, is due at once, and leaves with its text; a second time it does not leave."""
    stored = archive.store(STATE, found(ONE), START)
    assert (stored.new, stored.waiting, stored.size, texts(archive)) == (1, 1, 0, [])
    one = waiting(archive)
    whole = msgspec.structs.replace(one.article, body="النص كله", excerpt=False)
    assert archive.fill(one, whole, LATER) > 0
    assert archive.fill(one, whole, LATER) == 0
    assert archive.put_off(one, LATER, LATER) == 0
    assert (texts(archive), archive.in_waiting()) == ([(1, "النص كله")], 0)
    assert archive.store(STATE, found(ONE), LATER).known == 1


def test_put_off(archive: Archive) -> None:
    """The excerpt is stored once; the page is due again when it was said, and never after the last time."""
    archive.store(STATE, found(ONE), START)
    one = waiting(archive)
    assert archive.put_off(one, LATER, START) > 0
    assert archive.due(START, ["daily"]) == []
    again = waiting(archive)
    assert (again.tries, archive.put_off(again, LATER, LATER)) == (1, 0)
    assert archive.put_off(again, None, LATER) == 0
    assert (texts(archive), archive.in_waiting()) == ([(1, "موجز […]")], 0)


def test_of_two_the_one_that_came_first_is_first(archive: Archive) -> None:
    """Those of one poll are due in its order."""
    second = msgspec.structs.replace(ONE, guid="2", link="https://daily.example/2")
    archive.store(STATE, found(ONE, second), START)
    assert [one.url[-1] for one in archive.due(START, ["daily"])] == ["1", "2"]
    assert [one.url[-1] for one in archive.due(START, ["daily"], limit=1)] == ["1"]


def test_a_backlog_hides_no_other_source(archive: Archive) -> None:
    """However much of one source has waited for longer, the others have their turn."""
    for number in range(3):
        entries = (msgspec.structs.replace(ONE, guid=f"{number}.{n}", title=f"{number}.{n}") for n in range(20))
        archive.store(STATE, found(*entries), START)
    other = msgspec.structs.replace(SOURCE, id="other")
    feed = Feed(format="rss20", entries=(ONE,))
    archive.store(STATE, candidates(other, feed, LATER, first_poll=False), LATER)
    due = archive.due(LATER, ["daily", "other"], limit=5)
    assert [one.article.source_id for one in due].count("other") == 1
    assert len(archive.due(LATER, ["daily", "other"])) == ROOM + 1


def test_another_process_cares_for_its_own(archive: Archive) -> None:
    """What waits for sources that are not ours is left to whoever has them, for a day."""
    archive.store(STATE, found(ONE), START)
    assert archive.due(START + timedelta(hours=23), ["other"]) == []
    assert len(archive.due(START + timedelta(days=1), ["other"])) == 1


def test_a_text_that_was_forgotten_was_told(archive: Archive) -> None:
    """Where retention has emptied the record, a changed excerpt waits as if the whole had been told."""
    archive.store(STATE, found(ONE), START)
    archive.put_off(waiting(archive), None, START)
    archive.mark_published(one.seq for one in archive.revisions())
    assert archive.forget(START + timedelta(days=1)) == 1
    archive.store(STATE, found(msgspec.structs.replace(ONE, text="موجز آخر […]")), LATER)
    assert archive.put_off(waiting(archive), LATER, LATER) == 0


def test_subscriptions(archive: Archive) -> None:
    """Saved, saved again, and dropped."""
    first = Subscription(
        source_id="daily", hub="https://h.example/", topic=SOURCE.url, token="t", secret="s", due=START
    )
    archive.save_subscription(first)
    assert archive.subscriptions() == [first]
    live = msgspec.structs.replace(first, asked=START, tries=2, until=LATER)
    archive.save_subscription(live)
    assert archive.subscriptions() == [live]
    assert (live.is_live(START), live.is_live(LATER), first.is_live(START)) == (True, False, False)
    archive.drop_subscription("daily")
    assert archive.subscriptions() == []
