"""`rasid run`: every stage as a child process, and the embedded broker when no other is named.

A child that crashes is started again, later each time; one that says the operator must act ends the whole, because
waiting mends nothing. The embedded broker forgets everything when it ends, so with it all stages start again, and what
is archived and not yet learned is queued anew. No child outlives this process: the kernel ends them if it is killed.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import functools
import os
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence

import msgspec
import structlog

from rasid import broker
from rasid.stage import EX_USAGE, GRACE
from streams.errors import Misconfigured, Unavailable
from streams.failpoints import for_stage

FIRST_DELAY = 0.5  # seconds before a crashed child is started again
LONGEST_DELAY = 30.0
SETTLED = 60.0  # a child that lived this long starts with the first delay again
FAULT = "RASID_FAULT"  # what is to go wrong in a test of faults (see streams.failpoints)

_PR_SET_PDEATHSIG = 1
_LOG = structlog.get_logger()


class Child(msgspec.Struct, frozen=True, kw_only=True):
    """One process to keep running."""

    name: str
    command: tuple[str, ...]


def delay(crashes: int) -> float:
    """Seconds to wait before the start after that many crashes in a row (1 or more)."""
    doubled: float = FIRST_DELAY * 2 ** min(crashes - 1, 10)
    return min(LONGEST_DELAY, doubled)


def stage_children(arguments: Sequence[str]) -> tuple[Child, ...]:
    """The five stages as `rasid` commands with these arguments before the verb."""
    return tuple(
        Child(name=verb, command=(sys.executable, "-m", "rasid", *arguments, verb))
        for verb in ("learn", "work", "connect", "deliver", "web")
    )


def environment_of(stage: str, environ: Mapping[str, str]) -> dict[str, str]:
    """What a stage sees of the environment: of the faults asked for only its own. Raises `Misconfigured`."""
    mine = for_stage(environ.get(FAULT, ""), stage)
    return {name: value for name, value in environ.items() if name != FAULT} | ({FAULT: mine} if mine else {})


async def supervise(
    children: Sequence[Child],
    environ: Mapping[str, str],
    prepare: Callable[[int | None], Awaitable[None]],
    *,
    embedded: bool,
) -> None:
    """Run `children` until cancelled, with an embedded broker before them if asked.

    `prepare` is awaited before the children start, each time, with the embedded broker's port or None. Raises
    `Misconfigured` when a child ends with the status that says so.
    """
    if not embedded:
        await prepare(None)
        await _run_all(children, environ)
        return
    port, crashes = broker.free_port(), 0
    child = Child(name="broker", command=tuple(broker.command(port)))
    known = {**environ, "RASID_KAFKA__BOOTSTRAP": f"127.0.0.1:{port}", "RASID_KAFKA__EMBEDDED": "true"}
    while True:
        async with _running(child, {}) as process:  # it needs nothing of the environment, secrets least
            await broker.wait_for_port(port)
            await prepare(port)
            await _until_exit(process, _run_all(children, known))
        crashes += 1
        known.pop(FAULT, None)
        _LOG.warning("broker_ended", status=process.returncode, again_in=delay(crashes))
        await asyncio.sleep(delay(crashes))


async def _until_exit(process: Process, work: Awaitable[None]) -> None:
    """Run `work` until it ends by itself (raises what it raised) or the process does (cancels it)."""
    task = asyncio.ensure_future(work)
    ended = asyncio.ensure_future(process.wait())
    try:
        await asyncio.wait((task, ended), return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            task.result()
    finally:
        task.cancel()
        ended.cancel()
        await asyncio.wait((task, ended))


async def _run_all(children: Sequence[Child], environ: Mapping[str, str]) -> None:
    try:
        async with asyncio.TaskGroup() as group:
            for child in children:
                group.create_task(_keep_running(child, environ))
    except ExceptionGroup as errors:  # no except*: older 3.11 wrap what it raises in a group again
        refused = errors.subgroup(Misconfigured)
        if refused is None:
            raise
        raise refused.exceptions[0] from None


async def _keep_running(child: Child, environ: Mapping[str, str]) -> None:
    loop = asyncio.get_running_loop()
    given, crashes = environment_of(child.name, environ), 0
    while True:
        started = loop.time()
        async with _running(child, given) as process:
            status = await process.wait()
        given.pop(FAULT, None)  # a fault falls once
        if status == EX_USAGE:
            raise Misconfigured("stage", f"`rasid {child.name}` cannot run as configured (see the line above)")
        crashes = 1 if loop.time() - started > SETTLED else crashes + 1
        _LOG.warning("stage_crashed", child=child.name, status=status, again_in=delay(crashes))
        await asyncio.sleep(delay(crashes))


@contextlib.asynccontextmanager
async def _running(child: Child, environ: Mapping[str, str]) -> AsyncIterator[Process]:
    try:
        process = await asyncio.create_subprocess_exec(
            *child.command,
            env=dict(environ),
            stdin=asyncio.subprocess.DEVNULL,
            # Ctrl-C reaches this process alone: the broker has to outlive the stages that still commit.
            start_new_session=True,
            preexec_fn=functools.partial(_die_with, os.getpid()),
        )
    except OSError as error:
        raise Unavailable("process", f"{child.name} cannot be started: {error}") from error
    _LOG.debug("child_started", child=child.name, pid=process.pid)
    try:
        yield process
    finally:
        await _end(process)


async def _end(process: Process) -> None:
    """Ask the process to end, insist after the grace period; returns when it is gone, also when cancelled."""
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(GRACE):
            await process.wait()
    except (TimeoutError, asyncio.CancelledError) as error:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        if isinstance(error, asyncio.CancelledError):
            raise


def _die_with(parent: int) -> None:
    """In the child, before it becomes the command: the kernel sends it SIGTERM when `parent` dies (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died before we asked
            os._exit(os.EX_UNAVAILABLE)
