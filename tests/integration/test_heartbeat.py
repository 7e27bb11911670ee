"""The heartbeat through real processes: it comes the whole way, and stops coming when any one stage stands still."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from alerts.heartbeat import newest
from connectors.archive import Archive
from rasid.database import open_engine
from streams.topics import Kafka
from tests.integration.receiver import receiving
from tests.integration.way import STAGES, Way, on_the_way


@pytest.fixture
def way(tmp_path: Path, embedded: Kafka) -> Iterator[Way]:
    """The stages apart, on the embedded broker and SQLite, with a heartbeat every half second."""
    settings = {"kafka": {"bootstrap": embedded.bootstrap, "embedded": True}, "heartbeat": 0.5}
    with receiving() as receiver, on_the_way(tmp_path, receiver, settings) as way:
        yield way


def test_any_stage_that_stands_still_shows(way: Way) -> None:
    """With each stage stopped in turn nothing arrives and the age grows; started again it arrives, and is no news."""
    way.start(*STAGES)
    way.wait(lambda: newest(way.ledger.engine) is not None, "the first heartbeat")
    for stage in ("connect", "work", "learn", "deliver"):
        way.kill(stage)
        before = _silence(way)
        if stage != "deliver":
            way.wait(lambda: "no heartbeat has come" in _get(way, "deliver", "readyz"), "deliver to say so")
        way.start(stage)
        way.wait(lambda before=before: newest(way.ledger.engine) != before, f"a heartbeat after {stage} came back")  # type: ignore[misc]
    assert way.learned() == 0
    assert way.ledger.changes(silent=True, fact="rasid.heartbeat") == ()
    engine = open_engine(f"sqlite:///{way.folder / 'data/archive.db'}", "archive")
    assert Archive(engine).revisions() == []
    engine.dispose()
    assert way.receiver.tries.total() == 0


def _silence(way: Way) -> datetime | None:
    """Wait until the age has grown by two seconds, four beats, with no heartbeat arriving; gives the last that did."""
    last, since = newest(way.ledger.engine), _age(way)

    def silent() -> bool:
        nonlocal last, since
        now, age = newest(way.ledger.engine), _age(way)
        since = min(since, age) if now == last else age
        last = now
        return age > since + 2

    way.wait(silent, "the age to grow")
    return last


def _age(way: Way) -> float:
    """The heartbeat's age, as the page tells it."""
    found = re.search(r"^rasid_heartbeat_age_seconds (\S+)$", _get(way, "web", "metrics"), re.MULTILINE)
    return float(found[1]) if found else 0.0


def _get(way: Way, stage: str, path: str) -> str:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{way.ports[stage]}/{path}", timeout=10) as response:
            return str(response.read().decode())
    except urllib.error.HTTPError as error:
        return error.read().decode()
    except OSError:
        return ""
