"""What the amounts before were, and the signs that a party gives by what it did with them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from streams.extract.amounts import Found
from streams.extract.casting import Cast
from streams.extract.focus import Focus
from streams.extract.model import Candidate
from streams.extract.past import Part, Past, Settled
from streams.extract.reader import Reader
from streams.extract.weights import names_of
from streams.records import Role
from tests.streams.conftest import article

_DEAL = Settled("deal", ("openai", "meta"), "oracle")


def _amount(value: int) -> Found:
    return Found(0, 1, Decimal(value), Decimal(value), "USD", "exact")


@pytest.mark.parametrize(
    ("entities", "part"),
    [
        (("openai",), "paid"),
        (("nvidia", "meta"), "paid"),
        (("oracle",), "received"),
        (("nvidia",), "neither"),
        ((), "neither"),
    ],
)
def test_what_a_party_did_with_an_amount(entities: tuple[str, ...], part: Part) -> None:
    """A list did what any of its members did; nobody did nothing."""
    assert _DEAL.part_of(entities) == part


def test_nobody_receives_what_has_no_receiver() -> None:
    """Nobody is no receiver of an amount without one."""
    assert Settled("capex", ("meta",)).part_of(()) == "neither"


def test_the_past_keeps_what_each_value_was_first_and_who_ever_dealt() -> None:
    """Of one value told twice the first counts; of each role the last value; dealings add up."""
    past = Past()
    for value, what in ((300, _DEAL), (300, Settled("total", (), "stargate")), (40, Settled("deal", ("meta",)))):
        past.note(_amount(value), what)
    assert (past.count, past.last) == (3, Settled("deal", ("meta",)))
    assert (past.same(_amount(300)), past.same(_amount(7))) == (_DEAL, None)
    assert past.latest == {("USD", "deal"): Decimal(40), ("USD", "total"): Decimal(300)}
    assert past.dealings_of(("oracle",)) == {"received deal"}
    assert past.dealings_of(("meta", "stargate")) == {"paid deal", "received total"}
    assert past.dealings_of(("nvidia",)) == past.dealings_of(()) == frozenset()


def test_other_money_is_not_told_again() -> None:
    """A value that was none of the roles says nothing of the same value later."""
    past = Past()
    past.note(_amount(5), Settled("other"))
    assert (past.same(_amount(5)), past.latest) == (None, {})


def _second(reader: Reader, text: str, first: Settled) -> dict[tuple[str, ...], set[str]]:
    """The signs of whoever may pay the second amount of a text, whose first one was that."""
    seen = reader.see(article(text))
    past = Past()
    past.note(seen.found[0], first)
    view, at = next((each, at) for each in seen.views for at, index in enumerate(each.scene.amounts) if index == 1)
    case = Cast(view, seen.known).case_of(Focus(view, seen.found, at), past)
    return {each.entities: _names(each) for each in case.payers}


def _names(candidate: Candidate) -> set[str]:
    return set(names_of(candidate.signs))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("تدفع ميتا لغوغل 10 مليارات دولار، ولكورويف 14 مليار دولار.", "here"),
        ("تدفع ميتا لغوغل 10 مليارات دولار. وستحصل كورويف على 14 مليار دولار.", "before"),
    ],
)
def test_a_party_is_known_by_the_amount_before(text: str, place: str, reader: Reader) -> None:
    """Who paid and who received it, in this sentence or in one before; who is new has never dealt."""
    signs = _second(reader, text, Settled("deal", ("meta",), "google"))
    assert signs["meta",] >= {"paid the last", f"paid the last: deal, {place}", "ever paid deal"}
    assert signs["google",] >= {"received the last", f"received the last: deal, {place}", "ever received deal"}
    assert signs["coreweave",] >= {"neither the last", "never dealt"}
    assert "neither the last" in signs[()]
    assert "never dealt" not in signs[()]


@pytest.mark.parametrize(("value", "told"), [("10", True), ("14", False)])
def test_a_party_is_known_by_the_same_value(value: str, told: bool, reader: Reader) -> None:  # noqa: FBT001 (a column)
    """The press tells a sum again: who had it the first time."""
    text = f"تدفع ميتا لغوغل 10 مليارات دولار. وقالت غوغل إن العقد قيمته {value} مليارات دولار."
    signs = _second(reader, text, Settled("deal", ("meta",), "google"))
    assert ("received the same: deal" in signs["google",]) is told


@pytest.mark.parametrize(
    ("text", "seller", "buyer"),
    [
        ("تراجع سهم أوراكل 3 مليارات دولار. ثم وقعت مع أنثروبيك عقدا بـ9 مليارات دولار.", "oracle", "anthropic"),
        ("نمت إيرادات أوراكل 3 مليارات دولار. ووقعت معها أنثروبيك عقدا بـ9 مليارات دولار.", "oracle", "anthropic"),
    ],
)
def test_who_sells_is_known_though_it_is_told_before(text: str, seller: str, buyer: str, reader: Reader) -> None:
    """A supplier that the text named a sentence ago sells as much as one that stands here."""
    other: Role = "other"
    signs = _second(reader, text, Settled(other))
    assert "sells" in signs[seller,]
    assert "buys" in signs[buyer,]
