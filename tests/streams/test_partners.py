"""Who takes part: rows of `tests/cases/partners.yaml`."""

from __future__ import annotations

import pytest

from streams.extract.claims import SHOWN_ONLY, THROUGH_SITE
from streams.extract.owners import KNOWN_BEFORE
from streams.extract.suppliers import NAMED_WITH_IT
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
    claims = [claim for claim in read(text).claims if claim.kind == "partner" and claim.rule not in SHOWN_ONLY]
    listed = [claim for claim in claims if not claim.payers[0].startswith("unlisted:")]
    assert sorted(_told(claim) for claim in claims) == sorted(expected)
    assert all(claim.fact == f"partner:{claim.payers[0]}@{claim.to}" for claim in listed)
    assert all(claim.fact is None for claim in claims if claim not in listed)


@pytest.mark.parametrize("row", parameters("owners"))
def test_known_owners_are_shown_and_touch_no_fact(row: list[str], read: Read) -> None:
    """The owners of a row are shown as known before, and nobody else is."""
    _shown_only(row, read, KNOWN_BEFORE)


@pytest.mark.parametrize("row", parameters("suppliers"))
def test_likely_suppliers_are_shown_and_touch_no_fact(row: list[str], read: Read) -> None:
    """The suppliers of a row are shown as likely, and nobody else is."""
    _shown_only(row, read, NAMED_WITH_IT)


def _shown_only(row: list[str], read: Read, rule: str) -> None:
    text, *expected = row
    claims = [claim for claim in read(text).claims if claim.kind == "partner" and claim.rule == rule]
    assert sorted(_told(claim) for claim in claims) == sorted(expected)
    assert all(claim.fact is None for claim in claims)


def test_who_takes_part_in_a_site_is_shown_with_its_project(read: Read) -> None:
    """The part in the site is the fact; that in the project above it is shown only."""
    claims = [claim for claim in read("تزود سيسكو ستارغيت الإمارات بالمعدات").claims if claim.kind == "partner"]
    assert {(claim.to, claim.fact is None) for claim in claims} == {("stargate-uae", False), ("stargate", True)}
    assert [claim.to for claim in claims if claim.rule == THROUGH_SITE] == ["stargate"]
