"""What is decided of one amount, and whom a word for a party means: pieces that no fitted row alone shows."""

from __future__ import annotations

from math import log

import pytest

from streams.extract.judging import FIGURES, decide, judge
from streams.extract.model import ROLES, Candidate, Case, Packed, of_amounts, of_parties
from streams.extract.reader import Reader
from streams.extract.status import of_status
from streams.extract.weights import ALL, Weights, names_of
from streams.records import Role
from tests.streams.conftest import article


def test_nobody_pays_himself() -> None:
    """The party that most speaks for as payer and as receiver is one of the two; the other is the next best."""
    tables: dict[str, Weights] = {
        "amount": {"bought": {"deal": 9.0}},
        "status": {},
        "payer": {"strong": {ALL: 5.0}, "weak": {ALL: 4.0}},
        "project": {},
        "company": {"strong": {ALL: 5.0}, "weak": {ALL: 1.0}},
    }
    amounts, table = of_amounts(tables), of_parties(tables)
    signs = {"one": (table.signs("strong"),), "two": (table.signs("weak"),)}
    parties = (*(Candidate((name,), each) for name, each in signs.items()), Candidate((), ()))
    judged = decide(Case((amounts.signs("bought"),), parties, (), parties), 0, Packed(amounts, table))
    assert (judged.role, judged.payers, judged.to) == ("deal", ("two",), "one")


@pytest.mark.parametrize(("share", "enough"), [(0.45, False), (0.55, True)])
@pytest.mark.parametrize("role", sorted(FIGURES))
def test_a_figure_is_more_likely_than_all_else(role: Role, share: float, *, enough: bool) -> None:
    """The best of ten readings is a project's figure only where the other nine together are less likely."""
    tables: dict[str, Weights] = {name: {} for name in ("status", "payer", "project", "company")}
    amounts = of_amounts(tables | {"amount": {"said": {role: log(share / (1 - share)) + log(len(ROLES) - 1)}}})
    nobody = (Candidate((), ()),)
    case = Case((amounts.signs("said"),), nobody, (Candidate(("port",), ()),), nobody)
    judged = decide(case, 0, Packed(amounts, of_parties(tables)))
    assert (judged.role == role) is enough
    assert judged.share == pytest.approx(share, abs=0.01) if enough else judged.share < share


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("دخل صندوق رؤية سوفت بنك المشروع. ورحبت أوراكل بذلك. واستثمر الصندوق 5 مليارات دولار.", "vision-fund"),
        ("رحبت سوفت بنك وأوراكل بالخطة. واستثمرت المجموعة اليابانية 5 مليارات دولار.", "softbank"),
        ("رحبت سوفت بنك وأوراكل بالخطة. واستثمرت الثانية 5 مليارات دولار.", "oracle"),
    ],
)
def test_whom_a_noun_means(text: str, meant: str, reader: Reader) -> None:
    """The fund is one that was named, the Japanese group that of the country, the second the second of a list."""
    last = reader.see(article(text)).views[-1]
    found = [party.entities for party in last.scene.parties if party.kind == "the_org"]
    assert found == [(meant,)]


def test_the_next_sentence_is_a_sign_of_the_status(reader: Reader) -> None:
    """What goes on with a denial or with talks says how far a matter is, and its ideas come in one order."""
    seen = reader.see(article("تستثمر أوراكل 5 مليارات دولار في ستارغيت. ونفت الشركة ذلك، والمحادثات مستمرة."))
    (judged,) = judge(seen.views, seen.found, seen.known)
    signs = list(names_of(of_status(judged, seen.views[1].scene)))
    assert signs[-2:] == ["next sentence: denied", "next sentence: negotiating"]
    assert signs[:-2] == list(names_of(of_status(judged, None)))


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("سبق أن وقعت أوبن إيه آي صفقة مع أوراكل بقيمة 5 مليارات دولار", "past"),
        ("في عام 2019 وقعت أوبن إيه آي صفقة مع أوراكل بقيمة 5 مليارات دولار", "past"),
        ("وقعت أوبن إيه آي صفقة مع أوراكل بقيمة 5 مليارات دولار", "standing"),
    ],
)
def test_what_was_long_ago_is_past_and_speaks_for_no_article(text: str, time: str, reader: Reader) -> None:
    """By a word for it, or by a year before the article's; also where the article says nothing else of the fact."""
    (claim,) = [each for each in reader.read(article(text)).claims if each.amount]
    assert claim.fact is not None
    assert (claim.time, claim.salient) == (time, time == "standing")
