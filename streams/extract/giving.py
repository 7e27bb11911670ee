"""How Arabic says who gives what to whom: one table of constructions of money.

Each row names the role and its pattern over a sentence's skeleton (`skeleton.compiled` explains the signs): who pays is
`f`, who receives `t`, the amount `m`. A construction says its roles outright, so it weighs more than any frame that
reads them from what stands near; a project's own size weighs a little less, so that its first part comes before.

The one rule: a row states a construction, never a document.
"""

# ruff: noqa: E501, RUF001 (a construction stands on one line; Arabic letters are the data here)

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from streams.arabic.fold import fold_key
from streams.extract.constructions import Constructions
from streams.extract.governor import LINK_WORD
from streams.extract.resolve import Resolved
from streams.extract.setting import Judged
from streams.extract.skeleton import Skeleton, compiled
from streams.extract.words import LEXICON
from streams.records import Role

_GIVES = (
    "(?:<ساهم ساهم>|<اسهم سهم>|<شارك شارك>|<ضخ ضخ>|<استثمر ستثمر>|<خصص خصص>|<رصد رصد>|<دفع دفع>|<قدم قدم>|<سدد سدد>"
    "|<التزم لتزم>|<تعهد تعهد>|<وضع ضع>|<حول حول>|<وفر وفر>|<وعد عد>|<تحمل تحمل>|<تكفل تكفل>|<اضاف ضيف>)"
)
# One's part of a sum that is spoken of; "ستستثمر" or "تعهدت" may begin a matter of their own.
_PAYS_PART = (
    "(?:<ساهم ساهم>|<اسهم سهم>|<شارك شارك>|<دفع دفع>|<سدد سدد>|<وضع ضع>|<حول حول>|<وفر وفر>|<تحمل تحمل>|<غطي غطي>"
    "|<تكفل تكفل>|<قدم قدم>)"
)
_SPENDS = "(?:<انفق نفق>|<صرف صرف>)"
_SHARE_NOUN = "(?:مساهمه|حصه|نصيب|التزام|التزامات|تعهد|تعهدات|مشاركه|اسهام|استثمارات|استثمار)"
_OWN_SHARE = (
    "[وبل]?(?P<own>(?:مساهمت|حصت|نصيب|التزام|التزامات|تعهد|تعهدات|استثمار|استثمارات|تمويل|مشاركت|اسهام)(?:ها|ه|هما)) "
)
_EACH = "(?:كل (?:منهما|منهم|منها|طرف|جانب|واحد منهما|واحده منهما|شركه|واحده|واحد)|كلاهما|كلتاهما|الطرفان|الجانبان) "
_INTO = "(?:في|ل|الي|لصالح|تجاه|من اجل|من تمويل|من راسمال|من راس مال) ~{P:t}"
# Nobody says into what, because the project's money is what the text is about.
_UNSAID = "(?P<unsaid>)"
_WILL = "(?:، )?(?:الذي |التي |ف?من )?(?:ال(?:منتظر|متوقع|مقرر|مزمع|مفترض|مرجح|مرتقب) )?(?:ان )?"
# Who gives stands before, or is the subject of the sentence before.
_BEFORE = "(?P<own>)"
_WINS = "(?:<فاز فوز>|<حصل حصل>|<نال نال>|<تلقي تلقي>|<ظفر ظفر>|<حاز حوز>)"
_CONTRACT = "(?:علي )?(?:ب)?(?:عقد|عقدا|عقود|عقودا|صفقه|صفقات|مناقصه|طلبيه|طلبيات) "
_LOAN = "(?:علي )?(?:ب)?(?:قرض|قرضا|قروض|قروضا|تسهيلات|تسهيلا|ايتمان|ايتمانا) "
_FUNDS = "(?:علي )?(?:استثمار|استثمارا|استثمارات|تمويل|تمويلا) "
_BUYS = "(?:<اشتري شتري>|اشترت |<استحوذ ستحوذ>|<تملك تملك>)"
_BUYING = "(?:ل|علي |ب|ال)?(?:شراء|استحواذ|تملك|لاستحواذ) "
_SHARES = "(?:علي |في |من )?(?:اسهم|سهما|حصه|حصص|ثلث اسهم|نصف اسهم|ربع اسهم|حصتها|حصته) ~(?:في |من )?"
_WE = "(?:س)?(?:ننفق|نستثمر|نضخ|نخصص|ندفع|نرصد) |(?:انفقنا|استثمرنا|ضخخنا|خصصنا|دفعنا|رصدنا) "
_ASIDE = "(?:، [^،.A-Z]{0,60}(?:[A-Z]\\d+ [^،.A-Z]{0,40}){0,3}، )?"
_CONTRACTED = "(?:العقد|الصفقه|الاتفاق|الاتفاقيه|التعاقد|العقود|عقد|صفقه) "
_ANY = "(?:(?!كلفه|تكلفه|قيمه|ميزانيه|استثمار)[^ ،؛:.]+ ){0,12}?"
_LINK = f"(?:(?:، )?{LINK_WORD}(?:{LINK_WORD}){{0,5}})?"
_GAP = "(?:[^ ،؛:.A-Z]+ ){0,6}?"


@dataclass(frozen=True, slots=True)
class Giving:
    """A way of saying who gives an amount to whom."""

    name: str
    role: Role
    pattern: re.Pattern[str]
    weight: float = 7.0


def _row(name: str, role: Role, pattern: str, weight: float = 7.0) -> Giving:
    return Giving(name, role, compiled(f" {pattern}"), weight)


TABLE: tuple[Giving, ...] = (
    _row("its share of a project", "commitment", f"{_OWN_SHARE}~{_INTO}{_ASIDE}~{{M}}"),
    _row("its share of a project", "commitment", f"{_OWN_SHARE}~{_INTO}{_ASIDE}{_LINK}{{M}}"),
    _row("its share of a project", "commitment", f"{_SHARE_NOUN} {{ON:f}}~{_INTO}{_ASIDE}(?:~|{_LINK}){{M}}"),
    _row("its share of a project", "commitment", f"{_SHARE_NOUN} {{ON:f}}{_LINK}{{M}}~{_INTO}"),
    _row("its share of a project", "commitment", f"{_OWN_SHARE}{_LINK}{{M}}~{_INTO}"),
    _row("a part of its share", "commitment", f"{{M}}من {_OWN_SHARE}(?:{LINK_WORD}){{0,3}}(?:M\\d+ )?~{_INTO}"),
    _row("bound to a project", "commitment", f"{{ON:f}}(?:نفسها )?(?:ملتزم|متعهد|مساهم|مشارك)(?:ه|ا|ان|تان|ون)? ب? ?~{{M}}~{_INTO}"),
    _row("from each, in a list", "commitment", f"{{M}}(?:من|دفعتها|قدمتها) {{ON:f}}{_UNSAID}", 6.0),
    _row("from each, in a list", "commitment", f"{{ON:f}}\\( {{M}}\\) {_UNSAID}", 6.0),
    _row("arranges a loan", "other", "(?:<رتب رتب>|<دبر دبر>|<قاد قود>|<سوق سوق>|<اوقف وقف>|<جمد جمد>|<سحب سحب>|<علق علق>){O:f}~(?:تمويلا|تمويل|قرضا|قرض|قروضا|قرضين|تسهيلات|ديونا) (?:ل P\\d+ )?~{M}", 7.3),
    _row("bears a part of its cost", "commitment", "(?:<تحمل تحمل>|<غطي غطي>|<تكفل تكفل>|<دفع دفع>){ON:f}(?:وحدها |وحده |نفسها )?~{M}من (?:كلفه|تكلفه|تمويل|تكاليف|ميزانيه) {P:t}"),
    _row("gives to a project", "commitment", "{ON:f}: {M}(?:لكل (?:منهما|منهم|طرف) )?(?:في|ل) {P:t}"),
    _row("the largest share", "commitment", f"{{ON:f}}(?:[ء-ي]+ ){{0,3}}(?:ال)?(?:حصه|مساهم|مساهمه|ممول|ممولا|مستثمر|مستثمرا) (?:ال[ء-ي]+ )?(?:في|ل) {{P:t}}(?:ب )?{_LINK}{{M}}"),
    _row("funds with its share", "commitment", f"{{ON:f}}~(?:تمويل|بناء) {{P:t}}ب(?:حصه|مساهمه|مبلغ) {_LINK}{{M}}"),
    _row("funds a project", "commitment", "(?:<مول مول>|<دعم دعم>|<ساند ساند>){ON:f}{P:t}ب? ?~{M}"),
    _row("its share, told of the project", "commitment", f"{_SHARE_NOUN} {{ON:f}}{_LINK}{{M}}{_UNSAID}", 6.0),
    _row("its share, told of the project", "commitment", f"{_OWN_SHARE}{_LINK}{{M}}{_UNSAID}", 6.0),
    _row("a share of a project", "commitment", f"مساهمه ~{{M}}~{_INTO}"),
    _row("gives to a project", "commitment", f"{_GIVES}{{ON:f}}(?:نفسها |معا )?~{{M}}~{_INTO}"),
    _row("gives to a project", "commitment", f"{_GIVES}{{ON:f}}(?:نفسها |معا )?~{_INTO}~{{M}}"),
    _row("gives to a project", "commitment", f"{{ON:f}}(?:ان )?{_GIVES}(?:معا |ايضا )?~{{M}}~{_INTO}"),
    _row("gives to a project", "commitment", f"{_GIVES}{{ON:f}}(?:نفسها |معا )?{{M}}{{P:t}}"),
    _row("gives to a project", "commitment", f"(?:في|ل) ~{{P:t}}{_GIVES}{{ON:f}}~{{M}}"),
    _row("gives to a project", "commitment", f"{{M}}(?:التي )?{_GIVES.replace('>', '+>')}{{ON:f}}~{_INTO}"),
    _row("gives to a project", "commitment", f"(?:ما |الذي |التي ){_GIVES.replace('>', '+>')}{{ON:f}}~{_INTO}~{{M}}"),
    _row("gives to a project", "commitment", f"{{M}}(?:س?[يت]ضخها|كان[ت]? قد |سبق ان |التي )?{_GIVES}(?:{{ON:f}})?(?:ب?(?:ضخ|استثمار|دفع|تقديم|انفاق|توفير)ها |بها |به )~{_INTO}{_BEFORE}"),
    _row("gives to a project", "commitment", f"{_GIVES}{{M}}~{_INTO}{_BEFORE}"),
    _row("spends on a project", "commitment", f"{{ON:f}}~{_SPENDS}علي ~{{P:t}}~{{M}}"),
    _row("spends on a project", "commitment", f"{{ON:f}}~{_SPENDS}~{{M}}علي ~{{P:t}}"),
    _row("spends on a project", "commitment", f"{_SPENDS}{{ON:f}}~{{M}}علي ~{{P:t}}"),
    _row("pays for a part of a project", "commitment", f"{{ON:f}}(?:ان )?{_GIVES}{{M}}(?:مقابل|لقاء) (?:حصه )?(?:نسبتها )?\\d[^ ]* (?:% |بالميه |بالمايه |في الميه |في المايه )?من ~{{P:t}}", 7.2),
    _row("pays for a part of a project", "commitment", f"{_GIVES}{{ON:f}}{{M}}(?:مقابل|لقاء) (?:حصه )?(?:نسبتها )?\\d[^ ]* (?:% |بالميه |بالمايه |في الميه |في المايه )?من ~{{P:t}}", 7.2),
    _row("gives for it", "commitment", f"{_GIVES}{{ON:f}}~~{{M}}(?P<it>من اجله|من اجلها|لاجله|لاجلها|لصالحه) "),
    _row("each gives", "commitment", f"{_GIVES}{_EACH}~{{M}}{_UNSAID}(?P<each>)"),
    _row("each gives", "commitment", f"{_GIVES}{_EACH}~{{M}}~{_INTO}(?P<each>)"),
    _row("each gives", "commitment", f"{_GIVES}كل (?:واحده?|شركه) من {{ON:f}}~{{M}}{_UNSAID}(?P<each>)"),
    _row("gives, told of the project", "commitment", f"{_PAYS_PART}{{ON:f}}(?:معا |مجتمعين )?~{{M}}{_UNSAID}", 6.0),
    _row("gives, told of the project", "commitment", f"{{ON:f}}~{_WILL}(?:{_PAYS_PART}|<رفع رفع>{_OWN_SHARE})(?:معا |مجتمعين )?~{{M}}{_UNSAID}", 6.0),
    _row("gives, told of the project", "commitment", f"(?:(?:تلت|يلي|تلي|تبع)(?:ه|ها|هما) |<اكمل كمل>){{ON:f}}~{{M}}{_UNSAID}", 6.0),
    _row("gives to it", "commitment", "{ON:f}~~(?:ل|ب)?(?:ضخ|استثمار|دفع|تقديم|توفير) ~{M}(?P<it>فيه|فيها|له|لها) "),
    _row("gives to a part of it", "commitment", f"{{ON:f}}(?:{_GIVES}|{_SPENDS}|(?:ضخ|استثمار|انفاق) )~{{M}}(?:في|علي|ل) (?:مركز|مجمع|موقع|منشاه|مبني|حرم)[^.M]{{0,70}} ضمن {{P:t}}"),
    _row("gives to its first part", "initial", f"{_GIVES}~{{M}}(?:لل|ل|في |علي )?(?:ال)?(?:مرحل|دفع|شريح|شطر|طور)ه? (?:ال)?(?:اولي|اول|اوليه) (?P<asked>){_BEFORE}", 6.8),
    _row("gives of its own", "commitment", f"(?:الا|سوي) ~{{M}}من (?:جيب|مال|اموال|موارد)(?:ه|ها)(?: |ال){_UNSAID}{_BEFORE}", 6.0),
    _row("gives to it", "commitment", f"{_GIVES}{{ON:f}}(?:نفسها |معا )?(?P<it>فيه|له|اليه) ~{{M}}"),
    _row("gives to it", "commitment", f"{_GIVES}{{ON:f}}(?:نفسها |معا )?~{{M}}(?P<it>فيه|له|اليه) "),
    _row("gives to it", "commitment", f"{_GIVES}(?P<it>فيه|له|اليه) {{ON:f}}~{{M}}"),
    _row("set aside for a project", "total", "(?:و|ف|وقد |قد )?(?:س)?(?:ي|ت)?(?:رصد|رصدت|خصص|خصصت|اعتمد|اعتمدت|خصصوا) ل ~{P:t}~{M}"),
    _row("a contract's worth", "deal", f"(?:قيمه |ب?قيمه )?{_CONTRACTED}(?:الذي|التي) ~{{O:t}}(?:به |بها )?(?:(?:لحساب|لصالح|ل) [OP]\\d+ )?~{{M}}"),
    _row("a fine, a fee", "other", f"(?:ال)?(?:غرامه|غرامات|تعويض|تعويضات|مكافاه|مستحقات|راتب|تبرع|دعوي) {_ANY}{{M}}"),
    _row("wins a contract", "deal", f"{_WINS}{{O:t}}{_CONTRACT}~~(?:من|مع) {{O:f}}~~{{M}}", 7.2),
    _row("wins a contract", "deal", f"{_WINS}{{O:t}}{_CONTRACT}~~{{M}}~(?:من|مع) {{O:f}}", 7.2),
    _row("wins a contract", "deal", f"{_WINS}{{O:t}}{_CONTRACT}~~{{M}}", 5.0),
    _row("awards a contract", "deal", f"(?:<منح منح>|<اسند سند>){{O:f}}(?:ل |الي )?{{O:t}}{_CONTRACT}~~{{M}}"),
    _row("receives a loan", "other", f"{_WINS}{{O:t}}{_LOAN}~~(?:من) {{O:f}}~~{{M}}", 7.2),
    _row("receives a loan", "other", f"{_WINS}{{O:t}}{_LOAN}~~{{M}}~من {{O:f}}", 7.2),
    _row("receives a loan", "other", f"{_WINS}{{O:t}}{_LOAN}~~{{M}}"),
    _row("lends to another", "other", f"(?:<منح منح>|<اقرض قرض>|<قدم قدم>){{O:f}}(?:ل |الي )?{{O:t}}{_LOAN}~~{{M}}"),
    _row("lends to another", "other", f"(?:<منح منح>|<قدم قدم>){{O:f}}{_LOAN}~~{{M}}(?:ل|الي) {{O:t}}"),
    _row("receives an investment", "stake", f"{_WINS}{{O:t}}{_FUNDS}~~{{M}}~من {{ON:f}}"),
    _row("receives an investment", "stake", f"{_WINS}{{O:t}}{_FUNDS}~~من {{ON:f}}~~{{M}}"),
    _row("buys shares", "stake", f"{_BUYS}{{ON:f}}~{_SHARES}{{OP:t}}~~{{M}}"),
    _row("buys shares", "stake", f"{{ON:f}}(?:مع O\\d+ )?{_GAP}{_BUYING}{_SHARES}{{OP:t}}~~{{M}}"),
    _row("buys shares", "stake", f"{{ON:f}}{_GAP}{{M}}~{_BUYING}{_SHARES}{{OP:t}}"),
    _row("a bet on a company", "stake", "(?:رهان|استثمار|دخول) ل {ON:f}(?:علي|في) {O:t}(?:[^ ،.A-Z]+ ){0,10}?(?:فيها |فيه )~{M}"),
    _row("an offer for it", "stake", "(?:<رفض رفض>|<تلقي تلقي>|<درس درس>|<بحث بحث>){O:t}(?:عرضا|العرض|عرض|عروضا) ~من {ON:f}~{M}"),
    _row("an offer for it", "deal", "(?:<رفض رفض>|<تلقي تلقي>|<درس درس>|<بحث بحث>)~{P:t}(?:عرضا|العرض|عرض|عروضا) ~من {ON:f}~{M}"),
    _row("a part of a round", "stake", f"{_GIVES}{{ON:f}}(?:نفسها )?~~{{M}}في (?:هذه |تلك )?(?P<round>جوله|الجوله|جولتها) ", 5.5),
    _row("what the deal says it is worth", "valuation", "(?:<قدر قدر>|<قيم قيم>)(?:هذه |تلك )?(?P<bought>الصفقه|العمليه) ~{M}"),
    _row("we spend", "capex", f"{{ONT:f}}(?:[^ .A-Z]+ ){{0,8}}?(?:{_WE})~{{M}}", 6.8),
    _row("we give to a project", "commitment", f"{{ONT:f}}(?:[^ .A-Z]+ ){{0,8}}?(?:{_WE})~{{M}}~{_INTO}"),
    _row("capital spending", "capex", "{ONT:f}~(?:للانفاق|الانفاق|انفاقها|انفاقه|النفقات|نفقاتها|لنفقاتها) (?:الراسمالي|الراسماليه) ~(?:، )?~{M}"),
    _row("pays for rights", "deal", "(?:<جدد جدد>|<اشتري شتري>|اشترت |<نال نال>|<حصل حصل>|<مدد مدد>|<ضمن ضمن>){ON:f}~(?:حقوق|حق|رخصه|امتياز) ~{P:t}~~{M}"),
    _row("pays for a part of it", "deal", "<دفع دفع>{ON:f}{M}~(?:لقاء|مقابل|ثمنا|ثمن) ~~{P:t}"),
    _row("pays another", "deal", "<دفع دفع>(?:الاولي|الاول) ل {O:t}{M}"),
)  # fmt: skip

_CONSTRUCTIONS = Constructions([row.pattern for row in TABLE])

# Who gives is told after the amount: "بتمويل قدره … يوفره X".
_GIVEN_BY = compiled(
    " {M}~(?:<وفر وفر+>|<مول مول+>|<قدم قدم+>|<ضخ ضخ+>|<دفع دفع+>|<تحمل تحمل+>|<تقاسم تقاسم+>|<غطي غطي+>)~{O:f}"
)


def constructed(view: Resolved, skeleton: Skeleton, last: Judged | None, own: Mapping[int, str]) -> Iterator[Judged]:
    """What the table says of the amounts of a sentence.

    `last` is the judgement before them; `own` are those that are a project's own figures, and whose.
    """
    if "M" not in skeleton.line:
        return
    for at, match in _CONSTRUCTIONS.find(skeleton.line):
        judged = _judged(view, skeleton, TABLE[at], match, last, own)
        if judged:
            yield judged


def given_by(skeleton: Skeleton) -> dict[int, tuple[str, ...]]:
    """For an amount who gives it, where that is told after it."""
    return {int(m["m"]): skeleton.party(m["f"]).entities for m in _GIVEN_BY.finditer(skeleton.line)}


def _judged(  # noqa: PLR0913, PLR0917 (a match, and what stands around it)
    view: Resolved,
    skeleton: Skeleton,
    row: Giving,
    match: re.Match[str],
    last: Judged | None,
    own: Mapping[int, str],
) -> Judged | None:
    groups = match.groupdict()
    payers = _payers(view, skeleton, groups, match)
    to, known = _receiver(view, skeleton, match, last, own, payers)
    projects = row.role in {"total", "commitment"}
    if (projects and (to is None or (not payers and _names_payer(groups)))) or not known:
        return None
    if row.role == "commitment" and any(_no_gift(word) for word in match[0].split()):
        return None
    if " اسهما " in match[0] and len(payers) == 1:  # one cannot "both contribute": these are shares
        return None
    return Judged(int(match["m"]), row.role, payers, to, row.weight, row.name, each=groups.get("each") is not None)


_LENT = frozenset(("loan", "deal"))
# Goods, rent, and those around a project who are paid: what is given for or to them is not given to it.
_AROUND = frozenset(
    fold_key(each)
    for each in (
        "معدات", "رقائق", "رقاقات", "خوادم", "معالجات", "شرائح", "إيجارا", "أجورا", "مقاول", "مقاولي", "مقاولين", "مورد",
        "موردي", "موردين", "مدارس", "منافس", "منافسة",
    )
)  # fmt: skip


def _no_gift(word: str) -> bool:
    """Whether the word says that the money is lent, or goes for goods or to others around the project."""
    return bool(LEXICON.classes(word) & _LENT) or word in _AROUND or word[1:] in _AROUND


def _names_payer(groups: dict[str, str | None]) -> bool:
    return groups.get("f") is not None or groups.get("own") is not None or groups.get("each") is not None


def _payers(view: Resolved, skeleton: Skeleton, groups: dict[str, str | None], match: re.Match[str]) -> tuple[str, ...]:
    """Who gives: the party that the row names, or the one before whom a pronoun or a verb alone points back to."""
    named = groups.get("f")
    if named:
        return skeleton.party(named).entities
    if groups.get("own") is None and groups.get("each") is None:
        return ()
    several = groups.get("each") is not None
    before = [skeleton.party(number) for number in reversed(_PAYER.findall(skeleton.line[: match.start() + 1]))]
    fitting = [party for party in before if party.entities and (len(party.entities) > 1 or not several)]
    free = [party for party in fitting if party.preposition not in _GOVERNED] or fitting
    if not free and not view.subject:  # "من بين … تعهدت بها، لم تدفع X سوى …"
        after = (skeleton.party(number) for number in _PAYER.findall(skeleton.line[match.end() - 1 :]))
        free = [party for party in after if party.entities and not party.preposition][:1]
    return free[0].entities if free else view.group if several else view.subject


_PAYER = re.compile(r" [ONT](\d+)(?= )")
_GOVERNED = frozenset(("في", "الي", "مع", "علي", "عن", "ل", "لدي", "ضد"))


def _told_of(
    view: Resolved, skeleton: Skeleton, match: re.Match[str], last: Judged | None, own: Mapping[int, str]
) -> str | None:
    """The project whose money the text is about, where a row does not say into what somebody gives."""
    line, end = skeleton.line, match.end()
    clause = line[: match.start() + 1].rpartition("،")[2]
    if any(LEXICON.classes(word) & _OTHER_MATTER and "دفع" not in word for word in clause.split()) or _ELSEWHERE.match(
        line, end - 1
    ):
        return None
    named = {e for number in _PROJECT.findall(line) for e in skeleton.party(number).entities}
    shared = match.groupdict().get("each") is not None and _PARTING.search(match[0])
    if named and (shared or _FUNDED.search(line)):
        return next(iter(named)) if len(named) == 1 else None
    if named:
        return None
    told = last is not None and last.role in _PROJECTS_OWN and last.to == view.question
    return view.question if told or _before(own, line, match) == view.question else None


def _before(own: Mapping[int, str], line: str, match: re.Match[str]) -> str | None:
    """Whose own figure an earlier amount of the sentence is."""
    earlier = (int(number) for number in _AMOUNT.findall(line[: match.start() + 1]))
    return next((own[number] for number in earlier if number in own), None)


_AMOUNT = re.compile(r" M(\d+)(?= )")


_PROJECT = re.compile(r" P(\d+)(?= )")
# What says that a sentence is about who puts how much into its project.
_ELSEWHERE = re.compile(
    r" (?:، )?(?:في(?! (?:البدايه|غضون|عام|السنوات|العام|المرحله))|ل|الي|مع|لبناء|لدي|لشراء|لاستيجار"
    r"|علي(?! (?:مدي|دفعات|مراحل|شكل|الفور|الاقل|الاكثر))) "
)
_OTHER_MATTER = frozenset(("deal", "purchase", "stake", "sell", "raise", "valuation", "revenue", "loan", "aside"))
_PROJECTS_OWN = frozenset(("secured", "initial", "commitment", "total"))
_PARTING = re.compile(r"دفع|سهم|ساهم|تكفل|تحمل|سدد")
_FUNDED = re.compile(
    r" [وفبل]?(?:ال)?(?:حصص|حصه|نصيب|ملكيه|تمويل|راسمال|راس مال|مساهمات|مساهمه) (?:ال[^ ]+ )?(?:في |ل |من )?P\d+ "
    r"| (?:[يت]?مول|[يت]مولون|تموله|يموله|ال?ممول[ء-ي]*|ال?مساهم[ء-ي]*) (?:[^:.M]{0,40} )?P\d+ "
    r"|% من (?:راسمال |راس مال |ملكيه )?P\d+ | M\d+ من (?:حقوق الملكيه|راسمال|راس مال|راس المال)"
)


def _receiver(  # noqa: PLR0913, PLR0917 (the same, and who pays)
    view: Resolved,
    skeleton: Skeleton,
    match: re.Match[str],
    last: Judged | None,
    own: Mapping[int, str],
    payers: tuple[str, ...],
) -> tuple[str | None, bool]:
    """Who receives, and whether the construction is complete."""
    groups = match.groupdict()
    if groups.get("t"):
        entities = skeleton.party(groups["t"]).entities
        return (entities[0] if len(entities) == 1 else None), True
    if groups.get("unsaid") is not None:
        return _told_of(view, skeleton, match, last, own), True
    if groups.get("asked") is not None:
        return view.question, view.question is not None
    if groups.get("it"):
        return (view.project if view.project_age <= 1 else None), True
    if groups.get("bought"):
        bought = last.to if last is not None and last.role == "stake" else None
        return bought, bought is not None
    if groups.get("round"):
        return (next((e for e in view.subject if e not in payers), None)), True
    return None, True
