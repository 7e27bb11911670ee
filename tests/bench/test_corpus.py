"""What the fit is given to learn from the rows of tests/cases."""

from __future__ import annotations

from typing import Any

import pytest

from bench.corpus import Shown, Source, Stood, judged, samples, sources
from streams.extract.model import MODEL
from streams.extract.weights import names_of


@pytest.fixture(scope="module")
def rows() -> Source:
    """All rows, as gold."""
    *_, last = sources(None)
    return last


def _learned(rows: Source, text: str) -> tuple[list[Shown], list[Stood]]:
    row: Any = next(each for each in rows.rows if each["text"] == text)
    return judged([Source([row], rows.watchlist)], MODEL)


def test_a_row_that_stands_by_a_sum_teaches_that_it_is_not_denied(rows: Source) -> None:
    """Such a row names no status: any is right but that one; a row that names one teaches that alone."""
    _, stands = _learned(rows, "كلفة ستارغيت 700 مليار دولار غير شاملة الأراضي")
    _, denied = _learned(rows, "لن تستثمر سوفت بنك 19 مليار دولار في ستارغيت")
    assert [each.right for each in stands] == [
        frozenset(("announced", "planned", "negotiating", "completed", "stalled"))
    ]
    assert [each.right for each in denied] == [frozenset(("denied",))]


def test_rows_teach_who_of_the_unlisted_takes_part(rows: Source) -> None:
    """A row of partners tells it of everybody it names, one of discovery of the unlisted alone."""
    shown, _ = _learned(rows, "إلى جانب سيسكو، تبني شركة Poolside Systems مركز ستارغيت")
    assert {each.organisation: each.takes_part for each in shown} == {
        "unlisted:Poolside Systems": True,
        "cisco": False,
    }
    shown, _ = _learned(rows, "ينفذ مشروع ستارغيت بالشراكة مع أوراكل وشركة Kestra Power")
    assert {each.organisation: each.takes_part for each in shown} == {"unlisted:Kestra Power": True}


def test_the_past_of_a_case_is_the_golds(rows: Source) -> None:
    """What is learned of an amount supposes that those before it were read rightly."""
    text = "رفعت أنثروبيك قيمة عقدها مع كورويف من 14 مليار دولار إلى 20 مليار دولار"
    row: Any = next(each for each in rows.rows if each["text"] == text)
    turned = row | {"amounts": [row["amounts"][0] | {"from": ["coreweave"], "to": "anthropic"}, row["amounts"][1]]}
    for each, paid in ((row, "anthropic"), (turned, "coreweave")):
        _, second = samples([Source([each], rows.watchlist)])
        signs = {candidate.entities: names_of(candidate.signs) for candidate in second.case.payers}
        assert [who for who, names in signs.items() if "paid the last: deal" in names] == [(paid,)]
