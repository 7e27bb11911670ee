"""Who pays and who receives: every party of a sentence is scored for each slot.

Strategy: what a verb or noun governs scores highest (the subject after an Arabic verb, "من" after a commitment,
"في" after an investment), what merely stands near scores by distance and clause. A project never pays; a party that
a preposition governs is no subject; an organisation that nobody listed still takes its slot, so that no neighbour
gets it.

The one rule: below the threshold a slot is empty. The nearest name is not an answer.
"""

from __future__ import annotations

import msgspec

from streams.extract.resolve import Resolved
from streams.extract.scene import Cue, Party, Scene

THRESHOLD = 2.0
# Heads of these kinds share their subject: "التزمت X باستثمار".
_COMMON = frozenset(("invest", "spend"))
_NEVER_PAYS = frozenset(
    (
        "في",
        "الي",
        "مع",
        "علي",
        "عن",
        "ل",
        "لدعم",
        "لصالح",
        "لخدمه",
        "بين",
        "عبر",
        "لدي",
        "ضمن",
        "تجاه",
        "ضد",
        "ك",
        "باسم",
    )
)
_ADJACENT = 14  # characters between a verb and its subject: a kind noun, a quote, an adverb
# Characters: between neighbours, of a sentence's opening, between a verb and "فيها".
_NEXT, _OPENING, _POINTS_BACK = 2, 25, 90
_PRO_DROP = 2.2


class Slot(msgspec.Struct, frozen=True):
    """A filled slot: who, how surely, and the party it was read from (none for one taken from before)."""

    entities: tuple[str, ...]
    score: float
    rule: str
    party: Party | None = None


_EMPTY = Slot((), 0.0, "nobody")


def payer_of(view: Resolved, head: Cue, start: int) -> Slot:
    """Who pays the amount at `start`, as governed by `head`; empty when nobody surely does."""
    heads = [head, *(c for c in view.scene.cues if _same_act(view.scene, c, head, start))]
    payers = [party for party in view.scene.parties if party.payer and not party.apart]
    scored = [_as_payer(view.scene, party, each, start) for party in payers for each in heads]
    best = max(scored, key=lambda slot: slot.score, default=_EMPTY)
    if best.score >= THRESHOLD:
        return best
    if view.subject and _pro_drop(view.scene, head):
        return Slot(view.subject, _PRO_DROP, "the subject before")
    return _EMPTY


_SAME_ACT = 1.1


def _same_act(scene: Scene, cue: Cue, head: Cue, start: int) -> bool:
    """Whether two cues tell one act, so that they share a subject."""
    shared = cue.classes & head.classes & _COMMON and cue is not head
    return bool(shared) and cue.end <= start and scene.distance(cue.end, head.start) < _SAME_ACT


def _as_payer(scene: Scene, party: Party, head: Cue, start: int) -> Slot:
    gap = party.lead - head.end
    relative = _relative(scene, head)
    if scene.said("passive", head.start - 25, head.end) and party.preposition != "من":
        return _EMPTY
    follows = 0 <= gap <= _ADJACENT and not scene.said("measure", head.end, party.lead)
    if party.preposition == "من" and follows and party.start < start and "purchase" not in head.classes:
        return Slot(party.entities, 4.5, "from whom", party)
    if party.preposition in _NEVER_PAYS and not party.title:
        return _EMPTY
    if follows and relative:
        return _EMPTY
    if follows and not party.preposition and party.start < start + 60:
        return Slot(party.entities, 5.0 - gap / 40, "the subject after its verb", party)
    if party.end <= head.start and party.preposition in {"", "من", "ب"} | ({"ل"} if party.title else set()):
        score = 3.9 - scene.distance(party.end, head.start) + (0.5 if party.kind != "person" else 0.3)
        score -= 0.9 if party.title else 0.0
        score -= 1.2 if party.preposition in {"من", "ب"} else 0.0
        score += 1.0 if relative and head.start - party.end < _RELATIVE_GAP else 0.0
        score -= _REPORTED if _reported(scene, party, head) else 0.0
        return Slot(party.entities, score, "the subject before its verb", party)
    return _EMPTY


_RELATIVES = frozenset(("الذي", "التي", "والذي", "والتي", "اللذان", "الذين"))
_VERBAL = frozenset(("verb", "support"))
_RELATIVE_GAP = 24
_REPORTED = 1.6


def _relative(scene: Scene, head: Cue) -> bool:
    """Whether a relative pronoun stands right before the verb: its subject is what went before ("X، التي دعمت Y")."""
    if not head.classes & _VERBAL:
        return False
    return any(0 <= head.start - token.end <= _NEXT and token.text in _RELATIVES for token in scene.tokens)


_THAT = frozenset(("ان", "بان"))


def _reported(scene: Scene, party: Party, head: Cue) -> bool:
    """Whether the party only says what others do: "قالت X إن …", unless it says it of itself ("إنها")."""
    return any(party.end <= token.start < head.start and token.text in _THAT for token in scene.tokens)


def _pro_drop(scene: Scene, head: Cue) -> bool:
    """Whether the head is the sentence's first verb, without a subject of its own."""
    return (
        "verb" in head.classes
        and head.start - scene.sentence.start < _OPENING
        and not any(p.payer and not p.preposition and p.start < head.end + _ADJACENT for p in scene.parties)
    )


_TARGETS = {"في": 4.6, "لدعم": 4.2, "ل": 3.6, "لصالح": 4.2, "الي": 3.2, "علي": 2.6, "مع": 2.9, "ضمن": 3.0, "ب": 2.4}


def target_of(view: Resolved, head: Cue, span: tuple[int, int], payer: Slot) -> Slot:
    """Where the money goes: the party that the head's prepositions point to, or the one that "فيها" points back to."""
    scene = view.scene
    back = _pointed_back(scene, head, payer)
    if back:
        return back
    scored = [
        _as_target(scene, party, head, span) for party in scene.parties if party is not payer.party and not party.apart
    ]
    scored = [slot for slot in scored if slot.score > 0 and not set(slot.entities) & set(payer.entities)]
    best = max(scored, key=lambda slot: slot.score, default=_EMPTY)
    return best if best.score >= THRESHOLD else _EMPTY


def _as_target(scene: Scene, party: Party, head: Cue, span: tuple[int, int]) -> Slot:
    end = span[1]
    base = _TARGETS.get(party.preposition, 0.0)
    if party.preposition == "مع" and party.kind in {"project", "the_project", "the_site"}:
        base = 0.0  # nothing is given with a project
    supports = head.word.lstrip("وفيتس").startswith(("دعم", "مول"))
    if supports and not party.preposition and 0 <= party.lead - head.end <= _ADJACENT:
        return Slot(party.entities, 4.4, "the object of its verb", party)
    if party.end <= head.start and party.preposition in {"مع", "علي"}:
        asked = scene.said("offer" if party.preposition == "علي" else "negotiating", scene.sentence.start, party.lead)
        if asked:
            return Slot(party.entities, 3.6 - scene.distance(party.end, head.start) / 2, "who is asked", party)
    if not base or party.start < head.start or (party.title and party.kind != "person"):
        return Slot((), 0.0, "nobody")
    near = end if party.start >= end else head.end
    score = base - scene.distance(near, party.lead) - (0.9 if _partner_of(scene, party) else 0.0)
    return Slot(party.entities, score, f"governed by {party.preposition}", party)


def _partner_of(scene: Scene, party: Party) -> bool:
    """Whether the party only describes another: "الشريك الرئيسي في مشروع …"."""
    return scene.said("partnership", party.lead - _OPENING, party.lead) is not None


_BACK = frozenset(("فيها", "فيه", "فيهما", "بها", "لها"))


def _pointed_back(scene: Scene, head: Cue, payer: Slot) -> Slot | None:
    """As in "ذكرت X أن A وB ستستثمران فيها": the pronoun means the sentence's first subject."""
    if not any(token.text in _BACK and 0 <= token.start - head.end < _POINTS_BACK for token in scene.tokens):
        return None
    first = next((p for p in scene.parties if p.payer and p.entities and not p.apart), None)
    if first is None or first is payer.party or set(first.entities) & set(payer.entities):
        return None
    return Slot(first.entities, 4.8, "pointed back to", first)
