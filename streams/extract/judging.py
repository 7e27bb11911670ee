"""What each amount is, who pays it and who receives it: readings are scored, and the best one counts.

Strategy: a reading of an amount is a role with a payer and a receiver. Its score is what its signs count together:
those of the amount for the role, and those of each party for paying or receiving in that role (`weights`). The share
that a reading has among all readings is how sure it is. An organisation that nobody listed competes like any other, so
that no neighbour gets its slot; so does nobody.

The one rule: silence rather than a guess. A figure of a project that is not sure enough is reported as none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import exp, inf

import msgspec
from msgspec.structs import replace

from streams.extract.amounts import Found
from streams.extract.casting import Cast
from streams.extract.focus import Focus
from streams.extract.model import MODEL, PAID, TO_COMPANY, TO_PROJECT, WHY, Candidate, Case, Model
from streams.extract.past import Past, Settled
from streams.extract.resolve import Resolved
from streams.extract.watched import Known
from streams.extract.weights import Signs, log_sum
from streams.records import Role

# A figure that people are woken for has to be more likely than all else that the amount could be.
FIGURES: frozenset[Role] = frozenset(("total", "initial", "commitment"))
SURE = 0.5
_UNSURE = "as a figure of a project it is not sure enough"
_LOST = 3  # roles that an explanation names


class Judged(msgspec.Struct, frozen=True):
    """What was decided of the amount with that index: how sure it is (0 to 1), the signs that said most for it, and the
    shares of all its roles."""

    amount: int
    role: Role
    payers: tuple[str, ...] = ()
    to: str | None = None
    share: float = 1.0
    rule: str = ""
    shares: Mapping[Role, float] = {}
    signs: tuple[Signs, ...] = ()

    @property
    def lost(self) -> tuple[tuple[Role, float], ...]:
        """The roles that were most likely after the chosen one, each with its share, best first."""
        others = [(role, share) for role, share in self.shares.items() if role != self.role]
        return tuple(sorted(others, key=lambda each: -each[1])[:_LOST])


def judge(views: Sequence[Resolved], found: Sequence[Found], known: Known, model: Model | None = None) -> list[Judged]:
    """A judgement on every amount, in order; `known` is what the watchlist says of the parties, `model` the shipped one
    or another that is being fitted."""
    judged: list[Judged] = []
    past = Past()
    for view in views:
        if not view.scene.amounts:
            continue
        cast = Cast(view, known)
        for at, index in enumerate(view.scene.amounts):
            amount = found[index]
            if amount.converts is not None:
                one = replace(judged[amount.converts], amount=index)  # the same money in another currency
            else:
                one = decide(cast.case_of(Focus(view, found, at), past), index, model or MODEL)
            judged.append(one)
            past.note(amount, Settled(one.role, one.payers, one.to))
    return judged


def decide(case: Case, index: int, model: Model = MODEL, sure: float = SURE) -> Judged:
    """The best reading of a case; `sure` is the share that a figure of a project needs, or it is none."""
    parts = model.parts(case)
    scores = {role: base + log_sum(pay) + log_sum(receive) for role, (base, pay, receive) in parts.items()}
    whole = log_sum(scores.values())
    shares = {role: exp(score - whole) for role, score in scores.items()}
    best = max(shares, key=shares.__getitem__)
    role = best
    if best in FIGURES and shares[best] < sure:
        role = max((each for each in shares if each not in FIGURES), key=shares.__getitem__)
    _, pay, receive = parts[role]
    payers, to = _pair(case, role, pay, receive)
    rule = WHY.of(case.signs, role) if role == best else _UNSURE
    return Judged(index, role, payers, to, shares[role], rule, shares, case.signs)


def _pair(case: Case, role: Role, pay: Sequence[float], receive: Sequence[float]) -> tuple[tuple[str, ...], str | None]:
    """The best payer and receiver that are not the same."""
    receivers = case.projects if role in TO_PROJECT else case.companies if role in TO_COMPANY else ()
    best, chosen = -inf, (_NOBODY, _NOBODY)
    for give, payer in zip(pay, case.payers if role in PAID else (_NOBODY,), strict=True):
        for take, receiver in zip(receive, receivers or (_NOBODY,), strict=True):
            if give + take > best and set(payer.entities).isdisjoint(receiver.entities):
                best, chosen = give + take, (payer, receiver)
    payer, receiver = chosen
    return payer.entities, receiver.entities[0] if receiver.entities else None


_NOBODY = Candidate((), ())
