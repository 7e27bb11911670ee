"""Quantities of money: rows of `tests/cases/amounts.yaml`, and what holds for any of them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from streams.records import Amount
from tests.streams.cases import rows
from tests.streams.conftest import Read

_ROWS = list(rows("amounts"))


def _told(amount: Amount) -> str:
    if amount.qualifier == "vague":
        return f"vague {amount.currency}"
    open_below, open_above = amount.qualifier in {"up_to", "less_than"}, amount.qualifier in {"more_than", "at_least"}
    assert (amount.low is None, amount.high is None) == (open_below, open_above)
    ends = sorted({end.normalize() for end in (amount.low, amount.high) if end is not None})
    value = "..".join(f"{end}" for end in ends)
    return f"{value} {amount.currency or 'null'} {amount.qualifier}{' yearly' if amount.period else ''}"


def _normal(expected: str) -> str:
    first, *rest = expected.split()
    if first == "vague":
        return expected
    return " ".join(["..".join(f"{Decimal(end).normalize()}" for end in first.split("..")), *rest])


@pytest.mark.parametrize("row", [row for _, row in _ROWS], ids=[name for name, _ in _ROWS])
def test_amounts_are_read_as_written(row: list[str], read: Read) -> None:
    """Every amount of a row is found with its value, currency and qualifier, and nothing else is."""
    text, *expected = row
    assert [_told(amount) for amount in read(text).amounts] == [_normal(each) for each in expected]


@pytest.mark.parametrize("row", [row for _, row in _ROWS], ids=[name for name, _ in _ROWS])
def test_a_span_is_its_surface(row: list[str], read: Read) -> None:
    """The span of an amount slices the text to the amount's surface."""
    for amount in read(row[0]).amounts:
        assert row[0][amount.span.start : amount.span.end] == amount.surface
