"""A server program as a child process of the tests: started, waited for, stopped, and never left behind.

One rule: a child is ended by its own process id. Where `setpriv` (util-linux) is there, the kernel also ends it when
the tests die first, so that even a killed test run leaves no orphan.
"""

from __future__ import annotations

import fcntl
import functools
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

# Below the range (32768 and up) from which Linux gives ports to outgoing connections: no client takes ours meanwhile.
_PORTS = range(20_000, 32_000)


class NotReady(Exception):
    """The program ended, or did not answer in time; the message carries the end of its log."""


def free_port() -> int:
    """A loopback port on which nobody listens now, and which no other test run of this user is given until we end.

    The promise outlives the gaps in which nobody listens: before a server is up, and while it is down to be restarted.
    """
    for port in random.sample(_PORTS, 200):
        if port in _ours or not _lease(port):
            continue
        _ours.add(port)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise NotReady("no free port on 127.0.0.1")


_ours: set[int] = set()  # a process is never in its own way with `lockf`


def _lease(port: int) -> bool:
    """Lock the port's byte of a file that all test runs share; the kernel gives it back when this process ends."""
    try:
        fcntl.lockf(_leases(), fcntl.LOCK_EX | fcntl.LOCK_NB, 1, port)
    except OSError:
        return False
    return True


@functools.cache
def _leases() -> int:
    """The open file of leases. Opened once: closing it anywhere in this process would give every lease back."""
    path = Path(tempfile.gettempdir()) / f"rasid-test-ports-{os.getuid()}"
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)


def unprivileged(user: str) -> list[str]:
    """The words to put before a command that must not run as root; empty when the tests do not run as root."""
    if os.geteuid() != 0:
        return []
    # Bound to the parent again: changing the user undoes what `Process` asked the kernel for.
    return ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", "--pdeathsig", "KILL", "--"]


class Process:
    """One run of `command` after another, each with its log appended to `log`."""

    def __init__(
        self,
        command: Sequence[str],
        log: Path,
        *,
        stop_signal: signal.Signals = signal.SIGTERM,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._command = [*_bound_to_parent(), *command]
        self._log = log
        self._stop_signal = stop_signal
        self._environment = environment
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The process id of the running program, or None."""
        return self._child.pid if self._child and self._child.poll() is None else None

    def start(self, ready: Callable[[], bool], seconds: float = 180.0) -> None:
        """Start the program and wait until `ready()`. Call it from the main thread: the child is bound to the caller's.

        Raises `NotReady` when the program ends before, or takes longer than `seconds`; then it is not running.
        """
        with self._log.open("ab") as log:
            self._child = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._log.parent,
                env=self._environment,
                start_new_session=True,
            )
        deadline = time.monotonic() + seconds
        while not ready():
            if self._child.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise NotReady(f"the server did not start:\n{self.log_tail()}")
            time.sleep(0.05)

    def stop(self, seconds: float = 20.0) -> int | None:
        """Ask the program to end, wait, and give its exit status; None when it was not running or had to be killed."""
        if self._child is None:
            return None
        if self._child.poll() is None:
            self._child.send_signal(self._stop_signal)
        try:
            status = self._child.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            return None
        self._child = None
        return status

    def kill(self) -> None:
        """End the program at once (SIGKILL) and collect it. Harmless when it is not running."""
        if self._child is not None:
            self._child.kill()
            self._child.wait()
            self._child = None

    def log_tail(self, lines: int = 30) -> str:
        """The last lines that the program wrote."""
        return "\n".join(self._log.read_text(errors="replace").splitlines()[-lines:])


def _bound_to_parent() -> list[str]:
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "KILL", "--"] if setpriv else []
