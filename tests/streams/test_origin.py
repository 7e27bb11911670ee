"""Where an article comes from: whom it credits, and a sketch that knows a reprint and its figures."""

from __future__ import annotations

import pytest

from streams.arabic.fold import fold
from streams.extract.origin import origin_of
from tests.streams.cases import parameters


@pytest.mark.parametrize("row", parameters("origins"))
def test_credit(row: list[str | None]) -> None:
    """Each form of crediting an agency is known, and naming one is no credit."""
    text, expected = row
    assert text is not None
    assert origin_of(fold(text)).attribution == expected
