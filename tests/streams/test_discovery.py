"""Organisations that are not on the watchlist are reported where the text calls them partners, and no word is one."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from streams.extract.discovery import UNLISTED
from streams.extract.reader import Reader
from streams.extract.watchlist import Watchlist
from tests.streams.cases import parameters
from tests.streams.conftest import Read, article


@pytest.mark.parametrize("row", parameters("discovery"))
def test_partners_that_nobody_listed_are_reported(row: list[str], read: Read) -> None:
    """The unlisted partners of a row are reported by their names as written, and nothing else is."""
    text, *expected = row
    payers = [payer for claim in read(text).claims if claim.kind == "partner" for payer in claim.payers]
    found = [payer.removeprefix(UNLISTED) for payer in payers if payer.startswith(UNLISTED)]
    assert sorted(found) == sorted(expected)


def _labels(words: Sequence[str]) -> list[str]:
    """As a recogniser of entities would label them: سندباد begins an organisation, كلاود goes on with it."""
    return [{"سندباد": "B-ORG", "كلاود": "I-ORG", "تكساس": "B-LOC"}.get(word, "O") for word in words]


def test_a_recogniser_finds_names_that_nothing_else_marks(watchlist: Watchlist) -> None:
    """Its organisations may be partners; places are none, and what is listed stays what it is."""
    text = "وفي تكساس ستبني سندباد كلاود مجمع ستارغيت مع أوراكل"
    assert not any(p.startswith(UNLISTED) for c in Reader(watchlist).read(article(text)).claims for p in c.payers)
    claims = Reader(watchlist, _labels).read(article(text)).claims
    assert [c.payers for c in claims if c.kind == "partner"] == [(f"{UNLISTED}سندباد كلاود",), ("oracle",)]


def test_a_recogniser_is_asked_only_where_it_can_matter(watchlist: Watchlist) -> None:
    """A sentence without money and without a cue of taking part is not shown to it."""
    asked: list[str] = []

    def listen(words: Sequence[str]) -> list[str]:
        asked.extend(words)
        return ["B-ORG"]  # too few labels are no error

    Reader(watchlist, listen).read(article("تقع أوراكل في تكساس. وتبني أوراكل ستارغيت."))
    assert "تقع" not in asked
    assert "وتبني" in asked
