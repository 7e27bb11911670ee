"""Names: rows of `tests/cases/mentions.yaml`."""

from __future__ import annotations

import pytest

from tests.streams.cases import rows
from tests.streams.conftest import Read

_ROWS = list(rows("mentions"))


@pytest.mark.parametrize("row", [row for _, row in _ROWS], ids=[name for name, _ in _ROWS])
def test_names_are_found_where_they_stand(row: list[str], read: Read) -> None:
    """Every name of a row is found as written, nothing else is, and each span slices to its surface."""
    text, *expected = row
    found = read(text).mentions
    assert [f"{mention.entity}: {mention.surface}" for mention in found] == expected
    assert [text[mention.span.start : mention.span.end] for mention in found] == [m.surface for m in found]
