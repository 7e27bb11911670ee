"""What one amount takes over from another: a part of it, its other value, the same value told again.

The one rule: only a weak judgement takes over, and only where the sentence names nobody that the other does not.
"""

# ruff: noqa: RUF001 (Arabic letters are the data here)

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from msgspec.structs import replace

from streams.extract.amounts import Found
from streams.extract.resolve import Resolved
from streams.extract.scene import Scene
from streams.extract.setting import Judged, Setting
from streams.records import Role


def shared(setting: Setting, earlier: Sequence[Judged]) -> Judged | None:
    """A part of the amount before it ("بواقع", "منها"), or its other value in a change or a conversion."""
    if not earlier or earlier[-1].amount != setting.index - 1:
        return None
    last, amount = earlier[-1], setting.amount
    same = setting.floor > setting.scene.sentence.start
    between = [t.text for t in setting.scene.tokens if same and setting.floor <= t.start < amount.start]
    if amount.converts == last.amount or (same and _stepped(setting, last)):
        return replace(last, amount=setting.index, score=_CERTAIN, rule=f"{last.rule}, the other value")
    part = _part(setting, last, between)
    return part or (_listed(setting, last, between) if same else None)


def _stepped(setting: Setting, last: Judged) -> bool:
    """Whether the amount is what the one before it became, or was."""
    superseded = setting.scene.said("superseded", setting.floor, setting.amount.start)
    return setting.amount.step == "new" or (superseded is not None and last.role != "other")


def _part(setting: Setting, last: Judged, between: Sequence[str]) -> Judged | None:
    """A part of the amount before, the whole that it is a part of, or the same in brackets."""
    after = [t.text for t in setting.scene.tokens if t.start >= setting.amount.end][:_SOON]
    if last.role in _RESTATED and _in_brackets(between):
        return replace(last, amount=setting.index, score=_LIKELY, rule=f"{last.rule}, the other value")
    if last.role != "other" and (
        _PARTS & {*between[:_SOON], *between[-2:]} or (_PARTS & set(after) and not setting.amount.each)
    ):
        role: Role = last.role
        if role in {"total", "initial"}:
            role = "initial" if role == "total" and any(_AT_ONCE.match(word) for word in after) else "other"
        return replace(last, amount=setting.index, role=role, score=_LIKELY, rule=f"{last.rule}, a part of it")
    whole = _WHOLE.get(last.role) if set(between) >= _OUT_OF else None
    if whole and last.to:
        return replace(last, amount=setting.index, role=whole, score=_LIKELY, rule=f"{last.rule}, out of the whole")
    return None


def _listed(setting: Setting, last: Judged, between: Sequence[str]) -> Judged | None:
    """Another of the same kind: its verb is left out, or goes on without naming anybody."""
    gapped = _gapped(setting) if last.role in {"commitment", "stake"} else ()
    if gapped:
        return replace(last, amount=setting.index, payers=gapped, score=_LIKELY, rule="like the one before")
    if _goes_on(setting, last):
        return replace(last, amount=setting.index, score=_LIKELY, rule=f"{last.rule}, and goes on")
    if len(between) <= _CLOSE and last.role == "valuation" and not setting.heads:
        start = setting.amount.start
        named = [p for p in setting.scene.parties if setting.floor <= p.start < start and p.payer]
        to = named[-1].entities[0] if named and named[-1].entities else last.to
        return replace(last, amount=setting.index, to=to, score=_MAYBE, rule="a valuation, listed")
    return None


def _gapped(setting: Setting) -> tuple[str, ...]:
    """Who pays where the verb is left out: "وX بنحو 7 مليارات", right after another's sum."""
    scene, start = setting.scene, setting.amount.start
    near = [p for p in scene.parties if setting.floor <= p.start and p.end <= start and p.payer and not p.preposition]
    said = any(c.start >= setting.floor and c.end <= start and "verb" in c.classes for c in scene.cues)
    return near[-1].entities if near and not said and start - near[-1].end <= _GAPPED else ()


_GAPPED = 14  # characters


def _goes_on(setting: Setting, last: Judged) -> bool:
    """Whether the sentence says more of what one just gave to a project, naming nobody: "وأن المخصص لها … بلغ"."""
    scene, start = setting.scene, setting.amount.start
    if last.role != "commitment" or setting.floor == scene.sentence.start:
        return False
    named = any(setting.floor <= p.start < start for p in scene.parties)
    words = [t.text for t in scene.tokens if setting.floor <= t.start < start]
    given = any(_GIVEN.match(word) for word in words)
    return given and not named and not scene.said("measure", setting.floor, start)


_GIVEN = re.compile(r"[وف]?(?:ال)?(?:س?[يت])?(?:مخصص|خصص|رصد|مرصود|سدد|مسدد|دفع|مدفوع|ضخ|متبقي)(?:ت|ه|ها|وا)?$")


_CERTAIN, _LIKELY, _MAYBE = 9.0, 4.5, 1.5
_AT_ONCE = re.compile(r"(?:ك|ب|لل|ال)?(?:فورا|فوري|عاجل|شريحه|دفعه|بدايه|مبدييا|مرحله)(?:ه|ا)?$")
_SOON, _CLOSE = 3, 5  # tokens
_RESTATED = frozenset(("total", "initial", "commitment", "secured"))


def _in_brackets(between: Sequence[str]) -> bool:
    """Whether an amount only says the one before again: "… للمرحلة الأولى (نحو …)", "…، أي ما يزيد على …"."""
    words = [word for word in between if word not in _ABOUT]
    return len(words) <= _CLOSE and (words[-1:] == ["("] or ("اي" in between[:2] and not _COMPARED & set(between)))


_COMPARED = frozenset(("اقل", "باقل", "بزياده", "بنقص", "ضعف", "نصف"))
_ABOUT = frozenset(("نحو", "حوالي", "قرابه", "اي", "ما", "يعادل", "بما", "يوازي"))
# What is arranged or paid out of it: "M من أصل N".
_OUT_OF = frozenset(("من", "اصل"))
_WHOLE: dict[Role, Role] = {"secured": "total", "initial": "total", "commitment": "commitment"}
_PARTS = frozenset(("بواقع", "منها", "منهما", "بينها", "وبواقع"))


_WEAK, _DOUBTFUL = 1.9, 0.9
_COPIED = frozenset(("total", "initial", "commitment", "capex", "stake", "secured"))


def agreed(judged: Sequence[Judged], found: Sequence[Found], views: Sequence[Resolved]) -> list[Judged]:
    """A weak judgement takes over that of the same value elsewhere in the text, where nothing speaks against it."""
    scene_of = {index: view.scene for view in views for index in view.scene.amounts}
    surest: dict[_Value, Judged] = {}
    for each in judged:
        value = _value(found[each.amount])
        if (
            value[0] is not None
            and each.role in _COPIED
            and each.score >= max(_WEAK, surest[value].score if value in surest else 0.0)
        ):
            surest[value] = each
    return [_echo(each, surest.get(_value(found[each.amount])), scene_of[each.amount]) for each in judged]


_Value = tuple[Decimal | None, Decimal | None, str | None]


def _value(amount: Found) -> _Value:
    return amount.low, amount.high, amount.currency


def _echo(each: Judged, twin: Judged | None, scene: Scene) -> Judged:
    """The judgement itself, or its twin's where it is weak, no figure is vague, and nobody else is named."""
    weak = each.score < (_WEAK if each.role == "other" else _DOUBTFUL)
    if twin is None or not weak or twin is each or not _compatible(scene, twin):
        return each
    return replace(twin, amount=each.amount, score=twin.score - 0.5, rule=f"{twin.rule}, told again")


def _compatible(scene: Scene, twin: Judged) -> bool:
    """Whether a sentence names nobody that the twin does not: no other company, no other project."""
    named = {e for p in scene.parties if p.kind in {"organisation", "the_org", "unlisted"} for e in p.entities}
    projects = {e for p in scene.parties if p.kind == "project" and not p.apart for e in p.entities}
    if twin.to in projects:
        return True
    return not (named - {twin.to, *twin.payers}) and (scene.headline or not projects)
