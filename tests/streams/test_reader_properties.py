"""What holds for any text: the reader never raises, and what does not matter to a reader changes nothing."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.extract.denial import denial_of
from streams.extract.reader import Reader
from streams.records import Reading
from tests.streams.cases import rows
from tests.streams.conftest import article

_TEXTS = [row[0] for name in ("amounts", "claims", "partners") for _, row in rows(name) if isinstance(row[0], str)]
_WORDS = sorted({word for text in _TEXTS for word in text.split()})
_ARABIC_TEXT = st.lists(st.sampled_from(_WORDS) | st.text(max_size=6), max_size=60).map(" ".join)


@settings(deadline=None)
@given(body=_ARABIC_TEXT | st.text(max_size=300), title=_ARABIC_TEXT)
def test_reading_is_total_and_spans_slice(body: str, title: str, reader: Reader) -> None:
    """No text makes the reader raise, and every span slices the part it belongs to."""
    it = article(body, title)
    reading = reader.read(it)
    part = {"title": title, "body": body}
    for mention in reading.mentions:
        assert part[mention.span.part][mention.span.start : mention.span.end] == mention.surface
    for amount in reading.amounts:
        assert part[amount.span.part][amount.span.start : amount.span.end] == amount.surface
    for claim in reading.claims:
        assert part[claim.evidence.part][claim.evidence.start : claim.evidence.end] == claim.sentence
        assert 0 <= claim.confidence <= 1


_DENYING = "لا لم لن ليس نفت رفضت هل إذا سوى غير صحيح ، أوراكل ستارغيت دفع خيال 5 مليارات دولار"
_DENIALS = st.sampled_from(_DENYING.split())


@settings(deadline=None)
@given(body=st.lists(_DENIALS, min_size=2, max_size=12).map(" ".join))
def test_a_denial_may_stand_anywhere(body: str, reader: Reader) -> None:
    """Asked of any place of a sentence, also of its end behind a negation, the search for a denial raises nothing."""
    for view in reader.see(article(f"أوراكل 5 مليارات دولار {body}")).views:
        places = [word.end for word in view.scene.words]
        told = [denial_of(view.scene, place) for place in (0, *places, len(body) + 99)]
        assert set(told) <= {None, "denied", "doubted"}


def _said(reading: Reading) -> list[object]:
    """What was read, without the places and surfaces that a change of writing moves."""
    return [
        [mention.entity for mention in reading.mentions],
        [(a.low, a.high, a.currency, a.qualifier, a.period) for a in reading.amounts],
        [(c.fact, c.role, c.payers, c.to, c.polarity, c.status, c.time, c.salient) for c in reading.claims],
    ]


def _with_tatweel(text: str) -> str:
    return text.replace("مل", "مـل").replace("سو", "سـو")


def _with_marks(text: str) -> str:
    return text.replace("ر", "رِ").replace("م", "مُّ")


def _with_bidi(text: str) -> str:
    return "".join(f"\u200f{word}\u200e " for word in text.split(" ")).rstrip(" ")


@pytest.mark.parametrize(
    "rewritten",
    [
        _with_tatweel,
        _with_marks,
        _with_bidi,
        lambda text: unicodedata.normalize("NFC", text),
        lambda text: unicodedata.normalize("NFD", text),
    ],
    ids=["tatweel", "diacritics", "bidi", "nfc", "nfd"],
)
def test_marks_change_nothing(rewritten: Callable[[str], str], reader: Reader) -> None:
    """Diacritics, tatweel, bidi marks and the normalisation form do not change what is read."""
    for text in _TEXTS:
        assert _said(reader.read(article(rewritten(text)))) == _said(reader.read(article(text))), text


def test_reading_is_pure(reader: Reader) -> None:
    """The same article reads the same, whatever was read in between."""
    first = [reader.read(article(text)) for text in _TEXTS[:40]]
    assert [reader.read(article(text)) for text in _TEXTS[:40]] == first


# Texts that go on in one shape without an end: what makes a rule look at everything before or behind it.
_ENDLESS = (
    "أوراكل وسوفت بنك ",
    "أوراكل، ",
    "12 مليون دولار و",
    "12 مليون سعودي ",
    "(12) ",
    "مشروع ستارغيت بقيمة 5 مليار دولار ",
    "شركة ستارغيت شركة ",
    "شاركت أوراكل في مشروع ستارغيت وتبني أوبن إيه آي ",
    '"شركة "',
    "ج.م.",
    "شركة Aa Bb Cc Dd ",
    "ستارغيت\n\n",
    "ستارغيت في\n",
    "12 مليون دولار\n",
    "1.1",
)


@pytest.mark.parametrize("shape", _ENDLESS, ids=range(len(_ENDLESS)))
def test_work_is_linear_in_the_text(shape: str, reader: Reader) -> None:
    """Twice the text takes at most two and a half times the calls, whatever it repeats; no clock is asked."""
    text = "ستارغيت 5 دولار " + shape * (5000 // len(shape))
    assert _calls(reader, text + shape * (5000 // len(shape))) < _calls(reader, text) * 2.5


def _calls(reader: Reader, text: str) -> int:
    """How many functions are called to read the text, once all words of it are known."""
    one, counted = article(text), 0

    def count(*_event: object) -> None:
        nonlocal counted
        counted += 1

    reader.read(one)
    before = sys.getprofile()
    sys.setprofile(count)
    try:
        reader.read(one)
    finally:
        sys.setprofile(before)
    return counted
