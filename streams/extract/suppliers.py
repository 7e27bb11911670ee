"""Suppliers that a sentence names with a project in one clause, without any sign that the reader knows.

Who sells what the projects buy (the watchlist's `supplies`) is seldom named in one clause with a project for another
reason: "ستارغيت الهند في ضيافة X", "رقائق X ثلثا كلفة ستارغيت". Yet it is a guess: such a part is shown, and touches no
fact until a sentence says it outright.

The one rule: not where the clause compares, denies, supposes or speaks of the market.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from streams.extract.owners import spoken_of
from streams.extract.partners import Part
from streams.extract.resolve import Resolved
from streams.extract.scene import Party, Scene
from streams.extract.skeleton import Skeleton
from streams.extract.taking_part import aside_from_project, conditional

NAMED_WITH_IT = "a supplier is named with it"
_SCORE = 0.3
_DENIES = frozenset(
    (
        "لا",
        "لم",
        "لن",
        "ليس",
        "ليست",
        "ولم",
        "ولا",
        "ولن",
        "وليس",
        "وليست",
        "دون",
        "عدم",
        "غياب",
        "نفت",
        "نفي",
        "رفضت",
        "رفض",
    )
)
_MARKET = (
    "سهم",
    "اسهم",
    "تقييم",
    "القيمه",
    "ارباح",
    "ايرادات",
    "نتايج",
    "خسر",
    "هبط",
    "محلل",
    "بورصه",
    "غرام",
    "منافس",
)


def supplying(
    views: Sequence[Resolved], skeletons: Sequence[Skeleton], suppliers: frozenset[str]
) -> Iterator[tuple[Part, Resolved]]:
    """The suppliers named in one clause with a project, with the sentence."""
    for view, skeleton in zip(views, skeletons, strict=True):
        project = next((p for p in view.scene.parties if p.kind == "project" and not p.apart), None)
        if project is None or not suppliers & _named(view.scene) or not _plain(view.scene, skeleton):
            continue
        spoken = frozenset(spoken_of(view.scene))
        for at, party in enumerate(view.scene.parties):
            if _in_its_clause(view.scene, party, project) and not aside_from_project(skeleton.line, at):
                talks = any("negotiating" in cue.classes for cue in view.scene.cues)
                for one in (each for each in party.entities if each in suppliers):
                    for to in spoken & set(project.entities):
                        yield Part(one, to, "doubted" if talks else "affirmed", _SCORE, NAMED_WITH_IT), view


def _named(scene: Scene) -> frozenset[str]:
    return frozenset(entity for party in scene.parties for entity in party.entities)


def _plain(scene: Scene, skeleton: Skeleton) -> bool:
    """Whether the sentence neither denies nor supposes, and speaks of no market."""
    words = [token.text for token in scene.tokens]
    market = any(word.lstrip("والبك").startswith(_MARKET) for word in words)
    return not (market or _DENIES.intersection(words) or conditional(skeleton.line))


def _in_its_clause(scene: Scene, party: Party, project: Party) -> bool:
    if party.kind != "organisation" or party.apart or party.title:
        return False
    start, end = (party.end, project.lead) if party.end <= project.lead else (project.end, party.lead)
    return not scene.divided(start, end)
