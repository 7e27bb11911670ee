"""`rasid doctor`: what is installed, what answers, and what to do where something does not."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import msgspec

from alerts.ledger import Ledger
from rasid import broker, recognition, seeds
from rasid.database import describe
from rasid.kafka import ensure_topics
from rasid.settings import Settings
from rasid.tables import open_read_only
from streams.errors import RasidError

_PATIENCE = 5.0  # seconds that the broker has to answer


class Finding(msgspec.Struct, frozen=True):
    """One thing looked at. What is optional and absent is no fault."""

    what: str
    verdict: Literal["ok", "absent", "fault"]
    detail: str


def examine(settings: Settings, models: Path) -> int:
    """Print a line per finding; gives the exit status: 0, or 69 when something that is needed does not answer.

    `models` is where camel-tools keeps its data.
    """
    findings = [
        Finding("python", "ok", sys.version.split()[0]),
        _try("seeds", lambda: _seeds(settings)),
        _try("archive", lambda: describe(open_read_only(settings, "archive"))),
        _try("ledger", lambda: describe(open_read_only(settings, "ledger"))),
        _try("kafka", lambda: _kafka(settings)),
        entity_recognition(models),
        *_alerts(settings),
    ]
    for found in findings:
        sys.stdout.write(f"{found.verdict:7} {found.what:9} {found.detail}\n")
    return os.EX_UNAVAILABLE if any(found.verdict == "fault" for found in findings) else os.EX_OK


def _try(what: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(what, "ok", look())
    except RasidError as error:
        return Finding(what, "fault", " | ".join(str(error).splitlines()))


def _alerts(settings: Settings) -> Iterator[Finding]:
    """Destinations that get no more alerts, and alerts that were given up. Nothing where the ledger is away."""
    try:
        ledger = Ledger(open_read_only(settings, "ledger"))
        pauses, dead = ledger.pauses(), ledger.deliveries(state="dead")
    except RasidError:
        return
    for pause in pauses:
        mend = f"`rasid alert resume {pause.destination}` once that is mended"
        yield Finding("paused", "fault", f"{pause.destination} refused for good ({pause.reason}): {mend}")
    if dead:
        yield Finding("given up", "absent", f"{len(dead)} alerts or more: `rasid deliveries --state dead`")


def _seeds(settings: Settings) -> str:
    read = seeds.read_all(settings)
    return f"{len(read.names.projects)} projects, {len(read.sources)} sources, {len(read.baseline)} baseline readings"


def _kafka(settings: Settings) -> str:
    if settings.kafka.bootstrap is None:
        return f"embedded: {broker.command(0)[0]}"
    asyncio.run(ensure_topics(settings.kafka.connection(), patience=_PATIENCE))
    return f"{settings.kafka.bootstrap} answers and has the topics"


def entity_recognition(models: Path) -> Finding:
    """Whether camel-tools' entity recognition could run with the data in `models`."""
    if missing := recognition.missing(models):
        return Finding("ner", "absent", f"optional; missing: {', '.join(missing)}")
    return Finding("ner", "ok", f"model data in {models}")
