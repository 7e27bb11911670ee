"""What counts as right where a fit is asked for documents that it never saw."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bench.corpus import Answer, Sample
from bench.gold import Tally
from bench.held_out import graded, judged
from streams.extract.judging import Judged
from streams.extract.model import Candidate, Case
from streams.extract.weights import Signs
from streams.records import Role


def _told(what: str) -> tuple[Signs, ...]:
    """What a text shows in many ways at once: a fit hides most of them in each of its steps."""
    return (Signs(tuple(f"{what} {at}" for at in range(10))),)


_NOBODY = Candidate((), _told("nobody"))
_PARTIES = (Candidate(("left",), _told("before")), Candidate(("right",), _told("after")), _NOBODY)
_PORT = Candidate(("port",), _told("into"))
_GIVEN: Mapping[Role, Answer] = {"commitment": Answer(frozenset((0,)), frozenset((0,)))}
_SOLD: Mapping[Role, Answer] = {"deal": Answer(frozenset((0, 2)), frozenset((1,))), "other": Answer(None, None)}


def _sample(answers: Mapping[Role, Answer], sign: str = "given") -> Sample:
    return Sample("a", Case(_told(sign), _PARTIES, (_PORT,), _PARTIES), answers, None)


@pytest.mark.parametrize(
    ("answers", "read", "right", "figure"),
    [
        (_GIVEN, Judged(0, "commitment", ("left",), "port"), True, Tally(1, 0, 0)),
        (_GIVEN, Judged(0, "commitment", ("right",), "port"), False, Tally(0, 1, 1)),
        (_GIVEN, Judged(0, "commitment", ("left",), "harbour"), False, Tally(0, 1, 1)),
        (_GIVEN, Judged(0, "other"), False, Tally(0, 0, 1)),
        (_SOLD, Judged(0, "deal", ("left",), "right"), True, Tally(0, 0, 0)),
        (_SOLD, Judged(0, "deal", (), "right"), True, Tally(0, 0, 0)),
        (_SOLD, Judged(0, "deal", ("right",), "right"), False, Tally(0, 0, 0)),
        (_SOLD, Judged(0, "deal", ("left",), None), False, Tally(0, 0, 0)),
        (_SOLD, Judged(0, "other"), True, Tally(0, 0, 0)),
        (_SOLD, Judged(0, "total", (), "port"), False, Tally(0, 1, 0)),
    ],
)
def test_a_reading_is_graded(answers: Mapping[Role, Answer], read: Judged, right: bool, figure: Tally) -> None:  # noqa: FBT001 (a column of the table)
    """Right in role, payer and receiver, each as accepted; a wrong figure is false, and the one wanted is missed."""
    assert graded(_sample(answers), read) == (right, read.share, figure)


def test_what_is_asked_is_judged_by_what_was_learned() -> None:
    """A fit that learned the pattern reads it; one that learned another does not."""
    given, sold = [_sample(_GIVEN)] * 20, [_sample(_SOLD, "sold")] * 20
    (learned,) = judged([*given, *sold], given[:1])
    assert learned.right
    assert learned.figure == Tally(1, 0, 0)
    (unlearned,) = judged(sold, given[:1])
    assert not unlearned.right
    assert unlearned.share < learned.share
