"""`rasid connect`. It does not wait for the broker: articles spool in the archive while it is away."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from connectors.archive import Archive
from connectors.heartbeat import Heart
from connectors.pages import PAGE_LIMITS
from connectors.poll import Bounds, Connectors, Tools
from connectors.publish import KafkaPublisher
from rasid.dial import fetcher
from rasid.kafka import ensure_topics
from rasid.seeds import read_sources
from rasid.settings import Settings
from rasid.stage import Stage, Together
from rasid.stages import Hosted
from rasid.tables import open_tables
from streams.topics import Kafka

_PATIENCE = 5.0  # seconds that the broker has to answer before the articles wait in the archive


def build(settings: Settings) -> Hosted:
    """The connectors, over the archive."""
    kafka = settings.kafka.connection()
    archive = Archive(open_tables(settings, "archive"))
    keep = settings.archive.keep_days
    bounds = Bounds(waiting=settings.archive.waiting_mb * 1024**2, keep=timedelta(days=keep) if keep else None)
    tools = Tools(
        fetcher=fetcher(settings),
        pages=fetcher(settings, PAGE_LIMITS),
        endpoint=settings.websub.endpoint(),
        publisher=publisher(kafka),
        bounds=bounds,
    )
    stage: Stage = Connectors(read_sources(settings), archive, kafka, contact=settings.contact, tools=tools)
    if settings.heartbeat:
        stage = Together((stage, Heart(publisher(kafka), settings.heartbeat)))
    return Hosted(stage, (settings.health.host, settings.health.connect))


def publisher(kafka: Kafka) -> KafkaPublisher:
    """Onto that broker, where the first to come makes the topics."""
    return KafkaPublisher(kafka, prepare=partial(ensure_topics, kafka, patience=_PATIENCE))
