"""The signs that a party gives of paying an amount, or of receiving it.

As in `amount_signs`: a sign names a pattern and decides nothing. A party is seen from the amount and from the idea
nearest to the amount: the subject of an Arabic verb stands right behind it, "من" after a commitment names who gives.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from streams.extract.amount_signs import HEADS, Focus, seen_from
from streams.extract.scene import Cue, Party
from streams.extract.stems import after, bare, before

_THAT = frozenset(("ان", "انها", "انه", "بان", "بانها", "انهما"))
_SAYS_WITHIN, _OPENING = 8, 22  # words; characters
_NEXT = 3  # how many parties away is told apart


def of_nobody(focus: Focus, count: int) -> Iterator[str]:
    """The signs that nobody pays or receives, where `count` parties could."""
    yield "nobody"
    yield f"nobody of {min(count, 3)}"
    for idea in _ideas(focus.head):
        yield f"nobody & {idea}"
    if focus.scene.said("passive", focus.scene.sentence.start, focus.amount.start):
        yield "nobody & passive"


@lru_cache(maxsize=1000)
def of_carried(what: str, age: int, count: int) -> tuple[str, ...]:
    """The signs of one that the text named before the sentence, `age` sentences ago."""
    return f"{what} told before", f"{what} told {min(age, 3)} ago", f"{what} told before & {min(count, 2)} here"


def of_party(focus: Focus, party: Party, rank: int, count: int) -> tuple[str, ...]:
    """The signs of a party; it is the `rank`-th from the amount outwards, one of `count`."""
    side = focus.side(party.start, party.end)
    kind = "employer" if party.title else party.kind
    return (
        f"{side} {party.preposition}",
        f"{side}: {kind}",
        f"{side}: {kind} {party.preposition}",
        f"{side}, number {min(rank, _NEXT)}",
        f"{side}, alone" if count == 1 else f"{side}, one of many",
        *_seen_from_head(focus, party),
        *_by_itself(focus, party, side),
        *(("says", f"says & {min(count, 2)}") if _says(focus, party) else ()),
        f"behind: {next(map(bare, before(focus.scene.words, party.lead)), 'nothing')}",
        f"then: {next(map(bare, after(focus.scene.words, party.end)), 'nothing')}",
    )


def _by_itself(focus: Focus, party: Party, side: str) -> Iterator[str]:
    """How many clauses away the party stands, what introduces it, and whether it opens the sentence."""
    scene, amount = focus.scene, focus.amount
    low, high = (party.end, amount.start) if party.end <= amount.start else (amount.end, party.lead)
    crossed = sum(1 for at, _ in scene.breaks if low <= at < high)
    yield f"{side}, {min(crossed, 2)} clauses away"
    if len(party.entities) > 1:
        yield "several"
    if party.noun:
        yield f"{side}, with its noun"
    if party.start - scene.sentence.start < _OPENING and side in {"before", "earlier"}:
        yield f"opens the sentence {party.preposition}"
    if not party.title and focus.head is None and focus.at:
        yield f"{side}, no head, amount before"


def _seen_from_head(focus: Focus, party: Party) -> Iterator[str]:
    place = seen_from(focus.scene, focus.head, party.lead, party.end)
    title = " in a title" if party.title else ""
    yield place
    yield f"{place} {party.preposition}{title}"
    if focus.head is not None:
        form = "verb" if "verb" in focus.head.classes else "noun"
        yield f"{place}, {form} {party.preposition}"
        for idea in _ideas(focus.head):
            yield f"{place}, {idea} {party.preposition}"
    if focus.act is not None:
        act = focus.act.act
        told = f"{seen_from(focus.scene, focus.act, party.lead, party.end)}, act {act.deed}"
        yield told
        yield f"{told} {party.preposition}{title}"
        yield f"{told} {act.form} {party.preposition}"


def _ideas(head: Cue | None) -> frozenset[str]:
    return frozenset(("none",)) if head is None else head.classes & HEADS


def _says(focus: Focus, party: Party) -> bool:
    """Whether "that" follows the party: it says something, of itself or of others."""
    return not _THAT.isdisjoint(islice(after(focus.scene.words, party.end), _SAYS_WITHIN))
