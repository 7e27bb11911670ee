"""How a sentence stands to somebody's part in a project: it denies it, doubts it, only supposes it, or none of these.

Strategy: find the word that tells of taking part or of leaving (the deed) in the party's clause, then go through what
stands before it. A negation, a denial or a refusal that reaches the deed turns it round ("نفت X مشاركتها", "لم تعد X
شريكا", and "نفت X انسحابها", which leaves her in); a doubt that reaches it makes it doubtful ("قد تنضم X"); a
condition or a question makes it nothing at all ("إذا انضمت X"). What is said of the deed itself behind it counts like
a doubt before it ("مشاركة X محل شك").

The one rule: a word reaches the deed only over names and the small words that go with it. Whoever refuses something
else, of which the deed is only a part ("رفض انتقادات مشاركة X"), has said nothing of the deed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Literal

from streams.arabic.tokens import Token
from streams.extract.reach import BOUNDS, LISTED, SAYING, WORDS, bound, names, said
from streams.extract.scene import PROJECTS, Party, Scene

Stance = Literal["affirmed", "doubted", "denied", "supposed"]

_FROM, _FROM_IT = frozenset(("من", "عن")), frozenset(("منه", "منها", "عنه", "عنها"))
_OUTSIDE = "خارج"
_KIND = frozenset(("مشروع", "مبادره", "اطار", "نطاق"))  # folded
_AROUND = _KIND | {_OUTSIDE}
_WHETHER = frozenset(("ما", "عما", "فيما"))  # before "اذا"
_PRESENT = frozenset("يتن")
_NEAR = 4
_BEHIND = 5  # words behind a deed and its project in which something may be said of it


def stance_of(scene: Scene, party: Party, project: str) -> Stance | None:
    """How the sentence stands to the party's part in the project; None where it says no more than what is told.

    "affirmed" is said where it denies that somebody left.
    """
    named = [p for p in scene.parties if p.kind in PROJECTS and p.entities and p.entities[0] == project]
    if not named or party.end > scene.sentence.end:
        return None
    goal = min(named, key=lambda each: abs(each.start - party.start))
    words = _clause(scene, party, goal)
    at = next((i for i, word in enumerate(words) if word.start >= party.start), None)
    if at is None:
        return None
    deed = _deed(words, at, goal)
    if _elsewhere(words, goal) and (deed is None or words[deed].text != _OUTSIDE):
        return "supposed"
    return None if deed is None else _Reading(words, at, deed, goal).stance()


def _clause(scene: Scene, party: Party, goal: Party) -> Sequence[Token]:
    """The words of the clause that holds the party, as far as the project if that stands behind it."""
    words = scene.words
    first = last = words.index_at(party.start)
    until = words.index_at(max(party.start, goal.start))
    while first > 0 and not bound(words, first - 1):
        first -= 1
    while last < len(words) and (last <= until or not bound(words, last)):
        last += 1
    return words[first:last]


def _deed(words: Sequence[Token], party: int, goal: Party) -> int | None:
    """The word of taking part or leaving that ties the party to the project: the nearest before it, or one behind.

    None where a sum stands with it: then the sentence tells how much, and not whether.
    """
    end = next((i for i, word in enumerate(words) if word.start >= goal.start), len(words))
    low, high = (party, end) if end > party else (end, party)
    if any(word.text == "<amount>" for word in words):
        return None
    led = next((i for i in range(party - 1, -1, -1) if not said(words[i], "small")), -1)
    if led >= 0 and said(words[led], "join"):
        return led  # its own verb or noun: "لا تشارك X في تمويل P"
    if (out := _put_out(words, led, party, end)) is not None:
        return out
    inner = [i for i in range(low, min(high, len(words))) if said(words[i], "join") or said(words[i], "leave")]
    if inner:
        return next((i for i in inner if said(words[i], "join")), inner[0])
    return next((i for i in _beside(words, party) if said(words[i], "join") or said(words[i], "leave")), None)


def _put_out(words: Sequence[Token], led: int, party: int, goal: int) -> int | None:
    """The word that puts the party out of the project: "خسرت X عقد P", and خارج in "باتت X خارج P"; None for none.

    What is lost has to be the project's own work or a place in it, and nothing else may stand between.
    """
    between = range(party + 1, goal)
    lost = next((i for i in (led, *between) if i >= 0 and said(words[i], "lose")), None)
    if lost is not None and any(said(words[i], "work") for i in between):
        return lost if all(_light(words[i]) or said(words[i], "work") or i == lost for i in between) else None
    outside = next((i for i in between if words[i].text == _OUTSIDE), None)
    if outside is None or not any(said(words[i], "become") for i in (led, party + 1) if i >= 0):
        return None
    alone = all(_light(words[i]) or said(words[i], "become") or words[i].text in _AROUND for i in between)
    return outside if alone else None


def _elsewhere(words: Sequence[Token], goal: Party) -> bool:
    """Whether the clause tells of what is outside of the project: "تبني X مراكز خارج مشروع P"."""
    before = [word.text for word in words if word.start < goal.start and not (word.text in '"(' or word.text in _KIND)]
    return bool(before) and before[-1] == _OUTSIDE


def _light(word: Token) -> bool:
    return names(word) or said(word, "small") or word.text in "\"'()"


def _beside(words: Sequence[Token], party: int) -> Iterator[int]:
    """The words before the party and then those behind it, as far as the next name."""
    for steps in (range(party - 1, party - _NEAR, -1), range(party + 1, party + _NEAR)):
        for at in steps:
            if not 0 <= at < len(words) or names(words[at]):
                break
            yield at


class _Reading:
    """One clause with its party and its deed; what stands before and behind the deed is gone through once."""

    def __init__(self, words: Sequence[Token], party: int, deed: int, goal: Party) -> None:
        self._words = words
        self._party = party
        self._deed = deed
        self._goal = goal

    def stance(self) -> Stance | None:
        """As `stance_of`."""
        left = not said(self._words[self._deed], "join")
        if left and not self._out_of_it():
            return None
        if self._supposed() or (not left and self._at_an_event()):
            return "supposed"
        turns, doubts = self._weighed(left=left)
        if not self._theirs(turns, doubts=doubts):
            return "supposed"
        if doubts:
            return "doubted"
        if not turns and not left:
            return None
        return "denied" if (turns % 2 == 1) != left else "affirmed"

    def _out_of_it(self) -> bool:
        """Whether it is the project that is left: "انسحبت من P", "P الذي انسحبت منه"."""
        deed = self._words[self._deed]
        if said(deed, "lose") or deed.text == _OUTSIDE:
            return True  # found only where it is the project's
        behind = self._words[self._deed + 1 :]
        if behind and behind[0].text in _FROM_IT:
            return True
        between = [word for word in behind if word.start < self._goal.lead]
        return self._goal.preposition in _FROM and all(names(word) or said(word, "small") for word in between)

    def _at_an_event(self) -> bool:
        """Who takes part in the ceremony of a project takes no part in the project."""
        between = self._words[self._deed + 1 :]
        return any(said(word, "event") for word in between if word.start < self._goal.start)

    def _supposed(self) -> bool:
        """Whether a condition, a question or an invitation reaches the deed; "ما إذا" is a doubt instead."""
        for at in self._reaching():
            if said(self._words[at], "invited") or (said(self._words[at], "supposed") and not self._whether(at)):
                return True
        return False

    def _whether(self, at: int) -> bool:
        return at > 0 and self._words[at - 1].text in _WHETHER

    def _weighed(self, *, left: bool) -> tuple[int, bool]:
        """How often the deed is turned round, and whether it is left open."""
        turns, doubts = 0, self._said_behind()
        for at in self._reaching():
            if said(self._words[at], "deny") and not self._denied(at):
                turns, doubts = turns + 1, False  # a rumour that is denied is no doubt any more
            elif said(self._words[at], "negation"):
                turns += self._negates(at)
            else:
                doubts = doubts or self._doubts(at, left=left)
        return turns, doubts

    def _denied(self, at: int) -> bool:
        return at > 0 and said(self._words[at - 1], "negation")

    def _doubts(self, at: int, *, left: bool) -> bool:
        """Whether that word leaves the deed open: a doubt, "لم تؤكد", "لم تنف", "قد تنضم", "تعتزم الانسحاب"."""
        word = self._words[at]
        if word.text == "قد":
            return self._words[at + 1].text[0] in _PRESENT
        if said(word, "doubt") or said(word, "supposed"):
            return True
        return left if said(word, "intend") else self._denied(at)

    def _reaching(self) -> Iterator[int]:
        """The words before the deed, nearest first, as long as only names and small words stand between.

        The first word that is neither may still be who speaks ("نفى مسؤول في X"): one such is passed over.
        """
        passed = 0
        for at in range(self._deed - 1, -1, -1):
            word = self._words[at]
            ideas = WORDS.classes(word.text)
            if word.text.startswith(SAYING) or (word.text in BOUNDS and word.text not in LISTED):
                return
            if ideas & {"invited", "deny", "doubt", "confirm", "intend", "supposed", "negation"} or word.text == "قد":
                yield at
            elif not (ideas & {"small", "being"} or word.text.startswith("<") or word.text in "\"'()"):
                passed += 1
                if passed > 1 or not (
                    at > 0 and WORDS.classes(self._words[at - 1].text) & {"deny", "doubt", "confirm"}
                ):
                    return

    def _negates(self, at: int) -> bool:
        """Whether the negation at that place turns the deed round: it stands right before it, or before a "to be"."""
        following = self._words[at + 1]
        if said(following, "still") or any(said(word, "only") for word in self._words[at:]):
            return False
        return at + 1 == self._deed or said(following, "being") or self._words[at].text.startswith("ليس")

    def _theirs(self, turns: int, *, doubts: bool) -> bool:
        """Whether the deed is the party's own: of two names between the denial and the deed it is the first one's."""
        if self._party > self._deed or not (turns or doubts):
            return True
        return not any(names(word) for word in self._words[self._party - 2 : self._party] if self._party > 1)

    def _said_behind(self) -> bool:
        """Whether something behind the deed and the names says that it is not sure: "مشاركة X في P محل شك"."""
        last = max(self._deed, self._party)
        behind = self._words[last + 1 :]
        after_goal = [word for word in behind if word.start >= self._goal.end][:_BEHIND]
        near = [*behind[:2], *after_goal]
        if any(said(word, "unclear") for word in near) or any(said(word, "provided") for word in behind):
            return True
        return any(word.text in {"غير", "لم"} and _unsettled(following) for word, following in pairwise(near))


def _unsettled(word: Token) -> bool:
    """As in "غير مؤكدة", "لم تحسم", "لم تتأكد"."""
    return any(root in word.text for root in ("كد", "حسم", "ضح", "وارد"))
