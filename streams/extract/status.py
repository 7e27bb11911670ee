"""How far along the matter of an amount is, whether the text stands by it, and whether it stands today.

The status is read like everything else of an amount: by what its signs count together (`amount_signs`, `weights`).
"""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec

from streams.extract.amounts import Found
from streams.extract.denial import denial_of, overtaken
from streams.extract.judging import Judged
from streams.extract.model import AMOUNTS, STATUSES, statuses
from streams.extract.resolve import Resolved
from streams.extract.scene import Scene
from streams.extract.weights import REMEMBERED, Signs
from streams.records import ClaimTime, Polarity, Role, Status

_NOT_DENIED = STATUSES[:-1]
_PAST_YEAR = re.compile(r"(?:في عام|عام|في العام|سنه) ?((?:19|20)\d\d)")
_PAST_MONTH = re.compile(r"في (?:يناير|فبراير|مارس|ابريل|مايو|يونيو|يوليو|اغسطس|سبتمبر|اكتوبر|نوفمبر|ديسمبر)(?![ء-ي])")


class Standing(msgspec.Struct, frozen=True):
    """A claim's status, polarity and time."""

    status: Status
    polarity: Polarity
    time: ClaimTime


def standing_of(view: Resolved, following: Scene | None, amount: Found, judged: Judged, year: int) -> Standing:
    """How the text stands to an amount; `following` is the next sentence, `year` that of the article."""
    counted = dict(zip(STATUSES, statuses(of_status(judged, following)), strict=True))
    told = denial_of(view.scene, amount.start)
    # Without any word of denial its signs may count what they like.
    open_to = STATUSES if view.scene.denies or (following is not None and following.denies) else _NOT_DENIED
    status = "denied" if told == "denied" else max(open_to, key=counted.__getitem__)
    polarity = _polarity(view.scene, amount, status)
    if told == "doubted" and polarity == "affirmed":
        polarity = "doubted"
    return Standing(status, polarity, _time(view.scene, amount, judged, year))


def of_status(judged: Judged, following: Scene | None) -> tuple[Signs, ...]:
    """The signs of a status: those of the amount, what it was judged to be, and what the next sentence goes on with."""
    return (*judged.signs, _role_and_next(judged.role, following.ideas & _STANDING if following else _NO_IDEAS))


@lru_cache(maxsize=REMEMBERED)
def _role_and_next(role: Role, ideas: frozenset[str]) -> Signs:
    return AMOUNTS.signs(f"role: {role}", *(f"next sentence: {idea}" for idea in sorted(ideas)))


_NO_IDEAS: frozenset[str] = frozenset()
_STANDING = frozenset(("negotiating", "stalled", "denied", "completed", "planned"))


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
    if amount.step == "old" or instead or overtaken(scene, amount):
        return "superseded"
    if judged.role in {"total", "initial", "secured", "commitment"}:
        return "standing"
    past = scene.said("past", scene.sentence.start, scene.sentence.end)
    return "past" if past or (judged.role in {"stake", "deal"} and _dated_before(scene, amount, year)) else "standing"


def _dated_before(scene: Scene, amount: Found, year: int) -> bool:
    lead = " ".join(token.text for token in scene.tokens if token.start < amount.start)
    named = [int(match[1]) for match in _PAST_YEAR.finditer(lead)]
    return any(each < year for each in named) or _PAST_MONTH.search(lead) is not None
