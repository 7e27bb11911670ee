"""The signs that a sentence gives of somebody's part in a project.

As in `amount_signs`: a sign names a pattern and decides nothing. That an organisation stands in one sentence with a
project is a sign like any other; what stands between the two, and what each of them does, says more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from streams.extract.focus import seen_from
from streams.extract.judging import Judged
from streams.extract.model import PARTS
from streams.extract.resolve import Resolved
from streams.extract.scene import PROJECTS, Cue, Party, Scene
from streams.extract.stems import bare, stem
from streams.extract.weights import REMEMBERED, Signs

_NEAR, _STEP = 26, 20  # characters
_AROUND, _BETWEEN = 4, 14  # words
_LONG_AGO = 4  # sentences
_NEGATIONS = frozenset(("لا", "لم", "لن", "ليس", "ليست", "ولم", "ولا", "ولن", "دون", "عدم", "غير", "وليس"))


_remembered = lru_cache(maxsize=REMEMBERED)


def of_part(view: Resolved, party: Party, judged: Sequence[Judged], times: int, named: int) -> tuple[Signs, ...]:
    """The signs of a party's part in the project in question.

    `judged` are the amounts of the sentence, `times` tells in how many sentences the text names the party, `named` how
    many parties it names at all.
    """
    scene, kind = view.scene, "employer" if party.title else party.kind
    project = nearest(scene, party)
    place, near = _place(view, party, project)
    return (
        _itself(kind, party.preposition, party.noun, min(len(party.entities), 4), party.apart),
        _in_text((min(times, 3), min(named, 6), min(view.times, 3)), view.opens, scene.headline),
        *near,
        _placed(place, party.preposition, kind),
        *_ideas(scene, party, project, place),
        *_acts(scene, party, place),
        *_words(scene, party, project),
        *_money(view, party, judged),
    )


@_remembered
def _itself(kind: str, preposition: str, noun: str, listed: int, apart: bool) -> Signs:  # noqa: FBT001 (a feature)
    return PARTS.signs(
        "any",
        kind,
        f"behind {preposition}",
        f"{kind} behind {preposition}",
        f"noun: {noun}",
        f"one of {listed}",
        *["set apart"] * apart,
    )


@_remembered
def _in_text(counts: tuple[int, int, int], opens: str, headline: bool) -> Signs:  # noqa: FBT001 (as above)
    """How much of the text is about the project and the party."""
    times, named, project = counts
    told = (f"named {times} times", f"{named} parties", f"project named {project} times", f"project opens {opens}")
    return PARTS.signs(*told, *["headline"] * headline)


@_remembered
def _placed(place: str, preposition: str, kind: str) -> Signs:
    return PARTS.signs(place, f"{place} & behind {preposition}", f"{place} & {kind}")


def nearest(scene: Scene, party: Party) -> Party | None:
    """The project that the sentence names nearest to the party."""
    return min(scene.projects, key=lambda each: scene.distance(*_gap(each, party)), default=None)


def _gap(first: Party, second: Party) -> tuple[int, int]:
    return (first.end, second.start) if first.end <= second.start else (second.end, first.start)


def _place(view: Resolved, party: Party, project: Party | None) -> tuple[str, tuple[Signs, ...]]:
    """Where the project stands as seen from the party, in short, and all that can be said of it."""
    if project is None:
        age = f"project told {min(view.project_age, _LONG_AGO)} ago" if view.project else "no project"
        return age, (_no_project(age, view.opens),)
    low, high = _gap(project, party)
    side = "before" if project.end <= party.start else "after"
    place = f"project {side}, {min(view.scene.crossed(low, high), 2)} clauses away"
    steps = min((high - low) // _STEP, 5)
    return place, (_one_project(side, steps, project.preposition, party.preposition), _kind(project.kind, project.noun))


@_remembered
def _no_project(age: str, opens: str) -> Signs:
    return PARTS.signs(f"{age} & opens {opens}")


@_remembered
def _one_project(side: str, steps: int, its_preposition: str, preposition: str) -> Signs:
    behind = f"project {side} behind {its_preposition}"
    return PARTS.signs(behind, f"{behind} & behind {preposition}", f"project {side}, {steps} steps away")


@_remembered
def _kind(kind: str, noun: str) -> Signs:
    return PARTS.signs(f"its kind: {kind}", f"its noun: {noun}")


def _ideas(scene: Scene, party: Party, project: Party | None, place: str) -> Iterator[Signs]:
    """Every idea of the sentence, where it stands as seen from the party, and whether it stands before the project."""
    low, high = (0, 0) if project is None else _gap(project, party)
    others = [p for p in scene.parties if p.kind != "project" and p is not party]
    for cue in scene.cues:
        side = _side(cue, party, others)
        between = low <= cue.start and cue.end <= high
        if side or between:
            yield _idea(cue.classes, side, between, place, party.preposition)


@_remembered
def _idea(classes: frozenset[str], side: str, between: bool, place: str, preposition: str) -> Signs:  # noqa: FBT001 (as above)
    told: list[str] = []
    for idea in classes:
        if side:
            told.append(f"{side}: {idea}")
        if side.startswith("right"):
            told += (f"{side}: {idea} & {place}", f"{side}: {idea} & behind {preposition}")
        if between:
            told += (f"between: {idea}", f"between: {idea} & {place}")
    return PARTS.signs(*told)


def _acts(scene: Scene, party: Party, place: str) -> Iterator[Signs]:
    """The acts right beside the party, and those of its clause."""
    for each in scene.acts:
        where = seen_from(scene, each, party.lead, party.end)
        yield _act(where, each.act.deed, each.act.form, place, party.preposition)


@_remembered
def _act(where: str, deed: str, form: str, place: str, preposition: str) -> Signs:
    told = f"{where}: act {deed}"
    right = (f"{told} & {place}", f"{told} {form} & behind {preposition}") if where.startswith("right") else ()
    return PARTS.signs(told, *right)


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


def _words(scene: Scene, party: Party, project: Party | None) -> Iterator[Signs]:
    """The words beside the party, and those between it and the project."""
    for name, words in (("before", scene.words.before(party.lead)), ("after", scene.words.after(party.end))):
        near = words[:_AROUND]
        yield _nearest_word(name, near[0] if near else None)
        for word in near:
            yield _near_word(name, word)
    if project is not None:
        low, high = _gap(project, party)
        for token in scene.words.between(low, high)[:_BETWEEN]:
            if len(token.text) > 1:
                yield _between_word(token.text)


@_remembered
def _nearest_word(name: str, word: str | None) -> Signs:
    return PARTS.signs(f"word {name}: {'none' if word is None else bare(word)}")


@_remembered
def _near_word(name: str, word: str) -> Signs:
    return PARTS.signs(f"word near {name}: {stem(word)}", *[f"negated {name}"] * (word in _NEGATIONS))


@_remembered
def _between_word(word: str) -> Signs:
    return PARTS.signs(f"word between: {stem(word)}")


def _money(view: Resolved, party: Party, judged: Sequence[Judged]) -> Iterator[Signs]:
    """What the sums of the sentence say of the party: it pays, or is paid, into the project or elsewhere."""
    if not judged:
        return
    ours = {e for p in view.scene.parties if p.kind in PROJECTS for e in p.entities} | {view.project}
    for each in judged:
        pays = not set(party.entities).isdisjoint(each.payers)
        yield _sum(each.role, pays, pays and each.to in ours, each.to in party.entities)


@_remembered
def _sum(role: str, pays: bool, into: bool, paid: bool) -> Signs:  # noqa: FBT001 (as above)
    told = [f"sum: {role}"] + [f"pays: {role}"] * pays + [f"pays into it: {role}"] * into + [f"is paid: {role}"] * paid
    return PARTS.signs(*told)
