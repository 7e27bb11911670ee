"""The pace at which the watchers are tried is the shipped one, divided by one factor."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from tests.watchers.scaled import duration, expression, scaled
from tests.watchers.shipped import DASHBOARDS


@pytest.mark.parametrize(
    ("shipped", "tried"),
    [
        ("rasid:consumer_lag:sum > 0 and delta(rasid:consumer_lag:sum[15m]) >= 0", "[15000ms]"),
        ("max(rasid_delivery_oldest_pending_seconds) > 900", "> 15"),
        ("rasid:feed_age_seconds > 6 * 3600", "> 6 * 60"),
        ("rasid_dead_letters_total offset 1h", "offset 60000ms"),
        ("rasid:published_to_alert_seconds:p95_6h > 3600", "p95_6h > 60"),
        ("sum(increase(rasid_pages_total[1d])) > 20", "[1440000ms])) > 20"),
    ],
)
def test_an_expression_waits_a_sixtieth(shipped: str, tried: str) -> None:
    """Ranges, offsets and seconds are divided; names, counts and multiples are not."""
    assert tried in expression(shipped, 60)


@pytest.mark.parametrize("file", ["prometheus.yml", "alertmanager.yml", "rules/alerts.yml", "rules/recording.yml"])
def test_nothing_but_times_changes(file: str) -> None:
    """Divided by one the configuration is what it was, but for the unit; divided by sixty each of its times is."""
    config = yaml.safe_load((DASHBOARDS / file).read_text())
    assert list(_leaves(scaled(config, 1))) == [_in_milliseconds(*leaf) for leaf in _leaves(config)]
    times = [(key, value) for key, value in _leaves(config) if key in {"for", "scrape_interval", "group_wait"}]
    tried = dict.fromkeys(duration(value, 60) for _, value in times)
    assert all(value in tried for key, value in _leaves(scaled(config, 60)) if key in dict(times))


def _leaves(node: Any, key: str = "") -> Any:
    if isinstance(node, dict):
        for name, value in node.items():
            yield from _leaves(value, name)
    elif isinstance(node, list):
        for value in node:
            yield from _leaves(value, key)
    else:
        yield key, node


def _in_milliseconds(key: str, value: Any) -> tuple[str, Any]:
    if key == "expr":
        return key, expression(value, 1)
    is_time = key == "for" or key.endswith(("_interval", "_wait"))
    return key, duration(value, 1) if is_time else value
