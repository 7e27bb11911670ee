"""How Arabic says who gives what to whom: one table of constructions of money.

Each row names the role and its pattern over a sentence's skeleton (`skeleton.compiled` explains the signs): who pays is
`f`, who receives `t`, the amount `m`. A construction says its roles outright, so it weighs more than any frame that
reads them from what stands near; a project's own size weighs a little less, so that its first part comes before.

The one rule: a row states a construction, never a document.
"""

# ruff: noqa: E501 (a construction stands on one line)

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from streams.extract.constructions import Constructions
from streams.extract.resolve import Resolved
from streams.extract.setting import Judged
from streams.extract.skeleton import Skeleton, compiled
from streams.records import Role

_GIVES = (
    "(?:<ساهم ساهم>|<اسهم سهم>|<شارك شارك>|<ضخ ضخ>|<استثمر ستثمر>|<خصص خصص>|<رصد رصد>|<دفع دفع>|<قدم قدم>|<سدد سدد>"
    "|<التزم لتزم>|<تعهد تعهد>)"
)
_OWN_SHARE = "(?:مساهمتها|مساهمته|حصتها|حصته|التزامها|التزامه|التزاماتها|استثمارها|استثماره|استثماراتها|تمويلها|مشاركتها|مشاركته) "
_INTO = "(?:في|ل|الي|لصالح) ~{P:t}"
_WINS = "(?:<فاز فوز>|<حصل حصل>|<نال نال>|<تلقي تلقي>|<ظفر ظفر>|<حاز حوز>)"
_CONTRACT = "(?:علي )?(?:ب)?(?:عقد|عقدا|عقود|عقودا|صفقه|صفقات|مناقصه|طلبيه|طلبيات) "
_LOAN = "(?:علي )?(?:ب)?(?:قرض|قرضا|قروض|قروضا|تسهيلات|تسهيلا|ايتمان|ايتمانا) "
_FUNDS = "(?:علي )?(?:استثمار|استثمارا|استثمارات|تمويل|تمويلا) "
_BUYS = "(?:<اشتري شتري>|اشترت |<استحوذ ستحوذ>|<تملك تملك>)"
_BUYING = "(?:ل|علي |ب|ال)?(?:شراء|استحواذ|تملك|لاستحواذ) "
_SHARES = "(?:علي |في |من )?(?:اسهم|سهما|حصه|حصص|ثلث اسهم|نصف اسهم|ربع اسهم|حصتها|حصته) ~(?:في |من )?"
_WE = "(?:س)?(?:ننفق|نستثمر|نضخ|نخصص|ندفع|نرصد) |(?:انفقنا|استثمرنا|ضخخنا|خصصنا|دفعنا|رصدنا) "
_COSTS = "(?:<كلف كلف>)"
_WORTH = "(?:ال)?(?:كلفه|تكلفه|ميزانيه|تكاليف|القيمه الاجماليه ل) (?:بناء |انشاء |تنفيذ |تطوير |اقامه )?"
_ASIDE = "(?:، [^،.A-Z]{0,60}(?:[A-Z]\\d+ [^،.A-Z]{0,40}){0,3}، )?"
_CONTRACTED = "(?:العقد|الصفقه|الاتفاق|الاتفاقيه|التعاقد|العقود|عقد|صفقه) "
_ANY = "(?:(?!كلفه|تكلفه|قيمه|ميزانيه|استثمار)[^ ،؛:.]+ ){0,12}?"
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
    _row("its share of a project", "commitment", f"(?:<رفع رفع>|<زاد زيد>|<خفض خفض>|<ضاعف ضاعف>){{ONT:f}}~{_OWN_SHARE}~{_INTO}~{{M}}"),
    _row("its share of a project", "commitment", f"{{ONT:f}}(?:<رفع رفع>|<زاد زيد>|<خفض خفض>|<ضاعف ضاعف>)~{_OWN_SHARE}~{_INTO}~{{M}}"),
    _row("its share of a project", "commitment", f"(?:مساهمه|حصه|التزام|التزامات|مشاركه|استثمارات|استثمار) {{ON:f}}~{_INTO}~{{M}}"),
    _row("a share of a project", "commitment", f"مساهمه ~{{M}}~{_INTO}"),
    _row("gives to a project", "commitment", f"{_GIVES}{{ON:f}}(?:نفسها |معا )?~{{M}}~{_INTO}"),
    _row("gives to a project", "commitment", f"{_GIVES}{{ON:f}}(?:نفسها |معا )?~{_INTO}~{{M}}"),
    _row("gives to a project", "commitment", f"{{ON:f}}(?:ان )?{_GIVES}(?:معا |ايضا )?~{{M}}~{_INTO}"),
    _row("gives to a project", "commitment", f"{_GIVES}{{ON:f}}(?:نفسها |معا )?{{M}}{{P:t}}"),
    _row("gives to a project", "commitment", f"(?:في|ل) ~{{P:t}}{_GIVES}{{ON:f}}~{{M}}"),
    _row("gives to a project", "commitment", f"{{M}}(?:التي )?{_GIVES.replace('>', '+>')}{{ON:f}}~{_INTO}"),
    _row("gives to it", "commitment", f"{_GIVES}{{ON:f}}(?:نفسها |معا )?(?P<it>فيه|له|اليه) ~{{M}}"),
    _row("gives to it", "commitment", f"{_GIVES}{{ON:f}}(?:نفسها |معا )?~{{M}}(?P<it>فيه|له|اليه) "),
    _row("gives to it", "commitment", f"{_GIVES}(?P<it>فيه|له|اليه) {{ON:f}}~{{M}}"),
    _row("set aside for a project", "total", "(?:و|ف|وقد |قد )?(?:س)?(?:ي|ت)?(?:رصد|رصدت|خصص|خصصت|اعتمد|اعتمدت|خصصوا) ل ~{P:t}~{M}"),
    _row("a project costs", "total", f"{_COSTS}{{P:t}}{_ASIDE}~{{M}}", 5.2),
    _row("a project costs", "total", f"{{P:t}}{_ASIDE}{_COSTS}~{{M}}", 5.2),
    _row("a project's cost", "total", f"{_WORTH}{{P:t}}{_ASIDE}~{{M}}", 5.2),
    _row("a project's cost", "total", f"{{M}}(?:هي |هو )?{_WORTH}{{P:t}}", 5.2),
    _row("a contract's worth", "deal", f"(?:قيمه |ب?قيمه )?{_CONTRACTED}(?:الذي|التي) ~{{O:t}}(?:به |بها )?(?:(?:لحساب|لصالح|ل|مع) [OP]\\d+ )?~{{M}}"),
    _row("a fine, a fee", "other", f"(?:ال)?(?:غرامه|غرامات|تعويض|تعويضات|مكافاه|فاتوره|مستحقات|راتب|تبرع|دعوي) {_ANY}{{M}}"),
    _row("wins a contract", "deal", f"{_WINS}{{O:t}}{_CONTRACT}~~(?:من|مع) {{O:f}}~~{{M}}", 7.2),
    _row("wins a contract", "deal", f"{_WINS}{{O:t}}{_CONTRACT}~~{{M}}~(?:من|مع) {{O:f}}", 7.2),
    _row("wins a contract", "deal", f"{_WINS}{{O:t}}{_CONTRACT}~~{{M}}"),
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
    _row("a part of a round", "stake", f"{_GIVES}{{ON:f}}(?:نفسها )?~~{{M}}في (?:هذه |تلك )?(?P<round>جوله|الجوله|جولتها) "),
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


def constructed(view: Resolved, skeleton: Skeleton, last: Judged | None) -> Iterator[Judged]:
    """What the table says of the amounts of a sentence; `last` is the judgement before them."""
    if "M" not in skeleton.line:
        return
    for at, match in _CONSTRUCTIONS.find(skeleton.line):
        judged = _judged(view, skeleton, TABLE[at], match, last)
        if judged:
            yield judged


def given_by(skeleton: Skeleton) -> dict[int, tuple[str, ...]]:
    """For an amount who gives it, where that is told after it."""
    return {int(m["m"]): skeleton.party(m["f"]).entities for m in _GIVEN_BY.finditer(skeleton.line)}


def _judged(
    view: Resolved, skeleton: Skeleton, row: Giving, match: re.Match[str], last: Judged | None
) -> Judged | None:
    groups = match.groupdict()
    payers = skeleton.party(groups["f"]).entities if groups.get("f") else ()
    to, known = _receiver(view, skeleton, groups, last, payers)
    own = row.role in {"total", "commitment"}
    if (own and to is None) or (groups.get("f") and own and not payers) or not known:
        return None
    return Judged(int(match["m"]), row.role, payers, to, row.weight, row.name)


def _receiver(
    view: Resolved, skeleton: Skeleton, groups: dict[str, str], last: Judged | None, payers: tuple[str, ...]
) -> tuple[str | None, bool]:
    """Who receives, and whether the construction is complete."""
    if groups.get("t"):
        entities = skeleton.party(groups["t"]).entities
        return (entities[0] if len(entities) == 1 else None), True
    if groups.get("it"):
        return (view.project if view.project_age <= 1 else None), True
    if groups.get("bought"):
        bought = last.to if last is not None and last.role == "stake" else None
        return bought, bought is not None
    if groups.get("round"):
        return (next((e for e in view.subject if e not in payers), None)), True
    return None, True
