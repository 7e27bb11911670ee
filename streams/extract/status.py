"""How far along the matter of an amount is, whether the text stands by it, and whether it stands today.

Cues are scored by nearness like everywhere else; what comes right after the amount ("لم يتم تنفيذه", "لم تُحسم
بعد") says more than anything before it.
"""

from __future__ import annotations

import re

import msgspec

from streams.extract.acts import act_of
from streams.extract.amounts import Found
from streams.extract.resolve import Resolved
from streams.extract.scene import Cue, Scene
from streams.extract.setting import Judged
from streams.records import ClaimTime, Polarity, Status

_STATUSES: tuple[Status, ...] = ("denied", "stalled", "negotiating", "planned", "completed")
_AFTER = 75
_BEFORE_SCALE = {"denied": 0.9, "stalled": 0.5, "negotiating": 1.1, "planned": 1.0, "completed": 1.0}
_PAST_YEAR = re.compile(r"(?:في عام|عام|في العام|سنه) ?((?:19|20)\d\d)")
_PAST_MONTH = re.compile(r"في (?:يناير|فبراير|مارس|ابريل|مايو|يونيو|يوليو|اغسطس|سبتمبر|اكتوبر|نوفمبر|ديسمبر)(?![ء-ي])")
_FAR = 1.9


class Standing(msgspec.Struct, frozen=True):
    """A claim's status, polarity and time."""

    status: Status
    polarity: Polarity
    time: ClaimTime


def standing_of(view: Resolved, following: Scene | None, amount: Found, judged: Judged, year: int) -> Standing:
    """How the text stands to an amount; `following` is the next sentence, `year` that of the article."""
    scene = view.scene
    status = (
        _denied(scene, amount)
        or _undone(scene, amount)
        or _stopped(following, amount, judged)
        or _nearest(scene, amount, judged)
    )
    if status == "negotiating" and any("leaving" in cue.classes for cue in scene.cues):
        status = "stalled"  # they left the table
    return Standing(status, _polarity(scene, amount, status), _time(scene, amount, judged, year))


_UNDOING: tuple[Status, ...] = ("denied", "stalled")


def _negated(scene: Scene, amount: Found) -> bool:
    """Whether a verb of money before the amount is denied, and not as "no more than": "لم تضخ X …"."""
    words = [token.text for token in scene.tokens if token.end <= amount.start]
    for at in range(len(words) - 1, -1, -1):
        if words[at] in _BUT_ONLY or words[at] in {"؛", "بينما", "فيما", "لكن"}:
            return False
        if (
            words[at].removeprefix("و") in {"لم", "لن"}
            and at + 1 < len(words)
            and (act := act_of(words[at + 1])) is not None
        ):
            return act.form == "verb"
    return False


_BUT_ONLY = frozenset(("سوي", "الا", "غير", "حتي"))
_DENIALS = ("نف", "ينف", "تنف", "كذب", "يكذب", "تكذ", "دحض")
_AFFIRMS = ("موكد", "مشدد", "بل", "لكن", "واكد", "وشدد", "غير")


def _denied(scene: Scene, amount: Found) -> Status | None:
    """A denial reaches all that follows it, up to what is affirmed instead."""
    if _negated(scene, amount):
        return "denied"
    denial = next((c for c in scene.cues if "denied" in c.classes and c.word.lstrip("وف").startswith(_DENIALS)), None)
    if denial is None or denial.end > amount.start:
        return None
    between = (token.text for token in scene.tokens if denial.end <= token.start < amount.start)
    return None if any(word.startswith(_AFFIRMS) for word in between) else "denied"


def _undone(scene: Scene, amount: Found) -> Status | None:
    """What the words right after the amount say of it."""
    for status in _UNDOING:
        for cue in scene.cues:
            if (
                status in cue.classes
                and 0 <= cue.start - amount.end <= _AFTER
                and (cue.word.startswith("لم") or cue.word.startswith("لن"))
            ):
                return "stalled" if "حسم" in cue.word else status
    return None


def _stopped(following: Scene | None, amount: Found, judged: Judged) -> Status | None:
    """As in "… وقالت مصادر إن المحادثات توقفت" right after a figure that was only hoped for."""
    if following is None or not amount.vague or judged.role not in {"stake", "deal"}:
        return None
    return "stalled" if any("stalled" in cue.classes for cue in following.cues) else None


def _nearest(scene: Scene, amount: Found, judged: Judged) -> Status:
    """What the cues say, the nearest first; what the amount's own verb has done is done, and what it will do is not."""
    best: tuple[float, Status] = (_DONE, "completed") if judged.tense == "past" else (0.0, "announced")
    if judged.tense == "future" and judged.role != "deal":  # what a contract says will be bought is agreed
        best = (_MEANT, "planned")
    if judged.role in _STANDING:
        best = (0.0, "announced")
    for cue in scene.cues:
        for status in _STATUSES:
            if status == "denied" and _only(scene, cue, amount):
                continue
            if status in cue.classes and not (status == "completed" and _not_its_end(cue, judged)):
                score = _near(scene, cue, amount) * _BEFORE_SCALE[status]
                if score > best[0]:
                    best = (score, status)
    return best[1]


_DONE, _MEANT = 1.2, 0.3
_STANDING = frozenset(("total", "initial", "valuation", "revenue"))
_UNDONE = frozenset(("now", "future"))


def _only(scene: Scene, cue: Cue, amount: Found) -> bool:
    """Whether the negation says that it is no more than that: "لم تستثمر سوى…"."""
    return any(t.text in {"سوي", "الا"} for t in scene.tokens if cue.end <= t.start < amount.start)


def _not_its_end(cue: Cue, judged: Judged) -> bool:
    """Whether a word of completion ends something else: the amount's own verb is yet to be done."""
    return _masdar(cue) or (judged.tense in _UNDONE and not cue.word.lstrip("وف").startswith(_ENDS_ALL))


_ENDS_ALL = ("اتم", "اكمل", "استكمل", "تم_", "انجز")


def _masdar(cue: Cue) -> bool:
    """Whether the word is a noun of its verb ("بضخ"): what one commits oneself to is not done yet."""
    return cue.word.lstrip("وف").startswith(("ب", "ل")) and "verb" in cue.classes


def _near(scene: Scene, cue: Cue, amount: Found) -> float:
    if cue.end <= amount.start:
        return _FAR - scene.distance(cue.end, amount.start)
    return 0.8 - scene.distance(amount.end, cue.start)


def _polarity(scene: Scene, amount: Found, status: Status) -> Polarity:
    if status == "denied":
        return "denied"
    doubt = scene.said("doubt", scene.sentence.start, amount.end) or scene.said(
        "conditional", scene.sentence.start, amount.start
    )
    return "doubted" if doubt or amount.qualifier == "less_than" else "affirmed"


def _time(scene: Scene, amount: Found, judged: Judged, year: int) -> ClaimTime:
    instead = scene.said("superseded", max(scene.sentence.start, amount.start - 20), amount.start)
    if instead and "مقابل" in instead.word and scene.amounts[0] == judged.amount:
        instead = None  # the price of something, and no sum before it to compare with
    if amount.step == "old" or instead:
        return "superseded"
    if judged.role in {"total", "initial", "secured", "commitment"}:
        return "standing"
    past = scene.said("past", scene.sentence.start, scene.sentence.end)
    return "past" if past or (judged.role in {"stake", "deal"} and _dated_before(scene, amount, year)) else "standing"


def _dated_before(scene: Scene, amount: Found, year: int) -> bool:
    lead = " ".join(token.text for token in scene.tokens if token.start < amount.start)
    named = [int(match[1]) for match in _PAST_YEAR.finditer(lead)]
    return any(each < year for each in named) or _PAST_MONTH.search(lead) is not None
