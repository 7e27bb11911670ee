"""The pieces that signs are made of: stems, what an amount is of, sums of weights."""

from __future__ import annotations

from math import exp, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.arabic.fold import fold_key
from streams.extract.governor import links
from streams.extract.stems import bare, stem
from streams.extract.weights import ALL, Table, load, log_sum
from tests.streams.conftest import Read

_ARABIC = st.text(alphabet="ابتثجحخدذرزسشصضطظعغفقكلمنهوي", max_size=12)


@pytest.mark.parametrize(
    ("forms", "same"),
    [
        (("استثمار", "الاستثمار", "واستثمار", "استثماره"), True),
        (("كلفة", "كلفته", "بكلفة", "الكلفة"), True),
        (("ضخ", "بيع"), False),
        (("شراء", "شراكة"), False),
    ],
)
def test_forms_of_one_word_share_a_stem(forms: tuple[str, ...], same: bool) -> None:  # noqa: FBT001 (a column of the table)
    """Particles, the article and pronouns go; another word stays another."""
    assert (len({stem(fold_key(each)) for each in forms}) == 1) is same


@given(_ARABIC)
def test_stems_are_total_and_never_longer(word: str) -> None:
    """Any folded word has one; nothing is added, and no word of letters loses all of them."""
    assert len(stem(word)) <= len(bare(word)) <= len(word)
    assert bool(stem(word)) == bool(word)


@pytest.mark.parametrize("word", ["تصل", "يبلغ", "البالغة", "إلى", "نحو", "التي", "وتتجاوز", "قدرها", "بلغت"])
def test_words_that_only_link_are_walked_over(word: str) -> None:
    """Between an amount and what it is of."""
    assert links(fold_key(word))


@pytest.mark.parametrize("word", ["كلفة", "قرض", "ضخ", "العقد", "حصة", "ستارغيت", "إيرادات"])
def test_words_that_an_amount_can_be_of_are_not(word: str) -> None:
    """They are what is looked for."""
    assert not links(fold_key(word))


def test_signs_that_are_not_in_the_table_count_nothing() -> None:
    """For each role what the known signs count together, and nothing for a role of none."""
    weights = {"a": {"total": 1.0, ALL: 0.5}, "b": {"total": -2.25, "deal": 3.0}}
    table = Table([(weights, role) for role in ("total", "deal", "stake", ALL)])
    assert table.hundredths([table.signs("a", "b", "unknown"), table.signs("a")]) == (75, 400, 100, 100)
    assert table.hundredths([]) == (0, 0, 0, 0)


@given(st.lists(st.sampled_from("abcd"), max_size=300))
def test_roles_are_added_apart(signs: list[str]) -> None:
    """However many signs count for and against, no sum spills over into another, and their order is all one."""
    weights = {"a": {"x": 2.54, "y": -2.54}, "b": {"y": -0.01}, "c": {"x": -1.0, "z": 0.5}}
    sums = [sum(round(100 * weights.get(sign, {}).get(role, 0.0)) for sign in signs) for role in "xyz"]
    table = Table([(weights, role) for role in "xyz"])
    one_by_one, together = map(table.signs, signs), table.signs(*sorted(signs))
    assert list(table.hundredths(one_by_one)) == list(table.hundredths([together])) == sums


@given(st.lists(st.floats(-30, 30), min_size=1, max_size=9))
def test_the_logarithm_of_a_sum_is_one(scores: list[float]) -> None:
    """The same as computed without care, and no overflow where that has one."""
    assert log_sum(scores) == pytest.approx(log(sum(map(exp, scores))))
    assert log_sum([each + 1000 for each in scores]) == pytest.approx(log_sum(scores) + 1000)


def test_no_sign_names_an_entity() -> None:
    """The weights hold for every watchlist: what they count are patterns, never somebody's name."""
    names = ("ستارغيت", "اوراكل", "oracle", "openai", "اوبن", "سوفت", "softbank", "انفيديا", "nvidia")
    signs = [sign for table in load().values() for sign in table]
    assert signs
    assert [sign for sign in signs if any(name in sign.lower() for name in names)] == []


def test_every_claim_on_an_amount_names_its_signs(read: Read) -> None:
    """What decided is told in the words of the signs, the strongest first."""
    (claim,) = [each for each in read("تبلغ كلفة مشروع ستارغيت 500 مليار دولار").claims if each.kind == "figure"]
    signs = claim.rule.split("; ")
    table = load()["amount"]
    assert [table[sign]["total"] for sign in signs] == sorted((table[sign]["total"] for sign in signs), reverse=True)
