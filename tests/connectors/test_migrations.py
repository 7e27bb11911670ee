"""Old archives in new versions: what was read stays known, what waited goes out, and polling goes on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from connectors import tables
from connectors.archive import Archive, Stored
from connectors.articles import candidates
from connectors.parse.entries import Entry, Feed
from connectors.sources import Source
from connectors.states import FeedState
from rasid.database import migrate, open_engine
from tests.stored import earlier, restore, versions

STORED = Path(__file__).parent / "stored"
START = datetime(2026, 3, 1, 8, tzinfo=UTC)
WHOLE = " نص كامل." * 80
PAGES = "0003"  # the first version in which a beginning waits for the rest of its article
# What each poll found at which source, an hour apart: guid, title, text.
POLLS = (
    ("daily", [("g1", "خبر أول", "أ" + WHOLE), ("g2", "خبر ثان", "ب" + WHOLE)]),
    ("other", [("h1", "تقرير", "ت" + WHOLE)]),
    (
        "daily",
        [
            ("g1", "خبر أول", "ج" + WHOLE),
            ("g2", "خبر ثان", "ب" + WHOLE),
            ("g3", "خبر ثالث", "د" + WHOLE),
            ("g4", "خبر رابع", "بداية الخبر الرابع…"),
        ],
    ),
)


@pytest.fixture(params=versions(STORED))
def version(request: pytest.FixtureRequest) -> str:
    """Each version of which there is an archive."""
    return str(request.param)


@pytest.fixture
def old(version: str, database_url: str) -> Iterator[sa.Engine]:
    """The stored archive of that version, on each database in turn, in today's tables."""
    engine = open_engine(database_url, "archive")
    restore(engine, STORED, version)
    migrate(engine, "connectors", "archive")
    yield engine
    engine.dispose()


def poll(archive: Archive, source_id: str, items: Sequence[tuple[str, str, str]], hours: int) -> Stored:
    """Store what a poll found so many hours after the first one."""
    source = Source(id=source_id, url=f"https://{source_id}.example/feed")
    entries = tuple(
        Entry(guid=guid, title=title, text=text, link=f"https://{source_id}.example/{guid}")
        for guid, title, text in items
    )
    now = START + timedelta(hours=hours)
    state = FeedState(source_id=source_id, url=source.url, last_poll=now)
    return archive.store(state, candidates(source, Feed(format="rss20", entries=entries), now, first_poll=False), now)


def test_no_version_is_forgotten() -> None:
    """A migration comes with the dumps of the version before it."""
    assert versions(STORED) == earlier("connectors")


def test_what_was_archived_is_there_and_what_waited_goes_out(old: sa.Engine, version: str) -> None:
    """The revisions in their order with their marks, and what the broker has not acknowledged."""
    archive = Archive(old)
    beginning = [] if version >= PAGES else [("خبر رابع", 1, False)]
    told = [(one.article.title, one.article.revision, one.published) for one in archive.revisions()]
    assert told == [
        ("خبر أول", 1, True),
        ("خبر ثان", 1, True),
        ("تقرير", 1, True),
        ("خبر أول", 2, True),
        ("خبر ثالث", 1, False),
        *beginning,
    ]
    assert archive.waiting() == {"daily": 1 + len(beginning)}
    assert archive.waiting_bytes() > len(WHOLE.encode())
    assert archive.in_waiting() == (1 if version >= PAGES else 0)


def test_what_was_read_is_known_and_what_changed_is_the_next_revision(old: sa.Engine) -> None:
    """The last polls again bring nothing; another text of the first article is its third revision."""
    archive = Archive(old)
    for source_id, items in POLLS[1:]:
        assert poll(archive, source_id, items, 9).new == 0
    assert poll(archive, "daily", [("g1", "خبر أول", "هـ" + WHOLE)], 10).new == 1
    assert [one.article.revision for one in archive.revisions(source_id="daily")][-1] == 3


def test_the_sources_stand_as_they_stood(old: sa.Engine, version: str) -> None:
    """Who failed and how, what was said of documents, who is paused and who is pushed."""
    archive = Archive(old)
    states = {state.source_id: state for state in archive.feeds()}
    assert (states["gone"].failures, states["gone"].reason, states["gone"].gone) == (3, "http_410", True)
    assert (states["daily"].etag, states["other"].etag) == ('"2"', '"1"')
    assert states["daily"].first_success == START
    assert list(archive.paused()) == (["daily"] if version >= "0002" else [])
    assert [one.token for one in archive.subscriptions()] == (["token"] if version >= "0004" else [])


def test_an_old_archive_gets_the_tables_of_a_new_one(old: sa.Engine) -> None:
    """Columns, their nullability, keys and indexes are those of the code, whatever version it came from."""
    inspector = sa.inspect(old)
    for table in tables.metadata.sorted_tables:
        columns = {column["name"]: column["nullable"] for column in inspector.get_columns(table.name)}
        assert columns == {column.name: column.nullable for column in table.columns}
        keys = inspector.get_pk_constraint(table.name)["constrained_columns"]
        assert keys == [column.name for column in table.primary_key]
        assert {one["name"] for one in inspector.get_indexes(table.name)} >= {one.name for one in table.indexes}
