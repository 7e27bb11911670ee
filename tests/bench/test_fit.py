"""The fit learns what its examples show, does it the same way each time, and keeps what weighs."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from bench.corpus import Answer, Sample, Shown, Stood
from bench.fit import Growing, averaged, fit_parts, fit_readings, fit_status, rounded, totals
from streams.extract.judging import decide
from streams.extract.model import Candidate, Case, Packed, of_amounts, of_parties
from streams.extract.weights import ALL, Signs, Table, Weights, log_sum, names_of


def _told(*what: str) -> tuple[Signs, ...]:
    """What a text shows in many ways at once: a fit hides most of them in each of its steps."""
    return (Signs(tuple(f"{each} {at}" for each in what for at in range(10))),)


def _party(name: str, sign: str) -> Candidate:
    return Candidate((name,), _told(sign))


_NOBODY = Candidate((), _told("nobody"))


def _case(signs: tuple[str, ...]) -> Case:
    """An amount between a party before it and one after it, and a project."""
    parties = (_party("left", "before"), _party("right", "after"), _NOBODY)
    return Case(_told(*signs), parties, (_party("port", "into"),), parties)


def _samples() -> list[Sample]:
    """Costs are a project's size; what is bought is paid by whoever stands before it, to whoever stands after it."""
    cost = Sample("a", _case(("cost", "any")), {"total": Answer(None, frozenset((0,)))}, None)
    bought = Sample("b", _case(("bought", "any")), {"deal": Answer(frozenset((0,)), frozenset((1,)))}, None)
    return [cost, bought] * 10


def test_readings_are_learned_from_what_was_accepted() -> None:
    """Role, payer and receiver of each kind of example come out, and more surely than not."""
    model = Growing(fit_readings(_samples(), 1))
    size, deal = decide(_case(("cost", "any")), 0, model), decide(_case(("bought", "any")), 0, model)
    assert (size.role, size.payers, size.to) == ("total", (), "port")
    assert (deal.role, deal.payers, deal.to) == ("deal", ("left",), "right")
    assert min(size.share, deal.share) > 0.9


def test_a_figure_that_is_not_sure_enough_is_none() -> None:
    """The same case above and below what is asked of a figure: it is one, or the best reading that is none."""
    model = Growing(fit_readings(_samples(), 1))
    share = decide(_case(("cost", "any")), 0, model).share
    assert decide(_case(("cost", "any")), 0, model, share - 0.001).role == "total"
    unsure = decide(_case(("cost", "any")), 0, model, share + 0.001)
    assert unsure.role != "total"
    assert unsure.lost[0] == ("total", share)


def test_a_reading_is_as_sure_as_its_kind_was_right() -> None:
    """Of thirty amounts with the same signs two in three are sizes: the share says so, though signs were hidden."""
    sizes, others = Answer(None, frozenset((0,))), Answer(None, None)
    examples = [Sample("a", _case(("any",)), {"total": sizes}, None)] * 20
    examples += [Sample("a", _case(("any",)), {"other": others}, None)] * 10
    read = decide(_case(("any",)), 0, Growing(fit_readings(examples, 1)))
    assert read.role == "total"
    assert 0.55 < read.share < 0.78


def test_signs_that_are_rare_are_left_out() -> None:
    """What two cases show is no pattern."""
    rare = [Sample("c", _case(("cost", "any", "rare")), {"total": Answer(None, None)}, None)] * 2
    weights = fit_readings(_samples() + rare, 1)["amount"]
    assert "cost 0" in weights
    assert "rare 0" not in weights


def test_parts_are_learned_over_all_sentences_of_an_organisation() -> None:
    """One sentence that tells it is enough among others that do not."""
    told = Shown("a", "x", (("named",), ("named", "joins")), takes_part=True)
    only = Shown("a", "y", (("named",), ("named", "quoted")), takes_part=False)
    weights = fit_parts([told, only] * 15, 1)
    joins, quoted = (log_sum([totals(weights, each)[ALL] for each in one.sentences]) for one in (told, only))
    assert joins > 0 > quoted


def test_what_is_fitted_and_what_reads_score_alike() -> None:
    """Once the weights are rounded, both models say the same of every reading, also where there is no project."""
    tables: dict[str, Weights] = {"status": {}, **rounded(fit_readings(_samples(), 1))}
    amounts, parties = of_amounts(tables), of_parties(tables)
    without = Case(_told("any"), (_NOBODY,), (), (_NOBODY,))
    for case in (_case(("cost", "any", "unknown")), _case(("bought", "any")), without):
        growing = Growing(tables).parts(case)
        packed = Packed(amounts, parties).parts(_counted(case, amounts, parties))
        assert packed.keys() == growing.keys()
        for role, (base, pay, receive) in growing.items():
            assert packed[role][0] == pytest.approx(base)
            assert list(packed[role][1]) == pytest.approx(list(pay))
            assert list(packed[role][2]) == pytest.approx(list(receive))


def _counted(case: Case, amounts: Table, parties: Table) -> Case:
    """The case with signs that carry what the tables count for them."""

    def listed(candidates: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
        return tuple(Candidate(each.entities, (parties.signs(*names_of(each.signs)),)) for each in candidates)

    signs = (amounts.signs(*names_of(case.signs)),)
    return Case(signs, listed(case.payers), listed(case.projects), listed(case.companies))


def test_statuses_are_learned() -> None:
    """Each of two signs speaks for its own status."""
    stood = [Stood(("will",), frozenset(("planned",))), Stood(("did",), frozenset(("completed",)))]
    weights = fit_status(stood * 10, 1)
    for sign, status in (("will", "planned"), ("did", "completed")):
        counted = totals(weights, [sign])
        assert max((each for each in counted if each != ALL), key=counted.__getitem__) == status


def test_the_same_examples_give_the_same_weights() -> None:
    """The order of the signs in a case does not count, and neither does anything of this process."""
    turned = [
        each._replace(case=replace(each.case, signs=(Signs(tuple(reversed(names_of(each.case.signs)))),)))
        for each in _samples()
    ]
    assert fit_readings(_samples(), 1) == fit_readings(turned, 1)


def test_what_is_kept_is_the_mean_of_the_fits_where_it_weighs() -> None:
    """Two fits' weights are halved and added; what hardly counts is left out."""
    mean = averaged([{"a": {"total": 1.0}, "b": {"deal": 0.02}}, {"a": {"total": 0.5, "deal": 3.0}}])
    assert rounded({"amount": mean}) == {"amount": {"a": {"deal": 1.5, "total": 0.75}}}
