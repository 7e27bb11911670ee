"""Who takes part in which project, by this text, and who leaves it.

Strategy: constructions say it outright (`taking_part`); beside them every organisation of the sentence is scored by the
signs that it shows (`signs`), and who pays into the project is part of it. The members of a list share their sign.

The one rule: a sentence that denies, supposes or only compares says nothing of anybody's part.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from streams.extract.ahead import linked
from streams.extract.discovery import UNLISTED
from streams.extract.resolve import Resolved
from streams.extract.scene import Cue, Party, Scene
from streams.extract.setting import Judged
from streams.extract.signs import LISTED_WITHIN, SUBJECT_WITHIN, best_sign
from streams.extract.skeleton import Skeleton
from streams.extract.taking_part import SUBJECT, aside_from_project, conditional, taken
from streams.records import Polarity


@dataclass(frozen=True, slots=True)
class Part:
    """An organisation's part in a project, as one sentence tells it."""

    organisation: str
    project: str
    polarity: Polarity
    score: float
    rule: str


_NEEDS = 1.5
_CARRIED = 0.85  # a sign in a sentence that only goes on about the project
_CARRIED_AGE = 2
_NEGATIONS = frozenset(
    (
        "لا",
        "لم",
        "لن",
        "ليس",
        "ليست",
        "ولم",
        "ولا",
        "دون",
        "عدم",
        "وليس",
        "وليست",
        "ولن",
        "نفت",
        "نفي",
        "تنفي",
        "ينفي",
        "استبعدت",
    )
)


def parts_of(
    view: Resolved, following: Resolved | None, judged: Sequence[Judged], skeleton: Skeleton, about: str | None
) -> Iterator[Part]:
    """Who takes part in a project by this sentence; `judged` are its amounts, `skeleton` its line.

    `about` is the project that the text speaks of, however far from this sentence.
    """
    project, weight = _project_of(view)
    site_of = following and linked(following)
    if site_of:
        yield from _dealt(site_of, judged)
    if project is None:
        if about:
            yield from _constructed(view, about, _CARRIED, skeleton, about)
        return
    told = list(_constructed(view, project, weight, skeleton, about))
    yield from told
    unsure = {(part.organisation, part.project) for part in told if part.polarity != "affirmed"}
    leavers = any(part.polarity == "denied" for part in told)
    for part in _signed(view, project, weight, skeleton):
        if (part.organisation, project) not in unsure and not (leavers and part.polarity == "denied"):
            yield part
    yield from _paid(view, project, judged)


def _signed(view: Resolved, project: str, weight: float, skeleton: Skeleton) -> Iterator[Part]:
    """What the signs of single words say of each party."""
    listed: tuple[int, float, str] | None = None
    line = skeleton.line
    if view.project_age and _anothers(view.scene):
        return
    for at, party in enumerate(view.scene.parties):
        if conditional(line) or aside_from_project(line, at):
            continue
        if (
            party.kind not in {"organisation", "person", "unlisted"}
            or party.apart
            or (party.title and not view.scene.parties)
        ):
            continue
        score, rule = best_sign(view, party, project)
        if listed and score < _NEEDS and _goes_on(view.scene, listed[0], party):
            score, rule = listed[1] - 0.1, listed[2]
        if score * weight < _NEEDS * _CARRIED:
            continue
        listed = (party.end, score, rule)
        if _says_no(view.scene, party):
            continue
        polarity = _polarity(view.scene, party)
        yield from (Part(each, project, polarity, score * weight, rule) for each in party.entities if each != UNLISTED)


def _constructed(view: Resolved, project: str, weight: float, skeleton: Skeleton, about: str | None) -> Iterator[Part]:
    """What the table of constructions finds."""
    elsewhere = bool(view.project_age) and (about is None or _anothers(view.scene))
    for each in taken(skeleton):
        named = view.scene.parties[each.project].entities if each.project is not None else ()
        sure = 1.0 if each.project is not None else weight
        to = named[0] if named else project
        if each.project is None and (view.project_age > each.reach or elsewhere):
            continue
        entities = view.subject if each.party == SUBJECT else view.scene.parties[each.party].entities
        for one in _named(*(entities[-1:] if each.alone else entities)):
            yield Part(one, to, each.polarity, each.weight * sure, each.name)


_UNDERTAKING_NOUNS = frozenset(("مشروع", "مجمع", "مركز", "منشاه", "موقع", "مبادره", "برنامج", "حرم"))


def _anothers(scene: Scene) -> bool:
    """Whether the sentence speaks of another company's undertaking ("مجمع ميتا")."""
    return any(p.noun in _UNDERTAKING_NOUNS and p.kind in {"organisation", "unlisted"} for p in scene.parties)


def _project_of(view: Resolved) -> tuple[str | None, float]:
    """The project that the sentence speaks of, and how much a sign in it weighs."""
    named = [p for p in view.scene.parties if p.kind in {"project", "the_project"} and p.entities and not p.apart]
    if named:
        sites = [p for p in named if p.entities[0] != view.topic]
        return (sites or named)[0].entities[0], 1.0
    if view.project and view.project_age <= _CARRIED_AGE:
        return view.project, _CARRIED
    return None, 0.0


def _goes_on(scene: Scene, end: int, party: Party) -> bool:
    """Whether the party goes on with a list: a comma and و before it, and no new cue between."""
    if party.lead - end > LISTED_WITHIN or party.kind == "person" or party.preposition not in {"", "ل"}:
        return False
    between = [token for token in scene.tokens if end <= token.start < party.start]
    at = next((k for k in range(len(between) - 1, -1, -1) if between[k].text in "،,"), None)
    if at is None:
        return False
    following = between[at + 1].text if at + 1 < len(between) else "و"
    return following.startswith("و") and not any("verb" in c.classes for c in scene.cues if end <= c.start < party.lead)


def _polarity(scene: Scene, party: Party) -> Polarity:
    """Denied for who leaves or is denied, doubted for who only talks or has no clear agreement."""
    lead = max(scene.sentence.start, party.lead - 45)
    leaving = scene.said("leaving", lead, min(scene.sentence.end, party.end + 30))
    if leaving and not _only_a_plan(scene, leaving):
        return "denied"
    absent = scene.said("absence", lead - 15, party.lead) or _only_talks(scene, party)
    return "doubted" if absent else "affirmed"


def _only_a_plan(scene: Scene, leaving: Cue) -> bool:
    """Whether what is given up is an expansion or a plan, not the project ("تخلت عن توسعة المجمع")."""
    after = [token.text for token in scene.tokens if leaving.end <= token.start <= leaving.end + LISTED_WITHIN]
    return any(a in {"عن", "من"} and b.startswith(("توسع", "توسيع", "خط", "فكر")) for a, b in itertools.pairwise(after))


def _says_no(scene: Scene, party: Party) -> bool:
    """Whether the sign is denied of the party ("ولا تشارك X في الموقع"): that is no part, and no leaving either."""
    words = {token.text for token in scene.tokens if party.lead - SUBJECT_WITHIN <= token.start < party.lead}
    return bool(_NEGATIONS & words) and not scene.said("absence", party.lead - LISTED_WITHIN, party.lead)


def _only_talks(scene: Scene, party: Party) -> bool:
    talks = next(
        (c for c in scene.cues if "negotiating" in c.classes and abs(c.start - party.end) <= LISTED_WITHIN), None
    )
    return talks is not None and any("نضم" in cue.word for cue in scene.cues)


def _paid(view: Resolved, project: str, judged: Sequence[Judged]) -> Iterator[Part]:
    """Who pays into a project is part of it; so is a company that money goes into for the project's sake."""
    for each in judged:
        if each.role == "commitment" and each.to == project:
            told = _of_talks(view.scene)
            yield from (Part(one, project, told, 2.0, "pays into it") for one in _named(*each.payers))
        within = any(p.entities == (project,) and p.preposition in {"ضمن", "في"} for p in view.scene.parties)
        if each.role == "deal" and within and each.to and each.payers:
            yield from (
                Part(one, project, "affirmed", 1.7, "a deal within it") for one in _named(*each.payers, each.to)
            )
        aimed = any(p.kind == "project" and p.preposition in {"ل", "لدعم"} for p in view.scene.parties)
        if each.role == "stake" and aimed and each.to:
            yield from (
                Part(one, project, "affirmed", 1.8, "money for its sake") for one in _named(*each.payers, each.to)
            )


_FAILED = ("انته", "فشل", "انهار", "توقف", "انسحب")


def _of_talks(scene: Scene) -> Polarity:
    """How sure a payment is that the sentence may only tell of as talked about, or of as talks that came to nothing."""
    talks = next((c for c in scene.cues if "negotiating" in c.classes), None)
    if talks is None:
        return "affirmed"
    after = (token.text for token in scene.tokens if token.start > talks.start)
    return "denied" if any(word.startswith(_FAILED) for word in after) else "doubted"


def _named(*entities: str) -> Iterator[str]:
    """Those that have a name, listed or not."""
    return (entity for entity in entities if entity != UNLISTED)


def _dealt(project: str, judged: Sequence[Judged]) -> Iterator[Part]:
    for each in judged:
        if each.role == "deal" and each.to:
            yield from (
                Part(one, project, "affirmed", 1.6, "a deal for a part of it") for one in (*each.payers, each.to)
            )
