"""Organisations that are not on the watchlist are reported where the text calls them partners, and no word is one."""

from __future__ import annotations

import pytest

from streams.extract.discovery import UNLISTED
from tests.streams.cases import parameters
from tests.streams.conftest import Read


@pytest.mark.parametrize("row", parameters("discovery"))
def test_partners_that_nobody_listed_are_reported(row: list[str], read: Read) -> None:
    """The unlisted partners of a row are reported by their names as written, and nothing else is."""
    text, *expected = row
    payers = [payer for claim in read(text).claims if claim.kind == "partner" for payer in claim.payers]
    found = [payer.removeprefix(UNLISTED) for payer in payers if payer.startswith(UNLISTED)]
    assert sorted(found) == sorted(expected)
