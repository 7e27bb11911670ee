"""Frames for money that is no project's own: worth, revenue, deals, stakes, spending, and all that is none of these.

Each frame looks for its own idea near the amount and says, with a score, what the amount would be and whose.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from streams.extract.scene import Cue, Party
from streams.extract.setting import Frame, Judged, Setting
from streams.extract.slots import Slot, payer_of, target_of
from streams.records import Role

# Characters between a word and whom it belongs to.
_OWN, _NEXT, _BUYS = 12, 2, 30
_TWO = 2


def _said_again(setting: Setting, head: Cue) -> Judged | None:
    """The commitment just told, when the same verb goes on without saying into what: "وتسهم Y بمبلغ…"."""
    last = setting.last
    told = last is not None and last.role == "commitment" and setting.floor > setting.scene.sentence.start
    same = told and last is not None and last.head is not None and last.head.word[-_STEM:] == head.word[-_STEM:]
    return last if same else None


_STEM = 3
_THESE = frozenset(("هذه", "هذا", "تلك", "ذلك"))


def _only(slot: Slot) -> str | None:
    """The one entity of a slot; a list of receivers is none that a claim can name."""
    return slot.entities[0] if len(slot.entities) == 1 else None


def _organisation_near(setting: Setting, head: Cue) -> str | None:
    """The organisation a valuation or a revenue belongs to: named after its noun, or the subject before it."""
    scene = setting.scene
    after = [
        p
        for p in scene.parties
        if p.payer and p.entities and 0 <= p.lead - head.end <= _OWN and p.preposition in {"", "ل"}
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
    """As in "SpaceX التي تقدر قيمتها بـ…": worth with a pronoun, nearest to an organisation and to no other head."""
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
    return _WORTH - scene.distance(worth.end, setting.amount.start), worth


_WORTH = 1.8  # a little less than a word of valuation right before its amount
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
    """Losses, wealth, debt: money that is none of our roles."""
    known = [setting.heads[name] for name in ("aside", "loan", "sell", "gather") if name in setting.heads]
    if not known:
        return None
    score, head = max(known, key=lambda pair: pair[0])
    return Judged(setting.index, "other", (), None, score + 0.15, "money of another kind", head)


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
    if verb is head and not target.entities and "سهم" in head.word:
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
    pair = next((p.entities for p in named if len(p.entities) == _TWO and p.preposition == "بين"), ())
    if not named and view.group and len(view.group) == _TWO:
        pair = view.group
    if pair:
        return _by_trade(setting, pair)
    served = next((p for p in named if p.preposition == "لخدمه"), None)
    subject = payer_of(view, head, setting.amount.start)
    possessor = subject.party is not None and 0 <= subject.party.lead - head.end <= _NEXT
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
                    0 <= party.lead - cue.end <= _BUYS
                    and len(party.entities) == 1
                    and party.entities[0] in pair
                    and not party.preposition
                ):
                    return party.entities[0]
    buyers = [each for each in pair if each not in setting.known.suppliers]
    return buyers[0] if len(buyers) == 1 else None


def _capex(setting: Setting) -> Judged | None:
    if "spend" not in setting.heads:
        return None
    score, head = setting.heads["spend"]
    if setting.scene.said("gather", head.end, setting.amount.start):
        return None
    payer = payer_of(setting.view, head, setting.amount.start)
    role: Role = "capex" if payer.entities else "other"  # what a market spends is nobody's
    return Judged(setting.index, role, payer.entities, None, score, "spending", head)


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
    again = _said_again(setting, head)
    if again and payer.entities:
        return replace(again, amount=setting.index, payers=payer.entities, score=score + 0.2)
    if any(t.text in _THESE and t.end + 1 == head.start for t in setting.scene.tokens) and setting.view.subject:
        return Judged(
            setting.index, "stake", payer.entities or setting.view.subject[:1], None, score, "invested before", head
        )
    return _spent(setting, head, payer.entities, score)


def _spent(setting: Setting, head: Cue, payers: tuple[str, ...], score: float) -> Judged | None:
    """An investment that nobody receives: its payer's own spending, unless it is only what something else costs."""
    if head.word.lstrip("وف").startswith("باستثمار"):
        return None
    return Judged(setting.index, "capex" if payers else "other", payers, None, score - 0.4, "invested", head)


MONEY_FRAMES: tuple[Frame, ...] = (_valuation, _revenue, _aside, _raise, _stake, _deal, _capex, _invested)
