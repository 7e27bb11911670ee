"""The signs that a text gives of what an amount is.

A sign is the name of a pattern of Arabic: the idea that stands nearest to the amount, how the project and whoever
could pay stand to it, the words around it; what the text told before is in `told_signs`. A sign decides nothing;
`weights` says how much it counts for each role. No sign names an entity: they hold for every watchlist.

What a text shows of an amount is first told in a few features (`Focus`, the functions that yield); the signs of one
combination of features are made and counted once and remembered, as the press repeats its patterns.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from streams.extract.acts import Act
from streams.extract.focus import ACROSS, Focus
from streams.extract.governor import walked_back
from streams.extract.model import AMOUNTS
from streams.extract.past import Past
from streams.extract.scene import HEADS
from streams.extract.stems import SHORT, stem
from streams.extract.told_signs import of_order, of_text
from streams.extract.weights import REMEMBERED, Signs
from streams.records import Qualifier

# Ideas that an amount can belong to, or that stand beside it.
_IDEAS = HEADS | frozenset(
    """
    initial over_years reach running support passive offer naming project_noun the_project the_site partnership builder
    launch planned negotiating superseded title beside verb past denied doubt completed stalled conditional leaving
    absence
    """.split()  # noqa: SIM905
)
# Words of a qualifier stand between an amount and the word that it belongs to.
_SKIPPED = frozenset(
    """
    نحو حوالي قرابه زهاء اكثر اقل من الي حتي ما ب ل بنحو بحوالي بقرابه باكثر لاكثر يقارب يناهز لا يقل عن مبلغ
    """.split()  # noqa: SIM905
)
_NEAR = 22  # characters between an amount and a word that belongs to it
_STOPS, _ENDS = frozenset("،؛:.؟!"), frozenset("؛.؟!")
_BACK, _ON, _CLOSE, _BESIDE = 9, 7, 4, 2  # words


def of_amount(focus: Focus, past: Past) -> tuple[Signs, ...]:
    """The signs of an amount; `past` is what was before it."""
    who = project, payer = _project(focus), _payer(focus)
    return (
        _everywhere(project, payer),
        *_ideas(focus),
        _head(focus, who),
        *_acts(focus, who),
        _governor(focus, who),
        *_beside(focus, who),
        *_clause(focus),
        _itself(focus.amount.qualifier, focus.amount.yearly, focus.amount.each, focus.amount.step),
        *of_text(focus, past, project),
        *of_order(focus, past),
    )


# How the project and the payer stand, as `_project` and `_payer` tell it.
Who = tuple[str, str]
_remembered = lru_cache(maxsize=REMEMBERED)


@_remembered
def _everywhere(project: str, payer: str) -> Signs:
    return AMOUNTS.signs("any", project, payer)


def _ideas(focus: Focus) -> Iterator[Signs]:
    """Every idea of the sentence, and where it stands."""
    start, end = focus.amount.start, focus.amount.end
    for cue in focus.scene.cues:
        if cue.classes.isdisjoint(_IDEAS):
            continue
        near = max(start - cue.end, cue.start - end) <= _NEAR
        yield _idea(cue.classes, focus.side(cue.start, cue.end), near)


@_remembered
def _idea(classes: frozenset[str], side: str, near: bool) -> Signs:  # noqa: FBT001 (a feature like any other)
    place = f"right {side}" if near and side in {"before", "after"} else side
    return AMOUNTS.signs(*(f"{place}: {idea}" for idea in classes & _IDEAS))


def _head(focus: Focus, who: Who) -> Signs:
    """The nearest idea, by itself and together with how the project and a payer stand."""
    head = focus.head
    if head is None:
        return _no_head(who)
    form = "verb" if "verb" in head.classes and head.word[:1] not in "بل" else "noun"
    side = focus.side(head.start, head.end)
    apart = side == "before" and focus.scene.divided(head.end, focus.amount.start)
    return _of_head(head.classes, stem(head.word.split(" ")[0]), f"{form} {side}", apart, who)


@_remembered
def _no_head(who: Who) -> Signs:
    return AMOUNTS.signs("head: none", f"head: none & {who[0]}")


@_remembered
def _of_head(classes: frozenset[str], own: str, place: str, apart: bool, who: Who) -> Signs:  # noqa: FBT001 (as above)
    project, payer = who
    told = [f"head stem: {own}", f"head stem: {own} & {project}", f"head stem: {own} & {payer}"]
    for idea in classes & HEADS:
        head = f"head: {idea}"
        told += (head, f"{head} & {place}", f"{head} & {project}", f"{head} & {payer}", f"{head} & {project} & {payer}")
        if apart:
            told.append(f"{head} & another clause")
    return AMOUNTS.signs(*told)


def _acts(focus: Focus, who: Who) -> Iterator[Signs]:
    """The acts of the sentence, and the nearest with its form and tense, together with who stands beside it."""
    for each in focus.scene.acts:
        yield _one_act(focus.side(each.start, each.end), each.act.deed)
    if focus.act is None:
        yield _no_act(who[0])
    else:
        yield _nearest_act(focus.act.act, focus.side(focus.act.start, focus.act.end), who)


@_remembered
def _one_act(side: str, deed: str) -> Signs:
    return AMOUNTS.signs(f"act {side}: {deed}")


@_remembered
def _no_act(project: str) -> Signs:
    return AMOUNTS.signs(f"no act & {project}")


@_remembered
def _nearest_act(act: Act, side: str, who: Who) -> Signs:
    project, payer = who
    told = f"act: {act.deed} {side}"
    joined = (f"{told} & {project}", f"{told} & {payer}", f"{told} & {project} & {payer}")
    behind = (f"{told} with a pronoun",) if act.back else ()
    return AMOUNTS.signs(told, f"{told} {act.form} {act.tense}", *joined, *behind)


def _project(focus: Focus) -> str:
    """How the project nearest to the amount stands: on which side, in its clause or not, behind which preposition."""
    scene, amount = focus.scene, focus.amount
    best, sign = float("inf"), ""
    for party in scene.projects:
        ahead = party.end <= amount.start
        low, high = (party.end, amount.start) if ahead else (amount.end, party.lead)
        distance = scene.distance(low, high) + (0.0 if ahead else ACROSS / 2)
        if distance < best:
            clause = "" if not scene.divided(low, high) else " clause"
            best, sign = distance, f"project {'before' if ahead else 'after'}{clause} {party.preposition}"
    return sign or (f"project told {min(focus.view.project_age, 3)} ago" if focus.view.project else "no project")


def _payer(focus: Focus) -> str:
    """The party that could pay: before the amount without a preposition, or behind one, or after it."""
    parties = focus.scene.payers
    sides = [focus.side(p.start, p.end) for p in parties]
    ahead = [p for p, side in zip(parties, sides, strict=True) if side == "before"]
    if any(not p.preposition and not p.title for p in ahead):
        return "party before"
    if ahead:
        return f"party before {'in a title ' if ahead[-1].title else ''}{ahead[-1].preposition}"
    behind = next((p for p, side in zip(parties, sides, strict=True) if side == "after"), None)
    if behind is not None:
        return f"party after {behind.preposition}"
    return "party earlier" if "earlier" in sides else "no party"


def _governor(focus: Focus, who: Who) -> Signs:
    """What the amount is of: the nearest word to its left that does more than link the two, and the word before that.

    Arabic puts heads first: "كلفة المجمع، التي تصل إلى نحو …" walks back to the word that the sum measures.
    """
    governors = list(islice(walked_back(focus.scene, focus.floor, focus.amount.start), 2))
    governor, further = [*governors, "nothing", "nothing"][:2]
    return _governed(governor, further, who)


@_remembered
def _governed(governor: str, further: str, who: Who) -> Signs:
    project, payer = who
    return AMOUNTS.signs(
        f"of {governor}", f"of {governor}, {further}", f"of {governor} & {project}", f"of {governor} & {payer}"
    )


def _beside(focus: Focus, who: Who) -> Iterator[Signs]:
    """The words right beside the amount, those of its qualifier left out."""
    scene, amount = focus.scene, focus.amount
    said = [word for word in scene.words.before(amount.start) if word not in _SKIPPED]
    for step, word in enumerate(said[:_BESIDE]):
        yield _word_before(word, step, who)
        if word in _STOPS:
            break
    for step, word in enumerate(scene.words.after(amount.end)[:_BESIDE]):
        yield _word_behind(word, step, "" if step else _next_party(focus))
        if word in _STOPS:
            break


@_remembered
def _word_before(word: str, step: int, who: Who) -> Signs:
    own = f"word -{step + 1}: {stem(word)}"
    return AMOUNTS.signs(own, f"{own} & {who[0]}", f"{own} & {who[1]}") if step == 0 else AMOUNTS.signs(own)


@_remembered
def _word_behind(word: str, step: int, party: str) -> Signs:
    own = f"word +{step + 1}: {word if len(word) <= SHORT else stem(word)}"
    return AMOUNTS.signs(own, f"{own} & {party}") if step == 0 else AMOUNTS.signs(own)


def _next_party(focus: Focus) -> str:
    """Who stands right behind the amount."""
    near = (p for p in focus.scene.parties if 0 <= p.lead - focus.amount.end <= _NEAR)
    return next((f"{p.kind} {p.preposition}" for p in near), "nobody")


def _clause(focus: Focus) -> Iterator[Signs]:
    """The stems of the words around the amount, up to a full stop or another amount."""
    words, amount = focus.scene.words, focus.amount
    for step, token in enumerate(reversed(words.between(focus.floor, amount.start)[-_BACK:])):
        if token.text in _ENDS:
            break
        if len(token.text) > 1 and token.text not in _SKIPPED:
            yield _word_of_clause(token.text, "close before" if step < _CLOSE else "before")
    for token in words.between(amount.end, focus.ceiling)[:_ON]:
        if token.text in _STOPS:
            break
        if len(token.text) > 1:
            yield _word_of_clause(token.text, "after")


@_remembered
def _word_of_clause(word: str, place: str) -> Signs:
    own = f"{place}: {stem(word)}"
    return AMOUNTS.signs(own, f"before: {stem(word)}") if place == "close before" else AMOUNTS.signs(own)


@_remembered
def _itself(qualifier: Qualifier, yearly: bool, each: bool, step: str) -> Signs:  # noqa: FBT001 (as above)
    """What the amount itself says: how exact it is, each year, for each."""
    told = [f"qualifier: {qualifier}"]
    told += ["a year"] * yearly + ["for each"] * each + [f"step: {step}"] * bool(step)
    return AMOUNTS.signs(*told)
