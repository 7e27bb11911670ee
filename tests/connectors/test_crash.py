from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from connectors.archive import Archive
from connectors.sources import Source
from rasid.database import open_engine
from streams.records import Article, decode
from tests.connectors.feeds import item, rss

ROOT = Path(__file__).parents[2]

POINTS = [
    ("before the commit of INSERT revisions", 1),  # nothing is archived yet
    ("before the send", 1),
    ("before the send", 3),
    ("before the acknowledgement", 1),
    ("before the acknowledgement", 3),
    ("before the commit of UPDATE revisions", 1),  # all are on the topic, none is marked
    ("before the commit of UPDATE feeds", 1),  # all are marked, the validators not saved
]


class World:
    """A folder of feeds, an archive and a topic, which outlive every process."""

    def __init__(self, path: Path) -> None:
        self.path = path
        (path / "feeds").mkdir()

    def serve(self, *items: str) -> None:
        """Put these items into the folder's feed."""
        (self.path / "feeds" / "feed.xml").write_text(rss(*items))

    def poll(self, point: str = "never", nth: int = 1) -> int:
        """Run a process that polls once and, it may be, dies of it; how it ended."""
        arguments = [str(self.path / name) for name in ("archive.db", "feeds", "topic")]
        command = [sys.executable, "-m", "tests.connectors.crashing", *arguments, point, str(nth)]
        return subprocess.run(command, cwd=ROOT, capture_output=True, timeout=60, check=False).returncode

    def topic(self) -> list[Article]:
        """What the broker has acknowledged."""
        path = self.path / "topic"
        lines = path.read_bytes().splitlines() if path.exists() else []
        return [decode(line, Article) for line in lines]

    def validator(self) -> str | None:
        """The validator that is saved."""
        engine = open_engine(f"sqlite:///{self.path}/archive.db", "archive")
        try:
            return Archive(engine).feed(Source(id="files", url=str(self.path / "feeds"), kind="folder")).etag
        finally:
            engine.dispose()


@pytest.mark.parametrize(("point", "nth"), POINTS)
def test_killed_at_any_point_nothing_is_lost(tmp_path: Path, point: str, nth: int) -> None:
    """`kill -9`, then a new process: all is on the topic, in order, as history, and ticked off only now."""
    world = World(tmp_path)
    world.serve(item("3", "c"), item("2", "b"), item("1", "a"))
    assert world.poll(point, nth) == -signal.SIGKILL
    assert world.validator() is None
    before = len(world.topic())
    assert world.poll() == 0
    assert world.validator() is not None
    seen = [(one.title, one.revision, one.quiet) for one in world.topic()]
    assert list(dict.fromkeys(seen)) == [("a", 1, True), ("b", 1, True), ("c", 1, True)]
    assert len(seen) <= before + 3


def test_news_after_a_crash_is_news(tmp_path: Path) -> None:
    """A first poll that died half published was the first poll all the same: what comes later is no history."""
    world = World(tmp_path)
    world.serve(item("1", "a"), item("0", "z"))
    assert world.poll("before the acknowledgement", 1) == -signal.SIGKILL
    world.serve(item("2", "b"), item("1", "a"))
    assert world.poll() == 0
    assert [(one.title, one.quiet) for one in world.topic()] == [("z", True), ("z", True), ("a", True), ("b", False)]
