"""Turns at hosts: who is forgotten."""

from __future__ import annotations

from connectors import pace
from connectors.pace import Pace


async def test_hosts_that_are_done_with_are_forgotten() -> None:
    """However many hosts are asked, a bounded number is remembered; one that is being asked stays among them."""
    turns = Pace(per_host=1, at_once=2)
    async with turns.turn("busy.example"):
        for number in range(3 * pace._MANY):
            async with turns.turn(f"host-{number}.example"):
                pass
        assert "busy.example" in turns._hosts
    assert len(turns._hosts) <= pace._MANY
