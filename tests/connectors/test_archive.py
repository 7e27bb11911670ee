from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import msgspec
import pytest
import sqlalchemy as sa

from connectors import tables
from connectors.archive import Archive
from connectors.articles import Candidate, candidates
from connectors.parse.entries import Entry, Feed
from connectors.sources import Source
from connectors.states import FeedState
from rasid.database import migrate, open_engine
from streams.errors import Unavailable
from tests.connectors.fakes import START

SOURCE = Source(id="daily", url="https://daily.example/feed", full_text="never")
OTHER = Source(id="other", url="https://other.example/feed", full_text="never")
STATE = FeedState(source_id="daily", url=SOURCE.url)


@pytest.fixture
def engine(database_url: str) -> Iterator[sa.Engine]:
    """An empty archive's database."""
    opened = open_engine(database_url, "archive")
    migrate(opened, "connectors", "archive")
    yield opened
    opened.dispose()


@pytest.fixture
def archive(engine: sa.Engine) -> Archive:
    """An empty archive."""
    return Archive(engine)


def found(*entries: Entry, source: Source = SOURCE) -> tuple[Candidate, ...]:
    """What a poll found."""
    return candidates(source, Feed(format="rss20", entries=entries), START, first_poll=False)


def store(archive: Archive, *entries: Entry, source: Source = SOURCE) -> tuple[int, int]:
    """Store what a poll found; how many revisions are new, and how many articles known."""
    state = FeedState(source_id=source.id, url=source.url)
    stored = archive.store(state, found(*entries, source=source), START)
    return stored.new, stored.known


def history(archive: Archive) -> list[tuple[str, int]]:
    """Title and revision of all that is archived, in order."""
    return [(one.article.title, one.article.revision) for one in archive.revisions()]


def test_migrations_make_the_tables_that_the_code_uses(engine: sa.Engine) -> None:
    """Column for column, key for key."""
    inspector = sa.inspect(engine)
    for table in tables.metadata.tables.values():
        columns = {column["name"]: column["nullable"] for column in inspector.get_columns(table.name)}
        assert columns == {column.name: column.nullable for column in table.columns}
        assert inspector.get_pk_constraint(table.name)["constrained_columns"] == [c.name for c in table.primary_key]


def test_a_revision_counts_once(archive: Archive) -> None:
    """The same content again is known; changed content is the next revision; changed back is another."""
    assert store(archive, Entry(guid="g", title="a")) == (1, 0)
    assert store(archive, Entry(guid="g", title="a")) == (0, 1)
    assert store(archive, Entry(guid="g", title="b")) == (1, 0)
    assert store(archive, Entry(guid="g", title="b")) == (0, 1)
    assert store(archive, Entry(guid="g", title="a")) == (1, 0)
    assert history(archive) == [("a", 1), ("b", 2), ("a", 3)]


def test_one_guid_twice_in_a_document_is_one_article(archive: Archive) -> None:
    """The later entry counts, and polling again does not swing between the two."""
    twice = (Entry(guid="g", title="older"), Entry(guid="h", title="between"), Entry(guid="g", title="newer"))
    assert store(archive, *twice) == (2, 0)
    assert store(archive, *twice) == (0, 2)
    assert history(archive) == [("between", 1), ("newer", 1)]


def test_one_guid_in_two_feeds_is_two_articles(archive: Archive) -> None:
    """Sources keep their own."""
    store(archive, Entry(guid="g", title="a"))
    assert store(archive, Entry(guid="g", title="a"), source=OTHER) == (1, 0)


def test_a_guid_that_changes_with_every_poll_is_seen_through(archive: Archive) -> None:
    """Same address and same title: the same article under a new name; its next revision comes under the first."""
    entry = Entry(title="خبر", text="نص", link="https://daily.example/1")
    store(archive, msgspec.structs.replace(entry, guid="g1"))
    assert store(archive, msgspec.structs.replace(entry, guid="g2")) == (0, 1)
    assert store(archive, msgspec.structs.replace(entry, guid="g3", text="نص آخر")) == (1, 0)
    first, second = archive.revisions()
    assert (second.article.article_id, second.article.revision) == (first.article.article_id, 2)


def test_one_address_for_everything_is_no_identity(archive: Archive) -> None:
    """Where all items link to the front page, their guids tell them apart."""
    link = "https://daily.example/"
    store(archive, Entry(guid="g1", title="a", link=link))
    assert store(archive, Entry(guid="g2", title="b", link=link)) == (1, 0)


def test_without_guid_and_link_content_is_identity(archive: Archive) -> None:
    """Changed content is then another article; there is nothing else to go by."""
    store(archive, Entry(title="a", text="x"))
    assert store(archive, Entry(title="a", text="x")) == (0, 1)
    assert store(archive, Entry(title="a", text="y")) == (1, 0)
    assert [one.article.revision for one in archive.revisions()] == [1, 1]


def test_more_than_a_statement_can_take(archive: Archive) -> None:
    """Thousands of items are stored, found again, marked and requeued."""
    entries = [Entry(guid=str(n), title=str(n), link=f"https://daily.example/{n}") for n in range(1_200)]
    assert store(archive, *entries) == (1_200, 0)
    assert store(archive, *entries) == (0, 1_200)
    archive.mark_published(one.seq for one in archive.revisions(limit=2_000))
    assert archive.waiting() == {}
    assert archive.requeue() == 1_200


def test_the_outbox_keeps_order_and_forgets_what_was_acknowledged(archive: Archive) -> None:
    """Per source, in the order of storing, until marked."""
    store(archive, Entry(guid="1", title="a"), Entry(guid="2", title="b"))
    store(archive, Entry(guid="1", title="x"), source=OTHER)
    store(archive, Entry(guid="3", title="c"))
    assert archive.waiting() == {"daily": 3, "other": 1}
    first, second, third = archive.unpublished("daily")
    assert [one.article.title for one in (first, second, third)] == ["a", "b", "c"]
    assert [one.article.title for one in archive.unpublished("daily", limit=1)] == ["a"]
    archive.mark_published([first.seq, second.seq])
    assert [one.article.title for one in archive.unpublished("daily")] == ["c"]
    assert archive.waiting() == {"daily": 1, "other": 1}


def test_what_was_decoded_wrongly_is_not_sent_round_for_ever(archive: Archive) -> None:
    """A text of which nothing is ever learned is not published again; the others of its source are."""
    store(archive, Entry(guid="1", title="a"), Entry(guid="2", title="Ã¨", encoding_suspect=True))
    archive.mark_published(one.seq for one in archive.revisions())
    assert archive.requeue() == 1
    assert [one.article.title for one in archive.unpublished("daily")] == ["a"]


def test_a_broker_that_forgot_gets_again_what_was_not_learned(archive: Archive) -> None:
    """What is newer than the revision learned of its article is to be published again, and nothing older."""
    store(archive, Entry(guid="1", title="a"), Entry(guid="2", title="b"))
    store(archive, Entry(guid="1", title="c"))
    stored = archive.revisions()
    archive.mark_published(one.seq for one in stored)
    first, second = stored[0].article.article_id, stored[1].article.article_id
    assert archive.requeue(lambda _ids: {first: 2, "unknown": 1}) == 1
    assert [one.article.title for one in archive.unpublished("daily")] == ["b"]
    assert archive.requeue(lambda _ids: {first: 1, second: 1}) == 1
    assert [one.article.title for one in archive.unpublished("daily")] == ["b", "c"]


def test_revisions_can_be_paged_and_chosen(archive: Archive) -> None:
    """From a place on, of a source, so many."""
    store(archive, Entry(guid="1", title="a"), Entry(guid="2", title="b"))
    store(archive, Entry(guid="1", title="x"), source=OTHER)
    first, *rest = archive.revisions()
    assert archive.revisions(after=first.seq) == rest
    assert archive.revisions(after=first.seq, limit=1) == rest[:1]
    assert [one.article.title for one in archive.revisions(source_id="other")] == ["x"]


def test_how_a_source_is_doing_is_remembered(archive: Archive) -> None:
    """Every field comes back as it was saved, times in UTC."""
    assert archive.feed(SOURCE) == STATE
    state = FeedState(
        source_id="daily",
        url=SOURCE.url,
        etag='"1"',
        last_modified="x",
        content="h",
        first_success=START,
        last_success=START,
        last_poll=START,
        next_poll=START + timedelta(hours=1),
        interval=timedelta(minutes=7),
        failures=3,
        reason="dns",
        detail="no such name",
        gone=True,
    )
    archive.save(STATE)
    archive.save(state)
    assert archive.feed(SOURCE) == state
    assert archive.feeds() == [state]


def test_a_new_address_starts_anew_but_is_no_first_poll(archive: Archive) -> None:
    """Validators, failures and a 410 belong to an address; history belongs to the source."""
    archive.save(msgspec.structs.replace(STATE, etag="e", first_success=START, failures=2, gone=True))
    moved = msgspec.structs.replace(SOURCE, url="https://daily.example/new")
    assert archive.feed(moved) == FeedState(source_id="daily", url=moved.url, first_success=START)


def test_passwords_are_not_kept(archive: Archive) -> None:
    """What is stored and shown of a source's address is without credentials, and a new password is no new address."""
    secret = msgspec.structs.replace(SOURCE, url="https://me:hush@daily.example/feed")
    assert archive.feed(secret) == STATE
    archive.save(msgspec.structs.replace(STATE, etag="e"))
    assert archive.feed(secret).etag == "e"
    assert Source(id="f", url="seeds/a@b/c", kind="folder").address == "seeds/a@b/c"


def test_a_poll_is_stored_as_a_whole_or_not_at_all(archive: Archive) -> None:
    """A failure in the middle leaves neither articles nor the mark of a first poll."""
    good, bad = found(Entry(guid="1", title="a")), found(Entry(guid="2", title="b"))
    broken = msgspec.structs.replace(bad[0], content=None)
    with pytest.raises(sa.exc.IntegrityError):
        archive.store(msgspec.structs.replace(STATE, first_success=START), [*good, broken], START)
    assert archive.revisions() == []
    assert archive.feed(SOURCE).first_success is None
    stored = archive.store(STATE, good, START)
    assert (stored.new, stored.known) == (1, 0)


def test_a_database_that_is_away_is_said_to_be() -> None:
    """Whatever the driver raises, it is nobody's fault and worth waiting for."""
    engine = open_engine("sqlite:////proc/nowhere/x.db", "archive", read_only=True)
    with pytest.raises(Unavailable) as caught:
        Archive(engine).check()
    assert caught.value.reason == "archive"


@pytest.mark.parametrize("statement", ["SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY", "DROP TABLE feeds"])
def test_a_database_that_refuses_is_waited_for(postgres_url: str, statement: str) -> None:
    """A PostgreSQL that is read-only, or lacks a table, is no fault of a source either."""
    engine = open_engine(postgres_url, "archive")
    migrate(engine, "connectors", "archive")
    archive = Archive(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql(statement)
    with pytest.raises(Unavailable) as caught:
        archive.save(STATE)
    assert caught.value.reason == "archive"
    engine.dispose()


def test_an_archive_that_answers_is_no_problem(archive: Archive) -> None:
    """The check does nothing else."""
    archive.check()
    assert archive.feeds() == []
