"""Signs of taking part that stand near an organisation in a sentence: each a pattern with a weight and a name.

A sign is a word of partnership that governs it, a verb of building or supplying with it as subject, an investment into
the project. The best one counts.

The one rule: standing in one sentence with a project is no sign at all.
"""

# ruff: noqa: RUF001 (Arabic letters and signs are the data here)

from __future__ import annotations

from collections.abc import Callable

from streams.extract.resolve import Resolved
from streams.extract.scene import Cue, Party, Scene
from streams.extract.slots import payer_of, target_of

SUBJECT_WITHIN, LISTED_WITHIN = 22, 60  # characters
_GOVERNS = 30
_RIGHT_AFTER = 8

Sign = Callable[[Resolved, Party, str], "tuple[float, str] | None"]


def best_sign(view: Resolved, party: Party, project: str) -> tuple[float, str]:
    """The best sign of the party's part in the project, and its name; 0 for none."""
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
    near = max(scene.sentence.start, party.lead - LISTED_WITHIN)
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
        cue.end <= p.lead and p.end <= party.lead and p.lead - cue.end <= SUBJECT_WITHIN and p.payer
        for p in scene.parties
    )


def _founder(view: Resolved, party: Party, project: str) -> tuple[float, str] | None:
    """As in "أطلقتها X", "أعلنت X إطلاق مشروع P": who launches, announces or bets on its own project."""
    scene = view.scene
    cue = _cue_before(scene, "launch", party, SUBJECT_WITHIN)
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
    cue = _cue_before(view.scene, "launch", party, SUBJECT_WITHIN)
    named = any(p.kind in {"project", "the_project"} and cue and p.end <= cue.start for p in view.scene.parties)
    return (1.8, "agreed between them") if named else None


def _builds(view: Resolved, party: Party, project: str) -> tuple[float, str] | None:
    """As in "ستبني X", "وتوفر X", "التنفيذ عبر شركة X", "تطوره X": who builds, runs or supplies."""
    after = (c for c in view.scene.cues if "builder" in c.classes and 0 <= c.start - party.end <= _RIGHT_AFTER)
    cue = _cue_before(view.scene, "builder", party, SUBJECT_WITHIN) or next(after, None)
    if cue is None or party.kind == "person" or party.title or party.preposition not in {"", "عبر", "علي"}:
        return None
    if view.project_age and (_opens_another(view.scene, max(cue.end, party.end)) or _for_another(view.scene, party)):
        return None
    return 1.8, "builds or supplies"


def _for_another(scene: Scene, party: Party) -> bool:
    """Whether what is built or supplied goes to another company ("توفر X لشركة Y المعالجات")."""
    following = next((p for p in scene.parties if p.start >= party.end), None)
    return (
        following is not None and following.preposition in {"ل", "الي"} and following.lead - party.end <= SUBJECT_WITHIN
    )


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
    before = _cue_before(scene, "leaving", party, SUBJECT_WITHIN)
    after = next((c for c in scene.cues if "leaving" in c.classes and 0 <= c.start - party.end <= _RIGHT_AFTER), None)
    return (2.0, "leaves it") if left and (before or after) and not party.preposition else None


def _joins(view: Resolved, party: Party, project: str) -> tuple[float, str] | None:
    """As in "X … للانضمام إلى مشروع P"."""
    scene = view.scene
    if party.preposition or party.title or party.kind == "person":
        return None
    after = next((c for c in scene.cues if "نضم" in c.word and 0 <= c.start - party.end <= LISTED_WITHIN), None)
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
