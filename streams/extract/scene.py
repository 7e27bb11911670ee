"""A sentence as actors on a stage: who is named, how each is governed, which cues and amounts stand where.

Strategy: names joined by و, commas or brackets become one party; a party knows the preposition before it, whether it is
only the employer in somebody's title, and whether the sentence sets it apart ("بعيدا عن"). Anaphors ("الشركة",
"المشروع") become parties too and are resolved from the sentences before.

The one rule: nothing is decided here. A scene only says what stands where; roles and parties are scored from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from streams.arabic.numerals import Token, tokenise
from streams.arabic.sentences import Sentence
from streams.extract.amounts import Found
from streams.extract.lexicon import LEXICON
from streams.extract.mentions import Hit

PartyKind = Literal["organisation", "project", "person", "unlisted", "the_org", "the_group", "the_project", "the_site"]


@dataclass(frozen=True, slots=True)
class Party:
    """Who is named at text[start:end]. `lead` is where the words that introduce it begin (its noun and preposition).

    `preposition` governs it ("" for none), `noun` is its kind ("شركه"), `title` marks an employer in a title, `apart` one
    that the sentence sets apart from its subject.
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


@dataclass(frozen=True, slots=True)
class Cue:
    """A word or phrase of the lexicon."""

    classes: frozenset[str]
    start: int
    end: int
    word: str


@dataclass(frozen=True, slots=True)
class Scene:
    """One sentence: its parties and cues in order, the indices of its amounts, and its clause boundaries."""

    sentence: Sentence
    parties: tuple[Party, ...]
    cues: tuple[Cue, ...]
    amounts: tuple[int, ...]
    breaks: tuple[tuple[int, float], ...]
    tokens: tuple[Token, ...] = field(repr=False)
    headline: bool = False

    def distance(self, first: int, second: int) -> float:
        """How far apart two places are: characters, more for every clause boundary between them."""
        low, high = sorted((first, second))
        return (high - low) / 60 + sum(weight for at, weight in self.breaks if low <= at < high)

    def cues_between(self, start: int, end: int) -> bool:
        """Whether a cue of money stands within [start, end)."""
        return any(start <= c.start < end and c.classes & _MONEY for c in self.cues)

    def said(self, name: str, start: int, end: int) -> Cue | None:
        """The last cue of that class within [start, end)."""
        return next((c for c in reversed(self.cues) if name in c.classes and start <= c.start and c.end <= end), None)


_MONEY = frozenset(
    ("valuation", "revenue", "aside", "deal", "purchase", "stake", "spend", "invest", "raise", "sell", "loan")
)
_PREPOSITIONS = {
    word: word
    for word in (
        "في",
        "من",
        "الي",
        "مع",
        "علي",
        "عن",
        "بين",
        "عبر",
        "لدي",
        "ضد",
        "لصالح",
        "لدعم",
        "لخدمه",
        "ضمن",
        "تجاه",
    )
} | {
    "لتمويل": "لدعم",
    "لتطوير": "لدعم",
    "لتسريع": "لدعم",
    "لبناء": "لدعم",
    "لانشاء": "لدعم",
    "باسم": "باسم",
    "اطار": "ضمن",
    "بفضل": "من",
}
_GLUED = {"ل": "ل", "لل": "ل", "ب": "ب", "بال": "ب", "ك": "ك"}
_SKIPPED = frozenset("\"'()[]{}")
# What may stand between two names of one list.
_LIST_GAP = re.compile(
    r'[\s"\'()،,*:؛-]*(?:(?:و|وكذلك|وايضا|اضافه الي|بالاضافه الي|الي جانب|فضلا عن|وكل من|و ?كل من|كل من|ثم|او|and|&)[\s"\'(]*)?'
    r"(?:(?:ال)?(?:شركه|شركتي|مجموعه|صندوق|بنك|عملاقه?|شركات|الشركه|الشركات)[\s\"'(]*(?:ال[ء-ي]+\s+)?){0,2}$"
)
# A short description of the one before, as lists of partners have: "أوبن إيه آي مطورة ChatGPT، وسوفت بنك".
_APPOSITION = re.compile(
    r'["\')\s]*(?:،\s*)?(?:ال[ء-ي]+|مطوره?|صانعه?|المدعومه?|عملاق[ء-ي]*|شركه|[ء-ي]+يه)(?:\s+["(]?[ء-يa-z0-9]+[")]?){0,4}["\')\s]*،\s*و?[\s"\'(]*(?:شركه |صندوق |مجموعه |عملاق[ء-ي]* )?$'
)
_ADJECTIVE = re.compile(r'["\')\s]*(?:ال[ء-ي]+)(?:\s+ال[ء-ي]+)?["\')\s]*[،,]?\s*و[\s"\'(]*(?:شركه |صندوق |مجموعه )?$')
_STRONG = frozenset(
    (
        "فيما",
        "بينما",
        "حيث",
        "لكن",
        "ولكن",
        "كما",
        "ثم",
        "غير",
        "الا",
        "اذ",
        "في حين",
        "اما",
        "ومن",
        "وكان",
        "وكانت",
        "وقد",
    )
)
_COMMA, _STRONG_BREAK = 0.5, 1.2


def stage(
    text: str, sentences: Sequence[Sentence], hits: Sequence[Hit], found: Sequence[Found], *, title_end: int
) -> list[Scene]:
    """The scenes of a folded text's sentences, in order; `title_end` is where its headline ends."""
    scenes = []
    at_hit = at_amount = 0
    for sentence in sentences:
        first = at_hit
        while at_hit < len(hits) and hits[at_hit].start < sentence.end:
            at_hit += 1
        first_amount = at_amount
        while at_amount < len(found) and found[at_amount].start < sentence.end:
            at_amount += 1
        indices = tuple(range(first_amount, at_amount))
        scenes.append(_scene(text, sentence, hits[first:at_hit], [found[i] for i in indices], indices, title_end))
    return scenes


def _scene(
    text: str, sentence: Sentence, hits: Sequence[Hit], found: Sequence[Found], indices: tuple[int, ...], title_end: int
) -> Scene:
    tokens = tokenise(text, sentence.start, sentence.end)
    taken = [(hit.start, hit.end) for hit in hits] + [(amount.start, amount.end) for amount in found]
    free = [token for token in tokens if not any(s < token.end and token.start < e for s, e in taken)]
    cues = tuple(_cues(free))
    parties = [_party(text, tokens, hit) for hit in hits]
    parties += _anaphors(text, tokens, cues)
    parties += _described_org(tokens, taken)
    merged = _merge(text, sorted(parties, key=lambda p: p.start))
    parties_of = tuple(_set_apart(merged, cues))
    return Scene(
        sentence,
        parties_of,
        tuple(cue for cue in cues if not any(p.start < cue.start and cue.end <= p.end for p in parties_of)),
        indices,
        tuple(_breaks(tokens, parties_of)),
        tuple(tokens),
        headline=sentence.end <= title_end,
    )


def _cues(tokens: Sequence[Token]) -> Iterator[Cue]:
    words = [token.text for token in tokens]
    at = 0
    while at < len(tokens):
        classes, length = LEXICON.phrases(words[at : at + 4])
        near = length and tokens[at + length - 1].end - tokens[at].start < 40
        if not near:
            classes, length = LEXICON.classes(words[at]), 1
        if classes:
            last = tokens[at + length - 1]
            yield Cue(classes, tokens[at].start, last.end, " ".join(words[at : at + length]))
        at += length if near else 1


def _party(text: str, tokens: Sequence[Token], hit: Hit) -> Party:
    kind: PartyKind = "organisation"
    if hit.kind in {"project", "person"}:
        kind = "project" if hit.kind == "project" else "person"
    party = Party(
        kind, (hit.entity,), hit.start, hit.end, hit.start - len(hit.particles), word=text[hit.start : hit.end]
    )
    return _governed(tokens, party, hit.particles)


def _governed(tokens: Sequence[Token], party: Party, glued: str) -> Party:
    """The party with its preposition, found by walking left over quotes and the noun of its kind."""
    preposition = _GLUED.get(glued.lstrip("وف") if glued not in {"و", "ف"} else "", "")
    at = _index_before(tokens, party.lead)
    noun, lead, title = "", party.lead, False
    while at >= 0 and not preposition:
        word = tokens[at].text
        if word in _SKIPPED:
            at, lead = at - 1, tokens[at].start
            continue
        stripped, particle = _noun_of(word)
        if stripped:
            noun, lead, preposition = stripped, tokens[at].start, _GLUED.get(particle, "")
            at -= 1
            continue
        if word in {"ل", "ب", "ك"}:
            preposition, lead, at = word, tokens[at].start, at - 1
        elif word.removeprefix("و") in _PREPOSITIONS or word in _PREPOSITIONS:
            preposition, lead = _PREPOSITIONS.get(word) or _PREPOSITIONS[word.removeprefix("و")], tokens[at].start
            at -= 1
        break
    if not preposition and not noun:
        noun, preposition, lead = _described(tokens, at, lead)
    title = _in_title(tokens, at, preposition, party.kind)
    return replace(party, preposition=preposition, noun=noun, lead=lead, title=title)


_LONGEST_DESCRIPTION = 3
_NAMED_WITHIN = 8


def _described(tokens: Sequence[Token], at: int, lead: int) -> tuple[str, str, int]:
    """The kind noun further left: over its definite description ("مع عملاق قواعد البيانات X"), or over "تسمى"."""
    naming = at >= 0 and "naming" in LEXICON.classes(tokens[at].text)
    reach = _NAMED_WITHIN if naming else _LONGEST_DESCRIPTION
    if not naming and (at < 0 or not tokens[at].text.startswith("ال")):
        return "", "", lead
    for back in range(1, reach + 1):
        if at - back < 0 or not tokens[at - back].text[0].isalpha():
            break
        noun, particle = _noun_of(tokens[at - back].text)
        if noun:
            before = tokens[at - back - 1].text.removeprefix("و") if at - back > 0 else ""
            preposition = _GLUED.get(particle, "") or _PREPOSITIONS.get(before, "")
            return noun, preposition, tokens[at - back].start
        if tokens[at - back].text in _PREPOSITIONS and not naming:
            break
    return "", "", lead


def _index_before(tokens: Sequence[Token], place: int) -> int:
    """The index of the last token that ends at or before `place`."""
    low, high = 0, len(tokens)
    while low < high:
        middle = (low + high) // 2
        if tokens[middle].end <= place:
            low = middle + 1
        else:
            high = middle
    return low - 1


def _noun_of(word: str) -> tuple[str, str]:
    """The kind noun in a word and the particle before it; empty when it is none."""
    classes = LEXICON.classes(word)
    if not classes & {"org_noun", "project_noun"}:
        return "", ""
    for particle in ("لل", "بال", "ل", "ب", "ك"):
        bare = word.removeprefix("و").removeprefix("ف")
        if bare.startswith(particle) and LEXICON.classes(bare[len(particle) :]) & {"org_noun", "project_noun"}:
            return bare[len(particle) :], particle
    return word, ""


_TITLE_WINDOW = 5


def _in_title(tokens: Sequence[Token], at: int, preposition: str, kind: PartyKind) -> bool:
    """Whether a title stands right before: "الرئيس التنفيذي لـ…", "مؤسس …"."""
    if kind != "organisation" or preposition not in {"", "ل", "من"}:
        return False
    words = [token.text for token in tokens[max(0, at - _TITLE_WINDOW) : at + 1]]
    for begin in range(len(words)):
        classes, length = LEXICON.phrases(words[begin:])
        if "title" in classes and begin + length == len(words):
            return True
    return bool(words) and "title" in LEXICON.classes(words[-1])


def _anaphors(text: str, tokens: Sequence[Token], cues: Sequence[Cue]) -> Iterator[Party]:
    for cue in cues:
        kinds = cue.classes & {"the_org", "the_group", "the_project", "the_site"}
        if not kinds:
            continue
        kind: PartyKind = "the_org"
        for name in ("the_group", "the_project", "the_site"):
            if name in kinds:
                kind = name  # type: ignore[assignment]
        bare = cue.word.removeprefix("و").removeprefix("ف")
        glued = next((p for p in ("لل", "بال", "ب", "ل") if bare.startswith(p) and len(bare) - len(p) > 3), "")
        party = Party(kind, (), cue.start, cue.end, cue.start, word=cue.word)
        yield _governed(tokens, party, glued)


def _described_org(tokens: Sequence[Token], taken: Sequence[tuple[int, int]]) -> Iterator[Party]:
    """ "شركة الاستثمار اليابانية": a company told by what it is, with no name after it."""
    for at, token in enumerate(tokens):
        noun, particle = _noun_of(token.text)
        if noun not in {"شركه", "عملاق"}:
            continue
        after = at + 1
        while after < len(tokens) and after - at <= _LONGEST_DESCRIPTION and tokens[after].text.startswith("ال"):
            after += 1
        named = after < len(tokens) and (
            tokens[after].text in _SKIPPED or any(s <= tokens[after].start < e for s, e in taken)
        )
        if after == at + 1 or named:
            continue
        party = Party("the_org", (), token.start, tokens[after - 1].end, token.start, word=token.text)
        yield _governed(tokens, party, particle)


def _merge(text: str, parties: Sequence[Party]) -> list[Party]:
    """Neighbours of one list, or a name and its gloss, as one party; a person after an employer takes its place."""
    merged: list[Party] = []
    for party in parties:
        last = merged[-1] if merged else None
        joined = _joined(text, last, party) if last else None
        if joined:
            merged[-1] = joined
        else:
            merged.append(party)
    return merged


def _joined(text: str, last: Party, party: Party) -> Party | None:
    gap = text[last.end : party.start]
    same_kind = last.kind == party.kind and party.kind in {"organisation", "project"}
    if party.kind == "person" and last.title and len(gap) < 40 and set(party.entities) <= set(last.entities):
        return replace(party, lead=last.lead, preposition="", start=last.start)
    if last.kind == "person" and party.title and len(gap) < 45 and set(party.entities) <= set(last.entities):
        return replace(last, end=party.end)
    if not same_kind or last.title:
        return None
    if party.entities == last.entities and re.fullmatch(r'[\s"\'*]*[(\[][\s"\']*', gap):
        return replace(last, end=party.end)
    listed = _LIST_GAP.fullmatch(gap) or (len(gap) < 60 and (_APPOSITION.fullmatch(gap) or _ADJECTIVE.fullmatch(gap)))
    if not listed or party.kind == "project" or not gap.strip(" "):
        return None
    return replace(last, end=party.end, entities=tuple(dict.fromkeys(last.entities + party.entities)))


def _set_apart(parties: Sequence[Party], cues: Sequence[Cue]) -> Iterator[Party]:
    """Mark the parties that follow "بعيدا عن", and those that a sentence names only to go beyond them."""
    for party in parties:
        near = [cue for cue in cues if cue.end <= party.start and party.lead - cue.end < 12]
        apart = any("excludes" in cue.classes for cue in near)
        beside = any("beside" in cue.classes and not any(p.end <= cue.start for p in parties) for cue in near)
        yield replace(party, apart=True) if apart or beside else party


def _breaks(tokens: Sequence[Token], parties: Sequence[Party]) -> Iterator[tuple[int, float]]:
    """Where clauses end, and how much each end weighs; a list of names has none."""
    for at, token in enumerate(tokens):
        if any(party.start <= token.start < party.end for party in parties):
            continue
        following = tokens[at + 1].text if at + 1 < len(tokens) else ""
        if token.text in "،,":
            relative = following in {"الذي", "التي", "وهو", "وهي", "والذي", "والتي"}
            yield token.start, 0.2 if relative else _COMMA
        elif token.text in "؛:" or token.text in _STRONG:
            yield token.start, _STRONG_BREAK
