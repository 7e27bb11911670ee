"""The signs that the text before gives of what an amount is: which figures were told, and what joins it to the last.

As in `amount_signs`: a sign names a pattern and decides nothing. The press tells a sum again, in parts, in lists, and
in answer to what the sentence before asked or announced.
"""

# ruff: noqa: RUF001 (Arabic letters and signs are the data here)

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from streams.extract.amounts import Found
from streams.extract.focus import Focus
from streams.extract.model import AMOUNTS
from streams.extract.past import Past
from streams.extract.stems import SHORT, stem
from streams.extract.weights import REMEMBERED, Signs
from streams.records import Role

_remembered = lru_cache(maxsize=REMEMBERED)


def of_text(focus: Focus, past: Past, project: str) -> Iterator[Signs]:
    """Where the amount stands in the text: how much of that is about a project, and which figures were before."""
    view, amount = focus.view, focus.amount
    yield _place_in_text(min(past.count, 2), focus.scene.headline, bool(view.question and view.project_age))
    if view.answers:
        yield AMOUNTS.signs(f"answers: {view.answers}")
    if view.times:
        yield _about_project(min(view.times, 3), view.opens, project)
    yield from _compared(amount, past)
    again = past.same(amount)
    if again is not None:
        yield _told_before(again.role, "head" if focus.head else "no head")


@_remembered
def _place_in_text(count: int, headline: bool, question: bool) -> Signs:  # noqa: FBT001 (as above)
    return AMOUNTS.signs(f"amount {count}", *["headline"] * headline, *["project in question"] * question)


@_remembered
def _about_project(times: int, opens: str, project: str) -> Signs:
    place = " ".join(project.split(" ")[:2])
    named, opened = f"project named {times} times", f"project opens {opens}"
    return AMOUNTS.signs(named, f"{named} & {place}", opened, f"{opened} & {place}")


@_remembered
def _told_before(again: Role, head: str) -> Signs:
    return AMOUNTS.signs(f"told before: {again}", f"told before: {again} & {head}")


def _compared(amount: Found, past: Past) -> Iterator[Signs]:
    """How large the amount is beside the last one of each role in its currency."""
    if amount.low is None:
        return
    for (currency, role), other in past.latest.items():
        if currency == amount.currency:
            size = "as much as" if other == amount.low else "less than" if amount.low < other else "more than"
            yield _size(size, role)


@_remembered
def _size(size: str, role: Role) -> Signs:
    return AMOUNTS.signs(f"{size} the {role}")


def of_order(focus: Focus, past: Past) -> Iterator[Signs]:
    """What the amount before was, and what joins this one to it; list marks and brackets."""
    words, amount, head = focus.scene.words, focus.amount, focus.head
    last = past.last.role if past.last is not None else None
    if focus.at:
        own = head is not None and focus.side(head.start, head.end) == "before"
        yield _behind_another(last, _link(focus), own, bool(amount.step))
    else:
        yield _behind_a_sentence(last)
    if words and words[0].text in "-*•–":
        yield _BULLET
    at = words.index_at(amount.start)
    if at and words[at - 1].text == "(":
        yield _BRACKET


@_remembered
def _behind_a_sentence(last: Role | None) -> Signs:
    return AMOUNTS.signs(f"sentence before: {last}")


@_remembered
def _behind_another(last: Role | None, link: str, own: bool, step: bool) -> Signs:  # noqa: FBT001 (as above)
    told = f"last: {last}"
    head = "own head" if own else "no head of its own"
    return AMOUNTS.signs(told, f"{told} & {link}", f"{told} & {head}", *[f"{told} & step"] * step)


_BULLET, _BRACKET = AMOUNTS.signs("bullet"), AMOUNTS.signs("bracket")
_LINKED = 4  # words


def _link(focus: Focus) -> str:
    """What joins the amount to the one before it: its first word, and how much stands between."""
    between = focus.scene.words.between(focus.floor, focus.amount.start)
    if not between:
        return "joined"
    first = between[0].text if len(between[0].text) <= SHORT else stem(between[0].text)
    return f"{first} {len(between)}" if len(between) < _LINKED else f"{first} and more"
