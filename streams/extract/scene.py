"""A sentence as actors on a stage: who is named, how each is governed, which cues and amounts stand where.

The one rule: nothing is decided here. A scene only says what stands where; roles and parties are scored from it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Literal

import msgspec

from streams.arabic.sentences import Sentence
from streams.arabic.tokens import Token
from streams.extract.acts import Act
from streams.extract.reach import said
from streams.extract.stems import Words
from streams.records import Role

PartyKind = Literal["organisation", "project", "person", "unlisted", "the_org", "the_group", "the_project", "the_site"]


# Ideas that an amount can belong to.
HEADS = frozenset(
    """
    valuation revenue aside loan sell raise deal purchase stake spend invest gather measure aim secured so_far
    """.split()  # noqa: SIM905 (a list of words, not of strings)
)
PROJECTS: frozenset[PartyKind] = frozenset(("project", "the_project", "the_site"))


class Party(msgspec.Struct, frozen=True, gc=False):
    """Who is named at text[start:end]. `lead` is where the words that introduce it begin (its noun and preposition).

    `preposition` governs it ("" for none), `noun` is its kind ("شركه"), `title` marks an employer in a title,
    `apart` one that the sentence sets apart from its subject.
    """

    kind: PartyKind
    entities: tuple[str, ...]
    start: int
    end: int
    lead: int
    preposition: str = ""
    noun: str = ""
    title: bool = False
    apart: bool = False
    word: str = ""

    @property
    def payer(self) -> bool:
        """Whether it can pay: projects cannot."""
        return self.kind in {"organisation", "person", "the_org", "the_group", "unlisted"}


class Cue(msgspec.Struct, frozen=True, gc=False):
    """A word or phrase of the lexicon."""

    classes: frozenset[str]
    start: int
    end: int
    word: str


class Acting(msgspec.Struct, frozen=True, gc=False):
    """A word that tells an act of money, and where it stands."""

    act: Act
    start: int
    end: int


class Breaks:
    """Where the clauses of a sentence end, in order, and how much each end weighs."""

    __slots__ = ("_places", "_weights")

    def __init__(self, breaks: Iterable[tuple[int, float]] = ()) -> None:
        """The place and the weight of each."""
        listed = list(breaks)
        self._places = [place for place, _ in listed]
        self._weights = [weight for _, weight in listed]

    def weight(self, start: int, end: int) -> float:
        """What those within [start, end) weigh together."""
        return sum(self._weights[bisect_left(self._places, start) : bisect_left(self._places, end)])

    def count(self, start: int, end: int) -> int:
        """How many there are within [start, end)."""
        return max(0, bisect_left(self._places, end) - bisect_left(self._places, start))


class Scene(msgspec.Struct, frozen=True, dict=True):
    """One sentence: its parties and cues in order, the indices of its amounts, and its clause boundaries.

    `words` are its tokens with one word for each party ("<organisation>") and amount ("<amount>"), whoever and however
    much that is; `acts` are those of its tokens that tell an act of money.

    `asks` is the role of what a question asks for ("كم ستكلف؟" a total, "والدفعة الأولى؟" an initial), None where it is
    none: what follows answers it. `undertaking` says that the sentence names nobody, but tells of a plant or a project
    that has not been spoken of ("يبنى مجمع آخر").
    """

    sentence: Sentence
    parties: tuple[Party, ...]
    cues: tuple[Cue, ...]
    amounts: tuple[int, ...]
    breaks: Breaks
    tokens: tuple[Token, ...]
    words: Words = Words()
    headline: bool = False
    asks: Role | None = None
    undertaking: bool = False
    acts: tuple[Acting, ...] = ()

    @cached_property
    def ideas(self) -> frozenset[str]:
        """The classes of all its cues."""
        return frozenset[str]().union(*[cue.classes for cue in self.cues])

    @cached_property
    def heads(self) -> Sequence[Cue]:
        """The cues that tell what an amount can be of."""
        return [cue for cue in self.cues if not cue.classes.isdisjoint(HEADS)]

    @cached_property
    def denies(self) -> bool:
        """Whether it holds any word of denial."""
        return "denied" in self.ideas or any(said(word, "negation") for word in self.words)

    @cached_property
    def projects(self) -> Sequence[Party]:
        """The projects that are named or meant, without those set apart."""
        return [p for p in self.parties if p.kind in PROJECTS and p.entities and not p.apart]

    @cached_property
    def payers(self) -> Sequence[Party]:
        """The parties that could pay, without those set apart; an anaphor among them may mean nobody."""
        return [p for p in self.parties if p.payer and not p.apart]

    def distance(self, first: int, second: int) -> float:
        """How far apart two places are: characters, more for every clause boundary between them."""
        low, high = (first, second) if first <= second else (second, first)
        return (high - low) / 60 + self.breaks.weight(low, high)

    def divided(self, start: int, end: int) -> bool:
        """Whether a clause ends within [start, end)."""
        return self.breaks.count(start, end) > 0

    def crossed(self, start: int, end: int) -> int:
        """How many clauses end within [start, end)."""
        return self.breaks.count(start, end)

    def said(self, name: str, start: int, end: int) -> Cue | None:
        """The last cue of that class within [start, end)."""
        if name not in self.ideas:
            return None
        for cue in reversed(self.cues):
            if name in cue.classes and start <= cue.start and cue.end <= end:
                return cue
        return None
