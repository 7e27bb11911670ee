"""What amounts are and who pays: rows of `tests/cases/claims.yaml`."""

from __future__ import annotations

from decimal import Decimal

import pytest

from streams.extract.amounts import Found
from streams.extract.claims import Draft, one_size
from streams.extract.judging import Judged
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


@pytest.mark.parametrize(
    ("sizes", "kept"),
    [
        ([(500, 0.9), (300, 0.8)], [500]),
        ([(500, 0.9), (300, 0.95)], [500, 300]),
        ([(300, 0.9), (500, 0.8)], [300, 500]),
        ([(500, 0.9), (500, 0.8)], [500, 500]),
        ([(500, 0.9), (300, 0.8), (60, 0.85)], [500]),
    ],
)
def test_of_a_projects_sizes_a_later_smaller_less_sure_one_is_none(
    sizes: list[tuple[int, float]], kept: list[int]
) -> None:
    """What is larger, surer or the same again stays the project's size."""
    found = [Found(at, at + 1, Decimal(low), Decimal(low), "USD", "exact") for at, (low, _) in enumerate(sizes)]
    drafts = [
        Draft("figure", "size", 0, 1, share, "", to="harbour", amount=at, judged=Judged(at, "total", to="harbour"))
        for at, (_, share) in enumerate(sizes)
    ]
    told = [(each, each.judged) for each in one_size(drafts, found)]
    assert [sizes[each.amount or 0][0] for each, judged in told if judged and judged.role == "total"] == kept
    assert all((each.fact is None) == (judged is None or judged.role != "total") for each, judged in told)
