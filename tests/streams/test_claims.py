"""What amounts are and who pays: rows of `tests/cases/claims.yaml`."""

from __future__ import annotations

import pytest

from streams.records import Claim
from tests.streams.cases import parameters
from tests.streams.conftest import Read

_STATUSES = {"announced", "planned", "negotiating", "completed", "stalled", "denied"}
_POLARITIES = {"affirmed", "doubted"}


def _told(claim: Claim, expected: str) -> str:
    """The claim in the words of its row; the last word only where the row has one."""
    told = f"{claim.role} {'+'.join(claim.payers) or '-'} -> {claim.to or '-'}"
    last = expected.rsplit(maxsplit=1)[-1]
    if last in _STATUSES:
        return f"{told} {claim.status}"
    if last in _POLARITIES:
        return f"{told} {claim.polarity}"
    return f"{told} {claim.time}" if last in {"standing", "superseded", "past"} else told


@pytest.mark.parametrize("row", parameters("claims"))
def test_an_amount_is_what_its_sentence_says(row: list[str], read: Read) -> None:
    """Role, payers and receiver of every amount are those of the row, and its evidence slices the text."""
    text, *expected = row
    claims = [claim for claim in read(text).claims if claim.kind == "figure"]
    assert [_told(claim, each) for claim, each in zip(claims, expected, strict=True)] == expected
    assert all(text[claim.evidence.start : claim.evidence.end] == claim.sentence for claim in claims)
