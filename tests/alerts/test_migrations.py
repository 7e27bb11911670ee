"""Old ledgers in new versions: what was known stays known, and learning goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from alerts import tables, walks
from alerts.baseline import load
from alerts.destinations import Destination
from alerts.facts import timeline
from alerts.ledger import Ledger
from alerts.lesson import learn, learn_baseline
from alerts.listing import Changes, list_changes
from rasid import settings
from rasid.database import migrate, open_engine
from rasid.tables import open_read_only
from streams.errors import Misconfigured, Unavailable
from tests.alerts.build import (
    NOW,
    POLICY,
    STAKE,
    START,
    TOTAL,
    figure,
    learn_all,
    origin,
    partner,
    reading,
    status,
    told,
)
from tests.stored import earlier, restore, versions

STORED = Path(__file__).parent / "stored"
BASE = """
- date: 2025-01-21
  source: the announcement
  project: stargate
  figures:
    - {role: initial, amount: 100 billion USD, says: first sentence}
  partners:
    - {organisations: [softbank, openai], says: second}
"""
TO = (Destination(id="console", kind="console", language="en"), Destination(id="desk", kind="console"))
STORY = (
    reading("a", 0, figure(TOTAL, 500), figure(None, 7), origin=origin("Reuters", range(64))),
    reading("b", 1, figure(TOTAL, 600)),
    reading(
        "c",
        2,
        figure(STAKE, (15, 25), status="negotiating"),
        partner("cisco@stargate-uae"),
        status("stargate", "stalled"),
    ),
    reading("b", 1, figure(TOTAL, 650), revision=2, first_seen=START + timedelta(days=3)),
    reading("d", 4, figure("figure:commitment:softbank->stargate:USD:per-year", 4, period="year"), quiet=True),
)


@pytest.fixture(params=versions(STORED))
def old(request: pytest.FixtureRequest, database_url: str) -> Iterator[sa.Engine]:
    """The stored ledger of each version, on each database in turn, as it was written."""
    engine = open_engine(database_url, "ledger")
    restore(engine, STORED, request.param)
    yield engine
    engine.dispose()


def _plain(url: sa.URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


@pytest.fixture
def anew(memory: Ledger) -> Ledger:
    """The same story learned by this version."""
    learn_baseline(memory, load(BASE), POLICY, START)
    for one in STORY:
        learn(memory, one, POLICY, TO, one.first_seen)
    return memory


def test_no_version_is_forgotten() -> None:
    """A migration comes with the dumps of the version before it."""
    assert versions(STORED) == earlier("alerts")


def test_an_old_ledger_opens_in_this_version(old: sa.Engine, anew: Ledger) -> None:
    """Facts, histories, claims, changes, deliveries and pauses of every version are what this version would have."""
    migrate(old, "alerts", "ledger")
    ledger = Ledger(old)

    assert ledger.facts() == anew.facts()
    for fact in ledger.facts():
        assert ledger.claims(fact.fact) == anew.claims(fact.fact)
        assert ledger.history(fact.fact, NOW) == anew.history(fact.fact, NOW)
    assert list(map(told, ledger.changes(99, silent=True))) == list(map(told, anew.changes(99, silent=True)))
    for which in (Changes(project="stargate", silent=True), Changes(kind="figure_changed", silent=True)):
        ours, theirs = (list_changes(one, which, 99).items for one in (ledger, anew))
        assert [told(one.change) for one in ours] == [told(one.change) for one in theirs]
        assert ours
    states = sorted((one.destination, one.fact, one.state) for one in ledger.deliveries(99))
    assert [one[:2] for one in states] == sorted((one.destination, one.fact) for one in anew.deliveries(99))
    assert {one[2] for one in states} == {"sent", "dead", "sending", "pending"}
    assert [pause.destination for pause in ledger.pauses()] == ["desk"]


def test_learning_goes_on_in_an_old_ledger(old: sa.Engine) -> None:
    """What the old version learned is known to this one, and what comes next changes what it should."""
    migrate(old, "alerts", "ledger")
    ledger = Ledger(old)

    assert learn_all(ledger, *STORY) == []
    assert [told(one) for one in learn_all(ledger, reading("e", 9, figure(TOTAL, 700)))] == ["figure_changed 650 > 700"]
    assert [told(one) for one in learn_all(ledger, reading("e", 9, revision=2))] == ["correction 700 > 650"]


def test_an_old_ledger_gets_the_tables_of_a_new_one(old: sa.Engine) -> None:
    """Columns, their nullability, keys and indexes are those of the code, whatever version it came from."""
    migrate(old, "alerts", "ledger")
    inspector = sa.inspect(old)
    for table in tables.metadata.sorted_tables:
        columns = {column["name"]: column["nullable"] for column in inspector.get_columns(table.name)}
        assert columns == {column.name: column.nullable for column in table.columns}
        keys = inspector.get_pk_constraint(table.name)["constrained_columns"]
        assert keys == [column.name for column in table.primary_key]
        assert {one["name"] for one in inspector.get_indexes(table.name)} >= {one.name for one in table.indexes}
        assert len(inspector.get_foreign_keys(table.name)) == len(table.foreign_key_constraints)


def test_marks_come_by_themselves_in_an_old_ledger(old: sa.Engine) -> None:
    """An old ledger has no marks; the walk from the beginning gives the same, and leaves some."""
    migrate(old, "alerts", "ledger")
    ledger = Ledger(old)
    learn_all(ledger, *(reading(f"n{number}", 10 + number, figure(TOTAL, 650)) for number in range(2 * walks.SPAN)))

    present = timeline(ledger.claims(TOTAL), NOW).present
    row = ledger.fact(TOTAL)
    assert row is not None
    assert present is not None
    assert (row.present, row.origins) == (present.known, present.voices.origins)
    with old.connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(tables.marks)) == 1


def test_a_newer_ledger_is_refused(database_url: str) -> None:
    """Tables that only a newer Rasid knows are left alone, with a clear error."""
    engine = open_engine(database_url, "ledger")
    migrate(engine, "alerts", "ledger")
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(Misconfigured, match="newer version of Rasid"):
        migrate(engine, "alerts", "ledger")
    with pytest.raises(Misconfigured, match="newer version of Rasid"):
        open_read_only(_settings(database_url), "ledger")
    engine.dispose()


def _settings(url: str) -> settings.Settings:
    return settings.load(None, {"RASID_LEDGER_URL": url})


@pytest.fixture
def reader(postgres_url: str) -> Callable[[str], str]:
    """A role that may log in and was given what it is given, and the URL by which it comes."""

    def make(rights: str) -> str:
        with psycopg.connect(_plain(sa.make_url(postgres_url)), autocommit=True) as server:
            server.execute(b"DROP OWNED BY looker; DROP ROLE looker" if _known(server) else b"SELECT 1")
            server.execute(f"CREATE ROLE looker LOGIN; {rights}".encode())
        return sa.make_url(postgres_url).set(username="looker").render_as_string(hide_password=False)

    return make


def _known(server: psycopg.Connection) -> bool:
    return server.execute("SELECT 1 FROM pg_roles WHERE rolname = 'looker'").fetchone() is not None


LOOKING = "GRANT USAGE ON SCHEMA ledger TO looker; GRANT SELECT ON ALL TABLES IN SCHEMA ledger TO looker"


def test_a_role_that_may_only_look_serves_the_page(postgres_url: str, reader: Callable[[str], str]) -> None:
    """Where the tables are the newest nothing is written, so a read-only role reads all and can change nothing."""
    owner = open_engine(postgres_url, "ledger")
    migrate(owner, "alerts", "ledger")
    learn_all(Ledger(owner), *STORY)
    engine = open_read_only(_settings(reader(LOOKING)), "ledger")

    assert Ledger(engine).facts() == Ledger(owner).facts()
    with pytest.raises(Unavailable):
        learn_all(Ledger(engine), reading("x", 9, figure(TOTAL, 1)))
    engine.dispose()
    owner.dispose()


@pytest.mark.parametrize("rights", [LOOKING, "GRANT USAGE ON SCHEMA ledger TO looker"], ids=["may look", "may not"])
def test_a_role_that_may_only_look_says_who_must_migrate(
    postgres_url: str, reader: Callable[[str], str], rights: str
) -> None:
    """Where the tables are of another version, or not to be seen, the error names the stage that brings them there."""
    owner = open_engine(postgres_url, "ledger")
    migrate(owner, "alerts", "ledger")
    with owner.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0003'"))

    with pytest.raises(Misconfigured, match="start `rasid learn` of this version"):
        open_read_only(_settings(reader(rights)), "ledger")
    owner.dispose()


def test_looking_before_anything_was_learned(tmp_path: Path) -> None:
    """Without a database file yet, there is an empty ledger to look at."""
    engine = open_read_only(_settings(f"sqlite:///{tmp_path / 'new' / 'ledger.db'}"), "ledger")
    assert Ledger(engine).facts() == ()
    engine.dispose()
