"""`rasid work`: the Faust worker."""

from __future__ import annotations

from functools import partial

from rasid.kafka import ensure_topics
from rasid.seeds import make_reader
from rasid.settings import Settings
from rasid.stages import Hosted
from streams.app import Streams
from streams.clock import utc_now


def build(settings: Settings) -> Hosted:
    """The streams stage, reading with the watchlist."""
    kafka = settings.kafka.connection()
    stage = Streams(kafka, make_reader(settings), utc_now, settings.data_dir / "faust", settings.breaker.limits())
    return Hosted(stage, (settings.health.host, settings.health.work), partial(ensure_topics, kafka))
