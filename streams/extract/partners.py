"""Who takes part in which project, by this text, and who leaves it.

Strategy: every organisation of a sentence that speaks of a project is scored by the signs of taking part that it
shows: a word of partnership that governs it, a verb of building or supplying with it as subject, an investment into
the project. Signs are patterns with a weight and a name; the best one counts, and the members of a list share it.

The one rule: standing in one sentence with a project is no sign at all.
"""

# ruff: noqa: RUF001 (Arabic letters and signs are the data here)

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from streams.extract.ahead import linked
from streams.extract.discovery import UNLISTED
from streams.extract.resolve import Resolved
from streams.extract.scene import Cue, Party, Scene
from streams.extract.setting import Judged
from streams.extract.skeleton import Skeleton
from streams.extract.slots import payer_of, target_of
from streams.extract.taking_part import SUBJECT, aside_from_project, conditional, taken
from streams.records import Polarity


@dataclass(frozen=True, slots=True)
class Part:
    """An organisation's part in a project, as one sentence tells it."""

    organisation: str
    project: str
    polarity: Polarity
    score: float
    rule: str


_NEEDS = 1.5
_CARRIED = 0.85  # a sign in a sentence that only goes on about the project
_CARRIED_AGE = 2
_GOVERNS, _SUBJECT, _LISTED = 30, 22, 60
_RIGHT_AFTER = 8
_NEGATIONS = frozenset(("لا", "لم", "لن", "ليس", "ليست", "ولم", "ولا", "دون", "عدم", "وليس", "وليست", "ولن"))

Sign = Callable[[Resolved, Party, str], "tuple[float, str] | None"]


def parts_of(
    view: Resolved, following: Resolved | None, judged: Sequence[Judged], skeleton: Skeleton, about: str | None
) -> Iterator[Part]:
    """Who takes part in a project by this sentence; `judged` are its amounts, `skeleton` its line.

    `about` is the project that the text speaks of, however far from this sentence.
    """
    project, weight = _project_of(view)
    site_of = following and linked(following)
    if site_of:
        yield from _dealt(site_of, judged)
    if project is None:
        if about:
            yield from _constructed(view, about, _CARRIED, skeleton, about)
        return
    told = list(_constructed(view, project, weight, skeleton, about))
    yield from told
    unsure = {(part.organisation, part.project) for part in told if part.polarity != "affirmed"}
    leavers = any(part.polarity == "denied" for part in told)
    for part in _signed(view, project, weight, skeleton):
        if (part.organisation, project) not in unsure and not (leavers and part.polarity == "denied"):
            yield part
    yield from _paid(view, project, judged)


def _signed(view: Resolved, project: str, weight: float, skeleton: Skeleton) -> Iterator[Part]:
    """What the signs of single words say of each party."""
    listed: tuple[int, float, str] | None = None
    line = skeleton.line
    if view.project_age and _anothers(view.scene):
        return
    for at, party in enumerate(view.scene.parties):
        if conditional(line) or aside_from_project(line, at):
            continue
        if (
            party.kind not in {"organisation", "person", "unlisted"}
            or party.apart
            or (party.title and not view.scene.parties)
        ):
            continue
        score, rule = _best(view, party, project)
        if listed and score < _NEEDS and _goes_on(view.scene, listed[0], party):
            score, rule = listed[1] - 0.1, listed[2]
        if score * weight < _NEEDS * _CARRIED:
            continue
        listed = (party.end, score, rule)
        if _says_no(view.scene, party):
            continue
        polarity = _polarity(view.scene, party)
        yield from (Part(each, project, polarity, score * weight, rule) for each in party.entities if each != UNLISTED)


def _constructed(view: Resolved, project: str, weight: float, skeleton: Skeleton, about: str | None) -> Iterator[Part]:
    """What the table of constructions finds."""
    elsewhere = bool(view.project_age) and (about is None or _anothers(view.scene))
    for each in taken(skeleton):
        named = view.scene.parties[each.project].entities if each.project is not None else ()
        sure = 1.0 if each.project is not None else weight
        to = named[0] if named else project
        if each.project is None and (view.project_age > each.reach or elsewhere):
            continue
        entities = view.subject if each.party == SUBJECT else view.scene.parties[each.party].entities
        for one in _named(*(entities[-1:] if each.alone else entities)):
            yield Part(one, to, each.polarity, each.weight * sure, each.name)


_UNDERTAKING_NOUNS = frozenset(("مشروع", "مجمع", "مركز", "منشاه", "موقع", "مبادره", "برنامج", "حرم"))


def _anothers(scene: Scene) -> bool:
    """Whether the sentence speaks of another company's undertaking ("مجمع ميتا")."""
    return any(p.noun in _UNDERTAKING_NOUNS and p.kind in {"organisation", "unlisted"} for p in scene.parties)


def _project_of(view: Resolved) -> tuple[str | None, float]:
    """The project that the sentence speaks of, and how much a sign in it weighs."""
    named = [p for p in view.scene.parties if p.kind in {"project", "the_project"} and p.entities and not p.apart]
    if named:
        sites = [p for p in named if p.entities[0] != view.topic]
        return (sites or named)[0].entities[0], 1.0
    if view.project and view.project_age <= _CARRIED_AGE:
        return view.project, _CARRIED
    return None, 0.0


def _best(view: Resolved, party: Party, project: str) -> tuple[float, str]:
    found = [sign for pattern in _SIGNS if (sign := pattern(view, party, project)) is not None]
    return max(found, default=(0.0, "no sign"))


def _cue_before(scene: Scene, name: str, party: Party, reach: int) -> Cue | None:
    """The nearest cue of that class before the party, if no other party and no clause end stands between."""
    cue = scene.said(name, max(scene.sentence.start, party.lead - reach - 12), party.lead)
    if cue is None or party.lead - cue.end > reach:
        return None
    between = [
        p for p in scene.parties if cue.end <= p.start and p.end <= party.lead and p.kind in {"organisation", "person"}
    ]
    return None if between else cue


def _governed(view: Resolved, party: Party, project: str) -> tuple[float, str] | None:
    """As in "بالشراكة مع X", "يضم X", "المشترك بين X وY", "شركاء من بينهم X"."""
    cue = _cue_before(view.scene, "partnership", party, _GOVERNS)
    if cue is None or _of_another(cue) or party.kind == "person" or party.title:
        return None
    if "شريك" in cue.word and not party.preposition:
        return None
    return 2.0, "named as a partner"


def _of_another(cue: Cue) -> bool:
    """Whether the partner is somebody's own ("شريكتها مايكروسوفت", "شريكة أنثروبيك"), not the project's."""
    word = cue.word.lstrip("وبل")
    return word.startswith("شريك") and word not in {"شريك", "شريكا"}


def _companion(view: Resolved, party: Party, project: str) -> tuple[float, str] | None:
    """As in "تتعاون X … مع Y", "أطلقتها X مع Y": who does it together with the subject."""
    scene = view.scene
    beside = scene.said("beside", max(scene.sentence.start, party.lead - 20), party.lead)
    if not (party.preposition == "مع" or beside) or party.kind == "person":
        return None
    near = max(scene.sentence.start, party.lead - _LISTED)
    if view.project_age and any(cue.classes & _OTHER_DEALS for cue in scene.cues):
        return None
    for name in ("partnership", "launch"):
        cue = scene.said(name, near, party.lead)
        if cue and not _of_another(cue) and _subject_between(scene, cue, party):
            return 1.7, "together with a partner"
    return None


_OTHER_DEALS = frozenset(("stake", "purchase", "sell", "valuation"))


def _subject_between(scene: Scene, cue: Cue, party: Party) -> bool:
    return any(
        cue.end <= p.lead and p.end <= party.lead and p.lead - cue.end <= _SUBJECT and p.payer for p in scene.parties
    )


def _founder(view: Resolved, party: Party, project: str) -> tuple[float, str] | None:
    """As in "أطلقتها X", "أعلنت X إطلاق مشروع P": who launches, announces or bets on its own project."""
    scene = view.scene
    cue = _cue_before(scene, "launch", party, _SUBJECT)
    target = next((p for p in scene.parties if p.kind in {"project", "the_project"} and p.entities), None)
    if cue is None or target is None or party.preposition not in {"", "من"} or party.title or party.kind == "person":
        return None
    if cue.word.endswith(("ها", "ه")) and target.end <= cue.start:
        return 1.9, "its founder"
    between = scene.said("launch", party.end, target.lead) or scene.said("builder", party.end, target.lead)
    owned = target.noun.endswith(("ها", "ه")) and target.noun not in {"مبادره", "منصه", "منشاه", "مجموعه"}
    if target.start > party.end and (between or owned or target.preposition in {"ل", "علي"}):
        return 1.7, "its founder"
    return None


def _agreed_between(view: Resolved, party: Party, project: str) -> tuple[float, str] | None:
    """As in "المشروع الذي أعلن عنه بين X وY": the two that it is between."""
    if party.preposition != "بين" or not party.entities[1:]:
        return None
    cue = _cue_before(view.scene, "launch", party, _SUBJECT)
    named = any(p.kind in {"project", "the_project"} and cue and p.end <= cue.start for p in view.scene.parties)
    return (1.8, "agreed between them") if named else None


def _builds(view: Resolved, party: Party, project: str) -> tuple[float, str] | None:
    """As in "ستبني X", "وتوفر X", "التنفيذ عبر شركة X", "تطوره X": who builds, runs or supplies."""
    after = (c for c in view.scene.cues if "builder" in c.classes and 0 <= c.start - party.end <= _RIGHT_AFTER)
    cue = _cue_before(view.scene, "builder", party, _SUBJECT) or next(after, None)
    if cue is None or party.kind == "person" or party.title or party.preposition not in {"", "عبر", "علي"}:
        return None
    if view.project_age and (_opens_another(view.scene, max(cue.end, party.end)) or _for_another(view.scene, party)):
        return None
    return 1.8, "builds or supplies"


def _for_another(scene: Scene, party: Party) -> bool:
    """Whether what is built or supplied goes to another company ("توفر X لشركة Y المعالجات")."""
    following = next((p for p in scene.parties if p.start >= party.end), None)
    return following is not None and following.preposition in {"ل", "الي"} and following.lead - party.end <= _SUBJECT


_INDEFINITE = frozenset(("مراكز", "مركز", "مجمعات", "مصانع", "منشات", "محطات"))
_ACCUSATIVE = 4  # letters of the shortest noun that ends in ا


def _opens_another(scene: Scene, place: int) -> bool:
    """Whether what is built or supplied is indefinite ("مجمعا"): then it is another matter than the project."""
    word = next((token.text for token in scene.tokens if token.start >= place and token.text not in "\"')"), "")
    return word in _INDEFINITE or (word.endswith("ا") and len(word) > _ACCUSATIVE and not word.startswith("ال"))


def _backs(view: Resolved, party: Party, project: str) -> tuple[float, str] | None:
    """As in "شركات مثل X وY تساند المشروع", "X شريك رئيس", "X، الشريك في مشروع P"."""
    scene = view.scene
    after = next(
        (c for c in scene.cues if "partnership" in c.classes and 0 <= c.start - party.end <= _RIGHT_AFTER), None
    )
    if after is None or party.kind == "person" or party.title or _of_another(after):
        return None
    noun = "شرك" in after.word or "شريك" in after.word or _shared_work(scene, after)
    backs = any(stem in after.word for stem in ("ساند", "تدعم", "يدعم", "شارك", "نضم", "انضم", "تمول", "يمول"))
    return (1.8, "called a partner") if noun or backs else None


def _shared_work(scene: Scene, cue: Cue) -> bool:
    """Whether the cue is a partnership or cooperation for a project that is named right after it."""
    if not any(stem in cue.word for stem in ("شراك", "تعاون")):
        return False
    return any(p.kind == "project" and 0 <= p.lead - cue.end <= _RIGHT_AFTER for p in scene.parties)


def _beside(view: Resolved, party: Party, project: str) -> tuple[float, str] | None:
    """As in "X شريك … إلى جانب Y وZ"."""
    scene = view.scene
    beside = scene.said("beside", max(scene.sentence.start, party.lead - 20), party.lead)
    called = scene.said("partnership", scene.sentence.start, party.lead)
    if beside is None or called is None or "شريك" not in called.word or _of_another(called):
        return None
    return 1.7, "called a partner"


def _invests(view: Resolved, party: Party, project: str) -> tuple[float, str] | None:
    """As in "تستثمر X في مشروع P", "مشاركة X في P", without an amount."""
    scene = view.scene
    for cue in scene.cues:
        if "invest" not in cue.classes or scene.said("doubt", scene.sentence.start, cue.start):
            continue
        payer = payer_of(view, cue, cue.end)
        if payer.party is not party:
            continue
        target = target_of(view, cue, (cue.start, cue.end), payer)
        if target.party and target.entities == (project,):
            return 1.8, "invests in it"
    return None


def _leaves(view: Resolved, party: Party, project: str) -> tuple[float, str] | None:
    """As in "انسحبت X من مشروع P"."""
    scene = view.scene
    left = any(p.kind in {"project", "the_project"} and p.preposition in {"من", "عن"} for p in scene.parties)
    before = _cue_before(scene, "leaving", party, _SUBJECT)
    after = next((c for c in scene.cues if "leaving" in c.classes and 0 <= c.start - party.end <= _RIGHT_AFTER), None)
    return (2.0, "leaves it") if left and (before or after) and not party.preposition else None


def _joins(view: Resolved, party: Party, project: str) -> tuple[float, str] | None:
    """As in "X … للانضمام إلى مشروع P"."""
    scene = view.scene
    if party.preposition or party.title or party.kind == "person":
        return None
    after = next((c for c in scene.cues if "نضم" in c.word and 0 <= c.start - party.end <= _LISTED), None)
    into = after and any(
        p.kind in {"project", "the_project"} and 0 <= p.lead - after.end <= _RIGHT_AFTER for p in scene.parties
    )
    return (1.8, "joins it") if into else None


_SIGNS: tuple[Sign, ...] = (
    _governed,
    _companion,
    _founder,
    _agreed_between,
    _builds,
    _backs,
    _beside,
    _invests,
    _leaves,
    _joins,
)


def _goes_on(scene: Scene, end: int, party: Party) -> bool:
    """Whether the party goes on with a list: a comma and و before it, and no new cue between."""
    if party.lead - end > _LISTED or party.kind == "person" or party.preposition not in {"", "ل"}:
        return False
    between = [token for token in scene.tokens if end <= token.start < party.start]
    at = next((k for k in range(len(between) - 1, -1, -1) if between[k].text in "،,"), None)
    if at is None:
        return False
    following = between[at + 1].text if at + 1 < len(between) else "و"
    return following.startswith("و") and not any("verb" in c.classes for c in scene.cues if end <= c.start < party.lead)


def _polarity(scene: Scene, party: Party) -> Polarity:
    """Denied for who leaves or is denied, doubted for who only talks or has no clear agreement."""
    lead = max(scene.sentence.start, party.lead - 45)
    leaving = scene.said("leaving", lead, min(scene.sentence.end, party.end + 30))
    if leaving and not _only_a_plan(scene, leaving):
        return "denied"
    absent = scene.said("absence", lead - 15, party.lead) or _only_talks(scene, party)
    return "doubted" if absent else "affirmed"


def _only_a_plan(scene: Scene, leaving: Cue) -> bool:
    """Whether what is given up is an expansion or a plan, not the project ("تخلت عن توسعة المجمع")."""
    after = [token.text for token in scene.tokens if leaving.end <= token.start <= leaving.end + _LISTED]
    return any(a in {"عن", "من"} and b.startswith(("توسع", "توسيع", "خط", "فكر")) for a, b in itertools.pairwise(after))


def _says_no(scene: Scene, party: Party) -> bool:
    """Whether the sign is denied of the party ("ولا تشارك X في الموقع"): that is no part, and no leaving either."""
    words = {token.text for token in scene.tokens if party.lead - _SUBJECT <= token.start < party.lead}
    return bool(_NEGATIONS & words) and not scene.said("absence", party.lead - _LISTED, party.lead)


def _only_talks(scene: Scene, party: Party) -> bool:
    talks = next((c for c in scene.cues if "negotiating" in c.classes and abs(c.start - party.end) <= _LISTED), None)
    return talks is not None and any("نضم" in cue.word for cue in scene.cues)


def _paid(view: Resolved, project: str, judged: Sequence[Judged]) -> Iterator[Part]:
    """Who pays into a project is part of it; so is a company that money goes into for the project's sake."""
    for each in judged:
        if each.role == "commitment" and each.to == project:
            told = _of_talks(view.scene)
            yield from (Part(one, project, told, 2.0, "pays into it") for one in _named(*each.payers))
        within = any(p.entities == (project,) and p.preposition in {"ضمن", "في"} for p in view.scene.parties)
        if each.role == "deal" and within and each.to and each.payers:
            yield from (
                Part(one, project, "affirmed", 1.7, "a deal within it") for one in _named(*each.payers, each.to)
            )
        aimed = any(p.kind == "project" and p.preposition in {"ل", "لدعم"} for p in view.scene.parties)
        if each.role == "stake" and aimed and each.to:
            yield from (
                Part(one, project, "affirmed", 1.8, "money for its sake") for one in _named(*each.payers, each.to)
            )


_FAILED = ("انته", "فشل", "انهار", "توقف", "انسحب")


def _of_talks(scene: Scene) -> Polarity:
    """How sure a payment is that the sentence may only tell of as talked about, or of as talks that came to nothing."""
    talks = next((c for c in scene.cues if "negotiating" in c.classes), None)
    if talks is None:
        return "affirmed"
    after = (token.text for token in scene.tokens if token.start > talks.start)
    return "denied" if any(word.startswith(_FAILED) for word in after) else "doubted"


def _named(*entities: str) -> Iterator[str]:
    """Those that have a name, listed or not."""
    return (entity for entity in entities if entity != UNLISTED)


def _dealt(project: str, judged: Sequence[Judged]) -> Iterator[Part]:
    for each in judged:
        if each.role == "deal" and each.to:
            yield from (
                Part(one, project, "affirmed", 1.6, "a deal for a part of it") for one in (*each.payers, each.to)
            )
