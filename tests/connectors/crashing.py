"""A connector that kills itself: `python -m tests.connectors.crashing DATABASE FOLDER TOPIC POINT NTH`.

It polls FOLDER once. Its broker is the file TOPIC, flushed to the disk line by line. At the NTH passing of POINT it is
gone, as by `kill -9`: nothing is closed, flushed or told.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import sqlalchemy as sa

from connectors.archive import Archive
from connectors.poll import Connectors, Tools
from connectors.sources import Source
from rasid.database import migrate, open_engine
from streams.topics import Kafka, Message


class Failpoint:
    """Ends the process at the nth passing of a point."""

    def __init__(self, point: str, nth: int) -> None:
        self._point = point
        self._left = nth

    def passing(self, point: str) -> None:
        """Maybe the end."""
        self._left -= point == self._point
        if not self._left:
            os.kill(os.getpid(), signal.SIGKILL)


class FilePublisher:
    """Acknowledges what is on the disk."""

    def __init__(self, topic: Path, failpoint: Failpoint) -> None:
        self._topic = topic
        self._failpoint = failpoint

    async def publish(self, message: Message) -> None:
        self._failpoint.passing("before the send")
        with self._topic.open("ab") as topic:
            topic.write(message.value + b"\n")
            topic.flush()
            os.fsync(topic.fileno())
        self._failpoint.passing("before the acknowledgement")

    async def check(self) -> None:
        """A disk is always there."""

    async def close(self) -> None:
        """Nothing is held."""


def fail_at_commits(engine: sa.Engine, failpoint: Failpoint) -> None:
    """Failpoints in front of the commit of every writing transaction, named after what it writes first."""
    written: list[str] = []

    @sa.event.listens_for(engine, "before_cursor_execute")
    def note(*arguments: object) -> None:
        verb, *words = str(arguments[2]).split()[:3]
        if verb in {"INSERT", "UPDATE"}:
            written.append(f"{verb} {'feeds' if 'feeds' in words else 'revisions'}")

    @sa.event.listens_for(engine, "commit")
    def before_commit(_connection: sa.Connection) -> None:
        first = written[0] if written else "nothing"
        written.clear()
        failpoint.passing(f"before the commit of {first}")


async def main(paths: list[str], failpoint: Failpoint) -> None:
    """One poll."""
    database, folder, topic = paths
    engine = open_engine(f"sqlite:///{database}", "archive")
    migrate(engine, "connectors", "archive")
    source = Source(id="files", url=folder, kind="folder")
    tools = Tools(publisher=FilePublisher(Path(topic), failpoint))
    fail_at_commits(engine, failpoint)
    stage = Connectors([source], Archive(engine), Kafka(bootstrap="nowhere:1"), contact="x", tools=tools)
    await stage.poll_once(source)
    await stage.close()


if __name__ == "__main__":
    _, *paths, wanted, number = sys.argv
    asyncio.run(main(paths, Failpoint(wanted, int(number))))
