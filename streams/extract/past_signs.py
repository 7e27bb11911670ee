"""The signs that a party gives by what it did with the amounts before.

As in `party_signs`: a sign names a pattern and decides nothing. Who paid the last amount often pays the next one, in a
list above all; who received it is seldom the payer of it.
"""

from __future__ import annotations

from functools import lru_cache

from streams.extract.focus import Focus
from streams.extract.model import PARTIES
from streams.extract.past import Part, Past
from streams.extract.weights import REMEMBERED, Signs
from streams.records import Role

_remembered = lru_cache(maxsize=REMEMBERED)


def of_past(entities: tuple[str, ...], focus: Focus, past: Past) -> tuple[Signs, ...]:
    """The signs of a party, which is nobody where it has no entities, as to the last amount, to this value when it was
    told before, and to any."""
    last, same = past.last, past.same(focus.amount)
    signs = []
    if last is not None:
        place = "here" if focus.at else "before"
        signs.append(_in_last(last.part_of(entities), last.role, place, focus.head is None, not last.payers))
    if same is not None:
        signs.append(_in_same(same.part_of(entities), same.role))
    if entities:
        signs.append(_ever(past.dealings_of(entities)))
    return tuple(signs)


@_remembered
def _in_last(part: Part, role: Role, place: str, headless: bool, unpaid: bool) -> Signs:  # noqa: FBT001 (features)
    told = f"{part} the last"
    further = f"{told}: {role}, {place}"
    return PARTIES.signs(
        told, f"{told}: {role}", further, f"{further}{', no head' * headless}{', nobody paid' * unpaid}"
    )


@_remembered
def _in_same(part: Part, role: Role) -> Signs:
    return PARTIES.signs(f"{part} the same", f"{part} the same: {role}")


@_remembered
def _ever(dealings: frozenset[str]) -> Signs:
    return PARTIES.signs(*(f"ever {each}" for each in dealings), *["never dealt"] * (not dealings))
