"""How Arabic says who takes part in a project: one table of constructions.

Each row is a construction with a weight, what it says of the part (affirmed, doubted, denied) and its pattern over a
sentence's skeleton (`skeleton.compiled` explains the signs). The organisation is `o`, a second one that the same
construction names `q`, the project `p`; a row that names no project speaks of the one that the text is about.

The one rule: a row states a construction, never a document; a verb that is denied says nothing.
"""

# ruff: noqa: E501, RUF001 (a construction stands on one line; Arabic letters and signs are the data here)

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from streams.extract.constructions import Constructions
from streams.extract.in_context import CONTEXT_ROWS, THE_WORK
from streams.extract.part_words import (
    AT,
    DOES,
    DOES_BACK,
    ENGAGES,
    FAR,
    FOR,
    GOODS,
    INTO,
    JOINING,
    LEAVE,
    LEAVING,
    MAKES,
    MAKES_BACK,
    MASDAR,
    MEMBERS,
    OUT_OF,
    ROLE,
    SUPPLIES,
    TAKES,
    TALKS,
    TO_ANOTHER,
    TOWARDS,
    UNDERTAKES,
    USES,
    WHICH,
    WITHIN,
)
from streams.extract.skeleton import Skeleton, compiled
from streams.records import Polarity

_WE = "نكون جزءا |نشارك |مشاركتنا |دورنا |شراكتنا |ننضم |انضمامنا |استثمارنا |س?ن(?:بني|زود|وفر|ستثمر|شغل|ورد|مول|طور|نفذ|دعم|قود|ستضيف) "


_BUYS = "<اشتري شتري>|اشترت |<استحوذ ستحوذ>|<تملك تملك>"


@dataclass(frozen=True, slots=True)
class Construction:
    """A way of saying that somebody takes part: how surely, and what of it."""

    name: str
    weight: float
    pattern: re.Pattern[str]
    polarity: Polarity = "affirmed"
    reach: int = 1  # how many sentences ago the project may have been named


def _row(name: str, weight: float, pattern: str, polarity: Polarity = "affirmed", reach: int = 1) -> Construction:
    return Construction(name, weight, compiled(f" {pattern}"), polarity, reach)


TABLE: tuple[Construction, ...] = (
    _row("takes part in it", 1.9, f"(?:{TAKES})~{AT}{{O}}"),
    _row("takes part in it", 1.9, f"(?:{TAKES}){{O}}(?:نفسها )?~{AT}"),
    _row("takes part in it", 1.9, f"{{O}}~(?:{TAKES})~{AT}"),
    _row("does it", 1.9, f"(?:{DOES}){{O}}~{INTO}~{{P}}"),
    _row("does it", 1.9, f"{{O}}(?:ايضا |كذلك |اليوم |حاليا )?(?:{DOES})~{INTO}{{P}}"),
    _row("does it", 1.9, f"(?:{DOES}){{P}}{{O}}"),
    _row("who does it", 1.9, f"{{P}}~{WHICH}(?:{DOES_BACK})~{{O}}"),
    _row("who does it", 1.8, f"{{P}}(?:، )?(?:{DOES_BACK}){{O}}"),
    _row("for whom it is done", 1.9, f"{{P}}~{WHICH}(?:{DOES_BACK})~{{O}}(?:لحساب|لصالح|مع|بالشراكه مع|بمشاركه) {{O:q}}"),
    _row("who does it", 1.9, f"{{O}}(?:هي|هو|هما|هم) (?:التي|الذي|اللتان|من) (?:{DOES}){{P}}"),
    _row("relies on it", 1.8, "(?:<اعتمد عتمد>|<استعان ستعين>){P}(?:علي|ب) ~{O}"),
    _row("entrusted to it", 1.8, "<اسند سند>~{P}~~(?:الي|ل) {O}"),
    _row("done by", 1.9, "{P}~~(?:من قبل|علي يد|بواسطه|علي ايدي) {O}"),
    _row("supplies it", 1.8, "<قدم قدم>{O}~~(?:ل|الي) ~{P}"),
    _row("supplies it", 1.8, f"(?:{SUPPLIES}){{O}}~~(?:ل|الي|في) ~{{P}}"),
    _row("supplies it", 1.8, f"(?:{SUPPLIES}){{O}}~{{P}}ب"),
    _row("supplies it", 1.8, f"{{O}}(?:{SUPPLIES})(?:~~(?:ل|الي|في) ~)?{{P}}"),
    _row("undertakes it", 1.8, f"(?:{UNDERTAKES}){{O}}~(?:مع {{O:q}})?~~(?:(?:[بل] )?M\\d+ ~~)?{MASDAR}~{INTO}~{{P}}"),
    _row("undertakes it", 1.8, f"{{O}}(?:{UNDERTAKES})~~(?:M\\d+ ~~)?(?:مع {{O:q}})?~{MASDAR}~{INTO}~{{P}}"),
    _row("plays a part", 1.9, f"{{O}}(?:، )?(?:هي |هو |هما |هم |كانت |كان )?~{ROLE}~{INTO}~{{P}}"),
    _row("plays a part", 1.9, f"{{O}}~~(?:بدور|دور|بصفتها|بصفته|بوصفها|بوصفه|كشريك|باعتبارها) ~(?:{ROLE})?~{INTO}{{P}}"),
    _row("plays a part", 1.8, f"{ROLE}{{P}}(?:، )?{{O}}"),
    _row("a share in it", 1.9, "{O}~~(?:حصتها|حصته|نصيبها|مساهمتها|مشاركتها|استثمارها|دورها) ~(?:في|ب) {P}"),
    _row("a share in it", 1.9, "(?:حصه|نصيب|مساهمه|مشاركه|استثمار|دور) {O}~(?:في|ب) {P}"),
    _row("its members", 2.0, f"{MEMBERS}(?:في |من |ل )?{{P}}~(?:، )?(?:هم |وهم |: |من بينهم |ومنهم |منهم |وهي |هي |مثل )?{{O}}"),
    _row("its members", 1.9, f"(?:قايمه |لايحه ){MEMBERS}~(?:في )?{{P}}(?:، )?(?:التي )?(?:اقتصرت علي|تضم|ضمت|شملت|تشمل|وتضم) {{O}}"),
    _row("its members", 1.8, f"{MEMBERS}~(?:فهم|هم|وهم|:|من بينهم|بينهم|ومنهم|منهم|مثل|وفي مقدمتهم) {{O}}"),
    _row("a partnership between", 1.9, "(?:شراكه|بشراكه|تعاون|بالتعاون|تحالف|بتحالف|ايتلاف|اتفاق) ~(?:بين|يضم|تضم|من) {O}"),
    _row("works with it", 1.8, "{O}~(?:ماضيه|ماض|مستمره|تواصل|تمضي|تعمل|تتعاون|يتعاون) ~~مع {O:q}"),
    _row("a deal at its sites", 1.8, "<دفع دفع>{O}(?:ل {O:q})?M\\d+ ~~(?:لقاء|مقابل|ثمن) ~~(?:في|ل) ~{P}"),
    _row("a contract for it", 1.8, "(?:<فاز فوز>|<حصل حصل>|<نال نال>|<وقع وقع>|<ابرم برم>){O}~~(?:M\\d+ ~~)?(?:ل|في|ضمن) ~{P}"),
    _row("its own work", 1.7, "{O}في (?:تسليم|توريد|تنفيذ|تزويد|تركيب|تسليمها) "),
    _row("buys a share of it", 1.9, f"(?:{_BUYS}){{O}}~(?:حصه|حصتها|اسهم|نسبه) ~(?:في|من) ~{{P}}"),
    _row("buys a share of it", 1.9, f"{{O}}(?:{_BUYS})~(?:حصه|حصتها|اسهم|نسبه) ~(?:في|من) ~{{P}}"),
    _row("where it does it", 1.8, f"{{P}}(?:[^ .؛:A-Z]+ ){{0,8}}?حيث (?:{DOES}|{MAKES}|{UNDERTAKES}){{O}}"),
    _row("told under its name", 1.8, f"{{P}}(?:[^ .؛:A-Z]+ ){{0,6}}?: {{O}}(?:{DOES}|{MAKES}|{SUPPLIES}|{TAKES})"),
    _row("told under its name", 1.8, f"{{P}}(?:[^ .؛:A-Z]+ ){{0,6}}?: (?:{DOES}|{MAKES}|{SUPPLIES}|{TAKES}){{O}}"),
    _row("plays a part", 1.8, f"{{O}}، (?:[^ ،.A-Z]+ ){{1,6}}، {ROLE}~{INTO}{{P}}"),
    _row("is its part", 1.8, "(?:(?<=^ )|(?<=، )|(?<=: ))[وف]?ال(?!منافس)[^ ،.]+ ~(?:ل )?~{P}(?:هي|هو|هما|هم) {O}"),
    _row("its guest", 1.8, "{P}~(?:في ضيافه|في كنف|في عهده|بعهده|في رعايه|برعايه) {O}"),
    _row("engaged for it", 1.8, f"(?:{ENGAGES}){{O:q}}~{{P}}~(?:الي|ل|ب) {{O}}"),
    _row("we take part", 1.8, f"{{ON}}(?:[^ .A-Z]+ ){{0,10}}?(?:{_WE})~~{{P}}"),
    _row("talks of joining", 1.7, f"{{O}}~~(?:{TALKS}|<درس درس>|<بحث بحث>|<تفاوض تفاوض>)~~{JOINING}~(?:في|الي) ~{{P}}", "doubted"),
    _row("talks of joining", 1.7, f"(?:<درس درس>|<بحث بحث>|<تفاوض تفاوض>|<اجري جري>){{O}}~~{JOINING}~(?:في|الي) ~{{P}}", "doubted"),
    _row("leaves it", 2.2, f"(?:{LEAVE}){{O}}~{OUT_OF}~{{P}}", "denied"),
    _row("leaves it", 2.2, f"{{O}}~(?:انها|انه|عن)? ?(?:{LEAVE})~{OUT_OF}~{{P}}", "denied"),
    _row("leaves it", 2.2, f"{{O}}~{LEAVING}(?:ها|ه) (?:من|عن) ~{{P}}", "denied"),
    _row("leaves it", 2.2, f"{LEAVING} {{O}}(?:من|عن) ~{{P}}", "denied"),
    _row("leaves it", 2.2, "{O}(?:قد |فقد )?<باع بيع>~حصت(?:ها|ه) ~في ~{P}", "denied"),
    _row("leaves it", 2.2, "<باع بيع>{O}~حصت(?:ها|ه) ~في ~{P}", "denied"),
    _row("takes part in it", 1.9, f"(?:{TAKES})~{AT}{{O}}مع {{O:q}}"),
    _row("takes part in it", 1.9, "{O}~(?:المنضمين|المنضمات|الملتحقين|الوافدين|المشاركين|المشاركات|المنخرطين|الداخلين) (?:الي |في |بركب |ب ){P}"),
    _row("takes part in it", 1.9, "(?:حضور|انضمام|دخول|انخراط|اسهام) {O}~(?:في|الي) ~{P}"),
    _row("makes for it", 1.8, f"(?:{MAKES}|{DOES}){{O}}~~{{P}}"),
    _row("makes for it", 1.8, f"{{O}}(?:{MAKES}|{DOES})~~{{P}}"),
    _row("makes for it", 1.8, f"{{P}}~(?:{DOES_BACK}|{MAKES_BACK}){{O}}"),
    _row("makes for it", 1.8, f"(?:<وقع وقع+>|<ابرم برم+>){{O}}~~{MASDAR}~~{{P}}"),
    _row("its goods go there", 1.8, f"{{P}}~~(?:ب|علي )?(?:احدث )?[بل]?{GOODS}(?:من )?{{O}}"),
    _row("its goods go there", 1.8, f"[وفلب]?(?:شراء |<اشتري شتري>|اشترت )(?:{{O:b}})?~~{GOODS}~من {{O}}~~{{P}}"),
    _row("its goods go there", 1.8, f"[وف]?(?:ال)?{GOODS}{{O}}~~(?:(?:الي|في|داخل|ل) ~|(?:<دخل دخل>|<شغل شغل>|<غذي غذي>|<جهز جهز>)~){{P}}"),
    _row("its goods go there", 1.8, "{P}~~من (?:انتاج|صنع|تصنيع|تطوير|تصميم) {O}"),
    _row("makes for it", 1.8, f"(?:{MAKES})(?:بموجبه |بموجبها |بمقتضاه )?{{O}}~~(?:في|ل|الي) ~{{P}}"),
    _row("engaged for it", 1.8, f"(?:{ENGAGES})(?:{{O:q}})?~{TO_ANOTHER}{{O}}{TOWARDS}{{P}}"),
    _row("engaged for it", 1.8, f"(?:{ENGAGES})(?:{{O:q}})?(?:في ){{P}}~{TO_ANOTHER}{{O}}"),
    _row("engaged for it", 1.8, f"{{O:q}}(?:{ENGAGES})~{TO_ANOTHER}{{O}}{TOWARDS}{{P}}"),
    _row("engaged for it", 1.8, f"[وف]?وقع الاختيار علي {{O}}{TOWARDS}{{P}}"),
    _row("a contract for it", 1.8, f"(?:<فاز فوز>|<حصل حصل>|<نال نال>|<ظفر ظفر>){{O}}~(?:عقد|بعقد|عقدا|مناقصه|بمناقصه) {TOWARDS}{{P}}"),
    _row("a contract for it", 1.8, f"{{O}}(?:<فاز فوز>|<حصل حصل>|<نال نال>|<ظفر ظفر>)~(?:عقد|بعقد|عقدا|مناقصه|بمناقصه) {TOWARDS}{{P}}"),
    _row("one of its backers", 1.8, "{O}(?:[^ .؛:A-Z]+ ){0,6}?(?:من|من بين|احد|ابرز|بين) (?:داعمي|ممولي|شركاي|موسسي|موردي|مساهمي|مستثمري|مشغلي)ه "),
    _row("talks of joining", 1.7, f"{{O}}~~{TALKS}~~{MASDAR}~{{P}}", "doubted"),
    _row("announces it", 1.7, "(?:<اعلن علن>|<كشف كشف>){O}(?:عن )?(?:اطلاق |اقامه |تاسيس |انشاء |بناء |توسيع |تدشين |تفاصيل |خطط |خططها ل|مشروع )?{P}"),
    _row("does a part of it", 1.8, f"(?:{DOES}|{DOES_BACK}){{O}}~(?:{FOR} {{O:q}})?{FAR}{WITHIN} ~{{P}}"),
    _row("does a part of it", 1.8, f"(?:{DOES_BACK}|{USES}){{O}}(?:{DOES_BACK}|{USES}){{O:q}}{FAR}{WITHIN} ~{{P}}"),
    _row("who does it", 1.9, f"{{O}}(?:، )?(?:التي|الذي|اللتان|اللذان|اللتين|اللذين) (?:{DOES}|{USES})~{{P}}"),
    _row("chosen for it", 1.8, f"{{O}}(?:قد |فقد )?(?:تم |جري )?(?:اختيارها|اختياره|اختيرت|اختير) {MASDAR}{FAR}{{P}}"),
    _row("chosen for it", 1.8, f"(?:[وف]?وقع الاختيار علي |اختيار |اختيرت |اختير ){{O}}{MASDAR}{FAR}{{P}}"),
    _row("a partner in it", 1.9, "{O}(?:، )?(?:شريك[هت]?|شريكا|شركاء) {O:q}(?:في|ل) ~{P}"),
    _row("a partner in it", 1.9, "{O}(?:، )?(?:شريكتها|شريكها|شريكته|شريكه) في ~{P}"),
    _row("stands by it", 1.9, "[وف]?(?:الي جانب|بجانب|مع) {OX:x}في ~{P}(?:[^ ،.A-Z]+ ){1,2}{O:q}"),
    _row("undertakes it", 1.8, f"{{P}}~~(?:{UNDERTAKES}){{O}}(?:تشغيل|بناء|تنفيذ|ادارت|تمويل|تطوير|تشييد|انشاء)(?:ه|ها|هما) "),
    *(_row(name, weight, pattern, reach=reach) for name, weight, pattern, reach in CONTEXT_ROWS),
)  # fmt: skip

_CONSTRUCTIONS = Constructions([row.pattern for row in TABLE])

# A list goes on after a word of addition, or with the next name behind what it is ("ومشغل مراكز البيانات X").
_ADDED = (
    "الي جانب|جنبا الي جنب مع|اضافه الي|بالاضافه الي|فضلا عن|علاوه علي|وكذلك|وايضا|برفقه|رفقه|بمعيه|بمشاركه|و?من ثم"
)
_KINDS = "(?:مشغل|مطور|صانع|عملاق|شرك|مجموع|مزود|منتج|مورد)ه?|ذراع|وحدتها|وحدته|ذراعها|شريكتها|صناديق|صندوق"
_OPEN = "[^ ،.A-Z]+ "
# What may stand between two of a list: a word of addition, the kind of the next, what each of them does, a rank.
_BETWEEN = (
    f"(?:{_ADDED}) ",
    f"(?:{_OPEN}){{0,3}}، ?(?:{_ADDED}) ",
    f"و(?:{_KINDS})(?: [^ ،.A-Z]+){{0,4}} ",
    "ومع(?:ها|ه|هما|هم) ",
    f"{THE_WORK}(?:، )?و (?=O\\d+ (?:ال[^ ]+ )?{THE_WORK})",
    f"(?:لل{_OPEN}){{1,2}}(?:، )?و ",
    f"في {_OPEN}و (?=O\\d+ في )",
    f"(?:{_OPEN}){{0,4}}P\\d+ (?:، )?(?:{_ADDED}) ",
    "(?:(?!O\\d)[^ .؛]+ ){0,10}?، (?:تلتها|تليها|يليها|تلاها|تلاه|يليه|ثم) ",
)
_GOES_ON = re.compile(
    rf"(?<= )O(\d+) (?:ال[^ ]+ ){{0,2}}(?:\( [^)]+ \) )?(?:، )?(?:{'|'.join(_BETWEEN)})(?:كل من )?(?=O(\d+) )"
)
_NEGATIONS = frozenset(
    ("لا", "لم", "لن", "ليس", "ليست", "ولم", "ولا", "ولن", "دون", "عدم", "نفت", "نفي", "تنفي", "ينفي")
)
_IF = re.compile(r" [وف]?(?:اذا|لو|في حال|شريطه) ")
_LAST = 2
# Who says something of itself is its subject: "قالت X إنها ستبني" is "X ستبني".
_SAYS = (
    "[وف]?(?:قال|قالت|اكد|اكدت|اعلن|اعلنت|اوضح|اوضحت|ذكر|ذكرت|اضاف|اضافت|كشف|كشفت|افاد|افادت|ابلغ|ابلغت|بين|بينت"
    "|اشار|اشارت|تقول|يقول|توكد|يوكد) (?:الي )?"
)
_OF_ITSELF = re.compile(
    r"(?<= )(?:<SAYS>)(O\d+ )(?:ال[^ ]+ )?(?:ل[^ ]+ )?ب?ان(?:ها|ه|هما|هم) ".replace("<SAYS>", _SAYS)
)
# A sentence whose subject is left unsaid: "وأضافت أنها ستزود …", or a feminine verb right before a masculine project.
_UNSAID = re.compile(
    r"^ (?:<SAYS>)(?:، [^،A-Z]+، )?ب?ان(?:ها|ه|هما|هم) ".replace("<SAYS>", _SAYS),
)
_VERB_FIRST = compiled(
    f" (?=[وف]?(?:قد )?(?:س?ت|[^ ]+ت ))(?:{DOES}|{MAKES}|{SUPPLIES}|{TAKES})(?:في |الي |ل )?P(?P<p>\\d+) "
)
SUBJECT = 900  # stands for the subject of the sentences before


@dataclass(frozen=True, slots=True)
class Taken:
    """Party number `party` takes part in the project of party number `project` (None: the one in question)."""

    party: int
    project: int | None
    polarity: Polarity
    weight: float
    name: str
    reach: int
    alone: bool  # what is said of it is in the singular: of a list it is the last one's


def taken(skeleton: Skeleton) -> Iterator[Taken]:
    """Every construction of the table that the sentence holds."""
    line = _with_subject(skeleton)
    if not ("O" in line or "N" in line) or _IF.search(line):
        return
    found = [
        each
        for row, match in ((TABLE[at], match) for at, match in _CONSTRUCTIONS.find(line))
        if row.polarity != "affirmed" or not _denied(line[: match.start() + 1])
        for each in _read(row, match)
    ]
    for match in _GOES_ON.finditer(line):
        listed = (each for each in found if each.party == int(match[1]) and each.polarity == "affirmed")
        found += [replace(each, party=int(match[2])) for each in list(listed)]
    yield from found


def _with_subject(skeleton: Skeleton) -> str:
    """The line with its speaker as the subject of what it says of itself, also where that is left unsaid."""
    line = _OF_ITSELF.sub(r"\1", skeleton.line)
    unsaid = _UNSAID.sub(f" O{SUBJECT} ", line)
    if unsaid == line:
        first = _VERB_FIRST.match(line)
        masculine = first is not None and not skeleton.party(first["p"]).word.endswith("ه")
        unsaid = f" O{SUBJECT}{line}" if masculine else line
    return unsaid


def conditional(line: str) -> bool:
    """Whether the sentence only says what would be if."""
    return _IF.search(line) is not None


def aside_from_project(line: str, number: int) -> bool:
    """Whether party `number` is said to do something that the project only dates or measures ("بعد إعلان ستارغيت")."""
    placed = re.search(f" [ONT]{number} ", line)
    project = re.search(r" P\d+ ", line)
    if placed is None or project is None or project.start() < placed.start():
        return False
    return _BESIDE_IT.search(line, placed.end() - 1, project.start() + 1) is not None


_BESIDE_IT = re.compile(
    r" (?:بعد|عقب|قبل|منذ|رغم|بينما|فيما|غير|خارج|اثر|مثل|بحجم|حجم|[يت](?:نافس|فوق|ضاهي|وازي|شبه)[ء-ي]*|(?:مماثل|شبيه|مشابه)[ء-ي]*"
    r"|اكبر|اضخم|اصغر|اكثر|اقل|مما|رد|ردا|التي|الذي|مقارنه) (?:[^ ،A-Z]+ ){0,2}$"
)


def _read(row: Construction, match: re.Match[str]) -> Iterator[Taken]:
    groups = match.groupdict()
    project = int(groups["p"]) if groups.get("p") else None
    for name in ("o", "x", "q"):
        if groups.get(name):
            yield Taken(
                int(groups[name]), project, row.polarity, row.weight, row.name, row.reach, name == "o" and _alone(match)
            )


_APPOSED = re.compile(
    r" O\d+ (?:ال[^ ]+ ){0,2}، (?:و?هي |و?هو )?(?:ال)?(?:مطور|مشغل|مالك|ممول|مورد|مزود|صاحب|شريك|مسوول|مقاول)ه? "
)


def _alone(match: re.Match[str]) -> bool:
    return _APPOSED.match(match[0]) is not None


def _denied(before: str) -> bool:
    return any(word in _NEGATIONS or word[1:] in _NEGATIONS for word in before.split()[-_LAST:])
