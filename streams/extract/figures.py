"""What an amount is, who pays it and to whom: one claim an amount, or one a payer where each pays.

Strategy: the cues of the sentence are scored by how near they stand to the amount; the nearest idea (a valuation, a deal,
an investment, a project's size…) is its head. Frames then turn a head and the parties it governs into a role. Frames that
speak of a watched project must show more than one sign; otherwise the amount stays "other".

The one rule: silence rather than a guess. A wrong figure of a project is worse than a missed one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from streams.extract.amounts import Found
from streams.extract.lexicon import LEXICON
from streams.extract.resolve import Resolved
from streams.extract.scene import Cue, Party, Scene
from streams.extract.slots import Slot, payer_of, target_of
from streams.records import Role


@dataclass(frozen=True, slots=True)
class Judged:
    """What was decided of the amount with that index: `score` is how surely, `rule` what decided."""

    amount: int
    role: Role
    payers: tuple[str, ...] = ()
    to: str | None = None
    score: float = 0.0
    rule: str = "no cue"
    head: Cue | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """All that a frame may look at for one amount."""

    view: Resolved
    index: int
    amount: Found
    floor: int  # where the amount before it in the sentence ends
    heads: Mapping[str, tuple[float, Cue]]
    suppliers: frozenset[str]
    last: Judged | None = None

    @property
    def scene(self) -> Scene:
        return self.view.scene

    @property
    def span(self) -> tuple[int, int]:
        return self.amount.start, self.amount.end


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


def judge(views: Sequence[Resolved], found: Sequence[Found], suppliers: frozenset[str]) -> list[Judged]:
    """A judgement on every amount, in order."""
    judged: list[Judged] = []
    for view in views:
        floor = view.scene.sentence.start
        for index in view.scene.amounts:
            amount = found[index]
            setting = Setting(
                view, index, amount, floor, _heads(view.scene, amount, floor), suppliers, judged[-1] if judged else None
            )
            judged.append(_judge(setting, judged, found))
            floor = amount.end
    return _agreed(judged, found, views)


def _heads(scene: Scene, amount: Found, floor: int) -> dict[str, tuple[float, Cue]]:
    """For each idea the best score of its cues, and the cue."""
    best: dict[str, tuple[float, Cue]] = {}
    for cue in scene.cues:
        if cue.end <= amount.start:
            score = _REACH_BACK - scene.distance(cue.end, amount.start) - (_ACROSS_AMOUNT if cue.start < floor else 0)
        else:
            score = _part_of_head(scene, amount, cue)
        for name in cue.classes & _HEAD_SET:
            if (cue.end <= amount.start or name in _AFTER) and score > best.get(name, (0.0, cue))[0]:
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


def _judge(setting: Setting, earlier: Sequence[Judged], found: Sequence[Found]) -> Judged:
    candidates = [judged for frame in _FRAMES if (judged := frame(setting)) is not None]
    shared = _shared(setting, earlier, found)
    if shared:
        candidates.append(shared)
    return max(candidates, key=lambda each: each.score, default=Judged(setting.index, "other"))


Frame = Callable[[Setting], Judged | None]


def _only(slot: Slot) -> str | None:
    """The one entity of a slot; a list of receivers is none that a claim can name."""
    return slot.entities[0] if len(slot.entities) == 1 else None


def _organisation_near(setting: Setting, head: Cue) -> str | None:
    """The organisation a valuation or a revenue belongs to: named after its noun, or the subject before it."""
    scene = setting.scene
    after = [
        p
        for p in scene.parties
        if p.payer and p.entities and 0 <= p.lead - head.end <= 12 and p.preposition in {"", "ل"}
    ]
    if after:
        return after[0].entities[0]
    before = [p for p in scene.parties if p.payer and p.entities and p.end <= max(head.start, setting.amount.start)]
    if before and before[-1].kind == "the_org" and any(p.kind == "organisation" for p in before):
        before = [p for p in before if p.kind == "organisation"]
    plain = [p for p in before if p.preposition in {"", "ب"}] or before
    if plain:
        return plain[-1].entities[-1]
    return setting.view.subject[0] if setting.view.subject else None


def _valuation(setting: Setting) -> Judged | None:
    score, head = setting.heads.get("valuation") or _worth(setting) or (0.0, None)
    if head is None:
        return None
    return Judged(setting.index, "valuation", (), _organisation_near(setting, head), score + 0.2, "a valuation", head)


def _worth(setting: Setting) -> tuple[float, Cue] | None:
    """ "SpaceX التي تقدر قيمتها بـ…": worth with a pronoun, nearest to an organisation and to no other head."""
    scene = setting.scene
    worth = scene.said("measure", setting.floor, setting.amount.start)
    if worth is None or worth.word.lstrip("وبفل") not in {"قيمتها", "قيمته"}:
        return None
    owner = max((p for p in scene.parties if p.payer and p.end <= worth.start), key=lambda p: p.end, default=None)
    if (
        owner is None
        or owner.preposition == "بين"
        or not all(_describes(token.text) for token in scene.tokens if owner.end <= token.start < worth.start)
    ):
        return None
    return _REACH_BACK - 0.6 - scene.distance(worth.end, setting.amount.start), worth


_ESTIMATES = frozenset(
    (
        "تقدر",
        "تبلغ",
        "بلغت",
        "تصل",
        "وصلت",
        "تتجاوز",
        "تجاوزت",
        "تزيد",
        "قدرت",
        "قد",
        "حاليا",
        "و",
        "،",
        '"',
        ")",
        "والتي",
    )
)


def _describes(word: str) -> bool:
    """Whether a word may stand between an organisation and its worth ("X الأميركية التي تقدر قيمتها")."""
    return word.startswith("ال") or word in _ESTIMATES


def _revenue(setting: Setting) -> Judged | None:
    if "revenue" not in setting.heads:
        return None
    score, head = setting.heads["revenue"]
    return Judged(setting.index, "revenue", (), _organisation_near(setting, head), score, "a revenue", head)


def _aside(setting: Setting) -> Judged | None:
    """Losses, wealth, debt: money that is none of our roles. A loan's lender is still named."""
    known = [setting.heads[name] for name in ("aside", "loan", "sell", "gather") if name in setting.heads]
    if not known:
        return None
    score, head = max(known, key=lambda pair: pair[0])
    lender = payer_of(setting.view, head, setting.amount.start) if "loan" in head.classes else None
    return Judged(
        setting.index, "other", lender.entities if lender else (), None, score + 0.15, "money of another kind", head
    )


def _raise(setting: Setting) -> Judged | None:
    if "raise" not in setting.heads:
        return None
    score, head = setting.heads["raise"]
    receiver = setting.view.scene.parties
    named = [
        p for p in receiver if p.kind in {"organisation", "unlisted", "the_org"} and p.entities and p.end <= head.start
    ]
    into = [p for p in named if p.preposition == "في"] or named
    return Judged(
        setting.index, "stake", (), into[-1].entities[0] if into else None, score + 0.3, "a funding round", head
    )


def _stake(setting: Setting) -> Judged | None:
    """Shares bought in a company."""
    if "stake" not in setting.heads or setting.scene.said("sell", setting.floor, setting.amount.start):
        return None
    score, head = setting.heads["stake"]
    verb = setting.scene.said("purchase", setting.scene.sentence.start, head.end) or head
    payer = payer_of(setting.view, verb, setting.amount.start)
    target = target_of(setting.view, verb, setting.span, payer)
    if target.party and target.party.kind in {"project", "the_project"}:
        return None
    return Judged(setting.index, "stake", payer.entities, _only(target), score + 0.1, "a stake bought", head)


def _deal(setting: Setting) -> Judged | None:
    known = [setting.heads[name] for name in ("deal", "purchase") if name in setting.heads]
    if not known:
        return None
    score, head = max(known, key=lambda pair: pair[0])
    buyer, seller = _sides(setting, head)
    return Judged(setting.index, "deal", buyer, seller, score + 0.1, "a deal between two", head)


def _sides(setting: Setting, head: Cue) -> tuple[tuple[str, ...], str | None]:
    """Who buys and who sells: who rents or buys pays; else who is known to supply sells; else the subject pays."""
    view, scene = setting.view, setting.scene
    named = [p for p in scene.parties if p.payer and p.entities and not p.apart]
    pair = next((p.entities for p in named if len(p.entities) == 2 and p.preposition == "بين"), ())
    if not named and view.group and len(view.group) == 2:
        pair = view.group
    if pair:
        return _by_trade(setting, pair)
    served = next((p for p in named if p.preposition == "لخدمه"), None)
    subject = payer_of(view, head, setting.amount.start)
    possessor = subject.party is not None and 0 <= subject.party.lead - head.end <= 2
    subject = subject if subject.entities else _subject(setting, named)
    if served:
        return served.entities, next((e for e in subject.entities if e not in served.entities), None)
    others = [
        p
        for p in named
        if p.preposition in {"مع", "من", "ل"} and not set(p.entities) & set(subject.entities) and not p.title
    ]
    other = others[0].entities[0] if others and len(others[0].entities) == 1 else None
    if (
        other
        and not possessor
        and len(subject.entities) == 1
        and _buyer(setting, (subject.entities[0], other)) == other
    ):
        return (other,), subject.entities[0]
    return subject.entities, other


def _subject(setting: Setting, named: Sequence[Party]) -> Slot:
    plain = next((p for p in named if p.preposition == "" and p.end <= setting.amount.start), None)
    return Slot(plain.entities if plain else (), 1.0, "the subject", plain)


def _by_trade(setting: Setting, pair: Sequence[str]) -> tuple[tuple[str, ...], str | None]:
    buyer = _buyer(setting, (pair[0], pair[1]))
    if buyer is None:
        return (), None
    return (buyer,), next(each for each in pair if each != buyer)


def _buyer(setting: Setting, pair: tuple[str, str]) -> str | None:
    """Who of two buys: the subject of a verb of buying; else the one that is no supplier, if only one is not."""
    for cue in setting.scene.cues:
        if "purchase" in cue.classes:
            for party in setting.scene.parties:
                if (
                    0 <= party.lead - cue.end <= 30
                    and len(party.entities) == 1
                    and party.entities[0] in pair
                    and not party.preposition
                ):
                    return party.entities[0]
    buyers = [each for each in pair if each not in setting.suppliers]
    return buyers[0] if len(buyers) == 1 else None


def _capex(setting: Setting) -> Judged | None:
    if "spend" not in setting.heads:
        return None
    score, head = setting.heads["spend"]
    if setting.scene.said("gather", head.end, setting.amount.start):
        return None
    payer = payer_of(setting.view, head, setting.amount.start)
    return Judged(setting.index, "capex", payer.entities, None, score, "spending", head)


def _invested(setting: Setting) -> Judged | None:
    """An investment: a commitment when it goes into a project, a stake when into a company, else spending."""
    if "invest" not in setting.heads:
        return None
    score, head = setting.heads["invest"]
    head = setting.scene.said("support", max(setting.scene.sentence.start, head.start - 60), head.end) or head
    payer = payer_of(setting.view, head, setting.amount.start)
    target = target_of(setting.view, head, setting.span, payer)
    to = _only(target)
    if target.party and target.party.kind in {"project", "the_project", "the_site"}:
        if not payer.entities or not to:
            return None
        return Judged(
            setting.index,
            "commitment",
            payer.entities,
            to,
            score + target.score / 10 + 0.2,
            "committed to a project",
            head,
        )
    if target.entities:
        return Judged(setting.index, "stake", payer.entities, to, score + 0.2, "invested in a company", head)
    site = next(
        (p for p in setting.scene.parties if p.kind == "the_site" and p.entities and p.end <= setting.amount.start),
        None,
    )
    if site and payer.entities:
        return Judged(setting.index, "commitment", payer.entities, site.entities[0], score, "invested in a site", head)
    if any(t.text in _THESE and t.end + 1 == head.start for t in setting.scene.tokens) and setting.view.subject:
        return Judged(
            setting.index, "stake", payer.entities or setting.view.subject[:1], None, score, "invested before", head
        )
    return Judged(
        setting.index, "capex" if payer.entities else "other", payer.entities, None, score - 0.4, "invested", head
    )


_THESE = frozenset(("هذه", "هذا", "تلك", "ذلك"))

# --- figures of a watched project -------------------------------------------------------------------------------------

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
    return any(cue.start >= since for cue in foreign)


_FOREIGN = ("valuation", "revenue", "aside", "loan", "sell", "raise", "deal", "purchase", "stake")


def _initial(setting: Setting) -> Judged | None:
    scene, (start, end) = setting.scene, setting.span
    before = scene.said("initial", max(setting.floor, start - 45), start)
    if before and setting.floor > scene.sentence.start and before.start - setting.floor <= _POSTPOSED:
        before = None
    after = next((c for c in scene.cues if "initial" in c.classes and 0 <= c.start - end <= 14), None)
    head = before or after
    project, sure, party = _project_of(setting)
    if head is None or project is None or _foreign_head(setting, party):
        return None
    invests = scene.said("invest", max(scene.sentence.start, start - 60), start)
    if not (invests or party):
        return None
    return Judged(
        setting.index, "initial", _committed(setting), project, 5.0 + sure, "the first part of a project", head
    )


def _committed(setting: Setting) -> tuple[str, ...]:
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
    if party and any(speaks(setting, party) for speaks in (_given_to, _owned, _paid_by_another)):
        return None
    so_far = setting.scene.said("so_far", setting.floor, setting.amount.start)
    if so_far:
        return Judged(setting.index, "secured", (), project, 2.4 + sure, "planned so far", so_far) if party else None
    signs = _size_signs(setting, party)
    score = sure + sum(signs.values())
    if not signs or score < _TOTAL_NEEDS or (party is None and not {"measure", "aim", "reach"} & signs.keys()):
        return None
    return Judged(setting.index, "total", _committed(setting), project, score + 0.6, "the size of a project")


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
    "its pronoun": 0.6,  # كلفته, and no project in the sentence
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
        "its pronoun": party is None and measure is not None and _with_pronoun(measure),
    }
    return {name: _SIGN_WEIGHTS[name] for name, is_shown in shown.items() if is_shown}


def _is_subject(party: Party, verb: Cue) -> bool:
    return 0 <= verb.start - party.end <= _OWN_VERB and party.preposition in {"", "باسم"}


def _with_pronoun(measure: Cue) -> bool:
    return measure.word.endswith(("ه", "ها")) and measure.word not in _NO_PRONOUN


_YEARS_WITHIN = 45
_TOTAL_NEEDS = 1.8
_OWN_VERB = 30
# Measures that end in ة, which folds like the pronoun ه.
_NO_PRONOUN = frozenset(
    ("بقيمه", "قيمه", "بتكلفه", "تكلفه", "كلفه", "بكلفه", "البالغه", "الاجماليه", "القيمه", "التكلفه", "بميزانيه")
)


def _founded_by(scene: Scene, party: Party) -> bool:
    """Whether the party only tells whose project it is: "التي أطلقتها X"."""
    cue = scene.said("launch", party.lead - 16, party.lead)
    return cue is not None and cue.word.endswith(("ه", "ها"))


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
    after = next((c for c in scene.cues if "secured" in c.classes and 0 <= c.start - setting.amount.end <= 20), None)
    project, sure, party = _project_of(setting)
    if not (head or after) or project is None or party is None or _foreign_head(setting, party):
        return None
    return Judged(setting.index, "secured", (), project, 2.9 + sure, "arranged so far", head or after)


def _given(setting: Setting) -> Judged | None:
    """ "مليار دولار لـ«مشروع»" with payers and no verb, as headlines have it."""
    scene, (start, end) = setting.scene, setting.span
    project = next(
        (p for p in scene.parties if p.kind == "project" and p.preposition in {"ل", "لدعم"} and 0 <= p.lead - end <= 6),
        None,
    )
    payer = next(
        (
            p
            for p in scene.parties
            if p.kind == "organisation" and p.end <= start and start - p.end <= 8 and not p.preposition
        ),
        None,
    )
    if project is None or payer is None or setting.heads:
        return None
    return Judged(setting.index, "commitment", payer.entities, project.entities[0], 2.6, "given to a project", None)


def _shared(setting: Setting, earlier: Sequence[Judged], found: Sequence[Found]) -> Judged | None:
    """A part of the amount before it ("بواقع", "منها"), or its other value in a change or conversion: the same claim."""
    if not earlier or setting.index == 0 or earlier[-1].amount != setting.index - 1:
        return None
    last, amount = earlier[-1], setting.amount
    same = setting.floor > setting.scene.sentence.start
    between = [t.text for t in setting.scene.tokens if found[last.amount].end <= t.start < amount.start] if same else []
    after = [t.text for t in setting.scene.tokens if t.start >= amount.end][:3]
    is_part = any(word in _PARTS for word in between[:4]) or (set(after[:2]) & _PARTS and not between[:0])
    if amount.converts == last.amount or (amount.step == "new" and same):
        return replace(last, amount=setting.index, score=9.0, rule=f"{last.rule}, the other value")
    if is_part and last.role != "other" and (same or set(after[:2]) & _PARTS):
        role: Role = last.role if last.role != "total" else "other"
        return replace(last, amount=setting.index, role=role, score=4.5, rule=f"{last.rule}, a part of it")
    if same and len(between) <= 5 and last.role == "valuation" and not setting.heads:
        named = [p for p in setting.scene.parties if found[last.amount].end <= p.start < amount.start and p.payer]
        to = named[-1].entities[0] if named else last.to
        return replace(last, amount=setting.index, to=to, score=1.5, rule="a valuation, listed")
    return None


_PARTS = frozenset(("بواقع", "منها", "منهما", "بينها", "وبواقع"))

_FRAMES: tuple[Frame, ...] = (
    _valuation,
    _revenue,
    _aside,
    _raise,
    _stake,
    _deal,
    _capex,
    _invested,
    _initial,
    _total,
    _secured,
    _given,
)

_WEAK, _DOUBTFUL = 1.9, 0.9
_COPIED = frozenset(("total", "initial", "commitment", "capex", "stake", "secured"))


def _agreed(judged: Sequence[Judged], found: Sequence[Found], views: Sequence[Resolved]) -> list[Judged]:
    """A weak judgement takes over that of the same value elsewhere in the text, where nothing speaks against it."""
    scene_of = {index: view.scene for view in views for index in view.scene.amounts}
    surest: dict[_Value, Judged] = {}
    for each in judged:
        value = _value(found[each.amount])
        if value[0] is not None and each.role in _COPIED and each.score >= max(_WEAK, surest[value].score if value in surest else 0.0):
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
    """Whether a sentence names nobody that the twin does not: no other company, and for a project's figure the project."""
    named = {e for p in scene.parties if p.kind in {"organisation", "the_org", "unlisted"} for e in p.entities}
    projects = {e for p in scene.parties if p.kind == "project" and not p.apart for e in p.entities}
    if twin.to in projects:
        return True
    return not (named - {twin.to, *twin.payers}) and (scene.headline or not projects)
