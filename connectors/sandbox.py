"""Parsing where it can do no harm: in a few child processes with limits on memory, processor and wall time.

One rule: one bad document costs one child and one failed poll. A child that does not answer in time, dies, or is given
up in the middle is killed and replaced; the children have an empty environment, so there is nothing in them to steal.
Only large documents can be slow, and they never take all the children: the small ones of the others go on.
"""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import msgspec

from connectors.parse.entries import Document, Feed, Page, Permission, Reply, Sitemaps
from streams.errors import BadInput, Unavailable

T = TypeVar("T")

_START_SECONDS = 30.0
_MAX_REPLY = 256 * 1024 * 1024
_LARGE = 512 * 1024
_PIECE = 64 * 1024


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What parsing one document may take, how many are parsed at once, and how many a child parses in its life."""

    memory: int = 512 * 1024 * 1024
    cpu_seconds: int = 5
    wall_seconds: float = 8.0
    children: int = 2
    documents: int = 1_000


_LIMITS = Limits()


class Sandbox:
    """A pool of parsing children, started when they are needed."""

    def __init__(self, limits: Limits = _LIMITS) -> None:
        self._limits = limits
        self._places = asyncio.Semaphore(limits.children)
        self._places_for_large = asyncio.Semaphore(max(1, limits.children - 1))
        self._idle: list[_Child] = []
        self._problem: Unavailable | None = None

    async def parse(self, document: Document) -> Feed:
        """The feed in a document.

        Raises `BadInput` as `connectors.parse.document.parse` does, with the reason `parse_limit` also for a document
        that takes too much; `Unavailable` (reason `sandbox`) when no child can be started.
        """
        return _made((await self._read(document)).feed)

    async def read_page(self, page: Document) -> Page:
        """The article on a page. Raises as `parse` does, with the reasons of `connectors.parse.page.read_page`."""
        return _made((await self._read(msgspec.structs.replace(page, kind="page"))).page)

    async def sitemaps(self, index: Document) -> Sitemaps:
        """What a list of sitemaps names. Raises as `parse` does."""
        return _made((await self._read(msgspec.structs.replace(index, kind="sitemaps"))).sitemaps)

    async def permission(self, rules: bytes, url: str) -> Permission:
        """What a site's rules for robots say of one of its addresses. Raises as `parse` does."""
        return _made((await self._read(Document(kind="robots", body=rules, base=url))).permission)

    async def _read(self, document: Document) -> Reply:
        if len(document.body) <= _LARGE:
            return await self._answer(document)
        async with self._places_for_large:
            return await self._answer(document)

    async def _answer(self, document: Document) -> Reply:
        async with self._places:
            child = await self._child()
            try:
                reply = await child.ask(document, self._limits.wall_seconds)
                if child.asked < self._limits.documents and not reply.last:
                    self._idle.append(child)
            finally:
                if child not in self._idle:
                    await child.kill()
        if reply.reason:
            raise BadInput(reply.reason, reply.detail)
        return reply

    async def check(self) -> None:
        """Raises `Unavailable` when the last child that was wanted could not be started."""
        if self._problem is not None:
            raise self._problem

    async def _child(self) -> _Child:
        while self._idle:
            child = self._idle.pop()
            if child.alive:
                return child
            await child.kill()
        try:
            child = await _Child.start(self._limits)
        except Unavailable as error:
            self._problem = error
            raise
        self._problem = None
        return child

    async def close(self) -> None:
        """End all idle children."""
        while self._idle:
            await self._idle.pop().kill()


def _made(result: T | None) -> T:
    """What the child was asked for; it answers nothing else."""
    if result is None:
        raise BadInput("internal", "the child answered something else")
    return result


class _Child:
    """One parsing process."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self.asked = 0

    @classmethod
    async def start(cls, limits: Limits) -> _Child:
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "connectors.parse",
                str(limits.memory),
                str(limits.cpu_seconds),
                stdin=PIPE,
                stdout=PIPE,
                stderr=DEVNULL,
                env={"PYTHONPATH": str(Path(__file__).parents[1])},
                start_new_session=True,  # an interrupt at the terminal is for the parent to handle
            )
        except OSError as error:
            raise Unavailable("sandbox", f"no process for parsing can be started: {error}") from error
        child = cls(process)
        try:
            async with asyncio.timeout(_START_SECONDS):
                await child.receive()
        except (TimeoutError, EOFError) as error:
            await child.kill()
            raise Unavailable("sandbox", "the process for parsing does not start") from error
        except BaseException:
            await child.kill()
            raise
        return child

    @property
    def alive(self) -> bool:
        return self._process.returncode is None

    async def ask(self, document: Document, seconds: float) -> Reply:
        """The child's reply. Raises `BadInput` (`parse_limit`) when it takes too long or dies of the document."""
        self.asked += 1
        try:
            async with asyncio.timeout(seconds):
                await self._send(msgspec.msgpack.encode(msgspec.structs.replace(document, body=b"")))
                await self._send(document.body)
                return msgspec.msgpack.decode(await self.receive(), type=Reply)
        except TimeoutError as error:
            raise BadInput("parse_limit", f"parsing took more than {seconds:g} seconds") from error
        except (EOFError, ConnectionError, msgspec.DecodeError) as error:
            raise BadInput("parse_limit", "parsing took more memory or processor time than allowed") from error

    async def _send(self, payload: bytes) -> None:
        """In pieces, so that no second copy of a large document waits in a buffer."""
        pipe = self._process.stdin
        if pipe is None:
            raise EOFError
        pipe.write(len(payload).to_bytes(4))
        for start in range(0, len(payload), _PIECE):
            pipe.write(payload[start : start + _PIECE])
            await pipe.drain()

    async def receive(self) -> bytes:
        """The next message. Raises `EOFError` where there is none."""
        pipe = self._process.stdout
        if pipe is None:
            raise EOFError
        length = int.from_bytes(await pipe.readexactly(4))
        if length > _MAX_REPLY:
            raise EOFError
        return await pipe.readexactly(length)

    async def kill(self) -> None:
        """End the process, whatever it is doing, and collect it."""
        with suppress(ProcessLookupError):
            self._process.kill()
        if self._process.stdin is not None:
            self._process.stdin.close()
        await self._process.wait()
