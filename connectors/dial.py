"""Connections to public addresses only: names are resolved here, and every socket is checked before it connects.

A name whose answers are partly private is refused as a whole: somebody is trying something. What the resolver allowed
is what gets connected to (no second look-up), and the socket's own address and port are judged once more, which also
covers addresses that never went through a resolver. Look-ups run in threads of their own, because a dead name server
would otherwise hold up everything else that waits for a thread.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Collection
from contextlib import suppress
from functools import partial
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from typing_extensions import override

from connectors.addresses import Address, is_public, literal
from connectors.wants import PORTS

AddressInfo = tuple[Any, ...]
Allows = Callable[[Address], bool]
Ports = Collection[int]


class RefusedAddress(OSError):
    """The address is not one of the public Internet, or the port not one that we may use."""


class Resolver(AbstractResolver):
    """Resolves names with the system's resolver, in a daemon thread per look-up: a stuck one never holds up the end."""

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        answers = await _in_thread(host, port, family)
        return [
            ResolveResult(
                hostname=host,
                host=str(sockaddr[0]),
                port=port,
                family=answer_family,
                proto=proto,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for answer_family, _, proto, _, sockaddr in answers
        ]

    @override
    async def close(self) -> None:
        """Nothing is held."""


class GuardedResolver(AbstractResolver):
    """Passes on what `inner` answers if all of it is allowed; otherwise raises `RefusedAddress`."""

    def __init__(self, inner: AbstractResolver, allows: Allows) -> None:
        self._inner = inner
        self._allows = allows

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        answers = await self._inner.resolve(host, port, family)
        for answer in answers:
            require(answer["host"], self._allows)
        return answers

    @override
    async def close(self) -> None:
        await self._inner.close()


def connector(
    resolver: AbstractResolver, *, allow_private: bool, allows: Allows = is_public, ports: Ports = PORTS
) -> aiohttp.TCPConnector:
    """A connector that reaches those `ports` of addresses that `allows` holds for, or any with `allow_private`."""
    if allow_private:
        return aiohttp.TCPConnector(resolver=resolver, use_dns_cache=False, limit=0)
    return aiohttp.TCPConnector(
        resolver=GuardedResolver(resolver, allows),
        use_dns_cache=False,
        limit=0,
        socket_factory=partial(_guarded_socket, allows, ports),
    )


def require(host: str, allows: Allows = is_public) -> None:
    """Raises `RefusedAddress` unless `host` is the literal of an allowed address."""
    address = literal(host)
    if address is None or not allows(address):
        raise RefusedAddress(f"{host} is not a public address")


def _guarded_socket(allows: Allows, ports: Ports, info: AddressInfo) -> socket.socket:
    """A socket for the address that is about to be connected to."""
    family, kind, protocol, _, sockaddr = info
    require(str(sockaddr[0]), allows)
    if sockaddr[1] not in ports:
        raise RefusedAddress(f"port {sockaddr[1]} is not among fetch.ports")
    return socket.socket(family, kind, protocol)


async def _in_thread(host: str, port: int, family: int) -> list[AddressInfo]:
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[list[AddressInfo]] = loop.create_future()

    def settle(addresses: list[AddressInfo], error: OSError | None) -> None:
        if answer.done():
            return
        if error is not None:
            answer.set_exception(error)
        else:
            answer.set_result(addresses)

    def look_up() -> None:
        addresses: list[AddressInfo] = []
        failure: OSError | None = None
        try:
            addresses = list(socket.getaddrinfo(host, port, family, socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            failure = error if isinstance(error, OSError) else OSError(f"not a host name: {error}")
        with suppress(RuntimeError):  # nobody waits any more: the loop is closed
            loop.call_soon_threadsafe(settle, addresses, failure)

    threading.Thread(target=look_up, name="dns", daemon=True).start()
    return await answer
