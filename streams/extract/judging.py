"""What each amount is, who pays it and who receives it: readings are scored, and the best one counts.

Strategy: a reading of an amount is a role with a payer and a receiver. Its score is what its signs count together:
those of the amount for the role, and those of each party for paying or receiving in that role (`weights`). The share
that a reading has among all readings is how sure it is. An organisation that nobody listed competes like any other, so
that no neighbour gets its slot; so does nobody.

The one rule: silence rather than a guess. A figure of a project that is not sure enough is reported as none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from math import exp, inf

import msgspec
from msgspec.structs import replace

from streams.extract.amount_signs import of_amount
from streams.extract.amounts import Found
from streams.extract.focus import Focus, Past
from streams.extract.model import MODEL, PAID, PARTIES, TO_COMPANY, TO_PROJECT, WHY, Candidate, Case, Model
from streams.extract.party_signs import of_carried, of_nobody, of_party
from streams.extract.resolve import Resolved
from streams.extract.scene import PROJECTS, Party
from streams.extract.watched import Known
from streams.extract.weights import REMEMBERED, Signs, log_sum
from streams.records import Role

# How sure a figure that people are woken for has to be. More is asked of a commitment: all that anybody pays for
# anything looks like one, and half of what is wrongly told on documents that nothing was fitted to is taken for one.
FIGURES: frozenset[Role] = frozenset(("total", "initial", "commitment"))
SURE: Mapping[Role, float] = {"total": 0.7, "initial": 0.7, "commitment": 0.85}
_UNSURE = "as a figure of a project it is not sure enough"
_LOST = 3  # roles that an explanation names


class Judged(msgspec.Struct, frozen=True):
    """What was decided of the amount with that index: how sure it is (0 to 1), the signs that said most for it, and the
    roles that lost with their shares."""

    amount: int
    role: Role
    payers: tuple[str, ...] = ()
    to: str | None = None
    share: float = 1.0
    rule: str = ""
    lost: tuple[tuple[Role, float], ...] = ()
    signs: tuple[Signs, ...] = ()


def judge(views: Sequence[Resolved], found: Sequence[Found], known: Known, model: Model | None = None) -> list[Judged]:
    """A judgement on every amount, in order; `known` is what the watchlist says of the parties, `model` the shipped one
    or another that is being fitted."""
    judged: list[Judged] = []
    past = Past()
    for view in views:
        for at, index in enumerate(view.scene.amounts):
            amount = found[index]
            if amount.converts is not None:
                one = replace(judged[amount.converts], amount=index)  # the same money in another currency
            else:
                one = decide(case_of(view, found, at, past, known), index, model or MODEL)
            judged.append(one)
            past.note(amount, one.role)
    return judged


def case_of(view: Resolved, found: Sequence[Found], at: int, past: Past, known: Known) -> Case:
    """The case of the `at`-th amount of a sentence."""
    focus = Focus(view, found, at)
    parties = _ranked(focus, [p for p in view.scene.parties if p.payer and p.entities and not p.apart])
    count = len(parties)
    selling = {e for p, _ in parties for e in p.entities if e in known.suppliers}
    named = [
        Candidate(p.entities, (*of_party(focus, p, rank, count), *_trade(p.entities, selling))) for p, rank in parties
    ]
    members = [
        Candidate((e,), (*each.signs, _OF_A_LIST, *_trade((e,), selling)))
        for each in named
        if len(each.entities) > 1
        for e in each.entities
    ]
    told = _told_before(view, {e for p, _ in parties for e in p.entities}, count)
    nobody = Candidate((), (of_nobody(focus, count),))
    everyone = (*named, *members, *told, nobody)
    return Case(
        of_amount(focus, past),
        everyone,
        tuple(_projects(focus, known, count)),
        tuple(replace(each, entities=()) if len(each.entities) > 1 else each for each in everyone),
    )


def _told_before(view: Resolved, here: set[str], count: int) -> list[Candidate]:
    """Whom the text named shortly before, and does not name here: the last subject, the last list, and the others."""
    told = [(view.subject, "subject")] if view.subject else []
    told += [(view.group, "list")] if len(view.group) > 1 and not here.issuperset(view.group) else []
    seen = {*here, *view.subject}
    for age, each in view.recent:
        told += [((entity,), f"other {age}") for entity in each if entity not in seen]
        seen.update(each)
    return [Candidate(entities, (of_carried(what, 1, count),)) for entities, what in told]


def _projects(focus: Focus, known: Known, count: int) -> Iterator[Candidate]:
    """The projects that the sentence names; the last one named before, the text's topic, and what a site is part of."""
    view = focus.view
    named = _ranked(focus, [p for p in view.scene.parties if p.kind in PROJECTS and p.entities])
    seen: set[str] = set()
    for party, rank in named:
        seen.add(party.entities[0])
        yield Candidate(party.entities[:1], of_party(focus, party, rank, len(named)))
    others = [(view.project, "project"), (view.question, "question"), (view.topic, "topic")]
    others += [(known.parent_of.get(each), "parent") for each in (*sorted(seen), view.project or "")]
    for entity, what in others:
        if entity is not None and entity not in seen:
            seen.add(entity)
            yield Candidate((entity,), (of_carried(what, view.project_age, count), _beside(what, bool(named))))


def _ranked(focus: Focus, parties: Sequence[Party]) -> list[tuple[Party, int]]:
    """Each party with its rank from the amount outwards, on its own side."""
    ahead = sum(1 for p in parties if p.end <= focus.amount.start)
    return [(p, ahead - 1 - at if at < ahead else at - ahead) for at, p in enumerate(parties)]


@lru_cache(maxsize=REMEMBERED)
def _beside(what: str, named: bool) -> Signs:  # noqa: FBT001 (a feature like any other)
    """Whether the sentence names a project itself, beside the one that was told before."""
    return PARTIES.signs(f"{what} & {'a project here' if named else 'no project here'}")


_OF_A_LIST = PARTIES.signs("one of a list")
_SELLS, _SELLS_TOO, _BUYS = map(PARTIES.signs, ("sells", "sells, as others do", "buys"))


def _trade(entities: Sequence[str], selling: set[str]) -> tuple[Signs, ...]:
    """Whether the party sells what projects need, or stands beside one that does."""
    if not selling:
        return ()
    if selling.isdisjoint(entities):
        return (_BUYS,)
    return (_SELLS_TOO if selling.difference(entities) else _SELLS,)


def decide(case: Case, index: int, model: Model = MODEL, sure: Mapping[Role, float] = SURE) -> Judged:
    """The best reading of a case; `sure` is the share that a figure of a project needs, by role, or it is none."""
    parts = model.parts(case)
    scores = {role: base + log_sum(pay) + log_sum(receive) for role, (base, pay, receive) in parts.items()}
    whole = log_sum(scores.values())
    shares = {role: exp(score - whole) for role, score in scores.items()}
    best = max(shares, key=shares.__getitem__)
    role = best
    if best in FIGURES and shares[best] < sure[best]:
        role = max((each for each in shares if each not in FIGURES), key=shares.__getitem__)
    _, pay, receive = parts[role]
    payers, to = _pair(case, role, pay, receive)
    rule = WHY.of(case.signs, role) if role == best else _UNSURE
    lost = sorted(((each, share) for each, share in shares.items() if each != role), key=lambda one: -one[1])
    return Judged(index, role, payers, to, shares[role], rule, tuple(lost[:_LOST]), case.signs)


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
