"""Number words and figures by themselves."""

# ruff: noqa: RUF001 (Arabic letters and signs are the data here)

from __future__ import annotations

from decimal import Decimal

import pytest

from streams.arabic.clitics import name_ends, particles
from streams.arabic.fold import fold
from streams.arabic.numerals import read_number
from streams.arabic.tokens import Tokens

_UNITS = ["واحد", "اثنان", "ثلاثة", "أربعة", "خمسة", "ستة", "سبعة", "ثمانية", "تسعة"]
_TENS = ["عشرون", "ثلاثون", "أربعون", "خمسون", "ستون", "سبعون", "ثمانون", "تسعون"]
_HUNDREDS = ["مئة", "مئتان", "ثلاثمئة", "أربعمئة", "خمسمئة", "ستمئة", "سبعمئة", "ثمانمئة", "تسعمئة"]


def _read(text: str) -> Decimal | None:
    folded = fold(text).text
    number = read_number(Tokens(folded).line(0), 0)
    return number.value if number else None


def _words(value: int) -> str:
    """The number below a thousand as Arabic says it: hundreds, units, tens."""
    hundreds, rest = divmod(value, 100)
    parts = [_HUNDREDS[hundreds - 1]] if hundreds else []
    tens, units = divmod(rest, 10)
    if rest == 10:
        parts.append("عشرة")
    elif tens == 1:
        parts.append(f"{_UNITS[units - 1]} عشر")
    else:
        parts += [_UNITS[units - 1]] * bool(units) + [_TENS[tens - 2]] * bool(tens)
    return " و".join(parts)


def test_every_number_below_a_thousand_is_read() -> None:
    """All 999 compounds of number words have their value."""
    assert {value: _read(_words(value)) for value in range(1, 1000)} == {v: Decimal(v) for v in range(1, 1000)}


@pytest.mark.parametrize("thousands", [2, 17, 40, 99, 305, 999])
def test_thousands_in_words(thousands: int) -> None:
    """Compounds multiply by the scale that follows, and join with what descends."""
    assert _read(f"{_words(thousands)} ألفا") == thousands * 1000
    assert _read(f"{_words(thousands)} ألفا وخمسة") == thousands * 1000 + 5


@pytest.mark.parametrize(
    ("text", "value"),
    [("كتاب", None), ("وافد", None), ("15 و25", 15), ("عشرات الملايين", None), ("مليارا كاملا", 2_000_000_000)],
)
def test_what_is_no_sum(text: str, value: int | None) -> None:
    """Words that only look like numbers, lists and vague plurals have no value of their own."""
    assert _read(text) == value


@pytest.mark.parametrize(
    ("text", "start", "before"),
    [("وباوراكل", 3, None), ("وباوراكل", 2, "وب"), ("للاوراكل", 2, "لل"), ("xاوراكل", 1, ""), ("سيسكو", 1, None)],
)
def test_only_particles_stand_before_a_name(text: str, start: int, before: str | None) -> None:
    """What is glued before a name is a particle, whole, or the name is no name."""
    assert particles(text, start) == before


def test_a_word_ends_where_its_script_does() -> None:
    """A name ends before another script and not before a letter of its own."""
    assert name_ends("اوراكلx", 6)
    assert not name_ends("اوراكلي", 6)
