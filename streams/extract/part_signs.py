"""The signs that a sentence gives of somebody's part in a project.

As in `amount_signs`: a sign names a pattern and decides nothing. That an organisation stands in one sentence with a
project is a sign like any other; what stands between the two, and what each of them does, says more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from streams.extract.amount_signs import seen_from
from streams.extract.judging import Judged
from streams.extract.resolve import Resolved
from streams.extract.scene import PROJECTS, Cue, Party, Scene
from streams.extract.stems import after, bare, before, index_at, stem

_NEAR, _STEP = 26, 20  # characters
_AROUND, _BETWEEN = 4, 14  # words
_LONG_AGO = 4  # sentences
_NEGATIONS = frozenset(("لا", "لم", "لن", "ليس", "ليست", "ولم", "ولا", "ولن", "دون", "عدم", "غير", "وليس"))


def of_part(view: Resolved, party: Party, judged: Sequence[Judged], times: int, named: int) -> tuple[str, ...]:
    """The signs of a party's part in the project in question.

    `judged` are the amounts of the sentence, `times` tells in how many sentences the text names the party, `named` how
    many parties it names at all.
    """
    scene, kind = view.scene, "employer" if party.title else party.kind
    project = nearest(scene, party)
    place, *rest = _place(view, party, project)
    return (
        "any",
        kind,
        f"behind {party.preposition}",
        f"{kind} behind {party.preposition}",
        f"noun: {party.noun}",
        f"one of {min(len(party.entities), 4)}",
        *(("set apart",) if party.apart else ()),
        *_in_text(view, times, named),
        place,
        *rest,
        f"{place} & behind {party.preposition}",
        f"{place} & {kind}",
        *_ideas(scene, party, project, place),
        *_acts(scene, party, place),
        *_words(scene, party, project),
        *_money(view, party, judged),
    )


def _in_text(view: Resolved, times: int, named: int) -> Iterator[str]:
    """How much of the text is about the project and the party."""
    yield f"named {min(times, 3)} times"
    yield f"{min(named, 6)} parties"
    yield f"project named {min(view.times, 3)} times"
    yield f"project opens {view.opens}"
    if view.scene.headline:
        yield "headline"


def nearest(scene: Scene, party: Party) -> Party | None:
    """The project that the sentence names nearest to the party."""
    named = [p for p in scene.parties if p.kind in PROJECTS and p.entities and not p.apart]
    return min(named, key=lambda each: scene.distance(*_gap(each, party)), default=None)


def _gap(first: Party, second: Party) -> tuple[int, int]:
    return (first.end, second.start) if first.end <= second.start else (second.end, first.start)


def _place(view: Resolved, party: Party, project: Party | None) -> tuple[str, ...]:
    """Where the project stands as seen from the party; the first is its short form."""
    if project is None:
        age = f"project told {min(view.project_age, _LONG_AGO)} ago" if view.project else "no project"
        return age, f"{age} & opens {view.opens}"
    low, high = _gap(project, party)
    side = "before" if project.end <= party.start else "after"
    crossed = min(sum(1 for at, _ in view.scene.breaks if low <= at < high), 2)
    return (
        f"project {side}, {crossed} clauses away",
        f"project {side} behind {project.preposition}",
        f"project {side} behind {project.preposition} & behind {party.preposition}",
        f"project {side}, {min((high - low) // _STEP, 5)} steps away",
        f"its kind: {project.kind}",
        f"its noun: {project.noun}",
    )


def _ideas(scene: Scene, party: Party, project: Party | None, place: str) -> Iterator[str]:
    """Every idea of the sentence, where it stands as seen from the party, and whether it stands before the project."""
    low, high = (0, 0) if project is None else _gap(project, party)
    others = [p for p in scene.parties if p.kind != "project" and p is not party]
    for cue in scene.cues:
        side = _side(cue, party, others)
        for idea in cue.classes:
            if side:
                yield f"{side}: {idea}"
            if side.startswith("right"):
                yield f"{side}: {idea} & {place}"
                yield f"{side}: {idea} & behind {party.preposition}"
            if low <= cue.start and cue.end <= high:
                yield f"between: {idea}"
                yield f"between: {idea} & {place}"


def _acts(scene: Scene, party: Party, place: str) -> Iterator[str]:
    """The acts right beside the party, and those of its clause."""
    for each in scene.acts:
        where = seen_from(scene, each, party.lead, party.end)
        yield f"{where}: act {each.act.deed}"
        if where.startswith("right"):
            yield f"{where}: act {each.act.deed} & {place}"
            yield f"{where}: act {each.act.deed} {each.act.form} & behind {party.preposition}"


def _side(cue: Cue, party: Party, others: Sequence[Party]) -> str:
    """Right before or after the party, with nobody between; before or after it; or within it."""
    if cue.end <= party.lead:
        side, low, high = "before", cue.end, party.lead
    elif cue.start >= party.end:
        side, low, high = "after", party.end, cue.start
    else:
        return ""
    near = high - low <= _NEAR and not any(low <= p.start and p.end <= high for p in others)
    return f"right {side}" if near else side


def _words(scene: Scene, party: Party, project: Party | None) -> Iterator[str]:
    """The words beside the party, and those between it and the project."""
    for name, words in (("before", before(scene.words, party.lead)), ("after", after(scene.words, party.end))):
        near = list(islice(words, _AROUND))
        yield f"word {name}: {bare(near[0]) if near else 'none'}"
        for word in near:
            yield f"word near {name}: {stem(word)}"
            if word in _NEGATIONS:
                yield f"negated {name}"
    if project is not None:
        low, high = _gap(project, party)
        first = index_at(scene.words, low)
        for token in scene.words[first : first + _BETWEEN]:
            if token.start < high and len(token.text) > 1:
                yield f"word between: {stem(token.text)}"


def _money(view: Resolved, party: Party, judged: Sequence[Judged]) -> Iterator[str]:
    """What the sums of the sentence say of the party: it pays, or is paid, into the project or elsewhere."""
    ours = {e for p in view.scene.parties if p.kind in PROJECTS for e in p.entities} | {view.project}
    for each in judged:
        yield f"sum: {each.role}"
        if not set(party.entities).isdisjoint(each.payers):
            yield f"pays: {each.role}"
            if each.to in ours:
                yield f"pays into it: {each.role}"
        if each.to in party.entities:
            yield f"is paid: {each.role}"
