"""What each act of money makes of an amount: its role, who pays it and who receives it.

The one rule: what fills an act's slots decides its role. Money into a project is a commitment, into a company a stake,
into neither the payer's own spending; what is bought of somebody is a deal.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from itertools import pairwise

from streams.extract import money_words as words
from streams.extract.acting import Case, only
from streams.extract.acts import Deed, act_of
from streams.extract.line import ENDS
from streams.extract.setting import Judged
from streams.extract.valence import Who
from streams.extract.watched import Known
from streams.records import Role

# How surely: every slot filled, most of them, the payer alone, the payer of a noun.
WHOLE, MOST, ALONE, SAID = 5.8, 5.4, 3.6, 2.2
_SURE, _NEAR, _PLEDGED_WITHIN, _SURER = 0.7, 5, 12, 0.25
_OF_A_COMPANY = frozenset(("في", "من", "of", "ل"))
_SHARE_WITHIN, _PAID_WITHIN = 9, 9
_BUYER = frozenset(("ل", "الي", "لصالح", "لحساب"))
_TOWARDS = frozenset(("تجاه", "ازاء"))
_RECIPIENT = frozenset(("ل", "الي", "لصالح"))
_SELLER = frozenset(("من", "لدي"))


def invest(case: Case) -> Judged | None:
    """Money into a project, into a company, or spent on one's own."""
    subject = case.subject
    if case.act.led == "ب" and not _pledged(case):
        return None
    if not subject.entities or (case.behind and subject.at < case.at):
        return None
    return _into(case) or _into_the_one_before(case) or _own(case)


def _into(case: Case) -> Judged | None:
    into, score = case.pick(words.INTO), WHOLE + case.subject.sure * _SURER
    party = case.party(into)
    towards = case.party(case.pick(_TOWARDS)) if case.act.deed == "pledge" else None
    if party is None and towards is not None and towards.payer:
        return case.says("deal", only(towards.entities), score, "committed to another")
    if party is not None and party.kind in words.PROJECTS:
        sized = into < case.at and words.SIZED & set(case.line.words[into : case.at])
        to = only(party.entities)
        return case.says("commitment", to, score, "into a project") if to and not sized else None
    into_company = words.INTO_A_COMPANY | ({"ل"} if case.act.deed == "pledge" else set())
    if party is not None and party.payer and case.line.governor(into) in into_company:
        return case.says("stake", only(party.entities), score, "into a company")
    return None


def _into_the_one_before(case: Case) -> Judged | None:
    share = case.in_return()
    if share is not None and only(share.entities):
        role: Role = "commitment" if share.kind in words.PROJECTS else "stake"
        return case.says(role, only(share.entities), WHOLE, "for a share of it")
    back = case.pointed() or case.asked()
    return case.says("stake", only(back), WHOLE, "into the one before") if back else None


def _own(case: Case) -> Judged | None:
    """Nobody receives it: one's own spending, or a share of a sum whose purpose is not told."""
    line, act = case.line, case.act
    if act.deed == "join_in":
        return case.says("stake", None, ALONE if case.behind else SAID, "a share of the capital")
    into_project = case.party(case.pick(words.INTO))
    if into_project is not None and into_project.kind in words.PROJECTS:
        return None
    follows = line.party(case.at + 2) if line.word(case.at + 1) == "ل" else None
    if act.deed == "spend" and follows is not None and follows.payer:
        return case.says("deal", only(follows.entities), ALONE, "spent on another")
    at_site = any(p.kind == "the_site" and p.entities for p in line.view.scene.parties)
    if case.subject.sure < _SURE or at_site or words.INSTALMENTS & set(line.words[case.place : case.at]):
        return None
    if _into_nobody(case):
        return case.says("stake", None, ALONE, "into a company that nobody listed")
    if line.words[case.place].lstrip("وبلف").startswith("تمويل"):
        return case.says("other", None, SAID, "financed by banks", ()) if case.said & _BANKS else None
    return case.says("capex", None, ALONE if act.form == "verb" or act.deed == "spend" else SAID, "one's own spending")


def _into_nobody(case: Case) -> bool:
    """Whether it goes into a company that nobody listed, or that an anaphor leaves open ("في منصة…", "في الشركة")."""
    if any(a == "في" and b in _COMPANIES for a, b in pairwise(case.line.words[case.place : case.stop])):
        return True
    parties = ((k, case.party(k)) for k in range(case.place + 1, case.stop))
    return any(
        p is not None and p.kind == "the_org" and set(p.entities) <= set(case.subject.entities)
        for k, p in parties
        if case.line.governor(k) == "في"
    )


_COMPANIES = words.words_of("شركه منصه مجموعه مختبر شركات تطبيق مطور مطوره صانعه")
_BANKS = words.words_of("بنوك مصارف مشترك مجمع مصرفي مصرفيه البنوك المصارف")


def _pledged(case: Case) -> bool:
    """Whether a verb of pledging governs the noun of the act ("التزمت باستثمار")."""
    for k in range(case.place - 1, max(-1, case.place - _PLEDGED_WITHIN), -1):
        act = act_of(case.line.words[k])
        if act is not None and act.deed == "pledge":
            return True
        if case.line.words[k] in ENDS or case.line.amount(k) is not None:
            return False
    return False


def acquire(case: Case) -> Judged | None:
    """A company, shares of it, or goods of it."""
    line, subject = case.line, case.subject
    bought = _bought(case)
    payers = subject.entities
    if bought < 0 and _price_follows(case, subject):
        payers, bought = line.view.subject, subject.at  # "اشترت X مقابل …": the only name is what is bought
    if not payers:
        return None
    if case.said & words.SHARES:
        return case.says("stake", case.one(case.pick(_OF_A_COMPANY)), WHOLE, "shares bought")
    if bought >= 0 and line.governor(bought) == "of":
        return case.says("deal", case.one(bought), MOST, "goods bought", payers)
    if bought >= 0:
        return case.says("stake", case.one(bought), WHOLE, "a company bought", payers)
    to = case.one(case.pick(_SELLER))
    return case.says("deal", to, MOST if to else ALONE, "goods bought")


def _price_follows(case: Case, subject: Who) -> bool:
    """Whether the price stands right behind the only name, and the text before has a subject."""
    before_price = case.at - 2 if case.line.word(case.at - 1) in {"ب", "مقابل"} else case.at - 1
    return 0 <= subject.at == before_price and bool(case.line.view.subject)


def _bought(case: Case) -> int:
    """The company that is bought: governed by nothing or "علي", or held by the goods that are; -1 for none."""
    for k in range(case.place + 1, case.stop):
        party = case.party(k)
        if party is None or k == case.subject.at or not party.entities:
            continue
        if not set(party.entities) & set(case.subject.entities):
            return k if party.payer and _is_object(case, k) else -1
    return -1


def _is_object(case: Case, k: int) -> bool:
    governor = case.line.governor(k)
    first = case.subject.at if case.place < case.subject.at < k else case.place
    between = case.line.words[first + 1 : k]
    return governor in {"علي", "of"} or (not governor and all(word.startswith("ال") for word in between))


def rent(case: Case) -> Judged | None:
    """What is rented or ordered of somebody."""
    seller = case.pick(_SELLER | {"مع", "of"})
    return case.says("deal", case.one(seller), WHOLE, "rented") if case.subject.entities and seller >= 0 else None


def sell(case: Case) -> Judged | None:
    """Shares and bonds that are sold are nobody's stake; goods are the buyer's deal."""
    if case.said & (words.SHARES | words.DEBT):
        return case.says("other", None, MOST, "shares sold", ())
    buyer = case.entities(case.pick(frozenset(("ل", "الي"))))
    return case.says("deal", only(case.subject.entities), MOST, "sold to another", buyer) if buyer else None


def pay(case: Case) -> Judged | None:
    """What is paid to somebody, for a share of it, or into a project."""
    if not case.subject.entities:
        return None
    share = _into_the_one_before(case)
    if share:
        return share
    to = case.pick(_RECIPIENT)
    whom = case.party(to)
    into = to if whom is not None and whom.payer else case.pick(words.INTO)
    if into < 0 and case.act.form == "noun":  # "تعهدت لـX بدفع…"
        before = case.line.governed(max(0, case.place - _NEAR), case.place, frozenset(("ل",)))
        into = next((k for k, _ in before if not set(case.entities(k)) & set(case.subject.entities)), -1)
    party = case.party(into)
    if party is None:
        last = next((each.to for each in reversed(case.recent) if each.role == "deal" and each.to), None)
        told = last if last not in case.subject.entities and case.act.form == "noun" else None
        return case.says("deal", told, ALONE, "paid under the contract before") if told else None
    project = party.kind in words.PROJECTS
    role: Role = "commitment" if project else "stake" if case.line.governor(into) == "في" else "deal"
    return case.says(role, only(party.entities), MOST, "paid to another")


def receive(case: Case) -> Judged | None:
    """A contract, a loan, an investment or a payment received."""
    to, payers = only(case.subject.entities), case.entities(case.pick(_SELLER | {"مع"}))
    if case.act.form == "noun" and case.line.bare(case.place + 1):
        return case.says("deal", only(payers), MOST, "orders of one from another", case.entities(case.place + 1))
    if not case.subject.entities:
        return None
    behind = set(case.line.words[case.at : case.at + _SHARE_WITHIN])
    if payers and behind & words.PERCENT and behind & words.SHARES:
        return case.says("stake", to, MOST, "for a share of itself", payers)
    if case.said & words.DEBT:
        return case.says("other", to if payers else None, MOST, "borrowed", payers)
    if (case.said | {case.line.words[case.place].removeprefix("و")}) & words.CONTRACTS:
        payers = payers or case.entities(case.pick(_BUYER))
        return case.says("deal", to, MOST, "a contract won", payers)
    if case.said & (words.FUNDS | words.ROUNDS):
        return case.says("stake", to, MOST, "an investment received", payers)
    paid = case.said & words.INSTALMENTS or case.line.words[case.place].lstrip("وفسيت").startswith(("قبض", "قاض"))
    near = case.at - case.place <= (_PAID_WITHIN if paid else _NEAR)
    return case.says("deal", to, MOST, "paid by another", payers) if near and (payers or paid) else None


def supply(case: Case) -> Judged | None:
    """What is delivered to somebody, who pays it."""
    buyer = case.party(case.pick(_BUYER))
    if buyer is None:
        return None
    return case.says("deal", only(case.subject.entities), ALONE, "supplied", buyer.entities if buyer.payer else ())


def contract(case: Case) -> Judged | None:
    """A contract between two: its purpose or their trades say who pays."""
    first, other = only(case.subject.entities), case.pick(frozenset(("مع",)))
    supplier = case.pick(frozenset(("من", "of"))) if other < 0 else -1
    if supplier >= 0 and case.subject.entities:
        return case.says("deal", case.one(supplier), MOST, "ordered from another")
    second = case.one(other)
    if other < 0 and len(case.subject.entities) == _TWO:
        first, second = case.subject.entities  # "وقعت X وY عقدا"
    deeds = {act.deed for k, act in case.line.acts if case.place < k < case.stop}
    if first and len(case.entities(other)) > 1 and first not in case.known.suppliers:
        return case.says("deal", None, MOST, "a contract with several")
    if not first or not second or deeds & {"invest", "join_in"} or case.said & words.SHARES:
        return None
    buyer = buyer_of(first, second, deeds, case.known)
    if buyer is None:
        return case.says("deal", None, SAID, "a contract, who pays is open", ())
    return case.says("deal", second if buyer == first else first, MOST, "a contract between two", (buyer,))


def buyer_of(first: str, second: str, deeds: AbstractSet[Deed], known: Known) -> str | None:
    """Who of two pays: by what the contract is for, else the one who is no supplier, if only one is not."""
    if deeds & {"supply", "sell"}:
        return second
    if deeds & {"buy", "acquire"}:
        return first
    buyers = [each for each in (first, second) if each not in known.suppliers]
    return buyers[0] if len(buyers) == 1 else None


def lend(case: Case) -> Judged | None:
    """A loan, of its lender."""
    if not case.subject.entities or not (case.said & words.DEBT or "قرض" in case.line.words[case.place]):
        return None
    if not _PASSED.issuperset(case.line.words[case.place + 1 : case.subject.at]):
        return None  # somebody else lends: "منحت وزارة الطاقة X قرضا"
    return case.says("other", case.one(case.pick(_RECIPIENT)), MOST, "lent")


_PASSED = words.words_of("فيه فيها له لها ايضا كذلك بدوره بدورها")


def borrow(case: Case) -> Judged | None:
    """A loan whose lender is not told."""
    return case.says("other", None, MOST, "borrowed", ())


def gather(case: Case) -> Judged | None:
    """A round of funding, of the company that closes it."""
    said = case.said | set(case.line.words[max(0, case.place - _NEAR) : case.place])
    to = only(case.subject.entities)
    if not to or not said & (words.ROUNDS | _INVESTORS) or said & words.DEBT:
        return None
    return case.says("stake", to, MOST, "a round closed", ())


_TWO = 2
_INVESTORS = words.words_of("بقيادة بمشاركة مستثمرين المستثمرين مستثمرون")

RULES: dict[Deed, Callable[[Case], Judged | None]] = {
    "invest": invest,
    "pledge": invest,
    "join_in": invest,
    "spend": invest,
    "acquire": acquire,
    "buy": rent,
    "sell": sell,
    "pay": pay,
    "receive": receive,
    "supply": supply,
    "contract": contract,
    "lend": lend,
    "borrow": borrow,
    "gather": gather,
}
