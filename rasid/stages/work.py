"""`rasid work`: the Faust worker."""

from __future__ import annotations

from functools import partial

from rasid.clock import now
from rasid.kafka import ensure_topics
from rasid.seeds import read_watchlist
from rasid.settings import Settings
from rasid.stages import Hosted
from streams.app import Streams
from streams.extract.reader import Reader


def build(settings: Settings) -> Hosted:
    """The streams stage, reading with the watchlist."""
    kafka = settings.kafka.connection()
    stage = Streams(kafka, Reader(read_watchlist(settings)), now, settings.data_dir / "faust")
    return Hosted(stage, (settings.health.host, settings.health.work), partial(ensure_topics, kafka))
