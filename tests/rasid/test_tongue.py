"""What a page says around the facts: spans of time whose number and noun agree."""

from __future__ import annotations

import pytest

from rasid.web.tongue import Tongue
from tests.rasid.pages import plain

MINUTE, HOUR, DAY = 60, 3600, 86_400


@pytest.mark.parametrize(
    ("seconds", "arabic", "english"),
    [
        (None, "", ""),
        (0, "0 ثانية", "0 s"),
        (2, "ثانيتين", "2 s"),
        (9, "9 ثوان", "9 s"),
        (59.6, "60 ثانية", "60 s"),
        (2 * MINUTE, "دقيقتين", "2 min"),
        (3 * MINUTE, "3 دقائق", "3 min"),
        (11 * MINUTE, "11 دقيقة", "11 min"),
        (103 * MINUTE, "103 دقائق", "103 min"),
        (2 * HOUR, "ساعتين", "2 h"),
        (10 * HOUR, "10 ساعات", "10 h"),
        (25 * HOUR, "25 ساعة", "25 h"),
        (2 * DAY, "يومين", "2 d"),
        (3 * DAY, "3 أيام", "3 d"),
        (45 * DAY, "45 يوما", "45 d"),
        (100 * DAY, "100 يوم", "100 d"),
        (102 * DAY, "102 يوم", "102 d"),
        (111 * DAY, "111 يوما", "111 d"),
    ],
)
def test_a_span_agrees_with_its_number(seconds: float | None, arabic: str, english: str) -> None:
    """The dual has no digit, few take the plural, eleven and more the singular: as an editor would write it."""
    assert plain(Tongue("ar", {}).span(seconds)) == arabic
    assert plain(Tongue("en", {}).span(seconds)) == english
