"""What an amount is, who pays it and to whom: one judgement an amount.

Strategy: the cues of the sentence are scored by how near they stand to the amount; the nearest idea (a valuation, a
deal, an investment, a project's size…) is its head. Frames then turn a head and the parties it governs into a role,
each with a score, and the best one counts. Frames that speak of a watched project must show more than one sign;
otherwise the amount stays "other".

The one rule: silence rather than a guess. A wrong figure of a project is worse than a missed one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from streams.extract.amounts import Found
from streams.extract.doings import done
from streams.extract.echoes import agreed, shared
from streams.extract.giving import constructed, given_by
from streams.extract.money_frames import MONEY_FRAMES
from streams.extract.project_frames import PROJECT_FRAMES, committed
from streams.extract.resolve import Resolved
from streams.extract.scene import Cue, Scene
from streams.extract.setting import Judged, Setting
from streams.extract.sizes import sized
from streams.extract.skeleton import skeleton_of
from streams.extract.watched import Known

_HEADS = (
    "valuation",
    "revenue",
    "aside",
    "loan",
    "sell",
    "raise",
    "deal",
    "purchase",
    "stake",
    "spend",
    "invest",
    "gather",
)
# Heads that may follow their amount ("317 مليار دولار من الإيرادات").
_AFTER = frozenset(("aside", "revenue", "valuation"))
_REACH_BACK, _REACH_ON = 2.4, 0.9
_ACROSS_AMOUNT = 0.5


def judge(views: Sequence[Resolved], found: Sequence[Found], known: Known) -> list[Judged]:
    """A judgement on every amount, in order."""
    judged: list[Judged] = []
    for view in views:
        floor = view.scene.sentence.start
        said = _said(view, found, judged, known)
        for index in view.scene.amounts:
            amount = found[index]
            setting = Setting(
                view,
                index,
                amount,
                floor,
                _heads(view.scene, amount, floor),
                known,
                said.line,
                judged[-1] if judged else None,
            )
            judged.append(_judge(setting, judged, said))
            floor = amount.end
    return agreed(judged, found, views)


@dataclass(frozen=True, slots=True)
class _Said:
    """A sentence's skeleton, what the tables of constructions say of its amounts, and who is told to give them."""

    line: str = ""
    judged: Sequence[Judged] = ()
    given_by: Mapping[int, tuple[str, ...]] = field(default_factory=dict)


def _said(view: Resolved, found: Sequence[Found], judged: Sequence[Judged], known: Known) -> _Said:
    if not view.scene.amounts:
        return _Said()
    skeleton = skeleton_of(view.scene, found)
    last = judged[-1] if judged else None
    recent = [each for each in judged[-_RECENT:] if found[each.amount].start > view.scene.sentence.start - _SHORTLY]
    sizes = tuple(sized(view, skeleton, last))
    told = constructed(view, skeleton, last, {each.amount: each.to for each in sizes if each.to})
    return _Said(skeleton.line, (*sizes, *told, *done(view, skeleton, known, recent)), given_by(skeleton))


_RECENT, _SHORTLY = 6, 350  # judgements, characters


def _heads(scene: Scene, amount: Found, floor: int) -> dict[str, tuple[float, Cue]]:
    """For each idea the best score of its cues, and the cue."""
    best: dict[str, tuple[float, Cue]] = {}
    for cue in scene.cues:
        ideas = cue.classes & (_HEAD_SET if cue.end <= amount.start else _AFTER)
        if not ideas:
            continue
        if cue.end <= amount.start:
            score = _REACH_BACK - scene.distance(cue.end, amount.start) - (_ACROSS_AMOUNT if cue.start < floor else 0)
        else:
            score = _part_of_head(scene, amount, cue)
        for name in ideas:
            if score > best.get(name, (0.0, cue))[0]:
                best[name] = (score, cue)
    return best


def _part_of_head(scene: Scene, amount: Found, cue: Cue) -> float:
    """How near a head after the amount is; "من" between them makes it the amount's own ("317 مليارا من الإيرادات")."""
    between = [token.text for token in scene.tokens if amount.end <= token.start < cue.start]
    if cue.start >= amount.end and between == ["من"]:
        return _OWN_HEAD
    return _REACH_ON - 3 * scene.distance(amount.end, cue.start)


_OWN_HEAD = 2.6
_HEAD_SET = frozenset(_HEADS)


def _judge(setting: Setting, earlier: Sequence[Judged], said: _Said) -> Judged:
    candidates = [judged for frame in (*MONEY_FRAMES, *PROJECT_FRAMES) if (judged := frame(setting)) is not None]
    part = shared(setting, earlier)
    if part:
        candidates.append(part)
    candidates += [each for each in said.judged if each.amount == setting.index]
    best = max(candidates, key=lambda each: each.score, default=Judged(setting.index, "other"))
    givers = said.given_by.get(setting.index, ())
    if best.role in _WHOLE and not best.payers and not givers:
        return replace(best, payers=committed(setting))
    return replace(best, payers=givers) if givers and not best.payers and best.role in _GIVEN else best


_WHOLE = frozenset(("total", "initial"))
_GIVEN = frozenset(("total", "initial", "commitment", "capex"))
