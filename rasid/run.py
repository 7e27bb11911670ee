"""`rasid run`: look over the configuration, show what is known, then let the supervisor run every stage."""

from __future__ import annotations

import asyncio
import fcntl
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import structlog

from alerts.ledger import Ledger
from alerts.policy import Policy
from alerts.render import line
from alerts.words import Language
from connectors.archive import Archive
from rasid import seeds
from rasid.database import make_folder
from rasid.kafka import ensure_topics
from rasid.settings import Settings
from rasid.stage import run_until_signal
from rasid.supervisor import stage_children, supervise
from rasid.tables import open_tables
from streams.errors import Misconfigured
from streams.threads import in_thread
from streams.topics import Kafka

_SHOWN = 20
_LOG = structlog.get_logger()


def run(settings: Settings, arguments: Sequence[str], environ: Mapping[str, str]) -> None:
    """Run everything until a signal. `arguments` are the options that each stage is called with, before its verb.

    Raises `Misconfigured` or `Unavailable` before anything is started when that can be known, else as soon as it is.
    """
    with _alone(settings.data_dir):
        _run(settings, arguments, environ)


def _run(settings: Settings, arguments: Sequence[str], environ: Mapping[str, str]) -> None:
    policy = seeds.read_all(settings).policy
    ledger = Ledger(open_tables(settings, "ledger"))
    archive = Archive(open_tables(settings, "archive"))
    _show_known(ledger, policy, settings.destinations[0].language if settings.destinations else "ar")
    if sys.stderr.isatty():
        sys.stderr.write(f"{welcome(settings)}\n")

    async def prepare(port: int | None) -> None:
        if port is None:
            await ensure_topics(settings.kafka.connection())
            return
        await ensure_topics(Kafka(bootstrap=f"127.0.0.1:{port}", embedded=True, partitions=settings.kafka.partitions))
        embedded_port(settings).write_text(f"{port}\n", encoding="utf-8")
        # The broker starts empty: whatever is archived and was never learned has to go round again.
        queued = await in_thread(lambda: archive.requeue(lambda ids: dict(ledger.learned(ids))))
        _LOG.info("embedded_broker_ready", port=port, articles_queued_again=queued)

    embedded = settings.kafka.bootstrap is None
    work = supervise(stage_children(arguments), environ, prepare, embedded=embedded)
    try:
        asyncio.run(run_until_signal(work))
    finally:
        embedded_port(settings).unlink(missing_ok=True)


def welcome(settings: Settings) -> str:
    """Where somebody at a terminal finds the page, and how this ends: alerts may be long in coming."""
    web = settings.web
    page = web.url or f"http://{web.host}:{web.port}/"
    return f"rasid: the page: {page}   how Rasid is: {page.rstrip('/')}/state   Ctrl-C ends all"


def embedded_port(settings: Settings) -> Path:
    """The file that tells other commands where this run's embedded broker listens."""
    return settings.data_dir / "broker.port"


def running_broker(settings: Settings) -> Kafka:
    """The broker that the settings name, else the embedded one of a `rasid run` that runs. Raises `Misconfigured`."""
    if settings.kafka.bootstrap is not None:
        return settings.kafka.connection()
    try:
        port = int(embedded_port(settings).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Misconfigured(
            "kafka", f"kafka.bootstrap is not set, and no `rasid run` with an embedded broker uses {settings.data_dir}"
        ) from error
    return Kafka(bootstrap=f"127.0.0.1:{port}", embedded=True)


@contextmanager
def _alone(data_dir: Path) -> Iterator[None]:
    """One run to one data folder: two would share the archive and not the broker. The lock ends with the process."""
    path = make_folder(data_dir) / "run.lock"
    with path.open("w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Misconfigured("data_dir", f"another `rasid run` uses {data_dir} (it holds {path})") from error
        yield


def _show_known(ledger: Ledger, policy: Policy, language: Language) -> None:
    """The newest changes of earlier runs, so that a start does not look empty. They are told, not sent again."""
    known = ledger.changes(limit=_SHOWN)
    for change in reversed(known):
        sys.stdout.write(f"{change.time:%Y-%m-%d %H:%M}  {line(change, policy.names, language)}\n")
    sys.stdout.flush()
