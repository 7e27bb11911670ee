"""A project's owners, as the watchlist names them: where the text speaks of the project and names them, they are in it.

That OpenAI runs Stargate is known; an article says it in passing ("the company's project") or not at all. So of an
owner it is enough that it is named in a sentence that speaks of the project, or right beside one. Such a part is what
was known before: it is shown, and touches no fact.

The one rule: a project that is only compared with, or set apart, is not spoken of.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from streams.extract.partners import Part
from streams.extract.resolve import Resolved
from streams.extract.scene import Party, Scene

KNOWN_BEFORE = "its owner is named beside it"
_SCORE = 0.4
_BESIDE = 1  # sentences, without fragments of this many characters ("والنتيجة؟")
_FRAGMENT = 20
_OPENING = 2
_TITLE = 4  # a name that long before or after his own is his employer's
_COMPARED = ("نافس", "منافس", "يضاهي", "تضاهي", "يشبه", "تشبه", "غرار", "بخلاف", "ردا")
_LAST = 2  # words


def owned(views: Sequence[Resolved], owners: Mapping[str, frozenset[str]]) -> Iterator[tuple[Part, Resolved]]:
    """The owners that the text names where it speaks of their project, with the sentence."""
    views = [view for view in views if view.scene.parties or not _fragment(view.scene)]
    spoken = [frozenset(spoken_of(view.scene)) & owners.keys() for view in views]
    often = Counter(project for each in spoken for project in each)
    opening = frozenset().union(*spoken[:_OPENING])
    told = opening | {project for project, times in often.items() if times > 1}  # more than named in passing
    for at, view in enumerate(views):
        before, after = spoken[max(0, at - _BESIDE) : at], spoken[at + 1 : at + 1 + _BESIDE]
        near = spoken[at].union(*before, *(each & told for each in after))
        named = {entity for party in view.scene.parties if _acts(party) for entity in party.entities}
        for project in sorted(near):
            weight = _SCORE + (project in spoken[at])  # the sentence that names both is the better evidence
            for owner in sorted(named & owners[project]):
                yield Part(owner, project, "affirmed", weight, KNOWN_BEFORE), view


def _fragment(scene: Scene) -> bool:
    return scene.sentence.end - scene.sentence.start <= _FRAGMENT


def _acts(party: Party) -> bool:
    """Whether the organisation itself is named, if only as its head's employer: a man alone is not his company."""
    if party.kind == "person":
        return party.end - party.start > len(party.word) + _TITLE
    return party.kind in {"organisation", "the_org", "the_group"} and not party.apart


def spoken_of(scene: Scene) -> Iterator[str]:
    """The projects that a sentence speaks of."""
    for party in scene.parties:
        if party.kind in {"project", "the_project"} and not party.apart and not _compared(scene, party):
            yield from party.entities


def _compared(scene: Scene, project: Party) -> bool:
    before = [token.text for token in scene.tokens if token.end <= project.lead][-_LAST:]
    return any(stem in word for word in before for stem in _COMPARED) or before[-1:] in (["خارج"], ["مثل"])
