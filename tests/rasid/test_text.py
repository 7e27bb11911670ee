"""Text from outside, made ready to show: what turns it is named, what nobody sees is gone."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasid.web.text import shown
from tests.rasid import hostile

UNSEEN = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe\uffff\ud800-\udfff]"
)


@pytest.mark.parametrize(
    ("text", "plain", "signs"),
    [
        ("a\u202eb\u202cc", "abc", ["RLO", "PDF"]),
        ("\u2067a\u2069", "a", ["RLI", "PDI"]),
        ("5\u200e0\u200f0\u061c", "500", []),
        ("a\u0000b\u0007\u001b[31m\u0085\ufeff\u200b\u00ad", "ab[31m", []),
        ("a \n\t b", "a b", []),
        ("\ud800x", "x", []),
        ("", "", []),
    ],
)
def test_what_becomes_of_a_text(text: str, plain: str, signs: list[str]) -> None:
    """Marks that turn are named in their place, those that lean are left out, what cannot be seen is gone."""
    found = shown(text)
    assert str(found) == plain
    assert [piece.sign for piece in found.pieces if piece.sign] == signs


def test_on_the_page_of_an_article_every_direction_mark_is_named() -> None:
    """Those that only lean too."""
    assert [piece.sign for piece in shown("5\u200e0\u200f\u061c", leaning=True).pieces if piece.sign] == [
        "LRM", "RLM", "ALM",
    ]  # fmt: skip


@given(text=st.one_of(st.text(), st.sampled_from(hostile.texts())))
def test_no_piece_holds_what_nobody_sees(text: str) -> None:
    """Whatever comes in, what is shown has neither direction marks nor controls nor halves of characters."""
    for leaning in (False, True):
        found = shown(text, leaning=leaning)
        assert not UNSEEN.search(str(found))
        assert bool(found) == bool(found.pieces)
