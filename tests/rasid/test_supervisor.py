"""The supervisor with real child processes: what it starts again, when it gives up, and that nothing outlives it."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from rasid.supervisor import LONGEST_DELAY, Child, delay, stage_children, supervise
from streams.errors import Misconfigured

_ENVIRON = {"PATH": "/usr/bin:/bin"}
_SLEEPER = "import os, sys, time; open(sys.argv[1], 'a').write(f'{os.getpid()}\\n'); time.sleep(60)"


async def _nothing(_port: int | None) -> None:
    return None


def _child(code: str, *arguments: str) -> Child:
    return Child(name="child", command=(sys.executable, "-c", code, *arguments))


def _pids(path: Path) -> list[int]:
    return [int(line) for line in path.read_text().splitlines()] if path.exists() else []


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _wait(condition: object, seconds: float = 60) -> None:
    assert callable(condition)
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("crashes", "seconds"), [(1, 0.5), (2, 1), (3, 2), (7, LONGEST_DELAY), (10_000, LONGEST_DELAY)]
)
def test_delay_doubles_up_to_a_bound(crashes: int, seconds: float) -> None:
    """A child that keeps crashing is started ever later, and never later than half a minute."""
    assert delay(crashes) == seconds


def test_every_stage_is_a_child_with_the_same_options() -> None:
    """`rasid run` starts each of the five stages with the options that it was called with itself."""
    children = stage_children(["--config", "x.yaml"])
    assert {child.name for child in children} == {"connect", "work", "learn", "deliver", "web"}
    assert all(child.command[1:] == ("-m", "rasid", "--config", "x.yaml", child.name) for child in children)


async def test_a_crashed_child_is_started_again(tmp_path: Path) -> None:
    """A child that dies is replaced by a new one."""
    seen = tmp_path / "pids"
    task = asyncio.create_task(supervise([_child(_SLEEPER, str(seen))], _ENVIRON, _nothing, embedded=False))
    await asyncio.to_thread(_wait, lambda: len(_pids(seen)) == 1)
    os.kill(_pids(seen)[0], signal.SIGKILL)
    await asyncio.to_thread(_wait, lambda: len(_pids(seen)) == 2)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert not any(_alive(pid) for pid in _pids(seen))


async def test_a_fault_falls_once_and_on_its_own_stage(tmp_path: Path) -> None:
    """A stage sees of RASID_FAULT what is about its own windows, and after its first end nothing of it."""
    seen = tmp_path / "seen"
    code = "import os, sys; open(sys.argv[1], 'a').write(os.environ.get('RASID_FAULT', '-') + '\\n')"
    child = Child(name="learn", command=(sys.executable, "-c", code, str(seen)))
    environ = {**_ENVIRON, "RASID_FAULT": "work.after_send:1:kill,learn.after_commit:3:stop"}
    task = asyncio.create_task(supervise([child], environ, _nothing, embedded=False))
    await asyncio.to_thread(_wait, lambda: seen.exists() and len(seen.read_text().splitlines()) >= 2)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert seen.read_text().splitlines()[:2] == ["learn.after_commit:3:stop", "-"]


async def test_a_child_that_needs_the_operator_ends_everything(tmp_path: Path) -> None:
    """Exit status 2 is not tried again: the others are stopped and the error says which verb it was."""
    seen = tmp_path / "pids"
    refusing = Child(name="learn", command=(sys.executable, "-c", "raise SystemExit(2)"))
    with pytest.raises(Misconfigured, match="rasid learn"):
        await supervise([_child(_SLEEPER, str(seen)), refusing], _ENVIRON, _nothing, embedded=False)
    assert not any(_alive(pid) for pid in _pids(seen))


async def test_a_child_that_ignores_the_request_is_ended_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A child deaf to SIGTERM is killed when its grace is over."""
    monkeypatch.setattr("rasid.supervisor.GRACE", 0.3)
    seen = tmp_path / "pids"
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + _SLEEPER
    task = asyncio.create_task(supervise([_child(deaf, str(seen))], _ENVIRON, _nothing, embedded=False))
    await asyncio.to_thread(_wait, lambda: _pids(seen))
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert not _alive(_pids(seen)[0])


@pytest.fixture
def supervisor_process(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """A process of its own that supervises one sleeper."""
    seen = tmp_path / "pids"
    code = f"""
import asyncio, sys
from rasid.supervisor import Child, supervise
async def nothing(port): pass
child = Child(name="child", command=(sys.executable, "-c", {_SLEEPER!r}, {str(seen)!r}))
asyncio.run(supervise([child], {_ENVIRON!r}, nothing, embedded=False))
"""
    with subprocess.Popen([sys.executable, "-c", code]) as process:
        yield process, seen
        process.kill()


def test_no_child_outlives_a_killed_supervisor(
    supervisor_process: tuple[subprocess.Popen[bytes], Path],
) -> None:
    """kill -9 of the supervisor leaves no orphan: the kernel ends its children."""
    process, seen = supervisor_process
    _wait(lambda: _pids(seen))
    assert _alive(_pids(seen)[0])
    process.kill()
    _wait(lambda: not _alive(_pids(seen)[0]))


@pytest.mark.embedded
async def test_with_a_new_broker_everything_starts_again(tmp_path: Path) -> None:
    """When the embedded broker dies, `prepare` runs again and the stages are new ones that know the same address."""
    seen, prepared = tmp_path / "pids", []

    async def prepare(port: int | None) -> None:
        prepared.append(port)

    shows = "import os, sys; open(sys.argv[2], 'a').write(os.environ['RASID_KAFKA__BOOTSTRAP'] + '\\n'); " + _SLEEPER
    told = tmp_path / "bootstrap"
    child = _child(shows, str(seen), str(told))
    task = asyncio.create_task(supervise([child], _ENVIRON | {"HOME": str(tmp_path)}, prepare, embedded=True))
    await asyncio.to_thread(_wait, lambda: len(_pids(seen)) == 1)
    listener = f"tcp://127.0.0.1:{prepared[0]}"
    (broker,) = _processes(listener)
    os.kill(broker, signal.SIGKILL)
    await asyncio.to_thread(_wait, lambda: len(_pids(seen)) == 2)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert prepared == [prepared[0]] * 2
    assert set(told.read_text().split()) == {f"127.0.0.1:{prepared[0]}"}
    assert not any(_alive(pid) for pid in _pids(seen))


def _processes(argument: str) -> list[int]:
    """The processes that were started with that argument."""
    entries = [entry for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return [int(entry.name) for entry in entries if argument.encode() in _command_line(entry)]


def _command_line(process: Path) -> bytes:
    try:
        return (process / "cmdline").read_bytes()
    except OSError:
        return b""
