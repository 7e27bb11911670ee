"""Who takes part in which project, by this text; who only may; and who leaves it.

Strategy: every sentence that names an organisation, in a text that names a project, is scored by its signs
(`part_signs`); the sentences of one organisation count together, and the strongest is the evidence. Leaving and being
in talks are told by words of their own.

The one rule: standing beside a project is not enough, and whoever leaves it is in it no more.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from math import exp

import msgspec

from streams.extract.discovery import UNLISTED
from streams.extract.judging import Judged
from streams.extract.model import PARTS, WHY_PART
from streams.extract.part_signs import nearest, of_part
from streams.extract.resolve import Resolved
from streams.extract.scene import PROJECTS, Party
from streams.extract.stance import stance_of
from streams.extract.weights import ALL, Signs, log_sum
from streams.records import Polarity

# What the sentences of an organisation must count together; what a word of leaving counts.
SURE, LEFT = 0.5, 2.0
_NAMES_BOTH = 2.0  # what naming both counts where the evidence is chosen
_KINDS = frozenset(("organisation", "person", "the_org", "the_group", "unlisted"))
_BESIDE, _BACK, _LISTED = 16, 22, 60  # characters


class Part(msgspec.Struct, frozen=True):
    """An organisation's part in a project, as one sentence tells it; `share` is how sure it is (0 to 1)."""

    organisation: str
    project: str
    polarity: Polarity
    share: float
    rule: str
    view: Resolved


class Showing(msgspec.Struct, frozen=True):
    """One sentence that names an organisation: the party it is named in, the project in question, and the signs."""

    view: Resolved
    party: Party
    project: str
    signs: tuple[Signs, ...]


def showings(
    views: Sequence[Resolved], judged: Sequence[Judged], others: Sequence[Sequence[Party]] = ()
) -> Mapping[str, list[Showing]]:
    """For each organisation the sentences that name it; none in a text that names no project.

    `others` are, for each sentence, further parties that take no slot in it.
    """
    found: defaultdict[str, list[Showing]] = defaultdict(list)
    if not any(view.times for view in views):
        return found
    by_amount = {each.amount: each for each in judged}
    times = Counter(entity for view in views for entity in {e for p in _parties(view) for e in p.entities})
    for view, more in zip(views, others or [()] * len(views), strict=True):
        sums = [by_amount[index] for index in view.scene.amounts]
        for party in (*_parties(view), *more):
            signs = of_part(view, party, sums, times[party.entities[0]] or 1, len(times))
            project = _project(view, party)
            for entity in party.entities:
                if project and entity != UNLISTED:
                    found[entity].append(Showing(view, party, project, signs))
    return found


def _parties(view: Resolved) -> list[Party]:
    return [party for party in view.scene.parties if party.kind in _KINDS and party.entities]


def _project(view: Resolved, party: Party) -> str | None:
    """The project in question: the nearest that the sentence names, the last that was named, or the text's."""
    named = nearest(view.scene, party)
    return named.entities[0] if named else view.project or view.topic


def parts_of(views: Sequence[Resolved], judged: Sequence[Judged], others: Sequence[Sequence[Party]] = ()) -> list[Part]:
    """Every part that the text tells, one for an organisation and project, in the order of their sentences."""
    told = [
        (shown, part)
        for entity, named in showings(views, judged, others).items()
        for shown, part in _parts(entity, named)
    ]
    return [part for _, part in sorted(told, key=lambda each: _place(each[0], each[1].organisation))]


def _parts(entity: str, named: Sequence[Showing]) -> Iterator[tuple[Showing, Part]]:
    """What the text says of taking part in so many words counts more than what the signs of its sentences come to."""
    stances = [(each, stance_of(each.view.scene, each.party, each.project)) for each in named]
    told = next((pair for pair in stances if pair[1] in {"denied", "affirmed"}), None)
    left = next((each for each, stance in stances if stance is None and _sells_out(each)), None)
    unsure = next((each for each, stance in stances if stance == "doubted"), None)
    if told is not None:
        yield told[0], _said(entity, told[0], "denied" if told[1] == "denied" else "affirmed", "it says so")
    elif left is not None:
        yield left, _said(entity, left, "denied", "sells its share")
    elif scored := list(_scored(entity, [each for each, stance in stances if stance is None])):
        yield from scored
    elif unsure is not None:
        yield unsure, _said(entity, unsure, "doubted", "it is doubted")


def _said(entity: str, shown: Showing, polarity: Polarity, rule: str) -> Part:
    return Part(entity, shown.project, polarity, _share(LEFT), rule, shown.view)


def _scored(entity: str, named: Sequence[Showing]) -> Iterator[tuple[Showing, Part]]:
    """The parts that the signs of these sentences come to, if they come to enough together."""
    scores = [_score(each.signs) for each in named]
    if not scores or log_sum(scores) < SURE:
        return
    shows = [each + (_NAMES_BOTH if _names_both(shown) else 0.0) for each, shown in zip(scores, named, strict=True)]
    best = max(range(len(named)), key=shows.__getitem__)
    told = {named[best].project: best}
    for at, each in enumerate(named):
        if scores[at] >= SURE and (each.project not in told or shows[at] > shows[told[each.project]]):
            told[each.project] = at
    for project, at in told.items():
        polarity: Polarity = "doubted" if _unsure(named[at]) else "affirmed"
        rule = WHY_PART.of(named[at].signs, ALL)
        yield named[at], Part(entity, project, polarity, _share(scores[at]), rule, named[at].view)


def _names_both(shown: Showing) -> bool:
    """Whether the sentence names the organisation and the project themselves: the better evidence for a reader."""
    named = shown.party.kind in {"organisation", "unlisted"} and not shown.party.title
    return named and any(p.kind == "project" and p.entities[0] == shown.project for p in shown.view.scene.parties)


def _place(shown: Showing, entity: str) -> tuple[int, int, int]:
    return shown.view.scene.sentence.start, shown.party.start, shown.party.entities.index(entity)


def _score(signs: Sequence[Signs]) -> float:
    """What the signs of a sentence count together."""
    return PARTS.hundredths(signs)[0] / 100


def _share(scored: float) -> float:
    return 1 / (1 + exp(-scored))


def _sells_out(shown: Showing) -> bool:
    """As in "باعت X حصتها في P": it sells, and its own share."""
    scene, party = shown.view.scene, shown.party
    if party.preposition or not any(p.kind in PROJECTS and p.preposition == "في" for p in scene.parties):
        return False
    behind = any("sell" in cue.classes and 0 <= cue.start - party.end <= _BESIDE for cue in scene.cues)
    sells = behind or scene.said("sell", party.lead - _BACK, party.lead) is not None
    return sells and any(token.text in _OWN_SHARE for token in scene.tokens if token.start >= party.end)


_OWN_SHARE = frozenset(("حصتها", "حصته", "حصتهما"))


def _unsure(shown: Showing) -> bool:
    """Whether the sentence only tells of talks about joining, or of an agreement that is missing."""
    scene, party = shown.view.scene, shown.party
    absent = scene.said("absence", max(scene.sentence.start, party.lead - _LISTED), party.lead)
    if absent is not None:
        return True
    talks = any("negotiating" in c.classes and abs(c.start - party.end) <= _LISTED for c in scene.cues)
    return talks and any(stem in token.text for token in scene.tokens for stem in _JOINING)


_JOINING = ("نضم", "انضمام", "مشارك", "للدخول")
