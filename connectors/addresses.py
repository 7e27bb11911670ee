"""Which network addresses may be fetched from: those of the public Internet, and no others.

The list is Rasid's own, because what Python calls global differs from release to release and was never meant as a
guard. An IPv6 address that carries an IPv4 one is judged by what it carries, or refused.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from yarl import URL

Address = IPv4Address | IPv6Address

# The only part of IPv6 that is handed out (IANA): loopback, local, multicast, NAT64 and unassigned lie outside it.
_PUBLIC_V6 = ip_network("2000::/3")
_REFUSED = tuple(
    ip_network(network)
    for network in (
        "0.0.0.0/8",  # this host
        "100.64.0.0/10",  # shared address space of providers, and a cloud's metadata service
        "168.63.129.16/32",  # a cloud's host agent
        "192.0.0.0/24",  # protocol assignments, and a cloud's metadata service
        "192.88.99.0/24",  # 6to4 relays
        "198.18.0.0/15",  # benchmarks
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved
        "2001::/23",  # protocol assignments, Teredo among them
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: carries any IPv4 address
        "3fff::/20",  # documentation
    )
)


def is_public(address: Address) -> bool:
    """Whether the address belongs to the public Internet."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address not in _PUBLIC_V6:
            return False
    return address.is_global and not any(address in network for network in _REFUSED)


def literal(host: str) -> Address | None:
    """The address that a host name spells out, with or without brackets, zone and closing dot; None for a name."""
    try:
        return ip_address(host.strip("[]").rstrip(".").partition("%")[0])
    except ValueError:
        return None


def host_of(url: str) -> str:
    """The host of an address as servers are asked for it; empty where there is none."""
    try:
        return URL(url).raw_host or ""
    except ValueError:
        return ""


def is_web_address(url: str) -> bool:
    """Whether it is an http or https address with a host, and with a port that can be one."""
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
