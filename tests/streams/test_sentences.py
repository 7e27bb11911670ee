"""Where sentences end in a folded text."""

# ruff: noqa: RUF001 (Arabic letters and signs are the data here)

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.arabic.fold import fold
from streams.arabic.sentences import split


def _split(text: str) -> list[str]:
    folded = fold(text)
    return [folded.slice(sentence.start, sentence.end) for sentence in split(folded.text)]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("قالت. ثم مضت.", ["قالت.", "ثم مضت."]),
        ("هل قالت؟ نعم!", ["هل قالت؟", "نعم!"]),
        ("بلغت 1.5 مليار. ثم زادت", ["بلغت 1.5 مليار.", "ثم زادت"]),
        ("قالت أوبن إيه.آي إنها", ["قالت أوبن إيه.آي إنها"]),
        ("قيمته 9 ج.م. فقط", ["قيمته 9 ج.م. فقط"]),
        ("موقع x.example الجديد", ["موقع x.example الجديد"]),
        ("وقعته Oracle.وهذه أول مرة", ["وقعته Oracle.", "وهذه أول مرة"]),
        ("انتهى الاجتماع.وغادر الوفد", ["انتهى الاجتماع.", "وغادر الوفد"]),
        ("عنوان بلا نقطة\nقالت الوزارة إن", ["عنوان بلا نقطة", "قالت الوزارة إن"]),
        ("أعلنت\nالوزارة الخطة", ["أعلنت\nالوزارة الخطة"]),
        ("قال في\nالقاهرة إنه", ["قال في\nالقاهرة إنه"]),
        ("افتتح “مجمع\nالميناء” أمس", ["افتتح “مجمع\nالميناء” أمس"]),
        ("أولا،\nثانيا", ["أولا،\nثانيا"]),
        ("سطر\n\nآخر", ["سطر", "آخر"]),
        ("...", []),
        ("", []),
    ],
)
def test_sentences_end_where_a_reader_pauses(text: str, sentences: list[str]) -> None:
    """Stops end sentences, not numbers or initials; a newline does unless the line goes on."""
    assert _split(text) == sentences


@given(st.text(alphabet='اب .\n،"!؟1a', max_size=80))
def test_sentences_are_in_order_and_apart(text: str) -> None:
    """Sentences never overlap, and no letter is outside all of them."""
    folded = fold(text).text
    found = split(folded)
    assert all(before.end <= after.start for before, after in itertools.pairwise(found))
    inside = {at for sentence in found for at in range(sentence.start, sentence.end)}
    assert all(at in inside for at, character in enumerate(folded) if character.isalnum())
