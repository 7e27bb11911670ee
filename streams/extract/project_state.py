"""How a project stands, by this text: stalled, paused, cancelled.

The one rule: a word of stalling tells a project's state only where it governs the project's name.
"""

from __future__ import annotations

from dataclasses import dataclass

from streams.extract.resolve import Resolved
from streams.extract.scene import Cue, Party, Scene
from streams.records import ProjectState


@dataclass(frozen=True, slots=True)
class Stand:
    """A project's state, as one sentence tells it."""

    project: str
    state: ProjectState
    rule: str


_REACH, _NEGATED = 60, 16  # characters from a word of stalling to its project, and back to what denies it
_NEGATIONS = frozenset(("لا", "لم", "لن", "ليس", "ليست", "ولم", "ولا", "دون", "عدم", "وليس", "وليست", "ولن"))
_PAUSING = ("علق", "تعليق", "جمد", "تجميد")
_CANCELLED = ("الغ",)


def stand_of(view: Resolved) -> Stand | None:
    """A project's state where a word of stalling or cancelling governs its name."""
    scene = view.scene
    for party in scene.parties:
        if party.kind != "project" or party.apart:
            continue
        for cue in scene.cues:
            if not cue.classes & {"stalled", "denied"} or not _governs(scene, cue, party):
                continue
            state = _state_of(cue.word.lstrip("وف"))
            if state == "stalled" and any(token.text.startswith("موقت") for token in scene.tokens):
                state = "paused"
            if state and not _negated(scene, cue):
                return Stand(party.entities[0], state, f"its {state} is told")
    return None


# What may stand between the word and the project, besides who does it: "علقت X العمل في مشروع P".
_WORK = frozenset(["العمل", "اعمال", "بناء", "تنفيذ", "تطوير", "خطط", "خططها", "خطه", "في", "علي", "ب", '"', "'"])


def _governs(scene: Scene, cue: Cue, project: Party) -> bool:
    """Whether a word of stalling or stopping has the project as its subject or object."""
    between = [token for token in scene.tokens if cue.end <= token.start < project.lead]
    named = [p for p in scene.parties if p.payer and cue.end <= p.lead and p.end <= project.lead]
    others = [t for t in between if not any(p.lead <= t.start < p.end for p in named) and t.text not in _WORK]
    return 0 <= project.lead - cue.end <= _REACH and not others


def _state_of(word: str) -> ProjectState | None:
    if any(stem in word for stem in _CANCELLED):
        return "cancelled"
    if word.startswith(_PAUSING):
        return "paused"
    return "stalled" if word.startswith(("تعثر", "يتعثر", "تاخر", "توقف")) else None


def _negated(scene: Scene, cue: Cue) -> bool:
    words = [token.text for token in scene.tokens if cue.start - _NEGATED <= token.start < cue.start]
    return bool(_NEGATIONS & set(words))
