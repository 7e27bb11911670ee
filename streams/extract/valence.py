"""Who does an act of money: the grammar of subjects, read off one sentence.

Strategy: the subject of a verb stands before it ("X ستضخ"), after it ("ستضخ X"), or is what a relative pronoun points
back to ("X، التي ضخت"); a noun of action belongs to whom it is joined with ("استثمار X"), to its pronoun's noun
("استثماراتها"), or to the subject of what governs it ("تعتزم X ضخ").

The one rule: a party that a preposition or another noun governs is nobody's subject.
"""

# ruff: noqa: RUF001 (Arabic letters and signs are the data here)

from __future__ import annotations

from dataclasses import dataclass

from streams.extract.acts import Act, act_of
from streams.extract.line import ENDS, PREPOSITIONS, Line
from streams.extract.money_words import words_of

_RELATIVES = words_of("التي الذي اللتان اللتين اللذان اللذين الذين والتي والذي ما مما بما")
_HELPERS = words_of(
    """
    قد كان كانت وكان وكانت لن لم لا سوف ايضا معا بدورها بدوره وحدها وحده نفسها نفسه كذلك كلاهما كلتاهما سبق ان وان
    """
)
_HERSELF = words_of("انها انه انهما انهم بانها بانه بانهما بانهم لانها وانها وانه")
_TIMES = words_of("الاسبوع الشهر العام اليوم الجاري الماضي الحالي السنه امس الان")
_BY = words_of("قبل جانب طرف")
_RESUMED = words_of("بها به فيها فيه عليها عليه لها له")
_RESUMED_INTO = words_of("فيها فيه لها له")
_STOPS = words_of("؛ . بينما فيما لكن ولكن")
_OPENS = words_of("ان وان بان و اما")
_GIVES = frozenset(("invest", "pledge", "join_in", "spend"))
_REACH, _AFTER_VERB, _AHEAD = 40, 7, 24
_INSERTED, _SHORT_VERB, _RESUMES_WITHIN = 16, 4, 4
# How surely: named at its verb, set apart from it, by what governs it, told before.
_CERTAIN, _LIKELY, _CONTROLLED, _TOLD = 1.0, 0.9, 0.8, 0.5


@dataclass(frozen=True, slots=True)
class Who:
    """Whom a slot names, how surely, and where in the line (-1: not in this sentence)."""

    entities: tuple[str, ...]
    sure: float
    at: int = -1


NOBODY = Who((), 0.0)


def who(line: Line, at: int, sure: float) -> Who:
    """The party at `at`."""
    party = line.party(at)
    return Who(party.entities, sure, at) if party else NOBODY


def subject(line: Line, at: int, act: Act) -> Who:
    """Who does the act at `at`."""
    if act.form == "noun":
        return _of_noun(line, at, act)
    k = at - 1
    while line.word(k) in _HELPERS:
        k -= 1
    if line.word(k) in _RELATIVES:
        return _of_relative(line, at, k, act)
    if line.word(k) in _HERSELF:
        return main_subject(line, k)
    for found in (_before(line, k), _after(line, at)):
        if found.entities:
            return found
    return _unsaid(line, at)


def _unsaid(line: Line, at: int) -> Who:
    """The subject of a verb that has none beside it, unless an unknown one stands there."""
    following, beside = line.word(at + 1), line.party(at + 1)
    if beside is not None and not beside.entities:
        return NOBODY  # "وتضع الشركة الهندية …", whoever that is
    if (following.startswith("ال") and following not in _TIMES) or following.endswith(("ته", "تها")):
        return NOBODY  # a subject that stands for nobody known
    if any(line.bare(k) for k in range(at)):
        return controller(line, at, _CONTROLLED)
    return _main_clause(line, at) if line.word(0).removeprefix("و") in _SUBORDINATES else _discourse(line)


_SUBORDINATES = words_of("بعد بعدما قبل قبيل عقب منذ رغم مع بينما حين عندما")


def _main_clause(line: Line, at: int) -> Who:
    """The subject of the clause that a subordinate one comes before: "بعد أن ضخت …، تستعد X"."""
    comma = next((k for k in range(at, len(line.words)) if line.words[k] == "،"), len(line.words))
    reach = range(comma + 1, min(comma + 1 + _AFTER_VERB, len(line.words)))
    return next((who(line, k, _CONTROLLED) for k in reach if line.bare(k)), _discourse(line))


def _of_relative(line: Line, at: int, pronoun: int, act: Act) -> Who:
    """The subject of a relative clause: named in it, where another pronoun points back; else what went before."""
    resumed = _resumed(line, at, _RESUMED)
    after = _after(line, at) if act.back or resumed else NOBODY
    if after.entities:
        return after
    if act.back or (resumed and not _resumed(line, at, _RESUMED_INTO)):
        return next((who(line, k, _CONTROLLED) for k in range(pronoun - 1) if line.bare(k)), _discourse(line))
    return _antecedent(line, pronoun)


def _resumed(line: Line, at: int, pronouns: frozenset[str]) -> bool:
    """Whether one of the pronouns stands right behind the verb."""
    return any(line.word(k) in pronouns for k in range(at + 1, at + _RESUMES_WITHIN))


def _of_noun(line: Line, at: int, act: Act) -> Who:
    if act.back:
        owner = controller(line, at, _CONTROLLED, owned=True)
        return Who(owner.entities, _CONTROLLED, owner.at)
    by = _by(line, at)
    if by.entities:
        return by
    if line.bare(at + 1) and (act.deed in _GIVES or line.bare(at + 2)):
        return who(line, at + 1, _CERTAIN)
    if act.deed == "pay" and line.word(at - 2) == "علي" and line.party(at - 1) is not None:
        return who(line, at - 1, _CERTAIN)  # "على X سداد…"
    giver = line.party(at + 2) if line.word(at + 1) == "من" and act.deed in _GIVES else None
    if giver is not None and giver.payer and giver.entities:
        return who(line, at + 2, _LIKELY)
    return controller(line, at, _LIKELY)


def _by(line: Line, at: int) -> Who:
    """As in "من قبل X", "من جانب X"."""
    for k in range(at, min(at + _AHEAD, len(line.words) - 2)):
        if line.words[k] in ENDS:
            break
        party = line.party(k + 2) if line.words[k] == "من" and line.words[k + 1] in _BY else None
        if party is not None and party.payer:
            return who(line, k + 2, _CERTAIN)
    return NOBODY


def _antecedent(line: Line, pronoun: int) -> Who:
    """The party that a relative pronoun points back to, over its adjectives."""
    for back in range(pronoun - 1, max(-1, pronoun - _AFTER_VERB), -1):
        party = line.party(back)
        if party is not None and party.payer:
            return who(line, back, _CERTAIN)
        if line.word(back) not in {"،", ")", "("} and not line.word(back).startswith("ال"):
            break
    return NOBODY


def _before(line: Line, k: int) -> Who:
    """The subject right before its verb, over its adjectives, or before what commas set apart."""
    back, inserted = k, False
    while back >= 0 and k - back < _REACH:
        word = line.words[back]
        if line.bare(back):
            if not inserted or _opens(line, back):
                return who(line, back, _LIKELY if inserted else _CERTAIN)
        elif word == "،" and (inserted or back == k):
            inserted = True
        elif (not inserted and not (word.startswith("ال") or word in {")", "("})) or word in ENDS:
            return NOBODY
        back -= 1
    return NOBODY


def _opens(line: Line, at: int) -> bool:
    """Whether a party opens a clause and a comma follows it."""
    after = at + 1
    while line.word(after).startswith("ال") and line.word(after) not in _RELATIVES:
        after += 1
    before = line.word(at - 1)
    return line.word(after) in {"،", *_RELATIVES} and (before in ENDS or before in _OPENS)


def _after(line: Line, at: int) -> Who:
    """The subject after its verb, over adverbs and what a preposition governs."""
    k, steps = at + 1, 0
    while k < len(line.words) and steps < _AFTER_VERB:
        if line.bare(k):
            return who(line, k, _CERTAIN - steps / 20)
        if line.words[k] == "،" and k > at + 1 and line.bare(k + 1) and line.word(k + 2) == "،":
            return who(line, k + 1, _LIKELY)  # "مجموعته، X، …"
        if _ends_subject(line, k) or (act_of(line.words[k]) is not None and k > at + 1):
            return NOBODY
        k += 2 if line.words[k] in PREPOSITIONS and line.party(k + 1) is not None else 1
        steps += 1
    return NOBODY


def _ends_subject(line: Line, k: int) -> bool:
    """Whether no subject of a verb can stand behind the word at `k`."""
    word = line.words[k]
    return word in ENDS or word in {"،", "ان", "انها", "انه", "("} or word in _RELATIVES or line.amount(k) is not None


def controller(line: Line, at: int, sure: float, *, owned: bool = False) -> Who:
    """The nearest party on the left that is nobody's object: the subject of what governs the word at `at`.

    `owned` says that the word has a pronoun, so that its clause may begin with it.
    """
    title, k = -1, at
    while k > max(0, at - _REACH):
        k -= 1
        word = line.words[k]
        if word == "،":
            k = _inserted(line, k)
            continue
        found = _controls(line, k, sure)
        if found:
            return found
        title = k if word[0] == "T" and line.party(k) is not None else title
        if word in _STOPS:
            break
        if word in {"ان", "بان"} and k == at - 1 and not owned:
            return NOBODY  # the noun is its clause's own subject
    return who(line, title, sure) if title >= 0 else _discourse(line)


def _controls(line: Line, k: int, sure: float) -> Who | None:
    """Who controls what follows, if the word at `k` tells; NOBODY where it is a project."""
    word = line.words[k]
    if word in _HERSELF:
        return main_subject(line, k)
    found = _antecedent(line, k) if word in _RELATIVES else NOBODY
    if found.entities:
        return found
    if line.bare(k) and not embedded(line, k):
        return who(line, k, sure)
    return NOBODY if _project_acts(line, k) else None


def _inserted(line: Line, k: int) -> int:
    """Over the relative clause that the comma at `k` closes, to the comma that opens it; else `k` itself."""
    for back in range(k - 1, max(0, k - _INSERTED), -1):
        word = line.words[back]
        if word == "،" or word in ENDS:
            return k
        if word in _RELATIVES and line.words[back - 1] == "،":
            return back - 1
    return k


def _project_acts(line: Line, k: int) -> bool:
    """Whether a project stands at `k` as the subject of its clause."""
    party = line.party(k)
    if party is None or party.payer or line.governor(k):
        return False
    before = line.word(k - 1)
    return before in ENDS or before in _OPENS or before in {"،", "•", "-"} or before[:1] in "يت"


def embedded(line: Line, k: int) -> bool:
    """Whether the party at `k` only does what describes another noun: "مركز تنفذه X", "جولة قادتها X"."""
    before = line.word(k - 1)
    now = before[:1] in {"ي", "ت"} and before.endswith(("ه", "ها"))
    return len(before) > _SHORT_VERB and (now or before.endswith(("ته", "تها")))


def main_subject(line: Line, k: int) -> Who:
    """Whom "إنها" means: the subject of the verb of saying before it."""
    title = -1
    for back in range(k):
        if line.bare(back):
            return who(line, back, _CERTAIN)
        if line.word(back)[0] == "T" and title < 0 and line.party(back) is not None:
            title = back
    return who(line, title, _LIKELY) if title >= 0 else _discourse(line)


def _discourse(line: Line) -> Who:
    """Whom the sentences before were about."""
    return Who(line.view.subject, _TOLD) if line.view.subject else NOBODY
