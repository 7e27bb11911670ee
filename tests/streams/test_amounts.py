"""Quantities of money: rows of `tests/cases/amounts.yaml`, and what holds for any of them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from streams.arabic.fold import fold
from streams.arabic.tokens import Tokens
from streams.extract.amounts import Amounts
from streams.extract.currencies import CURRENCIES
from streams.extract.currency_names import NEED_ADJECTIVE, SHARED
from streams.extract.places import PLACES
from streams.records import Amount
from tests.streams.cases import rows
from tests.streams.conftest import Read

_ROWS = list(rows("amounts"))


def _told(amount: Amount) -> str:
    if amount.qualifier == "vague":
        return f"vague {amount.currency}"
    open_below, open_above = amount.qualifier in {"up_to", "less_than"}, amount.qualifier in {"more_than", "at_least"}
    assert (amount.low is None, amount.high is None) == (open_below, open_above)
    ends = sorted({end.normalize() for end in (amount.low, amount.high) if end is not None})
    value = "..".join(f"{end}" for end in ends)
    return f"{value} {amount.currency or 'null'} {amount.qualifier}{' yearly' if amount.period else ''}"


def _normal(expected: str) -> str:
    first, *rest = expected.split()
    if first == "vague":
        return expected
    return " ".join(["..".join(f"{Decimal(end).normalize()}" for end in first.split("..")), *rest])


@pytest.mark.parametrize("row", [row for _, row in _ROWS], ids=[name for name, _ in _ROWS])
def test_amounts_are_read_as_written(row: list[str], read: Read) -> None:
    """Every amount of a row is found with its value, currency and qualifier, and nothing else is."""
    text, *expected = row
    assert [_told(amount) for amount in read(text).amounts] == [_normal(each) for each in expected]


@pytest.mark.parametrize("row", [row for _, row in _ROWS], ids=[name for name, _ in _ROWS])
def test_a_span_is_its_surface(row: list[str], read: Read) -> None:
    """The span of an amount slices the text to the amount's surface."""
    for amount in read(row[0]).amounts:
        assert row[0][amount.span.start : amount.span.end] == amount.surface


def _of_outlet(text: str, country: str | None) -> list[str | None]:
    """The currencies of the amounts that an outlet of that country prints."""
    folded = fold(text)
    return [found.currency for found in Amounts(folded, Tokens(folded.text), country).read([(0, 1)])]


@pytest.mark.parametrize(
    ("name", "country", "currency"),
    [
        ("ريال", None, "SAR"),
        ("ريال", "QA", "QAR"),
        ("ريال", "YE", "YER"),
        ("ريال", "FR", "SAR"),
        ("دينار", None, None),
        ("دينار", "JO", "JOD"),
        ("دينار", "TN", "TND"),
        ("جنيه", None, "EGP"),
        ("جنيه", "GB", "GBP"),
        ("جنيه", "SD", "SDG"),
        ("درهم", None, "AED"),
        ("درهم", "MA", "MAD"),
        ("ليرة", None, None),
        ("ليرة", "LB", "LBP"),
        ("د.أ", "JO", "JOD"),
        ("د.إ", "AE", "AED"),
        ("دولار", "AE", "USD"),
        ("بات", "TH", "THB"),
    ],
)
def test_a_bare_name_is_the_outlets(name: str, country: str | None, currency: str | None) -> None:
    """A currency named without its country is that of the outlet's, where that has one of the name."""
    assert _of_outlet(f"دفعت البلدية 7 ملايين {name}", country) == [currency]


def test_what_the_text_says_counts_before_the_outlet() -> None:
    """The adjective beside the amount, then one elsewhere in the text, decide before the outlet's country does."""
    assert _of_outlet("دفعت 7 ملايين دينار كويتي ثم 3 ملايين دينار", "JO") == ["KWD", "KWD"]
    assert _of_outlet("دفعت 7 ملايين ريال قطري و2 مليون ريال عماني ثم 3 ملايين ريال", "YE") == ["QAR", "OMR", "YER"]


@pytest.mark.parametrize(
    ("text", "each"),
    [
        ("ستدفع الشركتان 7 ملايين دولار لكل منهما", True),
        ("ستدفع الشركات 7 ملايين دولار لكل شركة", True),
        ("ستدفع الشركات 7 ملايين دولار من كل طرف", True),
        ("ستدفع الشركتان 7 ملايين دولار لكليهما", True),
        ("ستدفع كل منهما 7 ملايين دولار", True),
        ("يساهم كل طرف بنحو 7 ملايين دولار", True),
        ("على أن تساهم كل واحدة من الشركتين بـ7 ملايين دولار", True),
        ("ستدفع الشركات 7 ملايين دولار", False),
        ("ستدفع الشركات 7 ملايين دولار كل عام", False),
        ("ستدفع الشركات كل ما لديها، 7 ملايين دولار", False),
    ],
)
def test_per_party(text: str, each: bool) -> None:  # noqa: FBT001 (a row's answer)
    """Whether an amount is one of each party."""
    folded = fold(text)
    assert [found.each for found in Amounts(folded, Tokens(folded.text), None).read([(0, 1)])] == [each]


def test_sixty_currencies_are_known() -> None:
    """As many by name, sign or code as the papers of the region print, and more."""
    assert len(CURRENCIES) > 60


def test_what_is_shared_can_be_told_apart() -> None:
    """Every country of a currency's name that others share is known by its places, so that a text about it tells; but
    a bare dollar is America's everywhere, and names that are everyday words need their adjective."""
    bare = [names for names in SHARED if not {"دولار", *NEED_ADJECTIVE.split()} & set(names.split())]
    shared = {country for names in bare for country in SHARED[names][1] if len(SHARED[names][1]) > 1}
    assert shared - PLACES.keys() == set()
