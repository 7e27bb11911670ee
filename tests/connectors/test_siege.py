from __future__ import annotations

from tests.connectors.siege import Plan, run


def test_good_feeds_are_polled_and_memory_is_bounded_among_bad_ones() -> None:
    """Two hundred good feeds beside every kind of bad one, in a real process: none is forgotten, and memory stays."""
    report = run(Plan())
    assert report.forgotten == []
    assert report.bad_polled == report.bad_sources - 1  # the one that stalls TLS never gets to say what it is
    assert {"too_large", "decode_bomb", "parse_limit", "redirects", "dtd"} <= report.besieged.failures.keys()
    assert report.besieged.memory_peak - report.besieged.memory_before <= 64
