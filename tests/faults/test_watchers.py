"""Those who watch Rasid, as shipped and sixty times as fast: what dies or stands still is told, and so is its end.

The shorter form, with a stopped stage and a frozen one, is in tests/watchers.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from typing_extensions import override

from streams.topics import Kafka
from tests.integration.way import Story
from tests.watchers.stages import stages_watched

pytestmark = [pytest.mark.faults, pytest.mark.prometheus]

_EMPTY = b'<rss version="2.0"><channel><title>-</title></channel></rss>'


class Paper:
    """A feed on a web server that answers 500 until it is `well`."""

    def __init__(self) -> None:
        self.url = ""
        self.well = False


@contextmanager
def published() -> Iterator[Paper]:
    """A feed that is not well, on loopback."""
    paper = Paper()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if paper.well else 500)
            self.end_headers()
            self.wfile.write(_EMPTY if paper.well else b"")

        @override
        def log_message(self, *_args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    paper.url = f"http://127.0.0.1:{server.server_port}/feed"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield paper
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_dead_feed_and_a_dead_receiver_wake_the_operator(tmp_path: Path, kafka: Kafka) -> None:
    """A feed that answers 500 and a receiver that answers 503 are told, each by its own alarm, and their end too."""
    story = Story()
    with published() as paper:
        source = {"id": "paper", "url": paper.url, "allow_private": True}
        with stages_watched(tmp_path, kafka, [source]) as (way, operator):
            way.receiver.away = True
            way.serve(story.feed(story.items))
            way.wait(lambda: operator.state("RasidFeedFailing", source="paper") == "firing", "word of the feed")
            way.wait(lambda: operator.state("RasidDeliveryLate") == "firing", "word of the receiver")
            way.receiver.away, paper.well = False, True
            way.wait(lambda: operator.state("RasidFeedFailing") == "resolved", "word that the feed is well")
            way.wait(lambda: len(way.receiver.bodies) == len(story.expected), "every alert to be delivered", 300)
            way.wait(lambda: operator.state("RasidDeliveryLate") == "resolved", "word that the receiver is back")


def test_a_stuck_consumer_wakes_the_operator(tmp_path: Path, kafka: Kafka) -> None:
    """While another process holds the ledger, learn answers and takes nothing: that is told, by stage and topic."""
    story = Story()
    with stages_watched(tmp_path, kafka) as (way, operator):
        with closing(sqlite3.connect(tmp_path / "data/ledger.db", isolation_level=None)) as ledger:
            ledger.execute("BEGIN IMMEDIATE")
            way.serve(story.feed(story.items))
            stuck = {"job": "learn", "topic": "rasid.readings"}
            way.wait(
                lambda: operator.state("RasidConsumerStuck", **stuck) == "firing", "word of the stuck learner", 180
            )
            assert operator.state("RasidStageDown", job="learn") != "firing"
        way.wait(lambda: way.learned() == len(story.items), "every article to be learned")
        way.wait(lambda: operator.state("RasidConsumerStuck", job="learn") == "resolved", "word that it goes on", 180)
