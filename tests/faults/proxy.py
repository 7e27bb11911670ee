"""A wire that can be cut: a TCP proxy in front of a broker, which passes, swallows or resets what comes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Literal

from typing_extensions import override

from tests.brokers import KafkaServer
from tests.faults.loop import Loop
from tests.processes import Process, free_port

# A dropping wire takes bytes and connections and says nothing, as a firewall does; a resetting one hangs up at once.
Wire = Literal["pass", "drop", "reset"]


class Proxy:
    """Listens on `port` and passes everything on to the port that `target` gives, as long as the wire is whole."""

    def __init__(self, target: Callable[[], int], port: int) -> None:
        self.wire: Wire = "pass"
        self._target = target
        self._port = port
        self._open: set[asyncio.StreamWriter] = set()
        self._whole = asyncio.Event()
        self._loop: Loop | None = None
        self._server: asyncio.Server | None = None

    def open(self, loop: Loop) -> None:
        """Begin to listen."""
        self._loop = loop
        loop.run(self._listen())

    def cut(self, wire: Wire) -> None:
        """Change what the wire does."""
        if self._loop:
            self._loop.run(self._cut(wire))

    def close(self) -> None:
        """Listen no more."""
        if self._loop:
            self._loop.run(self._deafen())

    async def _listen(self) -> None:
        self._whole.set()
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", self._port)

    async def _deafen(self) -> None:
        if self._server:
            self._server.close()

    async def _cut(self, wire: Wire) -> None:
        self.wire = wire
        if wire == "drop":
            self._whole.clear()
            return
        if wire == "reset":
            for writer in self._open:
                writer.transport.abort()
        self._whole.set()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._whole.wait()
        if self.wire == "reset":
            writer.transport.abort()
            return
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self._target())
        except OSError:  # nobody is there, or not yet
            writer.transport.abort()
            return
        self._open |= {writer, back}
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._pump(reader, back))
                group.create_task(self._pump(there, writer))
        finally:
            self._open -= {writer, back}
            for one in (writer, back):
                one.close()

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while piece := await source.read(65_536):
                await self._whole.wait()
                sink.write(piece)
                await sink.drain()
        sink.close()


class KafkaBehind(KafkaServer):
    """A Kafka that sends its clients to another port of this machine: that of a proxy."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.front = free_port()

    @override
    def _prepare(self, port: int) -> Process:
        process = super()._prepare(port)
        config = self._folder / "server.properties"
        own = f"advertised.listeners=PLAINTEXT://127.0.0.1:{port}"
        text = config.read_text().replace(own, f"advertised.listeners=PLAINTEXT://127.0.0.1:{self.front}")
        config.write_text(text)
        return process

    @property
    def port(self) -> int:
        """Where it listens itself."""
        return self._port
