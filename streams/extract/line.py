"""A sentence as plain words and parties, with what governs each: the ground on which acts of money are read.

The words are those of `skeleton`, so that prepositions stand alone and names are one word each.

The one rule: a party that a preposition or another noun governs is bare to nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from streams.extract.acts import Act, act_of
from streams.extract.money_words import words_of
from streams.extract.resolve import Resolved
from streams.extract.scene import Party
from streams.extract.skeleton import Skeleton

PREPOSITIONS = words_of(
    """
    في من الي مع علي عن ل ب ك بين عبر لدي لصالح لحساب لفايده لدعم لتمويل لتطوير لبناء لانشاء لتسريع ضمن تجاه ضد
    باسم اطار
    """
)
ENDS = words_of("؛ . : ! ؟ بينما فيما لكن ولكن حيث اذ كما ثم اما وقال وقالت")
# Nouns that hold the party after them ("في رأسمال X", "أسهم X"): it is governed by what governs them.
_HOLDERS = words_of(
    """
    جوله جولات راسمال راس مال اسهم سهم حصه حصص رقائق رقاقات شرائح معالجات خدمات قدرات سعه مراكز منصه سحابه عتاد مشاريع
    عمليات منافسه منافستها منافسته غريمه غريمتها شريكه شريكتها شريكتيها شريكها صانعه مطوره مالكه مالك وحده وحدات
    ذراع مصلحه توسعه
    """
)
_NAMED = words_of("اسمه اسمها تسمي يسمي تدعي يدعي المسماه المسمي")
_INCLUDES = words_of("يضم تضم وتضم ويضم ضم ضمت يشمل تشمل ويشمل وتشمل يجمع تجمع")
_TOO = frozenset(("ايضا", "كلا"))
_NAMED_WITHIN = 5
# Nouns that are written like a verb.
_NO_VERBS = words_of("بيع دفع ضخ جمع")


@dataclass(frozen=True)
class Line:
    """A sentence's skeleton as words, with its parties."""

    view: Resolved
    skeleton: Skeleton

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words, the parties and the amounts, in order."""
        return tuple(self.skeleton.line.split())

    @cached_property
    def acts(self) -> tuple[tuple[int, Act], ...]:
        """The acts of the sentence, each with its place."""
        return tuple((at, act) for at, word in enumerate(self.words) if (act := act_of(word)) is not None)

    @cached_property
    def _parties(self) -> dict[int, Party]:
        return {
            at: self.skeleton.party(word[1:])
            for at, word in enumerate(self.words)
            if word[0] in "ONTPX" and word[1:].isdigit()
        }

    def word(self, at: int) -> str:
        """The word at `at`; a full stop outside the sentence."""
        return self.words[at] if 0 <= at < len(self.words) else "."

    def party(self, at: int) -> Party | None:
        """The party at `at`, if one stands there."""
        return self._parties.get(at)

    def amount(self, at: int) -> int | None:
        """The index of the amount at `at`, if one stands there."""
        word = self.word(at)
        return int(word[1:]) if word[0] == "M" and word[1:].isdigit() else None

    def governor(self, at: int) -> str:
        """The preposition that governs the party at `at`, also through the noun that holds it ("of" for no other)."""
        back = at - 1
        while back >= 0 and self.words[back].removeprefix("ال") in _HOLDERS:
            back -= 1
        if self.word(back) in _NAMED:
            near = range(back - 1, max(-1, back - _NAMED_WITHIN), -1)
            return next((self.words[k] for k in near if self.words[k] in PREPOSITIONS), "")
        before = self.word(back)
        if before in _INCLUDES or (before in _TOO and self.word(back - 1) in _INCLUDES):
            return "of"
        if before in PREPOSITIONS:
            return before
        if before[:1] in {"ب", "ل"} and before[1:] in _HOLDERS:
            return before[0]
        return "of" if back < at - 1 else ""

    def bare(self, at: int) -> bool:
        """Whether a party that can pay stands at `at`, governed by nothing and no mere employer in a title."""
        party = self.party(at)
        if party is None or not party.payer or not party.entities or party.apart:
            return False
        return self.word(at)[0] != "T" and not self.governor(at)

    def governed(self, at: int, until: int, names: frozenset[str]) -> Iterator[tuple[int, str]]:
        """The parties within [at, until) that one of `names` governs, with it."""
        for k in range(at, until):
            party = self.party(k)
            if party is not None and not party.apart and party.entities:
                preposition = self.governor(k)
                if preposition in names:
                    yield k, preposition

    def end(self, at: int, amount: int) -> int:
        """Where the clause of the act at `at` ends, behind its amount."""
        low = max(at, amount)
        for k in range(low + 1, len(self.words)):
            word = self.words[k]
            if word in ENDS or (word == "،" and k > low + 1) or self.amount(k) is not None:
                return k
            act = act_of(word)
            if act is not None and act.form == "verb" and word not in _NO_VERBS:
                return k
        return len(self.words)
