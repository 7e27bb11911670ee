"""Who takes part: rows of `tests/cases/partners.yaml`."""

from __future__ import annotations

import pytest

from streams.records import Claim
from tests.streams.cases import parameters
from tests.streams.conftest import Read


def _told(claim: Claim) -> str:
    told = f"{''.join(claim.payers)} @ {claim.to}"
    return told if claim.polarity == "affirmed" else f"{told} {claim.polarity}"


@pytest.mark.parametrize("row", parameters("partners"))
def test_partners_are_those_that_the_text_calls_so(row: list[str], read: Read) -> None:
    """The partners of a row are found, and nobody else."""
    text, *expected = row
    claims = [claim for claim in read(text).claims if claim.kind == "partner"]
    listed = [claim for claim in claims if not claim.payers[0].startswith("unlisted:")]
    assert sorted(_told(claim) for claim in claims) == sorted(expected)
    assert all(claim.fact == f"partner:{claim.payers[0]}@{claim.to}" for claim in listed)
    assert all(claim.fact is None for claim in claims if claim not in listed)
