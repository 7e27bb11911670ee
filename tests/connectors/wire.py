"""The lowest canary there is: every address that this process tries to connect to, as the interpreter itself tells it.

It sees what any library does, on whatever socket; and it can cut the wire, so that a test of public addresses sends
nothing to them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_watching: list[Wire] = []


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
    _watching.append(wire)
    try:
        yield wire
    finally:
        _watching.remove(wire)


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect":
        for wire in _watching:
            wire.connecting(arguments[1])


sys.addaudithook(_hook)  # for good: the interpreter has no way to take one back; it idles while nobody watches
