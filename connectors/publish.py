"""Articles onto Kafka: the only aiokafka import of this package.

One rule: `publish` returns when the broker has acknowledged, and not before. A send that is still on its way when the
waiting ends is remembered: publishing the same message again waits for that send instead of making another. After an
error the producer is thrown away and a new one is made, because an idempotent producer that failed once stays failed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from typing import Protocol

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, MessageSizeTooLargeError

from streams.errors import Misconfigured, Unavailable
from streams.topics import Kafka, Message

_START_SECONDS = 10.0
_ACK_SECONDS = 15.0
_STOP_SECONDS = 1.0


class Publisher(Protocol):
    """Something that articles are handed to."""

    async def publish(self, message: Message) -> None:
        """Returns when the message is safe. Raises `Unavailable` when it may not be."""

    async def check(self) -> None:
        """Raises `Unavailable` when nothing can be published now."""

    async def close(self) -> None:
        """Let go of everything, within a second or so."""


async def _nothing() -> None:
    """Nothing is to be prepared."""


class KafkaPublisher:
    """Publishes to the broker that `kafka` describes; connects when first needed, and again after every failure.

    `prepare` is awaited before each connection: it makes what has to be there. A topic that is missing must not be left
    to brokers that make it by themselves, as they like it.
    """

    def __init__(
        self, kafka: Kafka, *, prepare: Callable[[], Awaitable[None]] = _nothing, ack_seconds: float = _ACK_SECONDS
    ) -> None:
        self._kafka = kafka
        self._prepare = prepare
        self._ack_seconds = ack_seconds
        self._producer: AIOKafkaProducer | None = None
        self._on_the_way: dict[Message, asyncio.Future[object]] = {}
        self._connecting = asyncio.Lock()

    async def publish(self, message: Message) -> None:
        """Returns when all replicas have the message.

        Raises `Unavailable` (reason `broker`) when the broker does not answer or does not acknowledge in time; the
        message may then be on the topic or not. Raises `Misconfigured` when the broker refuses its size.
        """
        began_among = self._on_the_way
        try:
            async with asyncio.timeout(self._ack_seconds):
                await asyncio.shield(await self._sent(message))
        except TimeoutError as error:
            raise self._unavailable("no acknowledgement in time") from error
        except MessageSizeTooLargeError as error:
            raise Misconfigured("message_size", f"the broker refuses messages of this size: {error}") from error
        except (KafkaError, OSError) as error:
            if self._on_the_way is began_among:  # else somebody has closed what failed, and this is a new producer's
                await self.close()
            raise self._unavailable(str(error)) from error
        self._on_the_way.pop(message, None)

    async def check(self) -> None:
        """Raises `Unavailable` (reason `broker`) when the broker does not answer."""
        try:
            async with asyncio.timeout(_START_SECONDS):
                await (await self._connected()).client.fetch_all_metadata()
        except (KafkaError, OSError, TimeoutError) as error:
            raise self._unavailable(str(error)) from error

    async def close(self) -> None:
        """Disconnect; what is not acknowledged by now is given up after a second."""
        producer, self._producer = self._producer, None
        sent, self._on_the_way = self._on_the_way, {}
        if producer is not None:
            try:
                await _stop(producer)
            finally:  # whoever waits for one of them would wait until his patience ends
                _give_up(sent.values())

    async def _sent(self, message: Message) -> asyncio.Future[object]:
        """The acknowledgement to come for this message, which is sent unless it is on its way already."""
        if message not in self._on_the_way:
            producer = await self._connected()
            self._on_the_way[message] = sent = await producer.send(
                message.topic, key=message.key, value=message.value, headers=list(message.headers)
            )
            sent.add_done_callback(_looked_at)
        return self._on_the_way[message]

    async def _connected(self) -> AIOKafkaProducer:
        async with self._connecting:
            if self._producer is None:
                await self._prepare()
                producer = AIOKafkaProducer(**self._kafka.producer_options())
                try:
                    await producer.start()
                except BaseException:
                    await _stop(producer)
                    raise
                self._producer = producer
            return self._producer

    def _unavailable(self, why: str) -> Unavailable:
        return Unavailable("broker", f"the broker {self._kafka.bootstrap} does not answer: {why}")


def _looked_at(sent: asyncio.Future[object]) -> None:
    """Asyncio complains of errors that nobody asks for; here nobody may be waiting any more."""
    if not sent.cancelled():
        sent.exception()


def _give_up(sent: Iterable[asyncio.Future[object]]) -> None:
    """Say of what is still on its way that nobody will hear of it."""
    for one in sent:
        if not one.done():
            one.set_exception(KafkaError("given up"))


async def _stop(producer: AIOKafkaProducer) -> None:
    """End a producer within two seconds.

    Left alone it would first send what it has, which for an idempotent producer without a broker takes for ever. There
    is no public way to make it give up.
    """
    with suppress(KafkaError, OSError, TimeoutError):
        async with asyncio.timeout(_STOP_SECONDS):
            await producer.stop()
            return
    sending = producer._sender.sender_task  # noqa: SLF001
    if sending is not None:
        sending.cancel()
        await asyncio.wait({sending}, timeout=_STOP_SECONDS / 2)
    await producer.client.close()
