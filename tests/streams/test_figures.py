"""Which amounts are figures of a watched project: rows of `tests/cases/figures.yaml`."""

from __future__ import annotations

import pytest

from streams.records import Claim
from tests.streams.cases import parameters
from tests.streams.conftest import Read

_FIGURES = {"total", "initial", "commitment"}


def _told(claim: Claim) -> str:
    return f"{claim.role} {'+'.join(claim.payers) or '-'} -> {claim.to}"


@pytest.mark.parametrize("row", parameters("figures"))
def test_the_figures_of_a_project_are_these_and_no_others(row: list[str], read: Read) -> None:
    """The totals, first parts and commitments that a text tells of projects, in order, whatever else it tells."""
    text, *expected = row
    claims = [
        claim for claim in read(text).claims if claim.role in _FIGURES and (claim.to or "").startswith("stargate")
    ]
    assert [_told(claim) for claim in claims] == expected
