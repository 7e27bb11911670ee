"""`rasid doctor`: what is installed, what answers, and what to do where something does not.

What answers may still lose what it was given (`rasid.risks`): such a risk is said, and is no fault.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import chain
from pathlib import Path
from typing import Literal

import msgspec
import sqlalchemy as sa

from alerts.ledger import Ledger
from connectors.archive import Archive
from rasid import broker, recognition, risks, seeds
from rasid.database import describe, server_settings, server_time
from rasid.kafka import ensure_topics, look
from rasid.progress import Told
from rasid.settings import Settings
from rasid.tables import Name, open_read_only
from streams.clock import utc_now
from streams.errors import RasidError

_PATIENCE = 5.0  # seconds that the broker has to answer
_ON_THE_WAY = timedelta(hours=1)  # before that, an article may be on its way
_MOUNTS = Path("/proc/self/mountinfo")


class Finding(msgspec.Struct, frozen=True):
    """One thing looked at. What is optional and absent is no fault, nor is what could lose something one day."""

    what: str
    verdict: Literal["ok", "absent", "risk", "fault"]
    detail: str


def examine(settings: Settings, models: Path, told: Told) -> int:
    """Print a line per finding; gives the exit status: 0, or 69 when something that is needed does not answer.

    `models` is where camel-tools keeps its data; `told` hears how far the part is that may take long.
    """
    findings = [
        Finding("python", "ok", sys.version.split()[0]),
        _try("seeds", lambda: _seeds(settings)),
        *_database(settings, "archive"),
        *_database(settings, "ledger"),
        *_kafka(settings),
        entity_recognition(models),
        *_alerts(settings),
        *_unlearned(settings, told),
    ]
    for found in findings:
        sys.stdout.write(f"{found.verdict:7} {found.what:9} {found.detail}\n")
    return os.EX_UNAVAILABLE if any(found.verdict == "fault" for found in findings) else os.EX_OK


def _try(what: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(what, "ok", look())
    except RasidError as error:
        return _fault(what, error)


def _fault(what: str, error: RasidError) -> Finding:
    return Finding(what, "fault", " | ".join(str(error).splitlines()))


def _alerts(settings: Settings) -> Iterator[Finding]:
    """Destinations that get no more alerts, and alerts that were given up. Nothing where the ledger is away."""
    try:
        with _opened(settings, "ledger") as engine:
            ledger = Ledger(engine)
            pauses, dead, still = ledger.pauses(), ledger.deliveries(state="dead"), ledger.open_deliveries()
    except RasidError:
        return
    for destination in still.keys() - {one.id for one in settings.destinations}:
        mend = f"name it in the settings again, or `rasid alert drop {destination}`"
        yield Finding("stranded", "fault", f"{still[destination]} alerts wait for {destination}, which is gone: {mend}")
    for pause in pauses:
        mend = f"`rasid alert resume {pause.destination}` once that is mended"
        yield Finding("paused", "fault", f"{pause.destination} refused for good ({pause.reason}): {mend}")
    if dead:
        yield Finding("given up", "absent", f"{len(dead)} alerts or more: `rasid deliveries --state dead`")


def _unlearned(settings: Settings, told: Told) -> Iterator[Finding]:
    """Articles that went to the broker and were never learned. Nothing where archive or ledger are away."""
    try:
        with _opened(settings, "archive") as archive, _opened(settings, "ledger") as engine:
            ledger = Ledger(engine)
            count = Archive(archive).unlearned(lambda ids: dict(ledger.learned(ids)), utc_now() - _ON_THE_WAY, told)
    except RasidError:
        return
    if count:
        detail = f"{count} article revisions were sent an hour ago or more and never learned: set aside"
        yield Finding("unlearned", "risk", f"{detail} (`rasid dead-letters`), late, or lost (`rasid replay --missing`)")


def _seeds(settings: Settings) -> str:
    read = seeds.read_all(settings)
    return f"{len(read.names.projects)} projects, {len(read.sources)} sources, {len(read.baseline)} baseline readings"


def _database(settings: Settings, name: Name) -> Iterator[Finding]:
    """Whether that database can be read, and what it could lose."""
    try:
        with _opened(settings, name) as engine:
            found = [Finding(name, "ok", describe(engine))]
            found += [Finding(name, "risk", risk) for risk in _risks_of(engine)]
            found += _disk(name, engine)
    except RasidError as error:
        found = [_fault(name, error)]
    yield from found


def _disk(name: Name, engine: sa.Engine) -> Iterator[Finding]:
    """Whether the disk of an SQLite file takes what is written: reading, all seems well long after it does not."""
    if engine.dialect.name == "sqlite":
        disk = os.statvfs(Path(str(engine.url.database)).resolve().parent)
        free = disk.f_bavail * disk.f_frsize
        if fault := risks.why_nothing_is_kept(free, read_only=bool(disk.f_flag & os.ST_RDONLY)):
            yield Finding(name, "fault", fault)
        yield from (Finding(name, "risk", risk) for risk in risks.of_room(free))


@contextmanager
def _opened(settings: Settings, name: Name) -> Iterator[sa.Engine]:
    engine = open_read_only(settings, name)
    try:
        yield engine
    finally:
        engine.dispose()


def _risks_of(engine: sa.Engine) -> Iterator[str]:
    if engine.dialect.name == "postgresql":
        yield from risks.of_postgres(server_settings(engine))
        yield from risks.of_clocks(utc_now() - server_time(engine))
    elif _MOUNTS.exists():  # Linux
        yield from risks.of_folder(Path(str(engine.url.database)).resolve(), _MOUNTS.read_text(encoding="utf-8"))


def _kafka(settings: Settings) -> Iterator[Finding]:
    """Whether the broker answers, and what its topics could lose."""
    if settings.kafka.bootstrap is None:
        yield _try("kafka", lambda: f"embedded: {broker.command(0)[0]}")
        return
    kafka = settings.kafka.connection()
    try:
        asyncio.run(ensure_topics(kafka, patience=_PATIENCE))
        topics = asyncio.run(look(kafka, patience=_PATIENCE))
    except RasidError as error:
        yield _fault("kafka", error)
        return
    yield Finding("kafka", "ok", f"{settings.kafka.bootstrap} answers and has the topics")
    said = chain.from_iterable(((name, risk) for risk in risks.of_topic(topics[name])) for name in sorted(topics))
    yield from (Finding("kafka", "risk", f"{name} {risk}") for name, risk in said)


def entity_recognition(models: Path) -> Finding:
    """Whether camel-tools' entity recognition could run with the data in `models`."""
    if missing := recognition.missing(models):
        return Finding("ner", "absent", f"optional; missing: {', '.join(missing)}")
    return Finding("ner", "ok", f"model data in {models}")
