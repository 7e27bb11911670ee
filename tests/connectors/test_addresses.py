from __future__ import annotations

import pytest

from connectors.addresses import is_public, literal
from connectors.dial import RefusedAddress, require

# Addresses that lead into networks of somebody's own, to this host, or to a cloud's inner services.
_BAD = """
127.0.0.1 10.0.0.1 172.16.0.1 192.168.0.1 169.254.169.254 100.64.0.1 100.100.100.200 0.0.0.0 0.1.2.3 192.0.0.1
192.0.0.192 192.88.99.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255
::1 :: ::ffff:127.0.0.1 ::127.0.0.1 64:ff9b::7f00:1 64:ff9b:1::7f00:1 2002:7f00:1:: 2001:0:7f00:1:: fc00::1
fd00:ec2::254 fe80::1 fec0::1 ff02::1 2001:db8::1 3fff::1 100::1 5f00::1 168.63.129.16
"""
_GOOD = "8.8.8.8 1.1.1.1 93.184.216.34 2606:4700::1111 2001:4860:4860::8888 ::ffff:8.8.8.8 2a00:1450:4001::1"
BAD, GOOD = _BAD.split(), _GOOD.split()


def test_the_corpus_is_whole() -> None:
    """The rows are those that the rule was measured against."""
    assert (len(BAD), len(GOOD)) == (37, 7)


@pytest.mark.parametrize("address", BAD)
def test_private_and_reserved_addresses_are_refused(address: str) -> None:
    """An address that is not one of the public Internet is never allowed."""
    with pytest.raises(RefusedAddress):
        require(address)


@pytest.mark.parametrize("address", GOOD)
def test_public_addresses_are_allowed(address: str) -> None:
    """The guard is in nobody's way."""
    require(address)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1.", "127.0.0.1"),
        ("[::1]", "::1"),
        ("fe80::1%25eth0", "fe80::1"),
        ("example.org", None),
        ("127.1", None),
        ("2130706433", None),
        ("", None),
    ],
)
def test_a_host_is_an_address_only_in_its_usual_form(host: str, address: str | None) -> None:
    """Zone, brackets and closing dot do not hide an address; odd spellings are names, for the resolver to judge."""
    found = literal(host)
    assert (str(found) if found else None) == address
    assert found is None or not is_public(found)
