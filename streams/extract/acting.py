"""One act of money and one amount that it moves: which act governs an amount, and whom its prepositions point to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from streams.extract import money_words as words
from streams.extract.acts import Act, act_of
from streams.extract.line import ENDS, Line
from streams.extract.scene import Party
from streams.extract.setting import Judged
from streams.extract.valence import Who, subject
from streams.extract.watched import Known
from streams.records import Role

_REACH, _BEHIND, _BACK_WITHIN = 26, 5, 7


@dataclass(frozen=True)
class Case:
    """The act at `place` of a line, and the amount (with its index) at `at` that it moves."""

    line: Line
    place: int
    act: Act
    at: int
    amount: int
    known: Known
    recent: Sequence[Judged] = ()

    @cached_property
    def subject(self) -> Who:
        """Who does it, with whom it is done together ("دفع مع X")."""
        who = subject(self.line, self.place, self.act)
        k = who.at + 1 if who.at > self.place else self.place + 1
        other = self.line.party(k + 1) if self.line.word(k) in {"مع", "رفقه"} else None
        if other is None or not other.payer or not who.entities or self.act.deed not in _TOGETHER:
            return who
        return Who(tuple(dict.fromkeys((*who.entities, *other.entities))), who.sure, who.at)

    @cached_property
    def stop(self) -> int:
        """Where the act's clause ends."""
        return self.line.end(self.place, max(self.at, self.place))

    @cached_property
    def said(self) -> frozenset[str]:
        """The words between the act and the end of its clause."""
        return frozenset(self.line.words[self.place + 1 : self.stop])

    @property
    def behind(self) -> bool:
        """Whether the act stands behind its amount."""
        return self.place > self.at

    def pick(self, names: frozenset[str]) -> int:
        """The party that one of `names` governs within the clause, and that is not the subject; -1 for none."""
        found = [
            (k, preposition)
            for k, preposition in self.line.governed(self.place + 1, self.stop, names)
            if k != self.subject.at
            and not set(self.entities(k)) & set(self.subject.entities)
            and not self._describes(k)
        ]
        return min(found, key=lambda each: (each[1] != "في", abs(each[0] - self.place)), default=(-1, ""))[0]

    def _describes(self, k: int) -> bool:
        """Whether the party at `k` only tells what another is: "X، الشريكة في P،"."""
        before = self.line.word(k - 2).lstrip("ال")
        return self.line.word(k - 1) in {"في", "ل"} and before.startswith(_PARTNERS)

    def party(self, at: int) -> Party | None:
        return self.line.party(at) if at >= 0 else None

    def entities(self, at: int) -> tuple[str, ...]:
        party = self.party(at)
        return party.entities if party else ()

    def one(self, at: int) -> str | None:
        """The one entity named at `at`; a list is none that a claim can name."""
        return only(self.entities(at))

    def says(
        self, role: Role, to: str | None, score: float, rule: str, payers: tuple[str, ...] | None = None
    ) -> Judged:
        """The judgement; the subject pays unless others are named."""
        return Judged(self.amount, role, self.subject.entities if payers is None else payers, to, score, rule)

    def pointed(self) -> tuple[str, ...]:
        """Whom "فيها" behind the act means: who went before, and does not do the act."""
        behind = range(self.place + 1, self.place + _BACK_WITHIN)
        if not any(self.line.word(k) in words.BACK for k in behind):
            return ()
        before = [k for k in range(self.place - 1, -1, -1) if (party := self.party(k)) and self._another(party)]
        for k in sorted(before, key=lambda k: not self.line.bare(k)):
            party = self.party(k)
            if party is not None and party.payer and party.entities:
                return party.entities
        return tuple(e for e in self.line.view.subject if e not in self.subject.entities)[:1]

    def asked(self) -> tuple[str, ...]:
        """With whom an investment is talked over, or to whom it is offered, told before it."""
        before = set(self.line.words[: self.place])
        names = {"مع"} if before & words.TALKS else {"علي"} if before & words.OFFERS else set()
        for k, _ in self.line.governed(0, self.place, frozenset(names)) if names else ():
            party = self.party(k)
            if party is not None and party.payer and self._another(party):
                return party.entities
        return ()

    def _another(self, party: Party) -> bool:
        return not set(party.entities) & set(self.subject.entities)

    def in_return(self) -> Party | None:
        """What a share of which is given for the amount: "مقابل 40 % من X", "لقاء حصة في X"."""
        if self.line.word(self.at + 1) not in words.IN_RETURN:
            return None
        for k in range(self.at + 2, self.at + 2 + _BACK_WITHIN):
            party = self.party(k)
            if party is not None:
                between = set(self.line.words[self.at + 1 : k])
                return party if between & (words.PERCENT | words.SHARES) else None
        return None


_PARTNERS = ("شريك", "شركاء", "مساهم", "مستثمر", "منافس", "مقاول", "مورد", "مطور", "عضو")
_TOGETHER = frozenset(("invest", "pledge", "join_in", "spend", "pay"))


def only(entities: tuple[str, ...]) -> str | None:
    """The one of them, if there is only one."""
    return entities[0] if len(entities) == 1 else None


_Place = tuple[int, Act]


def governing(line: Line, at: int) -> _Place | None:
    """The act that governs the amount at `at`, and where it stands."""
    return _behind(line, at) or _before(line, at) or _ahead(line, at)


def _ahead(line: Line, at: int) -> _Place | None:
    """What is bought for the amount before it: "بموجب العقد البالغة قيمته … تستأجر X", "… لشراء X"."""
    offered = act_of(line.word(at + 1))
    if offered is not None and offered.deed == "acquire" and offered.led == "ل":
        return at + 1, offered  # "عرض 9 مليارات لشراء X"
    if not _contract_before(line, at) or any(preposition == "بين" for _, preposition in _between(line)):
        return None
    for k in range(at + 1, min(at + 1 + _BEHIND, len(line.words))):
        act = act_of(line.words[k])
        if act is not None and act.form == "verb" and act.deed in _TRADES:
            return k, act
        if line.words[k] in ENDS or line.amount(k) is not None:
            return None
    return None


def _between(line: Line) -> Iterator[tuple[int, str]]:
    return line.governed(0, len(line.words), frozenset(("بين",)))


_TRADES = frozenset(("buy", "acquire", "pay", "supply"))


def _behind(line: Line, at: int) -> _Place | None:
    """A verb right behind the amount with a pronoun that points back to it."""
    for k in range(at + 1, min(at + 1 + _BEHIND, len(line.words))):
        word = line.words[k]
        act = act_of(word)
        if act is not None and (act.back or line.word(k + 1) in {"بها", "به"}):
            return k, act
        if word in ENDS or line.amount(k) is not None or word == "،":
            return None
    return None


def _before(line: Line, at: int) -> _Place | None:
    """The nearest act before the amount, or the verb whose object that is."""
    if line.word(at + 1) == "من" and line.word(at + 2) in words.OTHER_MATTER:
        return None
    found: _Place | None = None
    for k in range(at - 1, max(-1, at - _REACH), -1):
        if line.amount(k) is not None or line.words[k] in words.BREAKS:
            break
        if found is None and _changes_matter(line, k):
            return None
        act = act_of(line.words[k])
        if act is None or (found is not None and not _governs(line, (k, act), found)):
            continue
        done = found is not None or (act.form == "verb" and act.deed != "gather")
        found = k, act
        if done:
            break
    return found


def _changes_matter(line: Line, k: int) -> bool:
    """Whether the word makes an amount behind it something else than what an act before it moves."""
    word = line.words[k]
    if word in words.ITS_WORTH and (_contract_before(line, k) or _goods_before(line, k)):
        return False
    return word in words.OTHER_MATTER or (word == "قيمه" and line.word(k - 1) != "ب")


def _contract_before(line: Line, at: int) -> bool:
    """Whether a contract, or an investment, is what the worth at `at` is of."""
    if words.FUNDS & set(line.words[max(0, at - _WORTH_WITHIN) : at]):
        return True
    for k in range(at - 1, max(-1, at - _REACH), -1):
        if line.words[k].removeprefix("ال") in words.CONTRACTS:
            return True
        if line.amount(k) is not None:
            return False
    return False


def _goods_before(line: Line, at: int) -> bool:
    """Whether goods that are bought of somebody are what the worth at `at` is of: "طلبت خوادم من X قيمتها"."""
    if line.party(at - 1) is None or line.governor(at - 1) != "من":
        return False
    acts = (act_of(line.words[k]) for k in range(max(0, at - _GOODS_WITHIN), at))
    return any(act is not None and act.deed in _TRADES for act in acts)


_GOODS_WITHIN, _WORTH_WITHIN = 8, 3


def _governs(line: Line, verb: _Place, noun: _Place) -> bool:
    """Whether the verb's object is the noun: "تلقت تمويلا", "وقعت عقدا لشراء"."""
    if verb[1].form != "verb" or noun[1].form != "noun":
        return False
    between = line.words[verb[0] + 1 : noun[0]]
    if verb[1].deed == "contract":
        return bool(words.CONTRACTS & set(between)) or line.words[verb[0]].lstrip("وف").startswith(("اتفق", "تعاقد"))
    return verb[1].deed in {"receive", "lend", "gather"} and line.words[noun[0]] in words.FUNDS and "،" not in between
