"""Frames for the figures of a watched project: its size, its first part, what is arranged so far, what is given to it.

The one rule: these are the figures that people are woken for, so one sign is never enough. A frame answers only when
nobody else's matter stands between the project and the amount.
"""

from __future__ import annotations

from streams.arabic.tokens import Token
from streams.extract.project_vetoes import OWNERS, PROJECTS, SURELY, speaks_against
from streams.extract.scene import Cue, Party
from streams.extract.setting import Frame, Judged, Setting
from streams.extract.slots import payer_of
from streams.extract.words import LEXICON

_BESIDE = 8
_CARRIED_AGE = 2


def _project_of(setting: Setting) -> tuple[str | None, float, Party | None]:
    """The project that the sentence speaks of, how surely, and where it is named."""
    scene, start = setting.scene, setting.amount.start
    named = [p for p in scene.parties if p.kind in PROJECTS and p.entities and not p.apart]
    if named:
        best = min(
            named,
            key=lambda p: scene.distance(p.end if p.end <= start else p.start, start) + (0.4 if p.start > start else 0),
        )
        return best.entities[0], 1.0 if best.kind == "project" else 0.8, best
    others = [p for p in scene.parties if p.kind in OWNERS and not p.title and p.start < start]
    if setting.view.project and setting.view.project_age <= _CARRIED_AGE and not others:
        return setting.view.project, 0.4, None
    return None, 0.0, None


def _foreign_head(setting: Setting, party: Party | None) -> bool:
    """Whether a deal, a valuation, a plan of its own… stands nearer to the amount than the project does."""
    since = party.end if party and party.end <= setting.amount.start else setting.floor
    foreign = [setting.heads[name][1] for name in _FOREIGN if name in setting.heads]
    if any(cue.start >= since for cue in foreign):
        return True
    elsewhere = any(name in setting.heads and setting.heads[name][1].end <= since for name in _NEVER_ITS_OWN)
    return elsewhere and party is not None and setting.scene.said("measure", since, setting.amount.start) is None


# Whose worth, income, debt or wealth it is stands before the project that the sentence only mentions.
_NEVER_ITS_OWN = ("valuation", "revenue", "aside")
_FOREIGN = ("valuation", "revenue", "aside", "loan", "sell", "raise", "deal", "purchase", "stake")


def _initial(setting: Setting) -> Judged | None:
    scene, (start, end) = setting.scene, setting.span
    before = scene.said("initial", max(setting.floor, start - 45), start)
    if before and setting.floor > scene.sentence.start and before.start - setting.floor <= _POSTPOSED:
        before = None
    after = next((c for c in scene.cues if "initial" in c.classes and 0 <= c.start - end <= _POSTPOSED), None)
    head = before or after
    if head is not None and _orders(setting, head):
        return None
    project, sure, party = _project_of(setting)
    if head is None or project is None or _foreign_head(setting, party):
        return None
    invests = scene.said("invest", max(scene.sentence.start, start - 60), start)
    if not (invests or party):
        return None
    return Judged(setting.index, "initial", (), project, 5.0 + sure, "the first part of a project", head)


def _orders(setting: Setting, head: Cue) -> bool:
    """Whether "الأولى" is no adjective but the first of several that were named ("فالأولى رصدت …")."""
    if head.word.lstrip("وف") not in {"الاولي", "الاول"}:
        return False
    before = next((t.text for t in reversed(setting.scene.tokens) if t.end <= head.start), "")
    return not before.lstrip("وفبل").startswith(("ال", "مرحل", "دفع", "لل"))


def committed(setting: Setting) -> tuple[str, ...]:
    """Who committed itself to a project's figure: only the subject right after a verb of committing."""
    for cue in setting.scene.cues:
        if cue.end <= setting.amount.start and any(stem in cue.word for stem in ("لتزم", "تعهد")):
            payer = payer_of(setting.view, cue, setting.amount.start)
            if payer.party and payer.party.start > cue.start and payer.score >= SURELY:
                return payer.entities
    return ()


_POSTPOSED = 14  # an adverb this close after an amount belongs to it


def _total(setting: Setting) -> Judged | None:
    """How large a project is: several signs together, and nobody else between the project and the amount."""
    project, sure, party = _project_of(setting)
    if project is None or _foreign_head(setting, party):
        return None
    so_far = _so_far(setting)
    if so_far:
        return Judged(setting.index, "secured", (), project, 2.4 + sure, "planned so far", so_far) if party else None
    if party is None or speaks_against(setting, party):
        return None
    signs = _size_signs(setting, party)
    score = sure + sum(signs.values())
    if not signs or score < _TOTAL_NEEDS:
        return None
    return Judged(setting.index, "total", (), project, score + 0.6, "the size of a project")


def _grown(setting: Setting) -> Judged | None:
    """What a first part is to grow to in the same sentence: "… فورا، على أن ترتفع إلى", "… ثم … على مدى أربع سنوات"."""
    last, scene = setting.last, setting.scene
    if last is None or last.role != "initial" or last.to is None or last.amount != setting.index - 1:
        return None
    if setting.floor == scene.sentence.start or any(t.text in _MORE for t in _after_amount(setting)):
        return None
    between = [t for t in scene.tokens if setting.floor <= t.start < setting.amount.start]
    if any(t.text in _THAT_IS for t in between[:2]):
        return None
    rises = scene.said("reach", setting.floor, setting.amount.start) or scene.said(
        "running", setting.floor, setting.amount.start
    )
    years = any("over_years" in c.classes and 0 <= c.start - setting.amount.end <= _YEARS_WITHIN for c in scene.cues)
    if not (rises or (years and len(between) <= _STEP)) or any(
        p.payer and setting.floor <= p.start < setting.amount.start for p in scene.parties
    ):
        return None
    return Judged(setting.index, "total", last.payers, last.to, 5.4, "what its first part grows to")


def _answered(setting: Setting) -> Judged | None:
    """A bare amount that answers what the sentence before asked: "الكلفة؟ 500 مليار دولار"."""
    view, start = setting.view, setting.amount.start
    if view.answers is None or view.question is None or setting.heads or setting.floor > setting.scene.sentence.start:
        return None
    before = [t for t in setting.scene.tokens if t.end <= start]
    if len(before) > _STEP or any(p.start < start for p in setting.scene.parties):
        return None
    return Judged(setting.index, view.answers, (), view.question, 5.2, "what was asked")


def _after_amount(setting: Setting) -> list[Token]:
    return [t for t in setting.scene.tokens if t.start >= setting.amount.end][:2]


_THAT_IS = frozenset(("اي", "يعادل", "("))
_MORE = frozenset(("اخري", "اضافيه", "اضافيا"))
_STEP = 5  # tokens

_SIGN_WEIGHTS = {
    "measure": 1.0,  # بقيمة، البالغة كلفته
    "aim": 0.8,  # يهدف، يتضمن
    "reach": 0.6,  # تصل إلى
    "years": 0.5,  # على مدى أربع سنوات
    "size": 0.4,  # مشروع، مبادرة
    "invest": 0.3,
    "beside": 0.9,  # nothing of money between the project and the amount
    "after its first part": 1.0,
    "its own verb": 0.7,  # المشروع سيستثمر
}


def _size_signs(setting: Setting, party: Party | None) -> dict[str, float]:
    """The signs that an amount is a project's size, with their weights."""
    scene, (start, end), since = setting.scene, setting.span, setting.floor
    measure = scene.said("measure", max(since, start - 60), start)
    invest = scene.said("invest", since, start)
    reach = scene.said("reach", max(since, start - 40), start) is not None or setting.amount.qualifier == "up_to"
    first = setting.last is not None and setting.last.role == "initial" and since > scene.sentence.start
    noun = party is not None and (party.kind == "the_project" or "project_noun" in LEXICON.classes(party.noun))
    shown = {
        "measure": measure is not None,
        "aim": scene.said("aim", since, start) is not None,
        "reach": reach,
        "years": any("over_years" in c.classes and 0 <= c.start - end <= _YEARS_WITHIN for c in scene.cues),
        "size": noun or scene.said("project_noun", since, start) is not None,
        "invest": invest is not None,
        "beside": party is not None and party.end <= start and not scene.cues_between(party.end, start),
        "after its first part": first and reach,
        "its own verb": party is not None and invest is not None and _is_subject(party, invest),
    }
    return {name: _SIGN_WEIGHTS[name] for name, is_shown in shown.items() if is_shown}


def _is_subject(party: Party, verb: Cue) -> bool:
    return 0 <= verb.start - party.end <= _OWN_VERB and party.preposition in {"", "باسم"}


_YEARS_WITHIN = 45
_TOTAL_NEEDS = 1.8
_OWN_VERB = 30


def _so_far(setting: Setting) -> Cue | None:
    """What says that a sum is planned or raised so far: "الاستثمارات المخططة", "ليصل إجمالي الاستثمارات إلى"."""
    scene, start = setting.scene, setting.amount.start
    running = scene.said("running", setting.floor, start)
    invested = scene.said("invest", running.end, min(start, running.end + _RAISED)) if running else None
    return scene.said("so_far", setting.floor, start) or (running if invested else None)


_RAISED = 30  # characters from the verb to what it raises


def _secured(setting: Setting) -> Judged | None:
    scene, start = setting.scene, setting.amount.start
    head = scene.said("secured", max(setting.floor, start - 60), start)
    after = next(
        (
            c
            for c in scene.cues
            if "secured" in c.classes
            and 0 <= c.start - setting.amount.end <= _POSTPOSED
            and not scene.divided(setting.amount.end, c.start)
        ),
        None,
    )
    project, sure, party = _project_of(setting)
    if not (head or after) or project is None or party is None or _foreign_head(setting, party):
        return None
    return Judged(setting.index, "secured", (), project, 2.9 + sure, "arranged so far", head or after)


def _given(setting: Setting) -> Judged | None:
    """As in "مليار دولار لـ«مشروع»" with payers and no verb, as headlines have it."""
    scene, (start, end) = setting.scene, setting.span
    project = next(
        (
            p
            for p in scene.parties
            if p.kind == "project" and p.preposition in {"ل", "لدعم"} and 0 <= p.lead - end <= _BESIDE
        ),
        None,
    )
    payer = next(
        (
            p
            for p in scene.parties
            if p.kind == "organisation" and p.end <= start and start - p.end <= _BESIDE and not p.preposition
        ),
        None,
    )
    if project is None or payer is None or setting.heads:
        return None
    return Judged(setting.index, "commitment", payer.entities, project.entities[0], 2.6, "given to a project", None)


def _pledged(setting: Setting) -> Judged | None:
    """As in "15 مليار دولار سبق أن التزمت بها X لمشروع P": the verb comes after its amount and points back to it."""
    scene, end = setting.scene, setting.amount.end
    near = (
        c for c in scene.cues if "verb" in c.classes and "invest" in c.classes and 0 <= c.start - end <= _PLEDGE_GAP
    )
    verb = next(near, None)
    if verb is None or not any(0 <= t.start - verb.end <= _NEXT and t.text in {"بها", "به"} for t in scene.tokens):
        return None
    payer = next((p for p in scene.parties if p.payer and p.entities and 0 <= p.lead - verb.end <= _BESIDE), None)
    project = next((p for p in scene.parties if p.kind in PROJECTS and p.entities and p.start > verb.end), None)
    if payer is None or project is None or project.preposition not in {"ل", "في", "لدعم"}:
        return None
    return Judged(setting.index, "commitment", payer.entities, project.entities[0], 3.0, "pledged before", verb)


_PLEDGE_GAP, _NEXT = 16, 2

PROJECT_FRAMES: tuple[Frame, ...] = (_initial, _grown, _answered, _total, _secured, _given, _pledged)
