"""Rows of `tests/cases` as pytest parameters, with readable ids."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from _pytest.mark import ParameterSet

_CASES = Path(__file__).parents[1] / "cases"


def rows(name: str) -> Iterator[tuple[str, list[object]]]:
    """Every row of a case file with an id made of its group and place."""
    groups: dict[str, list[list[object]]] = yaml.safe_load((_CASES / f"{name}.yaml").read_text(encoding="utf-8"))
    for group, listed in groups.items():
        for at, row in enumerate(listed):
            yield f"{group.replace(' ', '-')}-{at}", row


def parameters(name: str) -> list[ParameterSet]:
    """The rows of a case file for pytest; those of a group that begins with "missed" are known misses, strictly."""
    return [
        pytest.param(row, id=name_of, marks=pytest.mark.xfail(strict=True, reason="a known miss"))
        if name_of.startswith("missed")
        else pytest.param(row, id=name_of)
        for name_of, row in rows(name)
    ]
