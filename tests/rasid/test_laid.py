"""Cards that were laid out already: the same card is given again, another one never."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from alerts.ledger import Ledger
from rasid.web.cards import card
from rasid.web.laid import LaidOut
from rasid.web.tongue import Tongue
from tests.rasid.pages import fetch, select, serving, strings


def test_a_card_is_laid_out_once_for_each_look(story: Ledger) -> None:
    """Again when anything in it is another, when it is to look otherwise, or when too many came since."""
    first, second = (card(change, (), Tongue("en", {})) for change in story.changes(2))
    moved = replace(first, reason="otherwise")
    asked = ((first, 1), (first, 1), (first, 2), (moved, 1), (moved, 1), (second, 1), (moved, 1), (first, 2))
    two = LaidOut(most=2)
    given = [two.html(one, look, partial(str, number)) for number, (one, look) in enumerate(asked)]
    assert given == ["0", "0", "2", "3", "3", "5", "3", "7"]


async def test_a_card_looks_as_its_page_wants_it(story: Ledger) -> None:
    """Its level and its links are those of the page, whichever page it stood on before."""
    async with serving(story) as client:
        for _ in range(2):
            for path, level, ends in (
                ("/", "h3", ""),
                ("/changes", "h2", ""),
                ("/?lang=en", "h3", "&lang=en"),
                ("/?as_of=2025-12-31", "h3", "&as_of=2025-12-31"),
                ("/?as_of=2026-01-01", "h3", "&as_of=2026-01-01"),
            ):
                cards = select(await fetch(client, path), "article.change")
                assert cards
                for one in cards:
                    (address,) = strings(one, f".//{level}/a/@href")
                    assert address.endswith(ends)
                    assert ("&" in address) == bool(ends)
