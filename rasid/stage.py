"""Hosting one stage as a process: its health, its signals, its end.

Exit status: 0 asked to stop; 2 the operator must act (one clear line says what); 69 something it needs does not answer;
70 a fault of ours. Whatever the end, it says why in one line on stderr.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

import msgspec
import structlog
from aiohttp import web

from rasid.health import add_routes, serving
from streams.errors import Misconfigured, RasidError

EX_USAGE = 2
GRACE = 8.0  # seconds that a stage has to finish what it is doing

_LOG = structlog.get_logger()


class Stage(Protocol):
    """What connectors, streams, learn, deliver and the page have in common."""

    async def run(self) -> None:
        """Runs until cancelled. An exception means that the process must end."""

    async def problems(self) -> list[str]:
        """One line for each dependency that is down; empty when all is well."""


class Together:
    """Stages that live and die as one, in one process."""

    def __init__(self, stages: Sequence[Stage]) -> None:
        self._stages = stages

    async def run(self) -> None:
        """Runs until cancelled, or until one of them ends with an error."""
        async with asyncio.TaskGroup() as group:
            for stage in self._stages:
                group.create_task(stage.run())

    async def problems(self) -> list[str]:
        """Those of all."""
        return [problem for stage in self._stages for problem in await stage.problems()]


class Hosted(msgspec.Struct, frozen=True):
    """A stage and where it serves its health, on an app of its own unless it brings one.

    `prepare` is awaited before the stage runs, with the health address already up: it waits for what the stage cannot
    start without.
    """

    stage: Stage
    address: tuple[str, int]
    prepare: Callable[[], Awaitable[None]] | None = None
    app: web.Application | None = None


def host(hosted: Hosted) -> int:
    """Run the stage until it ends or a signal asks it to; gives the exit status."""
    return asyncio.run(_host(hosted))


async def _host(hosted: Hosted) -> int:
    async def work() -> None:
        if hosted.prepare:
            await hosted.prepare()
        await hosted.stage.run()

    app = hosted.app or web.Application()
    add_routes(app, hosted.stage.problems)
    try:
        async with serving(app, *hosted.address) as port:
            _LOG.info("stage_started", address=f"http://{hosted.address[0]}:{port}")
            await run_until_signal(work())
    except Exception as error:  # the one place where a stage ends: every error leaves as a line and a status
        return report(error)
    return os.EX_OK


async def run_until_signal(work: Awaitable[None]) -> None:
    """Run `work`; SIGINT or SIGTERM cancels it and waits for its end. Raises what it raised."""
    task = asyncio.ensure_future(work)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, task.cancel)
    try:
        await task
    except asyncio.CancelledError:
        _LOG.info("stage_stopped")
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


def report(error: Exception) -> int:
    """Say on stderr why we end, in a line for each thing to mend; gives the exit status."""
    while isinstance(error, ExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    if not isinstance(error, RasidError):
        _LOG.error("stage_failed", exc_info=error)
    for line in (str(error) or type(error).__name__).splitlines():
        sys.stderr.write(f"rasid: {line}\n")
    if isinstance(error, Misconfigured):
        return EX_USAGE
    return os.EX_UNAVAILABLE if isinstance(error, RasidError) else os.EX_SOFTWARE
