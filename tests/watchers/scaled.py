"""The shipped configuration at another pace: every waiting time divided by one factor, all else as it stands.

Waiting times are the intervals, `for`, the ranges and offsets of expressions, and the seconds that expressions compare
with: numbers of 300 and more, since nothing that the rules count comes near that.
"""

from __future__ import annotations

import re
from typing import Any

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_TIMES = {"for", "scrape_interval", "evaluation_interval", "group_wait", "group_interval", "repeat_interval"}
_DURATION = re.compile(r"(\d+)(ms|[smhd])")
_RANGE = re.compile(r"(?<=\[)\d+(?:ms|[smhd])(?=\])|(?<=offset )\d+(?:ms|[smhd])")
_SECONDS = re.compile(r"(?<![\w.])\d{3,}(?![\w.])")


def scaled(config: Any, factor: float) -> Any:
    """The configuration, as YAML gives it, with every waiting time divided by `factor`."""
    if isinstance(config, list):
        return [scaled(each, factor) for each in config]
    if not isinstance(config, dict):
        return config
    return {key: _value(key, value, factor) for key, value in config.items()}


def duration(text: str, factor: float) -> str:
    """That time divided by `factor`, in whole milliseconds and at least one."""
    found = _DURATION.fullmatch(text)
    assert found, text
    return f"{max(1, round(int(found[1]) * _UNITS[found[2]] * 1000 / factor))}ms"


def expression(text: str, factor: float) -> str:
    """An expression with its ranges, its offsets and the seconds that it compares with divided by `factor`."""
    text = _RANGE.sub(lambda found: duration(found[0], factor), text)
    return _SECONDS.sub(lambda found: f"{int(found[0]) / factor:g}" if int(found[0]) >= 300 else found[0], text)


def _value(key: str, value: Any, factor: float) -> Any:
    if key in _TIMES:
        return duration(value, factor)
    return expression(value, factor) if key == "expr" else scaled(value, factor)
