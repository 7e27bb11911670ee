"""The Faust app and the stage around it: no tables, one agent, and nothing acknowledged that is not sent.

Plain Faust loses messages in ways that can be read in its source; each is closed here, and each line says which:
an agent that raises or is cancelled has its event acknowledged (so acknowledging is ours), a failed send is only
logged (so sends are awaited, and one that fails ends the process before any commit), and without idempotence batches
expire (so the producer is idempotent wherever the broker can).
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Any, cast

import faust
from faust import Stream
from faust.transport.drivers import aiokafka as driver
from faust.types import StreamT
from typing_extensions import override

from streams import metrics, topics
from streams.agents import Clock, answer
from streams.breaker import Breaker, Limits
from streams.errors import Unavailable
from streams.extract.reader import Reader
from streams.failpoints import reach
from streams.heartbeat import KEY
from streams.topics import Kafka, Message
from streams.watchdog import Partition, Watchdog, Watched, leave

GROUP = "rasid-streams"

# The embedded broker holds a join for half the session time and does not wake a waiting fetch.
_EMBEDDED_SESSION = 2.0
_EMBEDDED_FETCH_WAIT_MS = 50

_USUAL = Limits()
_GRACE = 5.0  # seconds to finish what is in work and commit


class _Producer(driver.Producer):
    app: NewsApp

    @override
    def _settings_extra(self) -> Mapping[str, Any]:
        # Faust is idempotent only under exactly_once; without idempotence aiokafka expires batches.
        return {"acks": "all", "enable_idempotence": not self.app.kafka.embedded}


class _ConsumerThread(driver.AIOKafkaConsumerThread):
    @override
    def _create_worker_consumer(self, transport: driver.Transport) -> Any:
        consumer = super()._create_worker_consumer(transport)
        if cast(NewsApp, self.app).kafka.embedded:
            consumer._fetch_max_wait_ms = _EMBEDDED_FETCH_WAIT_MS  # noqa: SLF001 - Faust has no setting for it
        return consumer


class _Consumer(driver.Consumer):
    @override
    def _new_consumer_thread(self) -> driver.AIOKafkaConsumerThread:
        return _ConsumerThread(self, loop=self.loop, beacon=self.beacon)


class _Transport(driver.Transport):
    Consumer = _Consumer
    Producer = _Producer


class NewsApp(faust.App):
    """A Faust app on our transport."""

    kafka: Kafka

    @override
    def _new_transport(self) -> Any:
        return _Transport(self.conf.broker_consumer, self)

    @override
    def _new_producer_transport(self) -> Any:
        return _Transport(self.conf.broker_producer, self)


def make_app(kafka: Kafka, data_dir: Path) -> NewsApp:
    """The app for `kafka`; `data_dir` is where Faust wants a folder, though without tables it keeps nothing there."""
    session = _EMBEDDED_SESSION if kafka.embedded else kafka.session_timeout
    app = NewsApp(
        GROUP,
        broker=[f"kafka://{server}" for server in kafka.bootstrap.split(",")],
        broker_credentials=_credentials(kafka),
        broker_session_timeout=session,
        broker_heartbeat_interval=session / 4,
        broker_rebalance_timeout=session * 3,
        broker_commit_interval=1.0,
        broker_commit_every=100,
        stream_buffer_maxsize=256,
        producer_linger=0.0,
        producer_max_request_size=topics.MAX_MESSAGE_BYTES,
        producer_request_timeout=60.0,
        topic_allow_declare=False,
        topic_disable_leader=True,
        web_enabled=False,
        datadir=str(data_dir),
        store="memory://",
    )
    app.kafka = kafka
    return app


def _credentials(kafka: Kafka) -> faust.SASLCredentials | faust.SSLCredentials | None:
    options = kafka.client_options()
    if kafka.security.startswith("SASL"):
        return faust.SASLCredentials(
            username=kafka.username,
            password=kafka.password,
            mechanism=kafka.sasl_mechanism,
            ssl_context=options.get("ssl_context"),
        )
    return faust.SSLCredentials(options["ssl_context"]) if kafka.security == "SSL" else None


class Streams:
    """The stage: reads `rasid.articles`, writes `rasid.readings`.

    Guarantee: of each article revision there is a Reading on `rasid.readings`, or a dead letter, before its offset is
    committed. When going on could lose one, the process ends at once.
    """

    def __init__(self, kafka: Kafka, reader: Reader, clock: Clock, data_dir: Path, limits: Limits = _USUAL) -> None:
        self._kafka = kafka
        self._reader = reader
        self._clock = clock
        self._data_dir = data_dir
        self._app: NewsApp | None = None
        self._joined = False
        self._breaker = Breaker(limits)
        self._watchdog = Watchdog(kafka, Watched(GROUP, self._assignment, self._waits, _note_lag))

    async def run(self) -> None:
        """Runs until cancelled, then finishes what is in work and commits. Raises when the app crashed."""
        self._data_dir.mkdir(parents=True, exist_ok=True)  # Faust makes its folder, but not those above it
        self._app = app = make_app(self._kafka, self._data_dir)
        app.loop = asyncio.get_running_loop()
        app.agent(app.topic(topics.ARTICLES, value_serializer="raw", key_serializer="raw"))(self._read_articles)
        app.on_partitions_assigned.connect(self._note_joined)
        watching = asyncio.create_task(self._watchdog.run())
        working = asyncio.create_task(self._work(app))
        try:
            done, _ = await asyncio.wait({watching, working}, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            watching.cancel()
            working.cancel()
            await asyncio.wait({watching, working})
            with suppress(TimeoutError):  # without a broker Faust waits on; what is not committed is read again
                async with asyncio.timeout(_GRACE):
                    await app.stop()

    async def _work(self, app: NewsApp) -> None:
        await app.start()
        await app.wait_until_stopped()
        raise Unavailable("streams_crashed", f"the Faust app stopped: {app.crash_reason!r}")

    async def problems(self) -> list[str]:
        """One line for each dependency that is down."""
        if self._app is None or self._app.rebalancing or not self._joined:
            return ["streams: not assigned to its partitions yet"]
        return [problem for problem in (self._watchdog.broker_problem, self._breaker.problem) if problem]

    async def _read_articles(self, stream: StreamT[bytes]) -> None:
        # A stream that acknowledges by itself does so for cancelled and failed events too.
        articles = cast("Stream[bytes]", stream).noack()
        async for event in articles.events():
            await asyncio.sleep(self._breaker.wait(monotonic()))
            message = answer(event.message.value, event.message.key, self._reader, self._clock)
            await self._send(message)
            if event.message.key != KEY:  # that a heartbeat fares well says nothing about the rest
                self._note(failed=message.topic == topics.DEAD_LETTER)
            await articles.ack(event)
            reach("work.after_ack")

    async def _send(self, message: Message) -> None:
        try:
            reach("work.before_dead_letter" if message.topic == topics.DEAD_LETTER else "work.after_read")
            await cast(NewsApp, self._app).producer.send_and_wait(
                message.topic, message.key, message.value, None, None, list(message.headers)
            )
            reach("work.after_send")
        except Exception as error:  # whatever it was: to go on would commit past an article without a Reading
            leave(f"cannot send to {message.topic}: {type(error).__name__}: {error}")

    def _note(self, *, failed: bool) -> None:
        self._breaker.note(monotonic(), failed=failed)
        metrics.BREAKER.set(self._breaker.problem is not None)

    def _waits(self) -> bool:
        return self._breaker.problem is not None

    async def _note_joined(self, *_args: object, **_kwargs: object) -> None:
        self._joined = True

    def _assignment(self) -> set[Partition] | None:
        if self._app is None or self._app.rebalancing or not self._joined:
            return None
        return {(tp.topic, tp.partition) for tp in self._app.consumer.assignment() if tp.topic == topics.ARTICLES}


def _note_lag(topic: str, waiting: int) -> None:
    metrics.LAG.labels(topic).set(waiting)
