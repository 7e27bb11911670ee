"""A sentence as one line of plain words and place-holders, so that a construction of Arabic is one pattern.

O3 is the organisation that is party 3 of the scene, P3 a project, N3 a person, T3 an employer in a title, X3 one that
the sentence sets apart, M7 the amount with index 7. Particles before them are words of their own, quotes and the
nouns of their kind ("شركة", "كل من") are left out: "تدعم شركة «أ» مشروع «ب»" and "تدعم أ ب" are both "تدعم O0 P1".

The one rule: a pattern names its words; what it leaves open (`~`) is never a party, an amount or a clause's end.
"""

# ruff: noqa: RUF001 (Arabic letters and signs are the data here)

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from streams.arabic.tokens import Token
from streams.extract.amounts import Found
from streams.extract.scene import Party, Scene

_LETTER = {
    "organisation": "O",
    "unlisted": "O",
    "the_org": "O",
    "the_group": "O",
    "person": "N",
    "project": "P",
    "the_project": "P",
    "the_site": "P",
}
_QUOTES = frozenset("\"'")
_EACH_OF = frozenset(("كل", "كلا", "كلتا"))
_AND = frozenset("وف")


@dataclass(frozen=True, slots=True)
class Skeleton:
    """The line, and the scene whose parties its place-holders count."""

    line: str
    scene: Scene

    def party(self, number: str) -> Party:
        """The party of a place-holder's number."""
        return self.scene.parties[int(number)]


def skeleton_of(scene: Scene, found: Sequence[Found]) -> Skeleton:
    """The line of a scene; `found` are the amounts of its text."""
    places = [(p.start, p.end, _lead(p), _glued(p) + _name(at, p)) for at, p in enumerate(scene.parties)]
    places += [(found[at].start, found[at].end, found[at].start, f"M{at}") for at in scene.amounts]
    words = list(_words(scene.tokens, sorted(places)))
    return Skeleton(f" {' '.join(words)} ", scene)


def _glued(party: Party) -> str:
    """The preposition inside a word that stands for a party ("للمشروع"), where the span holds both."""
    bare = party.word[1:] if party.word[:1] in _AND else party.word
    inside = party.kind.startswith("the_") and party.preposition in {"ل", "ب"} and bare.startswith(party.preposition)
    return f"{party.preposition} " if inside else ""


def _name(at: int, party: Party) -> str:
    letter = "X" if party.apart else "T" if party.title and party.kind == "organisation" else _LETTER[party.kind]
    return f"{letter}{at}"


def _lead(party: Party) -> int:
    """Where the noun of the party's kind begins, or the party."""
    return party.lead if party.noun or party.kind == "unlisted" else party.start


def _words(tokens: Sequence[Token], places: Sequence[tuple[int, int, int, str]]) -> Iterator[str]:
    rest, waiting = list(places), True
    for at, token in enumerate(tokens):
        while rest and token.start >= rest[0][1]:
            rest.pop(0)
            waiting = True
        start, _, lead, name = rest[0] if rest else (token.end, 0, token.end, "")
        if token.end > start:
            if waiting:
                yield from _particle(token, start)
                yield name
            waiting = False
        elif token.end > lead and rest:
            yield from _noun(token.text)
        elif token.text not in _QUOTES and not _each_of(tokens, at):
            yield token.text


def _particle(token: Token, start: int) -> Iterator[str]:
    """What is glued before a name, letter by letter: "ولأوراكل" is و and ل."""
    glued = token.text[: max(0, start - token.start)]
    if glued[:1] in _AND and glued:
        yield glued[0]
        glued = glued[1:]
    if glued:
        yield "ل" if glued == "لل" else glued


def _noun(word: str) -> Iterator[str]:
    """Of the words that introduce a name only the preposition, free or glued to its noun, is kept."""
    bare = word[1:] if word[:1] in _AND and len(word) > _SHORTEST else word
    if _ROLE_NOUN.match(bare):  # what somebody is to a project is said, not only of which kind it is
        yield word
        return
    if bare is not word:
        yield word[0]
    if bare in _FREE or bare in _FOR:
        yield bare
    elif bare.startswith("لل") or (bare.startswith(("ل", "ب")) and _KIND.match(bare, 1)):
        yield bare[0]


_SHORTEST = 2
_FREE = frozenset(("في", "من", "الي", "مع", "علي", "عن", "بين", "عبر", "لدي", "ضد", "ضمن", "تجاه", "ل", "ب"))
_FOR = frozenset(("لتمويل", "لتطوير", "لتسريع", "لبناء", "لانشاء", "لدعم", "لصالح"))
_ROLE_NOUN = re.compile(r"(?:ال)?(?:شريك|مطور|مورد|مزود|مشغل)")
_KIND = re.compile(r"(?:شرك|مجموع|صندوق|بنك|مصرف|موسس|منص|عملاق|مشروع|مبادر|برنامج|مجمع|مركز|موقع|منشا|خط)")


def _each_of(tokens: Sequence[Token], at: int) -> bool:
    """Whether the token is one of "كل من" before a list."""
    word = tokens[at].text
    if word.lstrip("ول") in _EACH_OF:
        return at + 1 < len(tokens) and tokens[at + 1].text == "من"
    return word == "من" and at > 0 and tokens[at - 1].text.lstrip("ول") in _EACH_OF


# The language of patterns: a space is a word's end, and these stand for what a line may hold.
_PLAIN = r"(?:(?!{stop})(?:\d[^ ]*|[^ ،؛:.!?؟A-Z]+) )"
_STOP = (
    r"(?:[وف]?(?:[يت]نافس\w*|منافس\w*|مثل|غير|بعد\w*|قبل\w*|ضد|خارج|دون|ان|انها|انه|بان|بانها|بانه|اذ|حيث|بينما|فيما|لكن\w*"
    r"|[يت]فوق\w*|[يت]ضاهي\w*|[يت]وازي\w*|اكبر|اصغر|اضخم|بحجم|حجم|مماثل\w*|شبيه\w*|مشابه\w*|بعيدا|مقارنه|باستثناء|بخلاف|ردا|امام"
    r"|كما|[يت]شبه|منذ|رغم|بسبب|عقب|اثر|التي|الذي|سياق|غرار|اعلان|لا|لم|لن|ليس\w*)) "
)
_OPEN = _PLAIN.format(stop=_STOP)
_ADJECTIVES = r"(?:ال[^ ]+ ){0,2}(?:\( [^)A-Z]+ \) )?"


def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern of the table as an expression.

    `~` is up to three open words, `~~` up to eight, `{O}` a party with its adjectives (its letters may be several:
    `{ON}`), named o, or by what follows: `{O:t}`; `{M}` is an amount. `<past present>` is a verb of the third person
    with its conjunctions, `<past present+>` one with a pronoun that points back.
    """
    pattern = _VERBS.sub(_verbs, pattern)
    pattern = re.sub(r"\{([A-Z]+)(?::([a-z]+))?\}", _slot, pattern)
    return re.compile(pattern.replace("~~", f"{_OPEN}{{0,8}}?").replace("~", f"{_OPEN}{{0,3}}?"))


# Verbs side by side: what begins and ends them is written once, so that a place is tried once for all of them.
_VERB = r"<[^<> ]+ [^<> +]+{0}>"
_VERBS = re.compile("|".join(f"{one}(?:\\|{one})*" for one in (_VERB.format(""), _VERB.format(r"\+"))))


def _verbs(match: re.Match[str]) -> str:
    listed = [each.strip("<>").split() for each in match[0].split("|")]
    object_ = r"(?:ه|ها|هما)" if match[0].endswith("+>") else ""
    now = "|".join(present.rstrip("+") for _, present in listed)
    then = "|".join(map(_past, (past for past, _ in listed)))
    return rf"(?:[وف]?(?:قد )?(?:(?:س|ل|ان )?[يت](?:{now})(?:ان|ون|ا|وا)?{object_}|(?:{then})(?:ت|ا|تا|وا)?{object_}) )"


def _past(past: str) -> str:
    """The past of a verb; a weak last letter is lost before the feminine ending: تلقى, تلقت."""
    return rf"{past}|{past[:-1]}(?=ت|تا|وا)" if past.endswith("ي") else past


def _slot(match: re.Match[str]) -> str:
    letters, name = match.groups()
    name = name or letters[0].lower()
    if letters == "M":
        return rf"(?:[بل] )?M(?P<{name}>\d+) (?:\( (?:[^ )A-Z]+ ){{0,2}}M\d+ \) )?"
    return rf"[{letters}](?P<{name}>\d+) {_ADJECTIVES}"
