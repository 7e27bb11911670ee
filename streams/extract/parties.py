"""The parties of a sentence: names, the names they are listed with, and the words that stand for them.

Strategy: names joined by و, commas or brackets become one party; a party knows the preposition before it, whether it is
only the employer in somebody's title, and whether the sentence sets it apart ("بعيدا عن"). Anaphors ("الشركة",
"المشروع") become parties too and are resolved from the sentences before.
"""

# ruff: noqa: RUF001 (Arabic letters are the data here)

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache

from msgspec.structs import replace

from streams.arabic.fold import Folded
from streams.arabic.tokens import Token
from streams.extract.discovery import listed, unlisted
from streams.extract.mentions import Hit
from streams.extract.scene import Cue, Party, PartyKind
from streams.extract.words import LEXICON

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
    r'[\s"\'()،,*:؛-]*(?:(?:و|وكذلك|وايضا|اضافه الي|بالاضافه الي|الي جانب|فضلا عن|و? ?كل من|ثم|او|and|&)[\s"\'(]*)?'
    r"(?:(?:ال)?(?:شركه|شركتي|مجموعه|صندوق|صناديق|بنك|عملاقه?|شركات|الشركه|الشركات)[\s\"'(]*(?:ال[ء-ي]+\s+)?){0,2}$"
)
# A short description of the one before, as lists of partners have: "أوبن إيه آي مطورة ChatGPT، وسوفت بنك".
# A noun of their kind alone joins nobody: "منحت X شركة Y قرضا".
_NO_JOINT = re.compile(r"[\s\"']*(?:(?:ال)?(?:شركه|مجموعه|صندوق|بنك|عملاقه?)[\s\"']*)+$")
_APPOSITION = re.compile(
    r'["\')\s]*(?:،\s*)?(?:ال[ء-ي]+|مطوره?|صانعه?|المدعومه?|عملاق[ء-ي]*|شركه|[ء-ي]+يه)(?:\s+["(]?[ء-يa-z0-9]+[")]?){0,4}'
    r'["\')\s]*،\s*و?[\s"\'(]*(?:شركه |صندوق |مجموعه |عملاق[ء-ي]* )?$'
)
_ADJECTIVE = re.compile(r'["\')\s]*(?:ال[ء-ي]+)(?:\s+ال[ء-ي]+)?["\')\s]*[،,]?\s*و[\s"\'(]*(?:شركه |صندوق |مجموعه )?$')


# Characters: of a word's stem, between an employer and its man, of an apposition, up to a word that sets apart.
_SHORT, _TITLE_GAP, _APPOSED, _NEAR = 3, 45, 60, 12


def find_parties(
    folded: Folded, tokens: Sequence[Token], hits: Sequence[Hit], cues: Sequence[Cue]
) -> tuple[Party, ...]:
    """The parties of one sentence, in order."""
    parties = [_party(folded.text, tokens, hit) for hit in hits]
    parties += [_governed(tokens, party, particle) for party, particle in unlisted(folded, tokens, parties)]
    place = (tokens[0].start, tokens[-1].end) if tokens else (0, 0)
    parties += [_governed(tokens, party, "") for party in listed(folded, place, parties)]
    taken = [(party.start, party.end) for party in parties]
    parties += _anaphors(tokens, cues, taken)
    parties += _described_org(tokens, taken)
    merged = _merge(folded.text, sorted(parties, key=lambda party: party.start))
    return tuple(_set_apart(merged, cues))


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
    return bisect_right(tokens, place, key=_end) - 1


def _end(token: Token) -> int:
    return token.end


@lru_cache(maxsize=50_000)
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


_ANAPHORS: tuple[PartyKind, ...] = ("the_site", "the_project", "the_group")


def _anaphors(tokens: Sequence[Token], cues: Sequence[Cue], taken: Sequence[tuple[int, int]]) -> Iterator[Party]:
    """The words that stand for a party named before."""
    for cue in cues:
        kinds = cue.classes & {"the_org", "the_group", "the_project", "the_site"}
        if not kinds or any(start <= cue.start < end for start, end in taken):
            continue
        if cue.word.endswith(_ORDINALS) and _adjective(tokens, cue):
            continue
        kind: PartyKind = next((each for each in _ANAPHORS if each in kinds), "the_org")
        bare = cue.word.removeprefix("و").removeprefix("ف")
        glued = next((p for p in ("لل", "بال", "ب", "ل") if bare.startswith(p) and len(bare) - len(p) > _SHORT), "")
        party = Party(kind, (), cue.start, cue.end, cue.start, word=cue.word)
        yield _governed(tokens, party, glued)


_ORDINALS = ("اولي", "ثانيه", "اخيره")
_OF_A_NOUN = ("ها", "هم", "هما")
_STAGE = re.compile("[وفبلك]?(?:مرحل|دفع|شريح|جول|حزم)(?:ه|ته|تي)")


def _adjective(tokens: Sequence[Token], cue: Cue) -> bool:
    """Whether "الأولى", "الثانية", "الأخيرة" only tell more of the noun before ("المرحلة الأولى", "جولتها الأخيرة")."""
    at = _index_before(tokens, cue.start)
    before = tokens[at].text if at >= 0 else ""
    after = tokens[at + 2].text if at + 2 < len(tokens) else ""
    definite = re.match("[وفبك]?(?:ال|لل)", before) is not None or before.endswith(_OF_A_NOUN)
    definite = definite or _STAGE.fullmatch(before) is not None
    counts = after in {"من", "عشره"} and not cue.word.endswith("اخيره")  # "انسحبت الأخيرة من" is who left
    return (definite and before not in _PREPOSITIONS) or counts or not before


def _described_org(tokens: Sequence[Token], taken: Sequence[tuple[int, int]]) -> Iterator[Party]:
    """A company by what it is ("شركة الاستثمار اليابانية"), with no name after it."""
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


_COMPANIES: frozenset[PartyKind] = frozenset(("organisation", "unlisted"))


def _joined(text: str, last: Party, party: Party) -> Party | None:
    gap = text[last.end : party.start]
    same_kind = {last.kind, party.kind} <= _COMPANIES or last.kind == party.kind == "project"
    if party.kind == "person" and last.title and len(gap) < _TITLE_GAP and set(party.entities) <= set(last.entities):
        return replace(party, lead=last.lead, preposition="", start=last.start)
    if last.kind == "person" and party.title and len(gap) < _TITLE_GAP and set(party.entities) <= set(last.entities):
        return replace(last, end=party.end)
    if _NAMED_BY.get(last.kind) == party.kind and _called(last, gap):
        return replace(party, lead=last.lead, preposition=last.preposition)
    if not same_kind or last.title:
        return None
    if party.entities == last.entities and re.fullmatch(r'[\s"\'*]*[(\[][\s"\']*', gap):
        return replace(last, end=party.end)
    listed = _LIST_GAP.fullmatch(gap) or (
        len(gap) < _APPOSED and (_APPOSITION.fullmatch(gap) or _ADJECTIVE.fullmatch(gap))
    )
    if not listed or party.kind == "project" or not gap.strip(" ") or _NO_JOINT.fullmatch(gap):
        return None
    together = tuple(dict.fromkeys(last.entities + party.entities))
    return replace(last, kind="organisation", end=party.end, entities=together)


# What stands for a party, and whose name may follow it: "المشروع المسمى X", "المجموعة اليابانية X".
_NAMED_BY: dict[PartyKind, PartyKind] = {"the_project": "project", "the_site": "project", "the_org": "organisation"}
_CALLED = re.compile(r"[\s،]*(?:ال[ء-ي]+\s+){0,2}(?:(?:المسمي|المعروف|الملقب)ه?\s+)?(?:[بل]?(?:اسم|مشروع)\s+)?[\"'(]*")
_OF_A_COUNTRY = re.compile(r"\s*ال[ء-ي]+يه?\s+(?:ال[ء-ي]+\s+)?[\"'(]*")


def _called(last: Party, gap: str) -> bool:
    """Whether the gap between what stands for a party and a name makes the name its own."""
    if len(gap) >= _TITLE_GAP:
        return False
    pattern = _OF_A_COUNTRY if last.kind == "the_org" else _CALLED
    return pattern.fullmatch(gap) is not None and last.word.lstrip("وفبل").startswith(("ال", "ل"))


def _set_apart(parties: Sequence[Party], cues: Sequence[Cue]) -> Iterator[Party]:
    """Mark the parties that follow "بعيدا عن", and those that a sentence names only to go beyond them."""
    for party in parties:
        near = [cue for cue in cues if cue.end <= party.start and party.lead - cue.end < _NEAR]
        apart = any("excludes" in cue.classes for cue in near)
        beside = any("beside" in cue.classes and not any(p.end <= cue.start for p in parties) for cue in near)
        yield replace(party, apart=True) if apart or beside else party
