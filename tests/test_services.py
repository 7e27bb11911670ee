"""The servers that other tests stand on do what their fixtures promise."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import KafkaError

from rasid.database import open_engine
from streams.topics import ARTICLES, TOPICS, Kafka
from tests import services
from tests.brokers import Broker
from tests.processes import NotReady, Process, free_port
from tests.services import EmbeddedServer, KafkaServer, Postgres, create_topics

PROJECT = Path(__file__).parents[1]

_LEASES = "import sys; from tests import processes; print([processes._lease(int(port)) for port in sys.argv[1:]])"


def test_a_port_is_given_to_one_test_run_at_a_time() -> None:
    """Nobody else is given a port of ours though nobody listens there, nor we the same again; theirs come back."""
    ours = [str(free_port()) for _ in range(50)]
    assert len(set(ours)) == 50
    other = str(100_000 + os.getpid())  # no port at all, so that no other run holds it
    for _ in range(2):
        answer = subprocess.run(
            [sys.executable, "-c", _LEASES, *ours, other], cwd=PROJECT, capture_output=True, text=True, check=True
        )
        assert answer.stdout.strip() == str([False] * 50 + [True])


async def produce(kafka: Kafka, values: list[bytes]) -> None:
    """Send the values with the producer that Rasid uses on this broker."""
    producer = AIOKafkaProducer(**kafka.producer_options())
    await producer.start()
    try:
        for value in values:
            await producer.send_and_wait(ARTICLES, value, key=b"one source")
    finally:
        await producer.stop()


async def consume(kafka: Kafka, count: int, group: str = "readers") -> list[bytes]:
    """The next `count` values for that group, which commits them."""
    consumer = AIOKafkaConsumer(
        ARTICLES,
        **kafka.client_options(),
        group_id=group,
        auto_offset_reset="earliest",
        session_timeout_ms=int(kafka.session_timeout * 1000),
        heartbeat_interval_ms=500,
        enable_auto_commit=False,
    )
    await consumer.start()
    try:
        values = [(await consumer.getone()).value for _ in range(count)]
        await consumer.commit()
    finally:
        await consumer.stop()
    return values


async def test_what_is_produced_is_consumed_in_order_on_both_brokers(any_broker: Kafka) -> None:
    """Rasid's producer (idempotent on Kafka) and a consumer group work on each broker."""
    values = [b"%d" % number for number in range(20)]
    await produce(any_broker, values)
    assert await consume(any_broker, len(values)) == values


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("kafka_server", marks=pytest.mark.kafka),
        pytest.param("embedded_server", marks=pytest.mark.embedded),
    ],
)
def test_started_empty_twice(name: str, request: pytest.FixtureRequest) -> None:
    """A broker started empty knows no topic of the run before: creating all of them works again."""
    server: Broker = request.getfixturevalue(name)
    create_topics(server.settings)
    server.start_empty()
    create_topics(server.settings)
    with pytest.raises(NotReady, match=ARTICLES):
        create_topics(server.settings, TOPICS[:1])


async def test_kafka_keeps_what_it_acknowledged_when_killed(kafka: Kafka, kafka_server: KafkaServer) -> None:
    """After SIGKILL and a start on the same port, messages and the group's offsets are still there."""
    await produce(kafka, [b"first", b"second"])
    assert await consume(kafka, 1) == [b"first"]
    kafka_server.kill()
    assert kafka_server.pid is None
    kafka_server.start()
    assert await consume(kafka, 1) == [b"second"]


async def test_kafka_creates_no_topic_by_itself(kafka_server: KafkaServer) -> None:
    """A misspelt topic must fail in tests as it does in production."""
    kafka = kafka_server.settings
    producer = AIOKafkaProducer(**kafka.producer_options(), request_timeout_ms=1_000)
    await producer.start()
    try:
        with pytest.raises(KafkaError):
            await producer.send_and_wait("rasid.artcles", b"lost")
    finally:
        await producer.stop()


def test_a_database_is_fresh_and_goes_away(postgres: Postgres) -> None:
    """Each database starts empty, and leaving it drops it although someone is still connected."""
    with postgres.database() as url:
        engine = open_engine(url, "alerts")
        with engine.begin() as connection:
            assert connection.execute(sa.select(sa.literal(1))).scalar_one() == 1
            connection.execute(sa.text("CREATE TABLE public.mark (x int)"))
    with pytest.raises(sa.exc.OperationalError), engine.connect():
        pass
    engine.dispose()
    with postgres.database() as url:
        engine = open_engine(url, "alerts")
        assert sa.inspect(engine).get_table_names("public") == []
        engine.dispose()


def test_any_database_opens(database_url: str) -> None:
    """The fixture for both databases gives URLs that Rasid opens."""
    engine = open_engine(database_url, "alerts")
    with engine.connect() as connection:
        assert connection.execute(sa.select(sa.literal("رصد"))).scalar_one() == "رصد"
    engine.dispose()


def test_postgres_does_not_listen_beyond_loopback(postgres: Postgres) -> None:
    """It trusts everyone who reaches it, so nobody else may."""
    with postgres.database() as url, psycopg.connect(url.replace("+psycopg", "")) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("127.0.0.1",)


@pytest.mark.prometheus
def test_prometheus_answers(tmp_path: Path) -> None:
    """A started Prometheus evaluates an expression."""
    config = tmp_path / "prometheus.yml"
    config.write_text("global: {}\n")
    with services.prometheus_server(config) as prometheus:
        assert prometheus.query("vector(42)") == {"{}": 42.0}
        assert prometheus.targets() == {}


def test_a_program_that_ends_at_once_says_why(tmp_path: Path) -> None:
    """The error of a server that does not start carries what it printed."""
    script = "print('no such file: data'); raise SystemExit(1)"
    process = Process([sys.executable, "-c", script], tmp_path / "log")
    with pytest.raises(NotReady, match="no such file: data"):
        process.start(lambda: False)
    assert process.pid is None


def test_a_program_that_does_not_stop_is_killed(tmp_path: Path) -> None:
    """A server that ignores the signal to end does not outlive its fixture."""
    script = "import signal,time; signal.signal(15, signal.SIG_IGN); print('up', flush=True); time.sleep(600)"
    process = Process([sys.executable, "-c", script], tmp_path / "log")
    process.start(lambda: process.log_tail() == "up")
    pid = process.pid
    assert pid is not None
    process.stop(seconds=0.2)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_killed_test_run_leaves_no_server(tmp_path: Path) -> None:
    """When the process that started a server is killed, the kernel ends the server."""
    script = f"""
import os, pathlib, sys
sys.path.insert(0, {str(PROJECT)!r})
from tests.processes import Process
server = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(600)"]
process = Process(server, pathlib.Path({str(tmp_path)!r}) / "log")
process.start(lambda: process.log_tail() == "up")
print(process.pid, flush=True)
os.kill(os.getpid(), 9)
"""
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    deadline = time.monotonic() + 60
    while (state := _state(int(run.stdout))) not in {"gone", "Z"} and time.monotonic() < deadline:
        time.sleep(0.05)
    assert state in {"gone", "Z"}


def _state(pid: int) -> str:
    """The kernel's letter for the state of a process; Z: it has ended and nobody has collected it yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2]
    except OSError:
        return "gone"


def test_ci_refuses_to_run_with_a_server_missing(tmp_path: Path) -> None:
    """With CI=true a machine without Chromium fails at once and says so; without CI it says so and skips."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for program in ("setpriv", "java", "prometheus", "promtool", "prometheus-alertmanager", "amtool"):
        (tools / program).symlink_to("/bin/true")

    def run(**environment: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--collect-only", "-q", __file__]
        environment |= {"PATH": str(tools), "HOME": str(tmp_path)}
        return subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)

    refused = run(CI="true")
    assert refused.returncode != 0
    assert "CI=true and this machine lacks: chromium" in refused.stderr
    assert run().returncode == 0


def test_embedded_server_type(embedded_server: EmbeddedServer) -> None:
    """The settings of the embedded broker say that it is the embedded one: no idempotent producer there."""
    assert embedded_server.settings.embedded
    assert embedded_server.settings.producer_options()["enable_idempotence"] is False
