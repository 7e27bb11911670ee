"""Fixtures that start real servers, and the rule for those that a machine does not have.

A test that uses one of these fixtures, or carries the marker, is skipped where the server cannot be had, and the run's
header says so in one line. With `CI=true` nothing may be missing: the run ends at once.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from streams.topics import Kafka
from tests import services
from tests.services import EmbeddedServer, KafkaServer, Postgres

# A busy machine is slow, and nothing here is about time.
settings.register_profile("rasid", deadline=None)
settings.register_profile("thorough", deadline=None, max_examples=1000)
settings.load_profile("rasid")

_MARKER_OF_FIXTURE = {
    "kafka_server": "kafka",
    "kafka": "kafka",
    "embedded_server": "embedded",
    "embedded": "embedded",
    "postgres": "postgres",
    "postgres_url": "postgres",
    "own_postgres": "postgres",
}

_SERVERS = {*_MARKER_OF_FIXTURE.values(), "prometheus", "browser"}


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--seed` repeats a run of the fault suite; `--every` leaves out no combination in the browser."""
    parser.addoption("--seed", type=int, default=None, help="the seed of the fault suite (tests/faults)")
    parser.addoption("--every", action="store_true", help="every combination of the browser tests (tests/browser)")


def pytest_configure() -> None:
    """Refuse to run in CI with anything missing."""
    lacks = services.missing()
    if lacks and os.environ.get("CI") == "true":  # noqa: TID251 - a promise of the CI machine, not a setting of Rasid
        raise pytest.UsageError(f"CI=true and this machine lacks: {'; '.join(lacks.values())}")


def pytest_report_header() -> str:
    """One line: what is missing."""
    lacks = services.missing()
    return (
        f"skipped for want of: {'; '.join(lacks.values())}" if lacks else "all servers can be had: nothing is skipped"
    )


def pytest_xdist_auto_num_workers() -> int:
    """Two to a core: most of these tests wait for a process or a server most of their time."""
    return 2 * (os.cpu_count() or 1)


@pytest.hookimpl(tryfirst=True)  # before `-m` selects by marker
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test with the servers that its fixtures start, and skip it where one is missing.

    Files with servers go first: they take longest, and at the end of a run nobody should wait for one of them alone.
    """
    lacks = services.missing()
    for item in items:
        for fixture in set(getattr(item, "fixturenames", ())) & _MARKER_OF_FIXTURE.keys():
            item.add_marker(_MARKER_OF_FIXTURE[fixture])
        for marker in {mark.name for mark in item.iter_markers()} & lacks.keys():
            item.add_marker(pytest.mark.skip(reason=f"needs {lacks[marker]}"))
    slow = {item.path for item in items if {mark.name for mark in item.iter_markers()} & _SERVERS}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="session")
def _kafka_node() -> Iterator[KafkaServer]:
    with services.kafka_server() as server:
        yield server


@pytest.fixture(scope="session")
def _embedded_node() -> Iterator[EmbeddedServer]:
    with services.embedded_server() as server:
        yield server


@pytest.fixture
def kafka_server(_kafka_node: KafkaServer) -> Iterator[KafkaServer]:
    """A fresh Apache Kafka without topics, to be stopped, killed and started again at will."""
    _kafka_node.start_empty()
    yield _kafka_node
    _kafka_node.stop()


@pytest.fixture
def kafka(kafka_server: KafkaServer) -> Kafka:
    """How to reach a fresh Apache Kafka that has Rasid's topics, empty."""
    services.create_topics(kafka_server.settings)
    return kafka_server.settings


@pytest.fixture
def embedded_server(_embedded_node: EmbeddedServer) -> Iterator[EmbeddedServer]:
    """A fresh embedded broker without topics, to be stopped, killed and started again at will."""
    _embedded_node.start_empty()
    yield _embedded_node
    _embedded_node.stop()


@pytest.fixture
def embedded(embedded_server: EmbeddedServer) -> Kafka:
    """How to reach a fresh embedded broker that has Rasid's topics, empty."""
    services.create_topics(embedded_server.settings)
    return embedded_server.settings


@pytest.fixture(
    params=[pytest.param("embedded", marks=pytest.mark.embedded), pytest.param("kafka", marks=pytest.mark.kafka)]
)
def any_broker(request: pytest.FixtureRequest) -> Kafka:
    """Each of the two brokers in turn, with Rasid's topics, empty: for what must hold on both."""
    settings: Kafka = request.getfixturevalue(request.param)
    return settings


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One PostgreSQL for the whole run."""
    with services.postgres_server() as server:
        yield server


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    """The URL of a fresh PostgreSQL database."""
    with postgres.database() as url:
        yield url


@pytest.fixture
def own_postgres() -> Iterator[Postgres]:
    """A PostgreSQL that nobody else uses, to be stopped or killed."""
    with services.postgres_server() as server:
        yield server


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a fresh database, on SQLite (a file) and on PostgreSQL in turn: for what must hold on both."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'rasid.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url
