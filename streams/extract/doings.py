"""From acts of money to roles: what is invested, bought, paid, lent or sold, by whom and to whom.

Strategy: the act that governs an amount is the nearest one before it in its clause, or one behind it that points back
to it ("40 مليار دولار ستضخها X"). Its grammar (`valence`) fills the slots, and what fills them decides the role
(`deeds`). What no act tells may follow from what was told before: a member of a list, an instalment.

The one rule: an act without its subject says nothing here; what merely stands near is left to the frames.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from streams.extract import money_words as words
from streams.extract.acting import Case, governing, only
from streams.extract.acts import Act, Tense
from streams.extract.deeds import MOST, RULES, SAID, buyer_of
from streams.extract.line import Line
from streams.extract.owned_money import owned
from streams.extract.resolve import Resolved
from streams.extract.setting import Judged
from streams.extract.skeleton import Skeleton
from streams.extract.valence import controller
from streams.extract.watched import Known

_REACH, _INSTALMENT, _NEAR = 26, 9, 5


def done(view: Resolved, skeleton: Skeleton, known: Known, recent: Sequence[Judged]) -> Iterator[Judged]:
    """What the acts of a sentence say of its amounts; `recent` are the judgements shortly before them."""
    line = Line(view, skeleton)
    for at in range(len(line.words)):
        amount = line.amount(at)
        if amount is None:
            continue
        judged = (
            _held(line, at, amount)
            or _of_one(line, at, amount, recent)
            or _lent(line, at, amount)
            or owned(line, at, amount, recent)
            or _round(line, at, amount, recent)
            or _acted(line, at, amount, known, recent)
            or _of_two(line, at, amount, known)
            or _instalment(line, at, amount, recent)
            or _listed(line, at, amount, recent)
        )
        if judged:
            yield judged
            recent = (*recent, judged)


def _acted(line: Line, at: int, amount: int, known: Known, recent: Sequence[Judged]) -> Judged | None:
    """What the act that governs the amount says, with the tense of its verb; a promise is never done."""
    place = governing(line, at)
    if place is None or place[1].deed not in RULES:
        return None
    act = place[1]
    judged = RULES[act.deed](Case(line, *place, at, amount, known, recent))
    return replace(judged, tense=_tense(line, *place)) if judged else None


def _tense(line: Line, place: int, act: Act) -> Tense:
    """The tense of the act's verb: what was only promised is not past, what is only meant or possible is future."""
    if act.tense == "now" and line.word(place - 1) in {"قد", "سوف", "ان", "وان"}:
        return "future"
    return "" if act.deed == "pledge" and act.tense == "past" else act.tense


def _held(line: Line, at: int, amount: int) -> Judged | None:
    """As in "1.5 مليار دولار قيمة حصتها في X": the amount is what a share is worth or was bought for."""
    shares = next((k for k in range(at + 1, at + 4) if line.word(k) in words.SHARES), -1)
    if shares < 0 or not words.PRICED.issuperset(line.words[at + 1 : shares]):
        return None
    stop = min(shares + _NEAR, len(line.words))
    target = next((k for k, _ in line.governed(shares, stop, frozenset(("في", "of", "من")))), -1)
    party = line.party(target) if target >= 0 else None
    if party is None or not party.payer:
        return None
    payer = controller(line, at, 0.8)
    payers = payer.entities if not set(payer.entities) & set(party.entities) else ()
    return Judged(amount, "stake", payers, only(party.entities), MOST, _HELD)


def _lent(line: Line, at: int, amount: int) -> Judged | None:
    """As in "12.5 مليار دولار ديونا", "قروض: 9 مليارات دولار من X": debt, and whose it is."""
    after = line.party(at + 2) if line.word(at + 1) == "من" else None
    before = any(word.removeprefix("ال") in words.DEBT for word in line.words[max(0, at - _NEAR) : at])
    if before and after is not None and after.payer:
        return Judged(amount, "other", after.entities, None, MOST, "lent")
    return Judged(amount, "other", (), None, MOST, "debt") if line.word(at + 1) in words.DEBT else None


# "نهاية العقد" is a decade's end.
_OF_A_DECADE = frozenset(("نهايه", "بنهايه", "مطلع", "بدايه", "منتصف", "اواخر", "اوايل", "هذا", "خلال"))


def _of_two(line: Line, at: int, amount: int, known: Known) -> Judged | None:
    """A contract of two that no act tells: "صفقة بـ… تجمع X وY", "… قيمة صفقة بين X وY"."""
    near = range(max(0, at - _CONTRACT_WITHIN), min(at + _NEAR, len(line.words)))
    told = (line.words[k].lstrip("وب").removeprefix("ال") for k in near if line.word(k - 1) not in _OF_A_DECADE)
    if not any(word in words.CONTRACTS for word in told):
        return None
    pairs = [p.entities for k in range(len(line.words)) if (p := line.party(k)) and p.payer and len(p.entities) == _TWO]
    others = any((p := line.party(k)) and p.payer and len(p.entities) == 1 for k in range(len(line.words)))
    if len(pairs) != 1 or others:
        return None
    first, second = pairs[0]
    buyer = buyer_of(first, second, {act.deed for _, act in line.acts}, known)
    to = None if buyer is None else second if buyer == first else first
    return Judged(amount, "deal", (buyer,) if buyer else (), to, SAID + 1, "a contract of two")


_TWO, _CONTRACT_WITHIN = 2, 8
_HELD = "a share's worth"
_AGAINST = frozenset(("مقابل",))
_PARTS = frozenset(("منها", "بينها", "بواقع", "منه"))


def _of_one(line: Line, at: int, amount: int, recent: Sequence[Judged]) -> Judged | None:
    """The part of one giver: "منها 5 مليارات من X", "مقابل 7 مليارات لـX"."""
    of = {"من": _PARTS, "ل": _AGAINST}.get(line.word(at + 1), frozenset())
    giver, last = line.party(at + 2), recent[-1] if recent else None
    part = of & set(line.words[max(0, at - _NEAR) : at])
    if giver is None or not giver.payer or last is None or last.role not in {"stake", "commitment"} or not part:
        return None
    return replace(last, amount=amount, payers=giver.entities, score=MOST, rule="the part of one giver")


def _round(line: Line, at: int, amount: int, recent: Sequence[Judged]) -> Judged | None:
    """How large a round of funding is: of the company that it is for, or of the one just invested in."""
    place = next((k for k in range(max(0, at - _NEAR), at) if line.words[k] in _ROUND), -1)
    if place < 0 or not _MEASURED & set(line.words[place:at]):
        return None
    into = next((k for k, _ in line.governed(place, line.end(place, at), frozenset(("في", "of", "ل")))), -1)
    party = line.party(into) if into >= 0 else None
    if party is not None and party.payer:
        return Judged(amount, "stake", (), only(party.entities), MOST, "the size of a round")
    last = _last(recent)
    if last is None or last.role != "stake" or last.to is None:
        return None
    return Judged(amount, "stake", (), last.to, MOST, "the size of a round")


_ROUND = words.words_of("جوله جولتها جولته الجوله بجوله")
_MEASURED = words.words_of("بقيمه قيمتها حجمها بلغت بلغ تبلغ قدرها تجمع")
_SHARED = frozenset(("stake", "capex", "commitment"))


def _last(recent: Sequence[Judged]) -> Judged | None:
    """The last judgement that what follows may share; money into a project is never shared by nearness alone."""
    last = next((each for each in reversed(recent) if each.role in _SHARED), None)
    return last if last is not None and last.role != "commitment" else None


def _instalment(line: Line, at: int, amount: int, recent: Sequence[Judged]) -> Judged | None:
    """A part of the investment just told: "وتصرف الدفعة الأولى، وهي…"."""
    last = _last(recent)
    if last is None or last.role != "stake" or last.to is None:
        return None
    for k in range(at - 1, max(-1, at - _INSTALMENT), -1):
        if line.words[k] in words.INSTALMENTS:
            return Judged(amount, last.role, last.payers, last.to, MOST, "an instalment of it")
        if line.amount(k) is not None or line.words[k] in words.OTHER_MATTER:
            return None
    return None


def _named_before(line: Line, at: int) -> tuple[str, ...]:
    """The party before one that only describes it: "ألفابت المالكة لغوغل"."""
    before = next((party for k in range(at - 1, -1, -1) if (party := line.party(k))), None)
    return before.entities if before else ()


def _listed(line: Line, at: int, amount: int, recent: Sequence[Judged]) -> Judged | None:
    """A member of a list whose verb was told before: "تليها X بـ…", "X (…)", "• X: …"."""
    told = [each for each in recent if each.rule != _HELD] if line.word(at - 1) == "ثم" else recent
    last, receiver = _last(told), line.party(at + 2) if line.word(at + 1) == "ل" else None
    if receiver is not None and receiver.payer and recent and recent[-1].role == "deal" and recent[-1].payers:
        return replace(recent[-1], amount=amount, to=only(receiver.entities), score=SAID, rule="in a list of deals")
    if last is None:
        return None
    if len(told) < len(recent):  # "… منها 2 مليار حصة في X، ثم …"
        return replace(last, amount=amount, score=SAID, rule="in a list of them")
    for k in range(at - 1, max(-1, at - _REACH), -1):
        party = line.party(k)
        if party is not None:
            known = line.bare(k) or (line.governor(k) == "ل" and party.entities == _named_before(line, k))
            payers = party.entities if known and last.to not in party.entities else ()
            return Judged(amount, last.role, payers, last.to, SAID, "in a list of them") if payers else None
        definite = line.words[k].startswith("ال") and line.words[k] not in words.SIZED
        if line.words[k] not in words.IN_LISTS and not definite:
            return None
    return None
