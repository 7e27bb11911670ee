"""The signs that a party gives of paying an amount, or of receiving it.

As in `amount_signs`: a sign names a pattern and decides nothing. A party is seen from the amount and from the idea
nearest to the amount: the subject of an Arabic verb stands right behind it, "من" after a commitment names who gives.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from streams.extract.focus import Focus, seen_from
from streams.extract.model import PARTIES
from streams.extract.scene import HEADS, Cue, Party, Scene
from streams.extract.stems import bare
from streams.extract.weights import REMEMBERED, Signs

_THAT = frozenset(("ان", "انها", "انه", "بان", "بانها", "انهما"))
_SAYS_WITHIN, _OPENING = 8, 22  # words; characters
_NEXT = 3  # how many parties away is told apart


_remembered = lru_cache(maxsize=REMEMBERED)
_NO_HEAD: frozenset[str] = frozenset(("none",))


def of_nobody(focus: Focus, count: int) -> Signs:
    """The signs that nobody pays or receives, where `count` parties could."""
    passive = focus.scene.said("passive", focus.scene.sentence.start, focus.amount.start) is not None
    return _nobody(min(count, 3), _classes(focus.head), passive)


@_remembered
def _nobody(count: int, classes: frozenset[str], passive: bool) -> Signs:  # noqa: FBT001 (a feature like any other)
    ideas = (f"nobody & {idea}" for idea in _ideas(classes))
    return PARTIES.signs("nobody", f"nobody of {count}", *ideas, *["nobody & passive"] * passive)


@_remembered
def of_carried(what: str, age: int, count: int) -> Signs:
    """The signs of one that the text named before the sentence, `age` sentences ago."""
    return PARTIES.signs(
        f"{what} told before", f"{what} told {min(age, 3)} ago", f"{what} told before & {min(count, 2)} here"
    )


def of_party(focus: Focus, party: Party, rank: int, count: int) -> tuple[Signs, ...]:
    """The signs of a party as seen from an amount; it is the `rank`-th from that outwards, one of `count`."""
    side = focus.side(party.start, party.end)
    kind = "employer" if party.title else party.kind
    return (
        _stands(side, kind, party.preposition, min(rank, _NEXT), count == 1),
        *_seen_from_head(focus, party),
        _by_itself(focus, party, side),
    )


def of_words(scene: Scene, party: Party, count: int) -> tuple[Signs, ...]:
    """The signs that the words beside a party give, whatever the amount; it is one of `count`."""
    before, after = scene.words.before(party.lead), scene.words.after(party.end)
    # "That" behind the party: it says something, of itself or of others.
    says = not _THAT.isdisjoint(after[:_SAYS_WITHIN])
    return (
        *((_saying(min(count, 2)),) if says else ()),
        _behind(before[0] if before else None),
        _then(after[0] if after else None),
    )


@_remembered
def _stands(side: str, kind: str, preposition: str, rank: int, alone: bool) -> Signs:  # noqa: FBT001 (as above)
    return PARTIES.signs(
        f"{side} {preposition}",
        f"{side}: {kind}",
        f"{side}: {kind} {preposition}",
        f"{side}, number {rank}",
        f"{side}, alone" if alone else f"{side}, one of many",
    )


@_remembered
def _saying(count: int) -> Signs:
    return PARTIES.signs("says", f"says & {count}")


@_remembered
def _behind(word: str | None) -> Signs:
    return PARTIES.signs(f"behind: {'nothing' if word is None else bare(word)}")


@_remembered
def _then(word: str | None) -> Signs:
    return PARTIES.signs(f"then: {'nothing' if word is None else bare(word)}")


def _by_itself(focus: Focus, party: Party, side: str) -> Signs:
    """How many clauses away the party stands, what introduces it, and whether it opens the sentence."""
    scene, amount = focus.scene, focus.amount
    low, high = (party.end, amount.start) if party.end <= amount.start else (amount.end, party.lead)
    place = f"{side}, {min(scene.crossed(low, high), 2)} clauses away"
    opens = party.start - scene.sentence.start < _OPENING and side in {"before", "earlier"}
    return _alone(
        place,
        len(party.entities) > 1,
        f"{side}, with its noun" if party.noun else "",
        f"opens the sentence {party.preposition}" if opens else "",
        f"{side}, no head, amount before" if not party.title and focus.head is None and focus.at else "",
    )


@_remembered
def _alone(place: str, several: bool, *others: str) -> Signs:  # noqa: FBT001 (as above)
    return PARTIES.signs(place, *["several"] * several, *filter(None, others))


def _seen_from_head(focus: Focus, party: Party) -> Iterator[Signs]:
    head, title = focus.head, " in a title" if party.title else ""
    place = seen_from(focus.scene, head, party.lead, party.end)
    form = "" if head is None else "verb" if "verb" in head.classes else "noun"
    yield _from_head(place, party.preposition, title, form, _classes(head))
    if focus.act is not None:
        where = seen_from(focus.scene, focus.act, party.lead, party.end)
        yield _from_act(f"{where}, act {focus.act.act.deed}", party.preposition, title, focus.act.act.form)


@_remembered
def _from_head(place: str, preposition: str, title: str, form: str, classes: frozenset[str]) -> Signs:
    ideas = (f"{place}, {idea} {preposition}" for idea in _ideas(classes)) if form else ()
    by_form = (f"{place}, {form} {preposition}",) if form else ()
    return PARTIES.signs(place, f"{place} {preposition}{title}", *by_form, *ideas)


@_remembered
def _from_act(told: str, preposition: str, title: str, form: str) -> Signs:
    return PARTIES.signs(told, f"{told} {preposition}{title}", f"{told} {form} {preposition}")


def _classes(head: Cue | None) -> frozenset[str]:
    return _NO_HEAD if head is None else head.classes


def _ideas(classes: frozenset[str]) -> frozenset[str]:
    return classes if classes == _NO_HEAD else classes & HEADS
