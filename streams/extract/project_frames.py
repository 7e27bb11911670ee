"""Frames for the figures of a watched project: its size, its first part, what is arranged so far, what is given to it.

The one rule: these are the figures that people are woken for, so one sign is never enough. A frame answers only when
nobody else's matter stands between the project and the amount.
"""

# ruff: noqa: RUF001 (Arabic letters and signs are the data here)

from __future__ import annotations

import re

from streams.arabic.tokens import Token
from streams.extract.governor import governor
from streams.extract.scene import Cue, Party, Scene
from streams.extract.setting import Frame, Judged, Setting
from streams.extract.slots import payer_of
from streams.extract.words import LEXICON

_BESIDE = 8
_PROJECTS = frozenset(("project", "the_project"))
_CARRIED_AGE = 2


def _project_of(setting: Setting) -> tuple[str | None, float, Party | None]:
    """The project that the sentence speaks of, how surely, and where it is named."""
    scene, start = setting.scene, setting.amount.start
    named = [p for p in scene.parties if p.kind in _PROJECTS and p.entities and not p.apart]
    if named:
        best = min(
            named,
            key=lambda p: scene.distance(p.end if p.end <= start else p.start, start) + (0.4 if p.start > start else 0),
        )
        return best.entities[0], 1.0 if best.kind == "project" else 0.8, best
    others = [p for p in scene.parties if p.kind in _OWNERS and not p.title and p.start < start]
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
            if payer.party and payer.party.start > cue.start and payer.score >= _SURELY:
                return payer.entities
    return ()


_SURELY = 4.0
_POSTPOSED = 14  # an adverb this close after an amount belongs to it


def _total(setting: Setting) -> Judged | None:
    """How large a project is: several signs together, and nobody else between the project and the amount."""
    project, sure, party = _project_of(setting)
    if project is None or _foreign_head(setting, party):
        return None
    so_far = _so_far(setting)
    if so_far:
        return Judged(setting.index, "secured", (), project, 2.4 + sure, "planned so far", so_far) if party else None
    if party is None or any(speaks(setting, party) for speaks in _AGAINST) or not _governed(setting, party):
        return None
    signs = _size_signs(setting, party)
    score = sure + sum(signs.values())
    if not signs or score < _TOTAL_NEEDS:
        return None
    return Judged(setting.index, "total", (), project, score + 0.6, "the size of a project")


def _governed(setting: Setting, party: Party) -> bool:
    """Whether what governs the amount can be a project's size: its cost, what it aims at, or the project itself."""
    clause = _clause_before(setting, party)
    if any(_OWN_PART.match(word) for word in clause) or any(_PART_OF.match(word) for word in clause[-_NEAR:]):
        return False
    head, described = governor(setting.line, setting.index)
    if head[:1] == "P":
        return (
            party.preposition in _SUBJECT and setting.scene.parties[int(head[1:])] is party and _heads(setting, party)
        )
    if _OWN_PART.match(head) or _told_already(setting):
        return False
    sized = LEXICON.classes(head) & _SIZES_BY
    if not sized and not head.startswith("ال") and head.isalpha() and not _OWN_PART.match(described):
        # An adjective stands between ("استثمار ضخم يصل إلى"); after a cost only one of its own ("تكلفة تقديرية").
        sized = LEXICON.classes(described) & (_SIZES_BY if head.endswith(("يه", "يا")) else _SIZES_BY - {"measure"})
    if sized:
        return not _hangs_on_another(setting, party)
    return party.start > setting.amount.end and _near_project_noun(setting)


def _told_already(setting: Setting) -> bool:
    """Whether the sentence has told the project's size, so that another sum is of another thing."""
    last = setting.last
    same = last is not None and last.amount == setting.index - 1 and setting.floor > setting.scene.sentence.start
    return same and last is not None and last.role == "total"


def _clause_before(setting: Setting, party: Party) -> list[str]:
    """The words of the project's clause that stand before it."""
    start = max((at for at, _ in setting.scene.breaks if at < party.lead), default=setting.scene.sentence.start)
    return [t.text for t in setting.scene.tokens if start <= t.start and t.end <= party.lead]


def _heads(setting: Setting, party: Party) -> bool:
    """Whether the project begins what is said, and is not the subject or object of a verb before it."""
    words = _clause_before(setting, party)
    last = words[-1] if words else ""
    if not last or last in _PARTICLES or not last.isalpha() or last in _OPENERS:
        return True
    classes = LEXICON.classes(last)
    return bool(classes & {"launch", "measure", "project_noun", "naming"}) and not last.endswith(("ها", "ته"))


def _hangs_on_another(setting: Setting, party: Party) -> bool:
    """Whether "بقيمة …" tells of a noun that is not the project: "قدرات ضمن ستارغيت", "ستارغيت إعفاءات"."""
    measure = setting.scene.said("measure", max(setting.floor, setting.amount.start - 60), setting.amount.start)
    if measure is None or party.start > measure.start:
        return False
    clause = _clause_before(setting, party)
    if party.preposition in _NOT_ITS_OWN and any(LEXICON.classes(word) & _DEALS for word in clause):
        return True
    if not measure.word.startswith("ب"):
        return False
    between = [t.text for t in setting.scene.tokens if party.end <= t.start and t.end <= measure.start]
    if set(between[:_AT_ONCE]) & _RELATIVES:
        return False
    if party.preposition in _NOT_ITS_OWN and not _after_a_site(setting, party):
        return True
    return any(_a_noun(word, before) for before, word in zip(["", *between], between, strict=False))


def _after_a_site(setting: Setting, party: Party) -> bool:
    return any(p.kind in {"the_site", "project"} and 0 < party.lead - p.end <= _SITE_OF for p in setting.scene.parties)


def _a_noun(word: str, before: str) -> bool:
    """Whether a word looks like an indefinite noun that a measure would tell of ("كهرباء بقيمة …")."""
    if not word.isalpha() or word in _ADVERBS or before in _PARTICLES or before.startswith(("لل", "بال")):
        return False
    bound = word.startswith(("ال", "وال", "لل", "بال", "ي", "ت", "س")) or word.endswith(("ا", "ي", "يه"))
    return not bound and word not in _PARTICLES and not LEXICON.classes(word)


_ADVERBS = frozenset(
    ("امس", "اليوم", "ذلك", "هذا", "و", "ذاته", "نفسه", "ذاتها", "نفسها", "عبر", "خلال", "لمده", "بدعم")
)
_DEALS = frozenset(("loan", "deal", "purchase", "raise"))
_OPENERS = frozenset(("يملك", "لدي", "يساوي", "يبلغ", "يعادل"))
_NOT_ITS_OWN = frozenset(("ل", "ضمن", "في", "مع"))
_RELATIVES = frozenset(("الذي", "التي", "والذي", "والتي"))
_AT_ONCE = 3  # tokens: a quote and a comma may stand before a relative pronoun
_SITE_OF = 14  # characters: "الموقع الرئيسي ل"


def _near_project_noun(setting: Setting) -> bool:
    """As in "مشروع البنية التحتية البالغ …": the noun of a project described right before its amount."""
    return setting.scene.said("project_noun", setting.amount.start - _DESCRIBED, setting.amount.start) is not None


_DESCRIBED = 50  # characters
_SUBJECT = frozenset(("", "باسم"))
_SIZES_BY = frozenset(("measure", "aim", "invest", "reach", "spend", "project_noun"))
_NEAR = 4  # words
_PART_OF = re.compile(r"[وفبل]*(?:ال)?(?:مرحله|مرحلتين|توسعه|توسيع|مبني|مباني|جزء|وحده|قسم|محطه)$")
# One party's own part of a project is never the size of the whole.
_OWN_PART = re.compile(
    r"[وفبل]*(?:مساهم|حصت|حصه|نصيب|التزامه|التزامات|التزامها|تعهده|تعهدات|تعهدها|مشارك|استثمارات?ها|انفق)"
)


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


def _founded_by(scene: Scene, party: Party) -> bool:
    """Whether the party only tells whose work the project is: "التي أطلقتها X", "الذي تنفذه X", "بتمويل تقوده X"."""
    before = next((t.text for t in reversed(scene.tokens) if t.end <= party.lead and t.text not in _SIGNS), "")
    return before.endswith(("ه", "ها")) and before.lstrip("وفس")[:1] in _VERBS_BEGIN


def _paid_by_another(setting: Setting, project: Party) -> bool:
    """Whether a verb of investing after the project has a subject of its own: the amount is that one's."""
    for cue in setting.scene.cues:
        if (
            "verb" in cue.classes
            and "invest" in cue.classes
            and project.end <= cue.start
            and cue.end <= setting.amount.start
        ):
            payer = payer_of(setting.view, cue, setting.amount.start)
            if payer.party and payer.party.start > cue.start and payer.score >= _SURELY:
                return True
    return False


_OWNERS = frozenset(("organisation", "the_org", "unlisted"))


def _given_to(setting: Setting, party: Party) -> bool:
    """Whether the project only receives the amount ("مليار دولار لدعم مبادرة …"), so that it is not its size."""
    return party.start >= setting.amount.end and party.preposition in {"في", "ل", "لدعم", "لصالح", "الي"}


_NEXT = 2  # a blank, and a quote


def _dependent(setting: Setting, party: Party) -> bool:
    """Whether the project only tells more of another noun, whose the amount then is: "مدير ستارغيت", "بعد ستارغيت"."""
    if party.preposition or party.noun or party.kind not in _PROJECTS:
        return False
    if party.kind == "the_project" and not party.word.lstrip("وف").startswith("ال"):
        return False
    before = next((t.text for t in reversed(setting.scene.tokens) if t.end <= party.lead and t.text not in _SIGNS), "")
    plain = before[1:] if before[:1] in {"و", "ف", "ل", "ب"} and before not in _HEADED_BY else before
    classes = LEXICON.classes(before)
    named = plain.startswith("ال") or plain[:1] in {"ي", "ت", "س"} or not plain.isalpha() or plain in _PARTICLES
    return bool(before) and not named and (not classes & _MAY_HEAD or _of_partners(setting, party, plain))


def _of_partners(setting: Setting, party: Party, word: str) -> bool:
    """Whether the amount is the partners' own ("خسرت أسهم شركاء ستارغيت …"), and not what they invest."""
    invest = setting.scene.said("invest", party.end, setting.amount.start)
    return word.startswith(("شريك", "شرك")) and invest is None


_SIGNS = frozenset("\"'([«»")
_VERBS_BEGIN = frozenset("يتا")
_PARTICLES = frozenset(
    ("اسم", "باسم", "ان", "هل", "هو", "هي", "كان", "كانت", "لكن", "اما", "هذا", "مع", "في", "من", "الي", "علي")
)
_HEADED_BY = frozenset(("بناء", "لبناء"))
_MAY_HEAD = frozenset(
    ("measure", "launch", "builder", "invest", "spend", "partnership", "project_noun", "naming", "initial", "secured")
) | {"aim", "reach", "support", "running", "completed", "planned", "beside", "so_far"}


def _beside(setting: Setting, party: Party) -> bool:
    """Whether the project only dates or accompanies what is said: "مع إطلاق ستارغيت", "بعد ستارغيت"."""
    return any(word in _DATING for word in _clause_before(setting, party)[-_DATED_BY:])


_DATED_BY = 2  # words
_DATING = frozenset(("مع", "ومع", "بعد", "وبعد", "منذ", "قبل", "عقب", "غداه", "فور", "اثر", "وسط", "رغم", "بالتزامن"))


def _after(setting: Setting, party: Party) -> bool:
    """Whether the project is named only after the amount, and not as what the amount is called."""
    end = setting.amount.end
    if party.start < end or party.lead - end <= _CALLED:
        return False
    return setting.scene.said("naming", end, party.start) is None


_CALLED = 2
_SITE_NOUNS = frozenset(("مركز", "موقع", "منشاه", "مجمع"))


def _unknown_site(setting: Setting, party: Party) -> bool:
    """Whether the name goes on to a place that the watchlist does not know as a site ("ستارغيت أوهايو")."""
    place = any("place" in c.classes and 0 <= c.start - party.end <= _NEXT for c in setting.scene.cues)
    return place or (party.noun in _SITE_NOUNS and party.entities[0] in setting.known.parents)


def _only_place(setting: Setting, party: Party) -> bool:
    """Whether the project is only where something else happens ("ضمن ستارغيت، ما يعني إنفاق…")."""
    start = setting.amount.start
    return party.preposition == "ضمن" and party.end <= start and setting.scene.divided(party.end, start)


def _so_far(setting: Setting) -> Cue | None:
    """What says that a sum is planned or raised so far: "الاستثمارات المخططة", "ليصل إجمالي الاستثمارات إلى"."""
    scene, start = setting.scene, setting.amount.start
    running = scene.said("running", setting.floor, start)
    invested = scene.said("invest", running.end, min(start, running.end + _RAISED)) if running else None
    return scene.said("so_far", setting.floor, start) or (running if invested else None)


_RAISED = 30  # characters from the verb to what it raises


def _owned(setting: Setting, party: Party) -> bool:
    """Whether somebody else's matter stands between the project and the amount: a subject that does not found it."""
    scene = setting.scene
    between = [p for p in scene.parties if party.end <= p.start and p.end <= setting.amount.start and p.kind in _OWNERS]
    return any(
        (not p.preposition or p.kind == "the_org")
        and not scene.said("partnership", p.lead - 16, p.lead)
        and not _founded_by(scene, p)
        and not scene.said("support", p.lead - 16, p.lead)
        for p in between
    )


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
    project = next((p for p in scene.parties if p.kind in _PROJECTS and p.entities and p.start > verb.end), None)
    if payer is None or project is None or project.preposition not in {"ل", "في", "لدعم"}:
        return None
    return Judged(setting.index, "commitment", payer.entities, project.entities[0], 3.0, "pledged before", verb)


_PLEDGE_GAP = 16

# What speaks against an amount being the size of the project that its sentence names.
_AGAINST = (_dependent, _beside, _after, _given_to, _owned, _paid_by_another, _unknown_site, _only_place)

PROJECT_FRAMES: tuple[Frame, ...] = (_initial, _grown, _answered, _total, _secured, _given, _pledged)
