"""The countries that "the Japanese group" or a currency's adjective may mean."""

from __future__ import annotations

import pytest

from streams.arabic.fold import fold_key
from streams.extract.countries import COUNTRIES, country_of, is_nation

_ARAB_LEAGUE = "ae bh dj dz eg iq jo km kw lb ly ma mr om ps qa sa sd so sy tn ye"


def test_the_arab_league_is_whole() -> None:
    """A watchlist can say of an organisation that it is at home in any of the League's states."""
    assert set(_ARAB_LEAGUE.split()) - COUNTRIES == set()


@pytest.mark.parametrize(
    ("word", "country"),
    [
        ("البحرينية", "bh"),
        ("العمانيتين", "om"),
        ("الليبي", "ly"),
        ("اليابانيين", "jp"),
        ("بحرينية", ""),
        ("الجديدة", ""),
        ("المالية", ""),
    ],
)
def test_an_adjective_with_its_article_tells_the_country(word: str, country: str) -> None:
    """Any ending counts; without its article, or of no country, the word says nothing."""
    assert country_of(fold_key(word)) == country


def test_a_nation_agrees_in_gender() -> None:
    """The adjective of a feminine noun is feminine, so that one of another noun beside it is not taken for it."""
    assert is_nation(fold_key("إيطالية"), feminine=True)
    assert is_nation(fold_key("الفرنسي"), feminine=False)
    assert not is_nation(fold_key("إيطالي"), feminine=True)
    assert not is_nation(fold_key("جديدة"), feminine=True)
