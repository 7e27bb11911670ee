"""How Arabic says what a project costs: one table of constructions of a project's own figures.

Each row names the role and its pattern over a sentence's skeleton (`skeleton.compiled` explains the signs): the project
is `t`, the amount `m`. Where a row names no project, its figure belongs to the one in question: of the words in group
`its` a pronoun points to it ("كلفته"), after a bare "الكلفة" the sentences before say it.

The one rule: a pronoun or a bare noun counts only where nothing else in its sentence could own it.
"""

# ruff: noqa: E501, RUF001 (a construction stands on one line; Arabic letters are the data here)

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from streams.extract.constructions import Constructions
from streams.extract.governor import LINK_WORD
from streams.extract.resolve import Resolved
from streams.extract.scene import Party
from streams.extract.setting import Judged
from streams.extract.skeleton import Skeleton, compiled
from streams.extract.words import LEXICON
from streams.records import Role

_CONJ = "[وف]?"
_COST = f"{_CONJ}[بل]?(?:ال|لل)?(?:كلفه|تكلفه|تكاليف|ميزانيه|موازنه|فاتوره|قيمه|حجم|اجمالي|مجموع|استثمارات|استثمار|مخصصات|نفقات|غلاف|راسمال|راس مال|راس المال) "
# Bare, these are what a project costs; "القيمه" or "الاستثمارات" need an adjective.
_BARE = f"{_CONJ}(?:ب?ال(?:كلفه|تكلفه|تكاليف|ميزانيه|فاتوره|غلاف المالي)) "
_ADJECTIVE = "(?:(?:ال)?(?:اجمالي|كلي|تقديري|متوقع|معلن|مستهدف|نهايي|اصلي|مقدر|محدث|جديد|حالي|كامل|مرصود|فعلي|مالي|راسمالي|استثماري|مخطط|رسمي|اجماليا)ه? )"
_ADJECTIVES = f"{_ADJECTIVE}{{0,3}}"
_WHOLE_VALUE = (
    f"{_CONJ}(?:ل)?(?:ال(?:قيمه|مبلغ|راسمال|سقف|حجم)|راس المال) {_ADJECTIVE}{{1,2}}"
    f"|{_CONJ}(?:ال)(?:استثمارات|استثمار|انفاق|تمويل) (?:ال(?:اجمالي|كلي|كامل|متوقع|مقدر|مستهدف)ه? ){{1,2}}"
)
_ARRANGED = (
    f"{_CONJ}(?:ال)(?:استثمارات|استثمار|التزامات|تعهدات|تمويل|تمويلات|مال|اموال|مبالغ) "
    "(?:ال(?:معلن|مقرر|مخطط|مرصود|مومن|متعهد|ملتزم|محصل|مجموع|مخصص)ه? )(?:بها )?"
)
_ITS = f"{_CONJ}[بل]?(?P<its>(?:كلفت|تكلفت|ميزانيت|موازنت|قيمت|تكاليف|استثمارات|فاتورت|غلاف|حجم)(?:ه|ها)) "
_MAKING = "(?:ل?(?:بناء|انشاء|تنفيذ|تطوير|اقامه|تشييد|انجاز|تجهيز|اطلاق) )?"
# "P، الذي ينتظر أن", "P قد", "من المقرر أن": what may stand between a project and its verb.
_WILL = "(?:، )?(?:(?:الذي|التي|قد|سوف|[يت]نتظر|[يت]توقع|[يت]مكن|من ال[ء-ي]+|ان) ){0,4}"
_OF = f"{_MAKING}(?:في |ل |من |علي )?"
# An aside in commas or brackets, or a relative clause, may stand between a cost and its amount.
_ASIDE = "(?:[،(] [^،()M]{0,90}[،)] |(?:عند|يوم|وقت|ساعه|منذ) [^ ،M]+ )?"
_LINK = f"(?:(?:، )?{LINK_WORD}(?:{LINK_WORD}){{0,5}})?"
_FIRST_OF = (
    "(?:ل|ك|ب|من |في )?(?:ال|لل)?(?:مرحل|دفع|شريح|حزم|شطر|طور|قسط|جزء|تمويل|استثمار|مبلغ|انفاق|ميزاني|كلف|تكلف)(?:ت)?(?:ه|ها)? "
    "(?:ال)?(?:اولي|اول|اوليه|اوليا|مبديي|مبدييه|مبدييا|عاجله?|عاجلا|فوريه?|فوريا|ابتداييه?|تاسيسيه?|افتتاحيه?) "
)
_STAGE_OF = (
    "(?:ل|ك|ب|من |في )?(?:ال|لل)?(?:مرحلت?|دفع|شريح|حزم|شطر|طور|قسط|جزي)(?:ه|ها)? "
    "(?:ال)?(?:اولي|اول|اوليه|مبدييه|عاجله?|فوريه?|ابتداييه?|تاسيسيه?) "
)
_HUNG = "(?:(?:من|في|ل) {P:t})?(?:\\( [^()]{1,30} \\) )?(?:، )?(?:البالغه? (?:قدرته|قدرتها|طاقتها)? ?[^،.M]{1,25}?)?(?:من [^ ]+ )?(?:، )?"
_AT_ONCE = "(?:، )?(?:س?[يت][ء-ي]+ )?(?:فورا|فوريا|علي الفور|في الحين|في البدايه|بدايه|مبدييا|حالا|بشكل فوري|كبدايه|للبدء|كشريحه عاجله|كدفعه عاجله|دفعه واحده) "


@dataclass(frozen=True, slots=True)
class Size:
    """A way of saying a figure of a project's own."""

    name: str
    role: Role
    pattern: re.Pattern[str]
    weight: float


def _row(name: str, role: Role, pattern: str, weight: float = 5.3) -> Size:
    return Size(name, role, compiled(f" {pattern}"), weight)


TABLE: tuple[Size, ...] = (
    _row("a project's cost", "total", f"{_COST}{_ADJECTIVES}{_OF}{{P:t}}{_ADJECTIVES}{_ASIDE}{_LINK}{{M}}"),
    _row("a project's cost", "total", f"{{M}}(?:هي |هو )?{_COST}{_OF}{{P:t}}"),
    _row("a project costs", "total", f"<كلف كلف>{{P:t}}{_ASIDE}(?:~|{_LINK}){{M}}"),
    _row("its cost", "total", f"{_ITS}{_ADJECTIVES}{_ASIDE}{_LINK}{{M}}"),
    _row("the cost", "total", f"{_BARE}{_ADJECTIVES}{_LINK}{{M}}"),
    _row("the cost", "total", f"(?:{_WHOLE_VALUE}){_LINK}{{M}}"),
    _row("what it aims at", "total", f"{_CONJ}(?:ال)?(?:وعد|هدف|رقم|سقف|طموح|طموحات|اهداف|نطاق) {_ADJECTIVES}(?:ل |من )?{{P:t}}{_ADJECTIVES}{_LINK}{{M}}"),
    _row("what was promised", "total", f"{_CONJ}ال(?:وعد|هدف|التزام) (?:ال(?:اصلي|معلن|كامل|كلي|اجمالي) ){{0,2}}(?:في [ء-ي]+ )?{_LINK}{{M}}(?P<said>)"),
    _row("what was promised", "total", f"{_CONJ}الرقم الذي [ء-ي]+ (?:به |عنه )?{_LINK}{{M}}(?P<said>)"),
    _row("what was promised", "total", "[وفبل]{0,2}(?:هدف|مشروع|وعد|رقم|خطه|حاجز|مبادره|التزام) ال {M}(?P<said>)"),
    _row("its cost, estimated", "total", f"{_COST}{_ADJECTIVES}{_OF}{{P:t}}، [^،M]{{0,40}}(?:[يت]?قدر|قدرت|قدرا|قدروا|[يت]قدرون|بان|ان)(?:ها|ه) (?:ل[^ ]+ [^ ]+ )?{_LINK}{{M}}"),
    _row("the cost, estimated", "total", f"{_BARE}{_ADJECTIVES}[وف]?(?:[يت]قدر|قدرت|قدر)ها (?:[ء-ي]+ ){{1,2}}{_LINK}{{M}}(?:ل {{P:t}})?"),
    _row("promised by a project", "total", "{M}(?:التي )?(?:وعد|تعهد|اعلن)(?:ت|وا)? (?:بها |عنها ){P:t}"),
    _row("set aside for it", "total", f"(?:رصد|خصص)(?:ت|وا)? ال(?:اطراف|شركاء|شركات|جهات) (?:ل|في) {{P:t}}{_LINK}{{M}}"),
    _row("set aside for it", "total", "{M}(?:هي |هو )?(?:ال[ء-ي]+ )?(?:التي |الذي )?(?:رصدت?|خصصت?) (?:ل|في) {P:t}"),
    _row("a ceiling for it", "total", f"(?:ل|في) {{P:t}}(?:سقفا|ميزانيه|مبلغا|غلافا ماليا|غلافا) {_LINK}{{M}}"),
    _row("the sum meant for it", "total", "ال {M}ال(?:مخصص|مرصود|موعود|مقرر)ه? (?:ل|في) {P:t}"),
    _row("a bet of that size", "total", f"{{P:t}}(?:[ء-ي]+ ){{0,3}}(?:رهان|رهانا|مشروع|مشروعا|حلم|برنامج) {_LINK}{{M}}"),
    _row("its cost before", "total", f"(?:بعدما|بعد ان) كانت? {{M}}(?:[^،M ]+ ){{0,4}}، [^،M]{{0,20}} {_COST}{_ADJECTIVES}{_OF}{{P:t}}"),
    _row("the cost", "total", f"{_BARE}{_ADJECTIVES}(?:[ء-ي]+ ){{0,2}}: {{M}}"),
    _row("an investment, says the headline", "total", f"(?:استثمار|استثمارات|مشروع|كلفه|بكلفه|باستثمار|باستثمارات) {_ADJECTIVES}{_LINK}{{M}}(?P<headline>)"),
    _row("a project costs", "total", f"{_MAKING}{{P:t}}{_ASIDE}(?:ب?[ء-ي]+ )?(?:ي?مكن ان )?<كلف كلف>(?:~|{_LINK}){{M}}"),
    _row("a project needs", "total", f"{_MAKING}{{P:t}}{_WILL}(?:<تطلب تطلب>|<استلزم ستلزم>|<احتاج حتاج>|<استقطب ستقطب>)(?:الي )?(?:استثمارات|استثمارا|استثمار|انفاق|تمويلا|تمويل|اموالا)? ?{_LINK}{{M}}"),
    _row("an investment, nobody's else", "total", f"{_CONJ}ب?(?:استثمارات|استثمارا|استثمار|كلفه|تكلفه|الاستثمار|قيمه الاستثمار) {_ADJECTIVES}{LINK_WORD}{_LINK}{{M}}(?!في |ل |من |لل|علي (?!مدي))(?P<nobody>)"),
    _row("a project needs", "total", f"(?:<تطلب تطلب>|<استلزم ستلزم>|<احتاج حتاج>)(?:ال)?{_MAKING}{{P:t}}{_ADJECTIVES}{_ASIDE}(?:الي |استثمارات |استثمارا |انفاق |تمويلا ){{0,2}}{_LINK}{{M}}"),
    _row("a project spends", "total", f"(?:<انفق نفق>|<ضخ ضخ>|<استثمر ستثمر>){{P:t}}{_ASIDE}{_LINK}{{M}}"),
    _row("its founders spend", "total", f"(?:<انفق نفق>|<ضخ ضخ>|<استثمر ستثمر>|<وعد عد>|<تعهد تعهد>)(?:القايمون|المشرفون|الشركاء|شركاء|موسسو|اصحاب|مطلقو) (?:علي |في )?{{P:t}}(?:ب?(?:استثمار|ضخ|انفاق) )?{_LINK}{{M}}"),
    _row("a project of that size", "total", f"(?:مشروعا|مشروع) ب?{_LINK}{{M}}"),
    _row("its first part", "initial", f"{_COST}{_ADJECTIVES}{_OF}{_STAGE_OF}{_HUNG}{_LINK}{{M}}", 6.5),
    _row("begins with", "initial", f"(?:<بدا بدا>|<انطلق نطلق>){{P:t}}ب {_LINK}{{M}}", 6.0),
    _row("begins with", "initial", f"{{P:t}}(?:س?[يت](?:بدا|نطلق)|بدا|انطلق) ب {_LINK}{{M}}", 6.0),
    _row("its first part", "initial", f"{_ITS}{_STAGE_OF}{_LINK}{{M}}", 6.5),
    _row("its first part", "initial", f"{_CONJ}{_FIRST_OF}{_HUNG}{_ADJECTIVES}(?:{_CONJ}قيمت(?:ه|ها) |غلاف مالي |مبلغ |استثمارات )?{_LINK}{{M}}", 6.5),
    _row("its first part", "initial", f"{{M}}(?:تقريبا )?{_STAGE_OF}", 6.5),
    _row("its first part", "initial", f"{{M}}{_AT_ONCE}", 6.0),
    _row("arranged so far", "secured", f"{_ARRANGED}(?:(?:ل |في ){{P:t}}|له |لها |فيه |فيها )?(?:لها |له )?{_ASIDE}(?:علي مدي [^،M]{{1,20}} )?(?:خلال [^،M]{{1,20}} )?{_LINK}{{M}}", 5.4),
    _row("arranged so far", "secured", f"ال(?:تعهدات|التزامات|مساهمات) (?:[ء-ي]+ ){{0,3}}{_LINK}{{M}}", 5.4),
    _row("spent on it so far", "secured", f"ما (?:انفق|صرف|دفع|جمع|رصد|ضخ|تم [ء-ي]+|جري [ء-ي]+) (?:علي|في|ل) {{P:t}}(?:حتي [^،M]{{1,25}} )?{_LINK}{{M}}", 5.6),
    _row("in its account", "secured", f"في (?:حساب|حسابات|خزينه|خزانه|صندوق|رصيد) {{P:t}}{_LINK}{{M}}", 5.4),
)  # fmt: skip

_CONSTRUCTIONS = Constructions([row.pattern for row in TABLE])


def sized(view: Resolved, skeleton: Skeleton, last: Judged | None) -> Iterator[Judged]:
    """What the table says of the amounts of a sentence; `last` is the judgement before them."""
    if "M" not in skeleton.line:
        return
    for at, match in _CONSTRUCTIONS.find(skeleton.line):
        row = TABLE[at]
        project = _project(view, skeleton, match, last)
        if project and not _of_a_part(skeleton.line, match) and not _of_another(skeleton.line, match):
            role: Role = "secured" if _SO_FAR.search(match[0]) else row.role
            yield Judged(int(match["m"]), role, (), project, row.weight, row.name)


# What a project has cost until now is not its size.
_SO_FAR = re.compile(r" (?:حتي|الي|لغايه) (?:الان|اليوم|تاريخه) ")


def _project(view: Resolved, skeleton: Skeleton, match: re.Match[str], last: Judged | None) -> str | None:
    """Whose figure a match is; None where that is not sure."""
    groups = match.groupdict()
    if groups.get("t"):
        entities = skeleton.party(groups["t"]).entities
        return entities[0] if len(entities) == 1 else None
    before = skeleton.line[: match.start() + 1]
    if groups.get("headline") is not None and not (view.scene.headline and before == " "):
        return None
    alone = not _ANYBODY.search(skeleton.line) and view.project_age <= _RECENT
    if groups.get("nobody") is not None and not alone:
        return None
    named = list(_PROJECT.finditer(before))
    if named:
        entities = skeleton.party(named[-1][1]).entities
        between = before[named[-1].end() :]
        worth = (groups.get("its") or "").startswith(_WORTH) and _other_money(before[: named[-1].start() + 1])
        return entities[0] if len(entities) == 1 and _continues(between) and not worth else None
    if groups.get("its") and not _opens(before, groups["its"]):
        return None
    if groups.get("said") is not None:
        told = _ANY_PAYER.search(before.rpartition("،")[2]) is None and not _other_money(skeleton.line[: match.end()])
        return view.question if told and view.question == view.topic else None
    if (groups.get("its") or "").startswith(_WORTH) and view.other_money:
        return None
    return view.question if _still_in_question(view, skeleton, match, last) else None


_ANYBODY = re.compile(r" [ONTXP]\d+ ")
_ANY_PAYER = re.compile(r" [ONT]\d+ ")
_WORTH = "قيمت"  # not only a project has one: "قرض … قيمته"
_RECENT = 2  # sentences
_PROJECT = re.compile(r" P(\d+)(?= )")
_OTHER_MONEY = frozenset(("deal", "purchase", "stake", "sell", "raise", "valuation", "revenue", "aside", "loan"))
_RELATIVE = re.compile(
    r" (?:، )?[وف]?(?:الذي|التي) (?:[^ ]+ ){1,2}(?:O\d+ |N\d+ |مع |و |من |بالشراكه |بالتعاون ){0,8}(?:، )?$"
)


def _continues(between: str) -> bool:
    """Whether what stands between a project and its figure is only more of the project."""
    if _RELATIVE.fullmatch(between):
        return True
    words = between.split()
    return not any(_PLACE.fullmatch(word) or _of_other_money(word) for word in words)


_PLACE = re.compile(r"[ONTX]\d+")


def _of_other_money(word: str) -> bool:
    if "دفع" in word:  # a payment, or a first one, is of whatever is spoken of
        return False
    return bool(LEXICON.classes(word) & _OTHER_MONEY) or word in _OTHERS


_OTHERS = frozenset(
    ("حزمه", "جوله", "لجوله", "صندوق", "صندوقا", "شحنه", "طلب", "طلبيه", "مشروعا", "مصنع", "مصنعا", "محطه")
)


def _opens(before: str, its: str) -> bool:
    """Whether nothing that a pronoun could point to stands before it in its sentence."""
    words = before.split()
    if its.endswith("ه") and _TOLD.search(before):
        return True
    return len(words) <= _OPENING and not any(_PLACE.fullmatch(w) or w.startswith("ال") for w in words)


_OPENING = 5
# Who says it is feminine, so that a masculine pronoun cannot mean it: "قالت الشركة إن كلفته".
_TOLD = re.compile(
    r" [وف]?(?:قالت|ذكرت|اوضحت|اعلنت|اكدت|اضافت|افادت|قدرت) (?:O\d+ )?(?:ال[^ ]+ ){0,2}(?:ان |بان )?(?:[^ ]+ )?$"
)


def _still_in_question(view: Resolved, skeleton: Skeleton, match: re.Match[str], last: Judged | None) -> bool:
    """Whether nobody else's matter came up since the project was named, here or before."""
    if view.question is None:
        return False
    scene = view.scene
    first = next((p for p in scene.parties if p.payer and p.entities and not _companion(view, p)), None)
    if first is not None and view.around and not view.around & set(first.entities):
        return False
    if last is not None and last.role in _MOVED_ON and view.project_age > 0 and not view.answers:
        return False
    return not _other_money(skeleton.line[: match.end()])


def _other_money(text: str) -> bool:
    return any(_of_other_money(word) for word in text.split())


def _companion(view: Resolved, party: Party) -> bool:
    """Whether the party only keeps another company ("رفقة كل من X")."""
    near = [token.text for token in view.scene.tokens if party.lead - _BESIDE < token.start < party.lead]
    return any(word in _COMPANIONS for word in near)


_BESIDE = 16  # characters
_COMPANIONS = frozenset(("رفقه", "برفقه", "بمعيه", "مع", "بصحبه"))
_MOVED_ON = frozenset(("stake", "deal", "valuation", "revenue"))


def _of_a_part(line: str, match: re.Match[str]) -> bool:
    """Whether the words tell of another thing's cost ("كل غيغاواط"), or of what somebody puts into the project's."""
    before = line[: match.start() + 1].split()[-_NEAR:]
    if _OF_THE_COST.search(match[0]):
        return False
    return " كل " in match[0] or any(_PART.match(word) for word in before)


def _of_another(line: str, match: re.Match[str]) -> bool:
    """Whether a match that begins with its project only tells more of a noun before it ("تأمين ستارغيت كلف")."""
    if not _BEGINS.match(match[0]):
        return False
    last = (line[: match.start() + 1].split() or [""])[-1]
    plain = last[1:] if last[:1] in {"و", "ف"} else last
    return last.isalpha() and not plain.startswith("ال") and plain not in _BEFORE_SUBJECT and not last.endswith("ون")


_BEGINS = re.compile(r" P\d+ ")
_BEFORE_SUBJECT = frozenset(
    (
        "",
        "ان",
        "بان",
        "هل",
        "كان",
        "لكن",
        "اما",
        "بات",
        "اصبح",
        "قد",
        "لان",
        "هذا",
        "عن",
        "علي",
        "مشروع",
        "بناء",
        "انشاء",
    )
)
_NEAR = 3
# It agrees with the cost: "حصة من كلفة المشروع البالغة …" tells the whole.
_OF_THE_COST = re.compile(r" P\d+ ال(?:بالغه|مقدره) ")
_PART = re.compile(r"[وفبل]*(?:مساهم|حصت|حصه|نصيب|التزامه|التزامها|جزء|بقي|ثلث|ربع)")
