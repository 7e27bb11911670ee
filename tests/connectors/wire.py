"""The lowest canary there is: every address that a socket of this process is to connect to.

It sees what any library of Python does, on whatever socket; and it can cut the wire, so that a test of public addresses
sends nothing to them. An audit hook would see even more, but it can never be taken back, and with it threads that start
side by side break the measuring of coverage (https://github.com/python/cpython/issues/98257).
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest


class Wire:
    """The addresses that were to be connected to, in order; where it is `cut`, none of them was."""

    def __init__(self, *, cut: bool) -> None:
        self.asked: list[str] = []
        self._cut = cut

    def connecting(self, address: object) -> None:
        """Note an attempt; raises `ConnectionRefusedError` where the wire is cut."""
        if isinstance(address, tuple):
            self.asked.append(str(address[0]))
            if self._cut:
                raise ConnectionRefusedError(f"the wire is cut: {address[0]}")


@contextmanager
def watched(*, cut: bool = False) -> Iterator[Wire]:
    """Watch the wire, here and in every thread."""
    wire = Wire(cut=cut)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            patch.setattr(socket.socket, name, _noted(wire, getattr(socket.socket, name)))
        yield wire


def _noted(wire: Wire, connect: Callable[[socket.socket, Any], Any]) -> Callable[[socket.socket, Any], Any]:
    def noted(one: socket.socket, address: Any) -> Any:
        wire.connecting(address)
        return connect(one, address)

    return noted
