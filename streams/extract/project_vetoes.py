"""What speaks against an amount being the size of the project that its sentence names.

Strategy: the word that governs the amount must be a project's (its cost, what it aims at, or the project itself), and
nobody else's matter may stand between the two. Each test names one way in which a sum near a project is another's.

The one rule: where one of them speaks, the project has no figure here.
"""

# ruff: noqa: RUF001 (Arabic letters and signs are the data here)

from __future__ import annotations

import re

from streams.extract.governor import governor
from streams.extract.scene import Party, Scene
from streams.extract.setting import Setting
from streams.extract.slots import payer_of
from streams.extract.words import LEXICON

PROJECTS = frozenset(("project", "the_project"))
SURELY = 4.0  # how surely a payer must be one, to own an amount


def speaks_against(setting: Setting, party: Party) -> bool:
    """Whether anything does; `party` is where the project is named."""
    return any(speaks(setting, party) for speaks in _AGAINST) or not _governed(setting, party)


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
            if payer.party and payer.party.start > cue.start and payer.score >= SURELY:
                return True
    return False


OWNERS = frozenset(("organisation", "the_org", "unlisted"))


def _given_to(setting: Setting, party: Party) -> bool:
    """Whether the project only receives the amount ("مليار دولار لدعم مبادرة …"), so that it is not its size."""
    return party.start >= setting.amount.end and party.preposition in {"في", "ل", "لدعم", "لصالح", "الي"}


_NEXT = 2  # a blank, and a quote


def _dependent(setting: Setting, party: Party) -> bool:
    """Whether the project only tells more of another noun, whose the amount then is: "مدير ستارغيت", "بعد ستارغيت"."""
    if party.preposition or party.noun or party.kind not in PROJECTS:
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


def _owned(setting: Setting, party: Party) -> bool:
    """Whether somebody else's matter stands between the project and the amount: a subject that does not found it."""
    scene = setting.scene
    between = [p for p in scene.parties if party.end <= p.start and p.end <= setting.amount.start and p.kind in OWNERS]
    return any(
        (not p.preposition or p.kind == "the_org")
        and not scene.said("partnership", p.lead - 16, p.lead)
        and not _founded_by(scene, p)
        and not scene.said("support", p.lead - 16, p.lead)
        for p in between
    )


_AGAINST = (_dependent, _beside, _after, _given_to, _owned, _paid_by_another, _unknown_site, _only_place)
