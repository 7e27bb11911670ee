"""`rasid connect`. It does not wait for the broker: articles spool in the archive while it is away."""

from __future__ import annotations

from connectors.archive import Archive
from connectors.poll import Connectors, Tools
from rasid.dial import fetcher
from rasid.seeds import read_sources
from rasid.settings import Settings
from rasid.stages import Hosted
from rasid.tables import open_tables


def build(settings: Settings) -> Hosted:
    """The connectors, over the archive."""
    kafka = settings.kafka.connection()
    archive = Archive(open_tables(settings, "archive"))
    tools = Tools(fetcher=fetcher(settings))
    stage = Connectors(read_sources(settings), archive, kafka, contact=settings.contact, tools=tools)
    return Hosted(stage, (settings.health.host, settings.health.connect))
