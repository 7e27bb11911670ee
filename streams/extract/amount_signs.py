"""The signs that a text gives of what an amount is.

A sign is the name of a pattern of Arabic: the idea that stands nearest to the amount, how the project and whoever
could pay stand to it, the words around it, what the amount before it was. A sign decides nothing; `weights` says how
much it counts for each role. No sign names an entity: they hold for every watchlist.

What a text shows of an amount is first told in a few features (`Focus`, the functions that yield); the signs of one
combination of features are made and counted once and remembered, as the press repeats its patterns.
"""

# ruff: noqa: RUF001 (Arabic letters and signs are the data here)

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import islice

import msgspec

from streams.extract.acts import Act
from streams.extract.amounts import Found
from streams.extract.governor import walked_back
from streams.extract.model import AMOUNTS
from streams.extract.resolve import Resolved
from streams.extract.scene import PROJECTS, Acting, Cue, Scene
from streams.extract.stems import stem
from streams.extract.weights import REMEMBERED, Signs
from streams.records import Qualifier, Role

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


def of_amount(focus: Focus, past: Past) -> tuple[Signs, ...]:
    """The signs of an amount; `past` is what was before it."""
    who = project, payer = _project(focus), _payer(focus)
    return (
        _everywhere(project, payer),
        *_ideas(focus),
        _head(focus, who),
        *_acts(focus, who),
        _governor(focus, who),
        *_beside(focus, who),
        *_clause(focus),
        _itself(focus.amount.qualifier, focus.amount.yearly, focus.amount.each, focus.amount.step),
        *_in_text(focus, past, project),
        *_listed(focus, past),
    )


# How the project and the payer stand, as `_project` and `_payer` tell it.
Who = tuple[str, str]
_remembered = lru_cache(maxsize=REMEMBERED)


@_remembered
def _everywhere(project: str, payer: str) -> Signs:
    return AMOUNTS.signs("any", project, payer)


def _ideas(focus: Focus) -> Iterator[Signs]:
    """Every idea of the sentence, and where it stands."""
    start, end = focus.amount.start, focus.amount.end
    for cue in focus.scene.cues:
        if cue.classes.isdisjoint(_IDEAS):
            continue
        near = max(start - cue.end, cue.start - end) <= _NEAR
        yield _idea(cue.classes, focus.side(cue.start, cue.end), near)


@_remembered
def _idea(classes: frozenset[str], side: str, near: bool) -> Signs:  # noqa: FBT001 (a feature like any other)
    place = f"right {side}" if near and side in {"before", "after"} else side
    return AMOUNTS.signs(*(f"{place}: {idea}" for idea in classes & _IDEAS))


def _head(focus: Focus, who: Who) -> Signs:
    """The nearest idea, by itself and together with how the project and a payer stand."""
    head = focus.head
    if head is None:
        return _no_head(who)
    form = "verb" if "verb" in head.classes and head.word[:1] not in "بل" else "noun"
    side = focus.side(head.start, head.end)
    apart = side == "before" and focus.scene.divided(head.end, focus.amount.start)
    return _of_head(head.classes, stem(head.word.split(" ")[0]), f"{form} {side}", apart, who)


@_remembered
def _no_head(who: Who) -> Signs:
    return AMOUNTS.signs("head: none", f"head: none & {who[0]}")


@_remembered
def _of_head(classes: frozenset[str], own: str, place: str, apart: bool, who: Who) -> Signs:  # noqa: FBT001 (as above)
    project, payer = who
    told = [f"head stem: {own}", f"head stem: {own} & {project}", f"head stem: {own} & {payer}"]
    for idea in classes & HEADS:
        head = f"head: {idea}"
        told += (head, f"{head} & {place}", f"{head} & {project}", f"{head} & {payer}", f"{head} & {project} & {payer}")
        if apart:
            told.append(f"{head} & another clause")
    return AMOUNTS.signs(*told)


def _acts(focus: Focus, who: Who) -> Iterator[Signs]:
    """The acts of the sentence, and the nearest with its form and tense, together with who stands beside it."""
    for each in focus.scene.acts:
        yield _one_act(focus.side(each.start, each.end), each.act.deed)
    if focus.act is None:
        yield _no_act(who[0])
    else:
        yield _nearest_act(focus.act.act, focus.side(focus.act.start, focus.act.end), who)


@_remembered
def _one_act(side: str, deed: str) -> Signs:
    return AMOUNTS.signs(f"act {side}: {deed}")


@_remembered
def _no_act(project: str) -> Signs:
    return AMOUNTS.signs(f"no act & {project}")


@_remembered
def _nearest_act(act: Act, side: str, who: Who) -> Signs:
    project, payer = who
    told = f"act: {act.deed} {side}"
    joined = (f"{told} & {project}", f"{told} & {payer}", f"{told} & {project} & {payer}")
    behind = (f"{told} with a pronoun",) if act.back else ()
    return AMOUNTS.signs(told, f"{told} {act.form} {act.tense}", *joined, *behind)


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


def _governor(focus: Focus, who: Who) -> Signs:
    """What the amount is of: the nearest word to its left that does more than link the two, and the word before that.

    Arabic puts heads first: "كلفة المجمع، التي تصل إلى نحو …" walks back to the word that the sum measures.
    """
    governors = list(islice(walked_back(focus.scene, focus.floor, focus.amount.start), 2))
    governor, further = [*governors, "nothing", "nothing"][:2]
    return _governed(governor, further, who)


@_remembered
def _governed(governor: str, further: str, who: Who) -> Signs:
    project, payer = who
    return AMOUNTS.signs(
        f"of {governor}", f"of {governor}, {further}", f"of {governor} & {project}", f"of {governor} & {payer}"
    )


def _beside(focus: Focus, who: Who) -> Iterator[Signs]:
    """The words right beside the amount, those of its qualifier left out."""
    scene, amount = focus.scene, focus.amount
    said = (word for word in scene.words.before(amount.start) if word not in _SKIPPED)
    for step, word in zip(range(_BESIDE), said, strict=False):
        yield _word_before(word, step, who)
        if word in _STOPS:
            break
    following = scene.words.after(amount.end)
    for step, word in zip(range(_BESIDE), following, strict=False):
        yield _word_behind(word, step, "" if step else _next_party(focus))
        if word in _STOPS:
            break


@_remembered
def _word_before(word: str, step: int, who: Who) -> Signs:
    own = f"word -{step + 1}: {stem(word)}"
    return AMOUNTS.signs(own, f"{own} & {who[0]}", f"{own} & {who[1]}") if step == 0 else AMOUNTS.signs(own)


@_remembered
def _word_behind(word: str, step: int, party: str) -> Signs:
    own = f"word +{step + 1}: {word if len(word) <= _SHORT else stem(word)}"
    return AMOUNTS.signs(own, f"{own} & {party}") if step == 0 else AMOUNTS.signs(own)


def _next_party(focus: Focus) -> str:
    """Who stands right behind the amount."""
    near = (p for p in focus.scene.parties if 0 <= p.lead - focus.amount.end <= _NEAR)
    return next((f"{p.kind} {p.preposition}" for p in near), "nobody")


def _clause(focus: Focus) -> Iterator[Signs]:
    """The stems of the words around the amount, up to a full stop or another amount."""
    words, amount = focus.scene.words, focus.amount
    for step, token in enumerate(reversed(words.between(focus.floor, amount.start)[-_BACK:])):
        if token.text in _ENDS:
            break
        if len(token.text) > 1 and token.text not in _SKIPPED:
            yield _word_of_clause(token.text, "close before" if step < _CLOSE else "before")
    for token in words.between(amount.end, focus.ceiling)[:_ON]:
        if token.text in _STOPS:
            break
        if len(token.text) > 1:
            yield _word_of_clause(token.text, "after")


@_remembered
def _word_of_clause(word: str, place: str) -> Signs:
    own = f"{place}: {stem(word)}"
    return AMOUNTS.signs(own, f"before: {stem(word)}") if place == "close before" else AMOUNTS.signs(own)


@_remembered
def _itself(qualifier: Qualifier, yearly: bool, each: bool, step: str) -> Signs:  # noqa: FBT001 (as above)
    """What the amount itself says: how exact it is, each year, for each."""
    told = [f"qualifier: {qualifier}"]
    told += ["a year"] * yearly + ["for each"] * each + [f"step: {step}"] * bool(step)
    return AMOUNTS.signs(*told)


def _in_text(focus: Focus, past: Past, project: str) -> Iterator[Signs]:
    """Where the amount stands in the text: how much of that is about a project, and which figures were before."""
    view, amount = focus.view, focus.amount
    yield _place_in_text(min(past.count, 2), focus.scene.headline, bool(view.question and view.project_age))
    if view.answers:
        yield AMOUNTS.signs(f"answers: {view.answers}")
    if view.times:
        yield _about_project(min(view.times, 3), view.opens, project)
    yield from _compared(amount, past)
    again = past.told.get((amount.low, amount.high, amount.currency))
    if again:
        yield _told_before(again, "head" if focus.head else "no head")


@_remembered
def _place_in_text(count: int, headline: bool, question: bool) -> Signs:  # noqa: FBT001 (as above)
    return AMOUNTS.signs(f"amount {count}", *["headline"] * headline, *["project in question"] * question)


@_remembered
def _about_project(times: int, opens: str, project: str) -> Signs:
    place = " ".join(project.split(" ")[:2])
    named, opened = f"project named {times} times", f"project opens {opens}"
    return AMOUNTS.signs(named, f"{named} & {place}", opened, f"{opened} & {place}")


@_remembered
def _told_before(again: Role, head: str) -> Signs:
    return AMOUNTS.signs(f"told before: {again}", f"told before: {again} & {head}")


def _compared(amount: Found, past: Past) -> Iterator[Signs]:
    """How large the amount is beside the last one of each role in its currency."""
    if amount.low is None:
        return
    for (currency, role), other in past.latest.items():
        if currency == amount.currency:
            size = "as much as" if other == amount.low else "less than" if amount.low < other else "more than"
            yield _size(size, role)


@_remembered
def _size(size: str, role: Role) -> Signs:
    return AMOUNTS.signs(f"{size} the {role}")


def _listed(focus: Focus, past: Past) -> Iterator[Signs]:
    """What the amount before was, and what joins this one to it; list marks and brackets."""
    words, amount, head = focus.scene.words, focus.amount, focus.head
    if focus.at:
        own = head is not None and focus.side(head.start, head.end) == "before"
        yield _behind_another(past.last, _link(focus), own, bool(amount.step))
    else:
        yield _behind_a_sentence(past.last)
    if words and words[0].text in "-*•–":
        yield _BULLET
    at = words.index_at(amount.start)
    if at and words[at - 1].text == "(":
        yield _BRACKET


@_remembered
def _behind_a_sentence(last: Role | None) -> Signs:
    return AMOUNTS.signs(f"sentence before: {last}")


@_remembered
def _behind_another(last: Role | None, link: str, own: bool, step: bool) -> Signs:  # noqa: FBT001 (as above)
    told = f"last: {last}"
    head = "own head" if own else "no head of its own"
    return AMOUNTS.signs(told, f"{told} & {link}", f"{told} & {head}", *[f"{told} & step"] * step)


_BULLET, _BRACKET = AMOUNTS.signs("bullet"), AMOUNTS.signs("bracket")
_LINKED = 4  # words


def _link(focus: Focus) -> str:
    """What joins the amount to the one before it: its first word, and how much stands between."""
    between = focus.scene.words.between(focus.floor, focus.amount.start)
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
