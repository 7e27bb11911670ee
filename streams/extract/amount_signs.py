"""The signs that a text gives of what an amount is.

A sign is the name of a pattern of Arabic: the idea that stands nearest to the amount, how the project and whoever
could pay stand to it, the words around it, what the amount before it was. A sign decides nothing; `weights` says how
much it counts for each role. No sign names an entity: they hold for every watchlist.
"""

# ruff: noqa: RUF001 (Arabic letters and signs are the data here)

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import islice

import msgspec

from streams.extract.amounts import Found
from streams.extract.governor import walked_back
from streams.extract.resolve import Resolved
from streams.extract.scene import PROJECTS, Acting, Cue, Scene
from streams.extract.stems import after, before, index_at, stem
from streams.records import Role

# Ideas that an amount can belong to.
HEADS = frozenset(
    """
    valuation revenue aside loan sell raise deal purchase stake spend invest gather measure aim secured so_far
    """.split()  # noqa: SIM905 (a list of words, not of strings)
)
_IDEAS = HEADS | frozenset(
    """
    initial over_years reach running support passive offer naming project_noun the_project the_site partnership builder
    launch planned negotiating superseded title beside verb past denied doubt completed stalled conditional leaving
    absence
    """.split()  # noqa: SIM905
)
# Words of a qualifier stand between an amount and the word that it belongs to.
_SKIPPED = frozenset(
    """
    نحو حوالي قرابه زهاء اكثر اقل من الي حتي ما ب ل بنحو بحوالي بقرابه باكثر لاكثر يقارب يناهز لا يقل عن مبلغ
    """.split()  # noqa: SIM905
)
_NEAR = 22  # characters between an amount and a word that belongs to it
_STOPS, _ENDS = frozenset("،؛:.؟!"), frozenset("؛.؟!")
_BACK, _ON, _CLOSE, _BESIDE = 9, 7, 4, 2  # words
_ACROSS, _BEHIND = 0.6, 1.0  # what another amount between, and standing behind, takes from a head's nearness
_REACH = 2.6
_SHORT = 4  # letters of a particle


class Past(msgspec.Struct):
    """What the amounts before were, as far as the text has been read."""

    last: Role | None = None
    count: int = 0
    told: dict[tuple[object, ...], Role] = msgspec.field(default_factory=dict)
    latest: dict[tuple[str | None, Role], Decimal] = msgspec.field(default_factory=dict)

    def note(self, amount: Found, role: Role) -> None:
        """The next amount was that."""
        self.last = role
        self.count += 1
        if role != "other":
            self.told.setdefault((amount.low, amount.high, amount.currency), role)
            if amount.low is not None:
                self.latest[amount.currency, role] = amount.low


class Focus:
    """One amount in its sentence: the neighbours between which it stands, and the idea nearest to it."""

    __slots__ = ("act", "amount", "at", "ceiling", "floor", "head", "scene", "view")

    def __init__(self, view: Resolved, found: Sequence[Found], at: int) -> None:
        """`at` counts the amounts of the sentence."""
        scene = view.scene
        index = scene.amounts[at]
        self.view, self.scene, self.at, self.amount = view, scene, at, found[index]
        self.floor = found[index - 1].end if at else scene.sentence.start
        self.ceiling = found[index + 1].start if at + 1 < len(scene.amounts) else scene.sentence.end
        self.head = max(
            (c for c in scene.cues if c.classes & HEADS and c.start < self.ceiling), key=self._nearness, default=None
        )
        self.act = max((a for a in scene.acts if a.start < self.ceiling), key=self._nearness, default=None)

    def _nearness(self, word: Cue | Acting) -> float:
        if word.end <= self.amount.start:
            across = _ACROSS if word.start < self.floor else 0.0
            return _REACH - self.scene.distance(word.end, self.amount.start) - across
        return _REACH - _BEHIND - 2 * self.scene.distance(self.amount.end, word.start)

    def side(self, start: int, end: int) -> str:
        """Where text[start:end] stands: before or after the amount, or beyond the amount next to it."""
        if end <= self.amount.start:
            return "before" if start >= self.floor else "earlier"
        return "after" if start < self.ceiling else "later"


def of_amount(focus: Focus, past: Past) -> tuple[str, ...]:
    """The signs of an amount; `past` is what was before it."""
    project, payer = _project(focus), _payer(focus)
    return (
        "any",
        project,
        payer,
        *_ideas(focus),
        *_head(focus, project, payer),
        *_acts(focus, project, payer),
        *_governor(focus, project, payer),
        *_beside(focus, project, payer),
        *_clause(focus),
        *_itself(focus.amount),
        *_in_text(focus, past, project),
        *_listed(focus, past),
    )


def _ideas(focus: Focus) -> Iterator[str]:
    """Every idea of the sentence, and where it stands."""
    amount = focus.amount
    for cue in focus.scene.cues:
        told = cue.classes & _IDEAS
        if not told:
            continue
        side = focus.side(cue.start, cue.end)
        near = max(amount.start - cue.end, cue.start - amount.end) <= _NEAR
        place = f"right {side}" if near and side in {"before", "after"} else side
        for idea in told:
            yield f"{place}: {idea}"


def _head(focus: Focus, project: str, payer: str) -> Iterator[str]:
    """The nearest idea, by itself and together with how the project and a payer stand."""
    head = focus.head
    if head is None:
        yield "head: none"
        yield f"head: none & {project}"
        return
    finite = "verb" if "verb" in head.classes and head.word[:1] not in "بل" else "noun"
    side = focus.side(head.start, head.end)
    own = stem(head.word.split(" ")[0])
    yield f"head stem: {own}"
    yield f"head stem: {own} & {project}"
    yield f"head stem: {own} & {payer}"
    for idea in head.classes & HEADS:
        yield f"head: {idea}"
        yield f"head: {idea} & {finite} {side}"
        yield f"head: {idea} & {project}"
        yield f"head: {idea} & {payer}"
        yield f"head: {idea} & {project} & {payer}"
        if side == "before" and focus.scene.divided(head.end, focus.amount.start):
            yield f"head: {idea} & another clause"


def _acts(focus: Focus, project: str, payer: str) -> Iterator[str]:
    """The acts of the sentence, and the nearest with its form and tense, together with who stands beside it."""
    for each in focus.scene.acts:
        yield f"act {focus.side(each.start, each.end)}: {each.act.deed}"
    if focus.act is None:
        yield f"no act & {project}"
        return
    act = focus.act.act
    told = f"act: {act.deed} {focus.side(focus.act.start, focus.act.end)}"
    yield told
    yield f"{told} {act.form} {act.tense}"
    yield f"{told} & {project}"
    yield f"{told} & {payer}"
    yield f"{told} & {project} & {payer}"
    if act.back:
        yield f"{told} with a pronoun"


def _project(focus: Focus) -> str:
    """How the project nearest to the amount stands: on which side, in its clause or not, behind which preposition."""
    scene, amount = focus.scene, focus.amount
    best, sign = float("inf"), ""
    for party in scene.parties:
        if party.kind not in PROJECTS or not party.entities or party.apart:
            continue
        ahead = party.end <= amount.start
        low, high = (party.end, amount.start) if ahead else (amount.end, party.lead)
        distance = scene.distance(low, high) + (0.0 if ahead else _ACROSS / 2)
        if distance < best:
            clause = "" if not scene.divided(low, high) else " clause"
            best, sign = distance, f"project {'before' if ahead else 'after'}{clause} {party.preposition}"
    return sign or (f"project told {min(focus.view.project_age, 3)} ago" if focus.view.project else "no project")


def _payer(focus: Focus) -> str:
    """The party that could pay: before the amount without a preposition, or behind one, or after it."""
    parties = [p for p in focus.scene.parties if p.payer and not p.apart]
    sides = [focus.side(p.start, p.end) for p in parties]
    ahead = [p for p, side in zip(parties, sides, strict=True) if side == "before"]
    if any(not p.preposition and not p.title for p in ahead):
        return "party before"
    if ahead:
        return f"party before {'in a title ' if ahead[-1].title else ''}{ahead[-1].preposition}"
    behind = next((p for p, side in zip(parties, sides, strict=True) if side == "after"), None)
    if behind is not None:
        return f"party after {behind.preposition}"
    return "party earlier" if "earlier" in sides else "no party"


def _governor(focus: Focus, project: str, payer: str) -> Iterator[str]:
    """What the amount is of: the nearest word to its left that does more than link the two, and the word before that.

    Arabic puts heads first: "كلفة المجمع، التي تصل إلى نحو …" walks back to the word that the sum measures.
    """
    governors = list(islice(walked_back(focus.scene, focus.floor, focus.amount.start), 2))
    governor, further = [*governors, "nothing", "nothing"][:2]
    yield f"of {governor}"
    yield f"of {governor}, {further}"
    yield f"of {governor} & {project}"
    yield f"of {governor} & {payer}"


def _beside(focus: Focus, project: str, payer: str) -> Iterator[str]:
    """The words right beside the amount, those of its qualifier left out."""
    scene, amount = focus.scene, focus.amount
    said = (word for word in before(scene.words, amount.start) if word not in _SKIPPED)
    for step, word in zip(range(_BESIDE), said, strict=False):
        yield f"word -{step + 1}: {stem(word)}"
        if step == 0:
            yield f"word -1: {stem(word)} & {project}"
            yield f"word -1: {stem(word)} & {payer}"
        if word in _STOPS:
            break
    following = after(scene.words, amount.end)
    for step, word in zip(range(_BESIDE), following, strict=False):
        told = word if len(word) <= _SHORT else stem(word)
        yield f"word +{step + 1}: {told}"
        if step == 0:
            near = (p for p in scene.parties if 0 <= p.lead - amount.end <= _NEAR)
            party = next((f"{p.kind} {p.preposition}" for p in near), "nobody")
            yield f"word +1: {told} & {party}"
        if word in _STOPS:
            break


def _clause(focus: Focus) -> Iterator[str]:
    """The stems of the words around the amount, up to a full stop or another amount."""
    tokens, amount = focus.scene.words, focus.amount
    first = index_at(tokens, focus.floor)
    at = index_at(tokens, amount.start)
    for step, token in enumerate(reversed(tokens[max(first, at - _BACK) : at])):
        if token.text in _ENDS:
            break
        if len(token.text) > 1 and token.text not in _SKIPPED:
            yield f"before: {stem(token.text)}"
            if step < _CLOSE:
                yield f"close before: {stem(token.text)}"
    at, last = index_at(tokens, amount.end), index_at(tokens, focus.ceiling)
    for token in tokens[at : min(last, at + _ON)]:
        if token.text in _STOPS:
            break
        if len(token.text) > 1:
            yield f"after: {stem(token.text)}"


def _itself(amount: Found) -> Iterator[str]:
    """What the amount itself says: how exact it is, each year, for each."""
    yield f"qualifier: {amount.qualifier}"
    if amount.yearly:
        yield "a year"
    if amount.each:
        yield "for each"
    if amount.step:
        yield f"step: {amount.step}"


def _in_text(focus: Focus, past: Past, project: str) -> Iterator[str]:
    """Where the amount stands in the text: how much of that is about a project, and which figures were before."""
    view, amount = focus.view, focus.amount
    yield f"amount {min(past.count, 2)}"
    if focus.scene.headline:
        yield "headline"
    if view.question and view.project_age:
        yield "project in question"
    if view.answers:
        yield f"answers: {view.answers}"
    if view.times:
        place = " ".join(project.split(" ")[:2])
        for sign in (f"project named {min(view.times, 3)} times", f"project opens {view.opens}"):
            yield sign
            yield f"{sign} & {place}"
    yield from _compared(amount, past)
    again = past.told.get((amount.low, amount.high, amount.currency))
    if again:
        yield f"told before: {again}"
        yield f"told before: {again} & {'head' if focus.head else 'no head'}"


def _compared(amount: Found, past: Past) -> Iterator[str]:
    """How large the amount is beside the last one of each role in its currency."""
    if amount.low is None:
        return
    for (currency, role), other in past.latest.items():
        if currency == amount.currency:
            size = "as much as" if other == amount.low else "less than" if amount.low < other else "more than"
            yield f"{size} the {role}"


def _listed(focus: Focus, past: Past) -> Iterator[str]:
    """What the amount before was, and what joins this one to it; list marks and brackets."""
    tokens, amount, head = focus.scene.words, focus.amount, focus.head
    if not focus.at:
        yield f"sentence before: {past.last}"
    else:
        yield f"last: {past.last}"
        yield f"last: {past.last} & {_link(focus)}"
        own = head is not None and focus.side(head.start, head.end) == "before"
        yield f"last: {past.last} & {'own head' if own else 'no head of its own'}"
        if amount.step:
            yield f"last: {past.last} & step"
    if tokens and tokens[0].text in "-*•–":
        yield "bullet"
    at = index_at(tokens, amount.start)
    if at and tokens[at - 1].text == "(":
        yield "bracket"


_LINKED = 4  # words


def _link(focus: Focus) -> str:
    """What joins the amount to the one before it: its first word, and how much stands between."""
    tokens = focus.scene.words
    between = tokens[index_at(tokens, focus.floor) : index_at(tokens, focus.amount.start)]
    if not between:
        return "joined"
    first = between[0].text if len(between[0].text) <= _SHORT else stem(between[0].text)
    return f"{first} {len(between)}" if len(between) < _LINKED else f"{first} and more"


def seen_from(scene: Scene, head: Cue | Acting | None, lead: int, end: int) -> str:
    """Where a party that stands at text[lead:end] is, as seen from a word."""
    if head is None:
        return "no head"
    behind = lead >= head.end
    low, high = (head.end, lead) if behind else (end, head.start)
    side = "after head" if behind else "before head"
    if high - low <= _CLOSE_TO_HEAD:
        return f"right {side}"
    return f"{side}, another clause" if scene.divided(low, high) else side


_CLOSE_TO_HEAD = 14  # characters: a kind noun, a quote, an adverb
