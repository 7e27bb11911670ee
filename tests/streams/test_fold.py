"""Folding: what it makes equal, and the way back."""

# ruff: noqa: RUF001 (Arabic letters and signs are the data here)

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.arabic.fold import encode_key, fold, fold_key
from streams.extract.spelling import reference_fold

_ARABIC = st.text(
    alphabet=[chr(code) for code in range(0x0621, 0x0656) if code not in range(0x063B, 0x0640)], max_size=40
)
_ANY = st.text(max_size=200)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("أإآٱا", "ااااا"),
        ("على عليّ", "علي علي"),
        ("مدرسة", "مدرسه"),
        ("مُدَرِّسٌ", "مدرس"),
        ("كـــتاب", "كتاب"),
        ("گوگل پول چاد ژاله", "كوكل بول جاد زاله"),
        ("ﻻ ﷲ", "لا الله"),
        ("٠١٢ ۳۴۵", "012 345"),
        ("«أ» “ب” ”ج“", '"ا" "ب" "ج"'),
        ("أ – ب — ج", "ا - ب - ج"),
        ("OpenAI Café", "openai cafe"),
        ("أ\u200f\u202bب\u2069", "اب"),
        ("١٥٬٠٠٠٫٥", "15٬000٫5"),
        ("هل؟ نعم?", "هل؟ نعم؟"),
    ],
)
def test_folding_makes_spellings_equal(written: str, folded: str) -> None:
    """Letters, marks, digits, quotes and case fold to one form."""
    assert fold(written).text == folded


@given(_ANY)
def test_folding_is_idempotent(text: str) -> None:
    """A folded text folds to itself."""
    once = fold(text).text
    assert fold(once).text == once


@given(_ANY)
def test_every_folded_place_has_an_origin(text: str) -> None:
    """Origins are within the text and never run backwards, so any span slices the original."""
    folded = fold(text)
    origins = [folded.origin(at) for at in range(len(folded.text) + 1)]
    assert origins == sorted(origins)
    assert all(0 <= origin <= len(text) for origin in origins)


@given(_ANY)
def test_code_and_text_run_in_step(text: str) -> None:
    """The searchable bytes have one byte for each folded character, the same for equal characters."""
    folded = fold(text)
    assert len(folded.code) == len(folded.text)
    assert folded.code == encode_key(folded.text.replace("\n", " "))


@given(_ARABIC)
def test_our_fold_agrees_with_the_reference(text: str) -> None:
    """What camel-tools normalises, ours normalises too: folding before or after it gives the same."""
    assert fold(reference_fold(text)).text == fold(text).text


@given(_ANY)
def test_folding_forgets_the_normalisation_form(text: str) -> None:
    """Composed and decomposed writing fold alike."""
    composed, decomposed = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    assert fold(composed).text == fold(decomposed).text


def test_a_span_leads_back_over_dropped_marks() -> None:
    """A span found in the folded text covers the marks inside it and not those after it."""
    folded = fold("قالَت أُوراكـــل.")
    start = folded.text.index("اوراكل")
    assert folded.slice(start, start + 6) == "أُوراكـــل"


def test_a_key_has_single_spaces() -> None:
    """Keys are compared with their blanks made single."""
    assert fold_key("  سوفت\u00a0  بنك ") == "سوفت بنك"
