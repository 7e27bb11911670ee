"""Who may pay the amounts of a sentence, and who may receive them: the candidates, with their signs.

Strategy: whom the sentence names, each member of its lists, whom the text named shortly before, and nobody. What does
not depend on the amount is told once for a sentence (`Cast`), the rest once for each of its amounts (`case_of`).

The one rule: a candidate is never left out for being unlikely; its signs say so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from streams.extract.amount_signs import of_amount
from streams.extract.focus import Focus
from streams.extract.model import PARTIES, Candidate, Case
from streams.extract.party_signs import of_carried, of_nobody, of_party, of_words
from streams.extract.past import Past
from streams.extract.past_signs import of_past
from streams.extract.resolve import Resolved
from streams.extract.scene import PROJECTS, Party
from streams.extract.watched import Known
from streams.extract.weights import REMEMBERED, Signs

# A party, the signs that it has whatever the amount, and the members of a list with what each has besides.
_Named = tuple[Party, tuple[Signs, ...], Sequence[tuple[str, tuple[Signs, ...]]]]


class Cast:
    """The candidates of one sentence, with the signs that they have for all its amounts."""

    def __init__(self, view: Resolved, known: Known) -> None:
        """`known` is what the watchlist says of them."""
        scene = view.scene
        payers = [p for p in scene.payers if p.entities]
        projects = [p for p in scene.parties if p.kind in PROJECTS and p.entities]
        here = {e for p in payers for e in p.entities}
        told = list(_told_before(view, here))
        selling = known.suppliers & here.union(*[entities for entities, _ in told])
        self._count = len(payers)
        self._payers: list[_Named] = [
            (p, (*of_words(scene, p, len(payers)), *_trade(p.entities, selling, p.preposition)), _members(p, selling))
            for p in payers
        ]
        self._projects: list[_Named] = [(p, of_words(scene, p, len(projects)), ()) for p in projects]
        self._told = [
            Candidate(each, (of_carried(what, 1, len(payers)), *_trade(each, selling, what))) for each, what in told
        ]
        self._carried = [
            Candidate((each,), (of_carried(what, view.project_age, len(payers)), _beside(what, bool(projects))))
            for each, what in _projects_before(view, {p.entities[0] for p in projects}, known)
        ]

    def case_of(self, focus: Focus, past: Past) -> Case:
        """The case of one amount of the sentence; `past` is what was before it."""
        named: list[Candidate] = []
        members: list[Candidate] = []
        ahead = _ahead(focus, self._payers)
        for at, (party, own, listed) in enumerate(self._payers):
            signs = (*of_party(focus, party, _rank(at, ahead), self._count), *own)
            named.append(Candidate(party.entities, signs))
            members += [Candidate((member,), (*signs, *more)) for member, more in listed]
        everyone = (*named, *members, *self._told, Candidate((), (of_nobody(focus, self._count),)))
        ahead = _ahead(focus, self._projects)
        projects = [
            Candidate(party.entities[:1], (*of_party(focus, party, _rank(at, ahead), len(self._projects)), *own))
            for at, (party, own, _) in enumerate(self._projects)
        ]
        payers = _with_past(everyone, focus, past)
        return Case(
            of_amount(focus, past),
            payers,
            _with_past((*projects, *self._carried), focus, past),
            tuple([Candidate((), each.signs) if len(each.entities) > 1 else each for each in payers]),
        )


def _with_past(candidates: Sequence[Candidate], focus: Focus, past: Past) -> tuple[Candidate, ...]:
    """The candidates, also with the signs of what they did with the amounts before."""
    return tuple([Candidate(each.entities, (*each.signs, *of_past(each.entities, focus, past))) for each in candidates])


def _ahead(focus: Focus, parties: Sequence[_Named]) -> int:
    """How many of the parties stand before the amount."""
    return sum([party.end <= focus.amount.start for party, *_ in parties])


def _rank(at: int, ahead: int) -> int:
    """The rank of a party from the amount outwards, on its own side, of which `ahead` stand before it."""
    return ahead - 1 - at if at < ahead else at - ahead


def _told_before(view: Resolved, here: set[str]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Whom the text named shortly before, and does not name here: the last subject, the last list, and the others."""
    if view.subject:
        yield view.subject, "subject"
    if len(view.group) > 1 and not here.issuperset(view.group):
        yield view.group, "list"
    seen = {*here, *view.subject}
    for age, named in view.recent:
        yield from (((entity,), f"other {age}") for entity in named if entity not in seen)
        seen.update(named)


def _projects_before(view: Resolved, here: set[str], known: Known) -> Iterator[tuple[str, str]]:
    """The last project named before, the text's topic, and what a site is part of, where they are not named here."""
    told = [(view.project, "project"), (view.question, "question"), (view.topic, "topic")]
    told += [(known.parent_of.get(each), "parent") for each in (*sorted(here), view.project or "")]
    seen = set(here)
    for entity, what in told:
        if entity is not None and entity not in seen:
            seen.add(entity)
            yield entity, what


@lru_cache(maxsize=REMEMBERED)
def _beside(what: str, named: bool) -> Signs:  # noqa: FBT001 (a feature like any other)
    """Whether the sentence names a project itself, beside the one that was told before."""
    return PARTIES.signs(f"{what} & {'a project here' if named else 'no project here'}")


_OF_A_LIST = PARTIES.signs("one of a list")


def _members(party: Party, selling: frozenset[str]) -> list[tuple[str, tuple[Signs, ...]]]:
    """Each member of a list, with the signs that it has besides those of the list."""
    listed = party.entities if len(party.entities) > 1 else ()
    return [(entity, (_OF_A_LIST, *_trade((entity,), selling, "list"))) for entity in listed]


def _trade(entities: Sequence[str], selling: frozenset[str], place: str) -> tuple[Signs, ...]:
    """Whether the party sells what projects need, or stands beside one that does; `place` is its preposition, or from
    where it is carried."""
    if not selling:
        return ()
    if selling.isdisjoint(entities):
        return (_trading("buys", place),)
    return (_trading("sells, as others do" if selling.difference(entities) else "sells", place),)


@lru_cache(maxsize=REMEMBERED)
def _trading(what: str, place: str) -> Signs:
    return PARTIES.signs(what, f"{what}, {place}")
