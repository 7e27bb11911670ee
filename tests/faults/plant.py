"""Rasid as it runs in production: each stage a process of its own, on Kafka and two databases, killed at will.

`tend` is its supervisor: a stage that has ended is started again. What the databases hold is asked in plain SQL.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import sqlalchemy as sa

from streams.topics import Kafka
from tests.faults import names

ROOT = Path(__file__).parents[2]
STAGES = ("connect", "work", "learn", "deliver")

_SECONDS_TO_STOP = 120.0  # a ceiling for a machine with other work
_OPEN = "('pending', 'sending', 'unknown')"
Json = Mapping[str, Any]


@dataclass
class _Run:
    """One process of a stage, and what it was started with."""

    stage: str
    child: subprocess.Popen[bytes]
    log: Path
    log_begins: int

    def is_up(self) -> bool:
        """Whether it runs, and has said that it has started."""
        with self.log.open("rb") as log:
            log.seek(self.log_begins)
            return self.child.poll() is None and b"stage_started" in log.read(100_000)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a plant runs: its broker, its databases, its outlets and whom it tells."""

    kafka: Kafka
    archive_url: str
    ledger_url: str
    sources: list[dict[str, Any]] = field(default_factory=list)
    destinations: list[dict[str, Any]] = field(default_factory=list)
    settings: Json = field(default_factory=dict)

    @classmethod
    def of(cls, kafka: Kafka, url: str) -> Self:
        """With one database for both."""
        return cls(kafka=kafka, archive_url=url, ledger_url=url)


class Plant:
    """The stages in a folder of their own. A process is called by its stage's name, a second one `learn-2`."""

    def __init__(self, folder: Path, place: Place) -> None:
        self._folder = folder
        self._runs: dict[str, _Run] = {}
        self._ledger = sa.create_engine(place.ledger_url, poolclass=sa.NullPool)
        self._schema = "ledger." if self._ledger.dialect.name == "postgresql" else ""
        self.ended: Counter[tuple[str, int]] = Counter()
        self.environment: dict[str, str] = {}
        (folder / "watchlist.yaml").write_text(names.watchlist(), encoding="utf-8")
        settings = {
            "data_dir": str(folder / "data"),
            "watchlist": str(folder / "watchlist.yaml"),
            "baseline": None,
            "feeds": None,
            "sources": place.sources,
            "destinations": place.destinations,
            "kafka": {"bootstrap": place.kafka.bootstrap},
            "archive_url": place.archive_url,
            "ledger_url": place.ledger_url,
            "health": dict.fromkeys(STAGES, 0),
            "breaker": {"share": 1.0},  # poison is meant
            "log_level": "info",
            **place.settings,
        }
        (folder / "rasid.yaml").write_text(json.dumps(settings), encoding="utf-8")

    def start(self, *called: str, fault: str = "", without: str = "") -> None:
        """Start these processes, armed with a fault or without a protection where so asked."""
        for name in called:
            switched = ["--without", without] if without else []
            command = [sys.executable, "-m", "tests.faults.child", *switched]
            command += ["--config", str(self._folder / "rasid.yaml"), name.partition("-")[0]]
            inherited = {**os.environ, **self.environment}  # noqa: TID251 - the child needs PATH and HOME
            environment = {**inherited, "PYTHONPATH": str(ROOT), "RASID_FAULT": fault}
            path = self._folder / f"{name}.log"
            with path.open("ab") as log:
                begins = log.tell()
                child = subprocess.Popen(command, stdout=log, stderr=log, cwd=self._folder, env=environment)
            self._runs[name] = _Run(name.partition("-")[0], child, path, begins)

    def tend(self, fault: Callable[[str, int], str] = lambda _name, _status: "") -> None:
        """Start again what has ended, with the fault that `fault` gives for its name and exit status."""
        for name, run in list(self._runs.items()):
            if (status := run.child.poll()) is not None:
                self.ended[name, status] += 1
                self.start(name, fault=fault(name, status))

    def kill(self, name: str) -> None:
        """kill -9; the next `tend` starts it again."""
        self._runs[name].child.kill()
        self._runs[name].child.wait()

    def leave(self, name: str) -> None:
        """kill -9, and nobody starts it again."""
        self.kill(name)
        del self._runs[name]

    def frozen(self, name: str) -> bool:
        """Whether it was stopped by a signal."""
        stat = Path(f"/proc/{self._runs[name].child.pid}/stat").read_text(encoding="ascii")
        return stat.rpartition(")")[2].split()[0] == "T"

    def freeze(self, name: str) -> None:
        """SIGSTOP: it still is there, and does nothing."""
        self._runs[name].child.send_signal(signal.SIGSTOP)

    def wake(self, name: str) -> None:
        """SIGCONT."""
        self._runs[name].child.send_signal(signal.SIGCONT)

    def stop(self, *called: str) -> dict[str, int]:
        """Ask these to end (all without names); gives their exit status."""
        stopped = called or tuple(self._runs)
        for name in stopped:
            self._runs[name].child.terminate()
        # One that does not end stays ours, to be killed when the plant is closed.
        ended = {name: self._runs[name].child.wait(_SECONDS_TO_STOP) for name in stopped}
        for name in stopped:
            del self._runs[name]
        return ended

    def up(self) -> list[str]:
        """The names of the processes that have started and run."""
        return [name for name, run in self._runs.items() if run.is_up()]

    def all_up(self) -> bool:
        """Whether every process has started and runs."""
        return len(self.up()) == len(self._runs)

    def ask(self, *arguments: str) -> str:
        """What a `rasid` command prints; it must succeed."""
        command = [sys.executable, "-m", "tests.faults.child", "--config", str(self._folder / "rasid.yaml"), *arguments]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}  # noqa: TID251 - PATH and HOME
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60, env=environment)
        return done.stdout

    # What the ledger holds. Each raises sqlalchemy's errors while it is away.

    def learned(self) -> dict[str, int]:
        """The latest revision that was learned, by the article's address."""
        return dict(self._query(f"SELECT url, revision FROM {self._schema}articles"))

    def undelivered(self) -> int:
        """How many deliveries are not finished."""
        query = f"SELECT count(*) FROM {self._schema}deliveries WHERE state IN {_OPEN}"
        return int(self._query(query)[0][0])

    def dead(self) -> int:
        """How many deliveries were given up."""
        return int(self._query(f"SELECT count(*) FROM {self._schema}deliveries WHERE state = 'dead'")[0][0])

    def _query(self, query: str) -> list[Any]:
        with self._ledger.connect() as connection:
            return list(connection.execute(sa.text(query)))

    def logs(self, lines: int = 25) -> str:
        """The end of every log, for a test that failed."""
        tails = []
        for path in sorted(self._folder.glob("*.log")):
            tail = path.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]
            tails.append("\n".join([f"--- {path.stem}", *(line[:400] for line in tail)]))
        return "\n".join(tails)

    def close(self) -> None:
        """Whatever still runs is killed."""
        for run in self._runs.values():
            run.child.kill()
            run.child.wait()
        self._ledger.dispose()


@contextmanager
def plant(folder: Path, place: Place) -> Iterator[Plant]:
    """A plant, with nothing left running at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    one = Plant(folder, place)
    try:
        yield one
    finally:
        one.close()
