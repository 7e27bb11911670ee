"""Hosting a stage: health addresses, signals, exit status, and one clear line on stderr at the end."""

from __future__ import annotations

import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.processes import free_port

_STAGE = """
import asyncio, sys
from rasid.logs import configure
from rasid.stage import Hosted, host
from streams.errors import Misconfigured, Unavailable

class Stage:
    async def run(self):
        print("running", flush=True)
        {body}
    async def problems(self):
        return {problems}

configure("info", "test")
sys.exit(host(Hosted(Stage(), ("127.0.0.1", {port}))))
"""


@contextmanager
def _stage(body: str, *, problems: str = "[]", port: int) -> Iterator[subprocess.Popen[str]]:
    code = _STAGE.format(body=body, problems=problems, port=port)
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _get(port: int, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def _line(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def test_a_stage_serves_its_health_and_metrics() -> None:
    """/healthz and /readyz say 200 and /metrics is what Prometheus reads."""
    port = free_port()
    with _stage("await asyncio.sleep(60)", port=port) as process:
        assert _line(process) == "running"
        assert _get(port, "/healthz") == (200, "ok\n")
        assert _get(port, "/readyz") == (200, "ready\n")
        status, text = _get(port, "/metrics")
        assert status == 200
        assert "process_cpu_seconds_total" in text


def test_readiness_names_what_is_down() -> None:
    """503, with a line for each dependency that does not answer; the stage itself is still alive."""
    port = free_port()
    with _stage("await asyncio.sleep(60)", problems="['the database', 'the broker']", port=port) as process:
        assert _line(process) == "running"
        assert _get(port, "/readyz") == (503, "the database\nthe broker\n")
        assert _get(port, "/healthz")[0] == 200


@pytest.mark.parametrize("signal", ["SIGTERM", "SIGINT"])
def test_a_signal_ends_a_stage_cleanly(signal: str) -> None:
    """Asked to stop, it finishes what it does and leaves with status 0."""
    body = "try: await asyncio.sleep(60)\n        finally: print('finished', flush=True)"
    with _stage(body, port=0) as process:
        assert _line(process) == "running"
        subprocess.run(["kill", f"-{signal.removeprefix('SIG')}", str(process.pid)], check=True)
        assert process.wait(20) == 0
        assert _line(process) == "finished"


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ("raise Misconfigured('x', 'mend this')", 2, "rasid: mend this"),
        ("raise Misconfigured('x', 'mend this\\nand that')", 2, "rasid: mend this\nrasid: and that"),
        ("raise Unavailable('x', 'nobody answers')", 69, "rasid: nobody answers"),
        ("raise ValueError('our fault')", 70, "rasid: our fault"),
    ],
)
def test_the_exit_status_says_who_must_act(body: str, status: int, said: str) -> None:
    """2: the operator; 69: nobody, wait; 70: us. Each with its clear line."""
    with _stage(body, port=0) as process:
        _, errors = process.communicate(timeout=60)
        assert process.returncode == status
        assert said in errors
        assert ("Traceback" in errors) == (status == 70)


def test_a_taken_port_is_said_clearly() -> None:
    """Two programs on one port: one line that names the address, status 2."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with _stage("await asyncio.sleep(60)", port=port) as process:
            _, errors = process.communicate(timeout=60)
    assert process.returncode == 2
    assert errors.splitlines()[-1].startswith(f"rasid: cannot listen on 127.0.0.1:{port}: ")
