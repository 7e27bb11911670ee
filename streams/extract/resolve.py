"""Who "the company", "both" and "the project" are: anaphors resolved from the sentences before.

The one rule: an anaphor takes the nearest fitting antecedent that is a subject, never one that a preposition governs;
without one it stays empty, and an empty party fills no slot.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec
from msgspec.structs import replace

from streams.extract.countries import country_of
from streams.extract.scene import PROJECTS, Party, Scene
from streams.extract.watched import Known
from streams.records import Role

_GOVERNED = frozenset(("في", "الي", "مع", "علي", "عن", "ل", "لدعم", "لصالح", "لخدمه"))
_FAR = 4  # sentences back that an antecedent may stand
_FUND = "الصندوق"


class Resolved(msgspec.Struct, frozen=True):
    """A scene whose anaphors have their entities, with what the text was about before it.

    `project` is the project named last, `project_age` how many sentences ago (0: in this one); `subject` the last
    subject, `group` the last list of payers; `topic` the project that the text names most. `question` is the project
    in question: what a bare "the cost" is of, where no other undertaking came up since the text named it. `answers` is
    what the question before this sentence asked for. `times` is how often the text names any project, `opens` how soon
    ("first", "soon", "late"); `recent` are the organisations of the last sentences, each with how long ago.
    """

    scene: Scene
    project: str | None
    project_age: int
    subject: tuple[str, ...]
    group: tuple[str, ...]
    topic: str | None = None
    question: str | None = None
    answers: Role | None = None
    times: int = 0
    opens: str = ""
    recent: tuple[tuple[int, tuple[str, ...]], ...] = ()


def resolve(scenes: Sequence[Scene], known: Known) -> list[Resolved]:
    """The scenes with their anaphors resolved."""
    resolved: list[Resolved] = []
    counts: dict[str, int] = {}
    for scene in scenes:
        for party in scene.parties:
            if party.kind == "project":
                counts[party.entities[0]] = counts.get(party.entities[0], 0) + 1
    topic = max(counts, key=lambda each: counts[each]) if counts else None
    question: str | None = None
    opens = _opens(scenes)
    for at, scene in enumerate(scenes):
        before = [each.scene for each in resolved[max(0, at - _FAR) :]]
        parties: list[Party] = []
        for number, party in enumerate(scene.parties):
            apposed = _apposed(scene, party, scene.parties[number + 1 :])
            parties.append(
                replace(party, entities=apposed)
                if apposed
                else _resolved(party, parties, before, scene, question, known)
            )
        now = replace(scene, parties=tuple(parties))
        project, age = _project(now, before)
        answers = scenes[at - 1].asks if at else None
        resolved.append(
            Resolved(
                now,
                project,
                age,
                subject_of(before),
                _group(before),
                topic,
                question,
                answers,
                sum(counts.values()),
                opens,
                tuple(_recent(before)),
            )
        )
        question = _in_question(now, question)
    return resolved


_EARLY, _RECENT = 2, 2  # sentences


def _recent(before: Sequence[Scene]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Whom each of the last sentences named, with how many sentences ago."""
    for age, scene in enumerate(reversed(before[-_RECENT:]), 1):
        yield age, tuple(dict.fromkeys(e for p in scene.parties if p.kind == "organisation" for e in p.entities))


def _opens(scenes: Sequence[Scene]) -> str:
    """How soon a project is named: in the first sentence, soon, or late."""
    named = (at for at, scene in enumerate(scenes) if any(p.kind == "project" for p in scene.parties))
    first = next(named, len(scenes))
    return "first" if first == 0 else "soon" if first <= _EARLY else "late"


def _in_question(scene: Scene, question: str | None) -> str | None:
    """The project in question after a sentence."""
    named = [p for p in scene.parties if p.kind in PROJECTS and p.entities]
    if named:
        own = [p for p in named if not p.apart]
        parts = [p for p in own if p.preposition not in {"ضمن", "من"}] or own  # what it is part of is not meant
        return parts[-1].entities[0] if parts else question
    undertaken = scene.undertaking or any(token.text in _UNDERTAKINGS for token in scene.tokens)
    return None if undertaken else question


# Indefinite, and with no project named in their sentence: another undertaking, which "the project" may then mean.
_UNDERTAKINGS = frozenset(
    (
        "مشروع",
        "مشروعا",
        "مجمع",
        "مجمعا",
        "مركز",
        "مركزا",
        "منشاه",
        "مصنع",
        "مصنعا",
        "حرم",
        "حرما",
        "محطه",
        "مبادره",
    )
)


def _apposed(scene: Scene, party: Party, following: Sequence[Party]) -> tuple[str, ...]:
    """Whom an anaphor is said to be right after it: "مجموعته، X، …"."""
    if party.kind != "the_org" or not following or not _names_org(following[0]) or following[0].preposition:
        return ()
    between = [token.text for token in scene.tokens if party.end <= token.start < following[0].lead]
    after = next(
        (token.text for token in scene.tokens if token.start >= following[0].end and token.text not in _QUOTES), ""
    )
    return following[0].entities if between in (["،"], ["،", '"']) and after == "،" else ()


_QUOTES = frozenset("\"'")
_ORDINALS = {"الاولي": 0, "الاول": 0, "الثانيه": 1, "الثاني": 1, "الثالثه": 2}


def _ordinal(word: str) -> int:
    """Which of those named before "الأولى", "الثانية" mean; -1 for another word."""
    bare = re.sub("^[وف]?(?:لل|بال)", "ال", word).removeprefix("و").removeprefix("ف")
    return _ORDINALS.get(bare, -1)


def _listed_before(earlier: Sequence[Party], before: Sequence[Scene]) -> tuple[str, ...]:
    """The organisations of the nearest sentence that names several, in their order."""
    for parties in (earlier, *(scene.parties for scene in reversed(before))):
        named = dict.fromkeys(e for p in parties if _names_org(p) or p.kind == "the_org" for e in p.entities)
        if len(named) > 1:
            return tuple(named)
    return ()


def _two_of(earlier: Sequence[Party], before: Sequence[Scene]) -> tuple[str, ...]:
    """Whom "the two companies" mean where no list names them: the only two that this sentence and the last name."""
    parties = (*(before[-1].parties if before else ()), *earlier)
    named = tuple(dict.fromkeys(e for p in parties if _names_org(p) or p.kind == "the_org" for e in p.entities))
    return named if len(named) == _TWO else ()


_TWO = 2


def _by_country(word: str, earlier: Sequence[Party], before: Sequence[Scene], known: Known) -> tuple[str, ...]:
    """Whom "المجموعة اليابانية" means: the organisation of that country that was named last."""
    for party in _backwards(earlier, before):
        for entity in reversed(party.entities) if _names_org(party) or party.kind == "the_org" else ():
            if known.countries.get(entity) == word:
                return (entity,)
    return ()


def _resolved(  # noqa: PLR0913, PLR0917 (a party and all that stands before it)
    party: Party,
    earlier: Sequence[Party],
    before: Sequence[Scene],
    scene: Scene,
    question: str | None,
    known: Known,
) -> Party:
    if party.entities:
        return party
    if party.kind == "the_group":
        together = next((p.entities for p in _backwards(earlier, before) if len(p.entities) > 1), ())
        return replace(party, entities=together or _two_of(earlier, before))
    if party.kind in {"the_project", "the_site"}:
        return replace(party, entities=_meant(party, earlier, before, scene, question, known))
    described = _described(party, earlier, before, known, scene)
    return replace(party, entities=_nearest(party, earlier, before, scene) if described is None else described)


def _described(
    party: Party, earlier: Sequence[Party], before: Sequence[Scene], known: Known, scene: Scene
) -> tuple[str, ...] | None:
    """Whom a company means that is told apart: the fund, that of a country, the first, the last; None for no such."""
    if _FUND in party.word:
        fund = next((p.entities for p in _backwards(earlier, before) if known.funds & set(p.entities)), ())
        if fund:
            return tuple(e for e in fund if e in known.funds)
    country = _country_of(scene, party)
    if country:
        return _by_country(country, earlier, before, known)
    place = _ordinal(party.word)
    if place >= 0:
        return _listed_before(earlier, before)[place : place + 1]
    if "اخيره" in party.word:
        return next((p.entities[-1:] for p in _backwards(earlier, before) if _names_org(p)), ())
    return None


def _nearest(party: Party, earlier: Sequence[Party], before: Sequence[Scene], scene: Scene) -> tuple[str, ...]:
    """The nearest subject, in the sentence or before it; no clause's object is its own subject."""
    here = next((p for p in reversed(earlier) if _names_org(p) and _can_be_subject(p)), None)
    told = subject_of(before)[:1]
    if here and told and party.preposition in _OBJECTS and not here.title and told != here.entities[:1]:
        clause = (token.text for token in scene.tokens if here.end <= token.start < party.start)
        here = here if _CLAUSES & set(clause) else None
    if here and len(here.entities) == 1:
        return here.entities
    # "مصدر في X … الشركة": the only one that the sentence named, where nobody is a subject.
    only = {p.entities for p in earlier if p.kind == "organisation"}
    return told or (next(iter(only)) if len(only) == 1 else ())[:1]


_OBJECTS = frozenset(("في", "من", "مع", "علي", "الي", "ل"))
_CLAUSES = frozenset(("ان", "بان", "انها", "انه", "بانها", "التي", "الذي"))


def _country_of(scene: Scene, party: Party) -> str:
    """The country whose adjective follows "المجموعة", "الشركة" or stands in the party itself; "" for none."""
    words = [token.text for token in scene.tokens if party.start <= token.start][:_DESCRIBING]
    return next((country for word in words if (country := country_of(word))), "")


_DESCRIBING = 3


def _meant(  # noqa: PLR0913, PLR0917 (a party and all that stands around it)
    party: Party,
    earlier: Sequence[Party],
    before: Sequence[Scene],
    scene: Scene,
    question: str | None,
    known: Known,
) -> tuple[str, ...]:
    """The project that "the project" or "the site" stands for: one named in the sentence, else the one in question."""
    here = next((p.entities for p in reversed(earlier) if p.kind == "project"), ())
    meant = here or ((question,) if question else ())
    if party.kind == "the_project":
        return meant or _named_later(party, scene)
    if meant and meant[0] in known.parent_of:
        return meant
    # Of a project with many sites "the site" is one that the text said to be part of it.
    said = any(_has_part(scene) for scene in before)
    return next((p.entities for p in _backwards(earlier, before) if p.kind == "project"), ()) if said else ()


def _named_later(party: Party, scene: Scene) -> tuple[str, ...]:
    """The only project that the sentence names after it: "كلفة المشروع، الذي يحمل اسم X، …"."""
    later = {p.entities for p in scene.parties if p.kind == "project" and p.start > party.start}
    return next(iter(later)) if len(later) == 1 else ()


def _has_part(scene: Scene) -> bool:
    """Whether the sentence says that something is part of a project: only then is "the site" the project's."""
    return any(p.kind == "project" for p in scene.parties) and any(
        t.text.startswith(("جزء", "ضمن")) for t in scene.tokens
    )


def _names_org(party: Party) -> bool:
    return party.kind in {"organisation", "person"} and bool(party.entities)


def _can_be_subject(party: Party) -> bool:
    return (party.title or party.preposition not in _GOVERNED) and not party.apart


def _backwards(earlier: Sequence[Party], before: Sequence[Scene]) -> Iterator[Party]:
    yield from reversed(earlier)
    for scene in reversed(before):
        yield from reversed(scene.parties)


def subject_of(before: Sequence[Scene]) -> tuple[str, ...]:
    """The last subject: the first party of the nearest sentence that has one which no preposition governs."""
    for scene in reversed(before):
        fitting = [p for p in scene.parties if p.payer and p.entities and _can_be_subject(p)]
        plain = [p for p in fitting if not p.preposition and not p.title] or fitting
        if plain:
            return plain[0].entities
    return ()


def _group(before: Sequence[Scene]) -> tuple[str, ...]:
    for scene in reversed(before):
        for party in reversed(scene.parties):
            if party.payer and len(party.entities) > 1:
                return party.entities
    return ()


def _project(scene: Scene, before: Sequence[Scene]) -> tuple[str | None, int]:
    """The project in question, and how many sentences ago it was named."""
    for age, each in enumerate((scene, *reversed(before))):
        if each.projects:
            return each.projects[-1].entities[0], age
    return None, _FAR + 1
