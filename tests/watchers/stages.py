"""All stages of Rasid as processes, and those who watch them, at sixty times the usual pace."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from streams.topics import Kafka
from tests.integration.receiver import receiving
from tests.integration.way import STAGES, Way, on_the_way
from tests.watchers.programs import Operator, watched

FACTOR = 60
_HEARTBEAT = 60 / FACTOR


@contextmanager
def stages_watched(
    folder: Path, kafka: Kafka, sources: Sequence[dict[str, Any]] = ()
) -> Iterator[tuple[Way, Operator]]:
    """Every stage, ready and watched, with nothing that is told yet; and who is told. `sources` come to the story's."""
    settings: dict[str, Any] = {
        "kafka": {"bootstrap": kafka.bootstrap, "session_timeout": 6},
        "heartbeat": _HEARTBEAT,
    }
    story = {"id": "story", "kind": "folder", "url": str(folder / "articles"), "backfill": "announce"}
    pace = {"min_interval": "1s", "max_interval": "1s"}
    settings["sources"] = [each | pace for each in (story, *sources)]
    with receiving() as receiver, on_the_way(folder, receiver, settings) as way:
        way.start(*STAGES)
        way.wait(lambda: all(_is_ready(way.ports[stage]) for stage in STAGES), "every stage to be ready", 300)
        with watched(folder, way.ports, FACTOR) as operator:
            yield way, operator


def _is_ready(port: int) -> bool:
    with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
        return True
    return False
