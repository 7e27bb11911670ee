"""Fact keys taken apart."""

from __future__ import annotations

import pytest

from alerts.keys import Key, digest, parse
from streams.errors import BadInput

ROWS = [
    ("figure:total:stargate:USD", Key(kind="figure", role="total", to="stargate", currency="USD")),
    (
        "figure:commitment:aker+nscale->stargate-norway:USD",
        Key(kind="figure", role="commitment", payers=("aker", "nscale"), to="stargate-norway", currency="USD"),
    ),
    (
        "figure:deal:openai->unlisted:some name:EUR",
        Key(kind="figure", role="deal", payers=("openai",), to="unlisted:some name", currency="EUR"),
    ),
    ("partner:cisco@stargate-uae", Key(kind="partner", payers=("cisco",), to="stargate-uae")),
    ("partner:unlisted:a@b@stargate", Key(kind="partner", payers=("unlisted:a@b",), to="stargate")),
    ("status:stargate-uk", Key(kind="status", to="stargate-uk")),
]


@pytest.mark.parametrize(("key", "expected"), ROWS)
def test_parse(key: str, expected: Key) -> None:
    """Every form of key gives its parts."""
    assert parse(key) == expected


@pytest.mark.parametrize(
    "key", ["", "figure", "figure:total:USD", "figure::x:USD", "partner:cisco", "status:", "x:y", "status:" + "x" * 500]
)
def test_not_a_key(key: str) -> None:
    """Anything else is bad input with its name."""
    with pytest.raises(BadInput) as caught:
        parse(key)
    assert caught.value.reason == "fact_key"


def test_unlisted_parties_show() -> None:
    """A key knows whether all its parties are on the watchlist."""
    assert parse(ROWS[0][0]).listed()
    assert not parse(ROWS[2][0]).listed()


def test_digest_tells_parts_apart() -> None:
    """Ids are stable, and no two lists of parts share one."""
    assert digest("a", "b") == digest("a", "b")
    assert len({digest("ab"), digest("a", "b"), digest("", "ab")}) == 3
