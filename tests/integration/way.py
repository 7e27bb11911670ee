"""The whole way as processes: feed items in, a ledger and a webhook receiver out, and kill -9 in between."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alerts.baseline import load
from alerts.ledger import Ledger
from rasid.database import migrate, open_engine
from tests.integration.receiver import SECRET, Receiver
from tests.processes import free_port

ROOT = Path(__file__).parents[2]
STAGES = ("connect", "work", "learn", "deliver", "web")

_ITEM = re.compile(r"<item>.*?</item>", re.DOTALL)
Json = dict[str, Any]


class Story:
    """The sample story: its items, oldest first, and what must be told of it."""

    def __init__(self) -> None:
        document = (ROOT / "seeds/articles/story.xml").read_text(encoding="utf-8")
        self._frame = _ITEM.sub("", document)
        self.items = list(reversed(_ITEM.findall(document)))
        lines = (ROOT / "seeds/articles/expected.jsonl").read_text(encoding="utf-8").splitlines()
        self.expected = [_comparable(json.loads(line)) for line in lines]

    def feed(self, items: Sequence[str]) -> str:
        """A feed document of those items, newest first as feeds are."""
        return self._frame.replace("</channel>", "".join(reversed(items)) + "</channel>")


def _comparable(line: Json) -> str:
    kept = {name: line[name] for name in ("fact", "kind", "old", "new", "evidence", "url")}
    return json.dumps(kept, ensure_ascii=False, sort_keys=True)


class Way:
    """Rasid in a folder of its own, as one `rasid run` or as five stages, restarted at will."""

    def __init__(self, folder: Path, receiver: Receiver, settings: Json) -> None:
        self.folder = folder
        self.receiver = receiver
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._articles = folder / "articles"
        self._articles.mkdir()
        engine = open_engine(settings.get("ledger_url") or f"sqlite:///{folder / 'data/ledger.db'}", "ledger")
        migrate(engine, "alerts", "ledger")
        self.ledger = Ledger(engine)
        baseline = (ROOT / "seeds/baseline.yaml").read_text(encoding="utf-8")
        self._baseline = {(reading.article_id, reading.revision) for reading in load(baseline)}
        source = {"id": "story", "kind": "folder", "url": str(self._articles), "backfill": "announce"}
        hook = {"id": "hook", "kind": "webhook", "url": receiver.url, "secrets": [SECRET], "allow_private": True}
        self.config = folder / "rasid.yaml"
        self.ports = {stage: free_port() for stage in STAGES}
        health = {stage: port for stage, port in self.ports.items() if stage != "web"}
        self.config.write_text(
            json.dumps(
                {
                    "data_dir": "data",
                    "watchlist": str(ROOT / "seeds/watchlist.yaml"),
                    "baseline": str(ROOT / "seeds/baseline.yaml"),
                    "feeds": None,
                    "sources": [source | {"min_interval": "1s", "max_interval": "1s"}],
                    "destinations": [hook],
                    "health": health,
                    "web": {"port": self.ports["web"]},
                    **settings,
                }
            ),
            encoding="utf-8",
        )

    def serve(self, document: str) -> None:
        """Put the feed where the connector finds it, in one step as a careful writer does."""
        (self.folder / "new.xml").write_text(document, encoding="utf-8")
        (self.folder / "new.xml").rename(self._articles / "story.xml")

    def start(self, *verbs: str, fault: str = "") -> None:
        """Start these commands (`run`, or stages), each a process of its own, with that RASID_FAULT."""
        environ = {**os.environ, "RASID_FAULT": fault}  # noqa: TID251 - the child needs PATH and HOME
        for verb in verbs:
            with (self.folder / f"{verb}.log").open("ab") as log:
                command = [sys.executable, "-m", "rasid", "--config", str(self.config), verb]
                self._children[verb] = subprocess.Popen(command, stdout=log, stderr=log, env=environ)

    def ended(self, verb: str) -> int | None:
        """How that process ended by itself; None while it runs."""
        return self._children[verb].poll()

    def send(self, verb: str, number: signal.Signals) -> None:
        """Send that signal to a stage, which must be running."""
        child = self._children[verb]
        assert child.poll() is None, f"{verb} has ended:\n{self.log(verb)}"
        child.send_signal(number)

    def kill(self, verb: str) -> None:
        """kill -9, and wait until it is gone."""
        child = self._children.pop(verb)
        assert child.poll() is None, f"{verb} had ended before it was killed:\n{self.log(verb)}"
        child.kill()
        child.wait()

    def stop(self, *, signal_number: signal.Signals = signal.SIGTERM, seconds: float = 60) -> dict[str, int]:
        """Ask everything to end; gives each exit status."""
        children, self._children = self._children, {}
        for child in children.values():
            child.send_signal(signal_number)
        return {verb: child.wait(seconds) for verb, child in children.items()}

    def close(self) -> None:
        """Whatever still runs is killed."""
        self.ledger.engine.dispose()
        for child in self._children.values():
            child.kill()
            child.wait()

    def ask(self, *arguments: str) -> str:
        """What a `rasid` command prints; it must succeed."""
        command = [sys.executable, "-m", "rasid", "--config", str(self.config), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout

    def log(self, verb: str) -> str:
        """The end of what that command logged."""
        path = self.folder / f"{verb}.log"
        return path.read_text(encoding="utf-8", errors="replace")[-4000:] if path.exists() else ""

    def changes(self) -> list[str]:
        """What `rasid changes` tells, the oldest first, comparable with the expectation."""
        lines = self.ask("changes", "--format", "json", "--limit", "1000").splitlines()
        return [_comparable(json.loads(line)) for line in lines]

    def learned(self) -> int:
        """How many articles were learned, the baseline not counted."""
        return len(self.ledger.learned() - self._baseline)

    def wait(self, condition: Callable[[], bool], what: str, seconds: float = 90) -> None:
        """Return when the condition holds, else fail with the logs."""
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                logs = "\n".join(f"--- {path.stem}\n{self.log(path.stem)}" for path in self.folder.glob("*.log"))
                raise AssertionError(f"waited in vain for {what}\n{logs}")
            time.sleep(0.1)


@contextmanager
def on_the_way(folder: Path, receiver: Receiver, settings: Json) -> Iterator[Way]:
    """A `Way`, with nothing left running at the end."""
    way = Way(folder, receiver, settings)
    try:
        yield way
    finally:
        way.close()


def descendants(pid: int) -> set[int]:
    """The processes that descend from `pid`."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text()
            except OSError:
                continue
            parents[int(entry.name)] = int(stat.rpartition(")")[2].split()[1])
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


def alive(pid: int) -> bool:
    """Whether that process runs."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
