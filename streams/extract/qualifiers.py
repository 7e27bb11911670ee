"""How exact an amount says it is: the words before and after it.

Each row is a pattern of Arabic; a pattern ends where the number begins, or begins where the currency ends. The nearest
to the amount wins, and a negation before it turns it round ("لا يتجاوز" is up to, "لا يقل عن" at least).
"""

from __future__ import annotations

import re

from streams.records import Qualifier

# A few words may stand between a verb of measure and its preposition: "تصل قيمتها الإجمالية إلى".
_GAP = r"(?: (?!ب)[ء-ي]+){0,3}"
# The subject may stand between a verb of exceeding and the amount: "تجاوزت الاستثمارات المؤمنة حتى الآن …".
_SUBJECT = r"(?: (?![بو])[ء-ي]+){0,7}"
_TAIL = r'(?: (?:مبلغ|قيمه|نسبه|ما قيمته|ما قيمتها))?[ "(]*(?:ب|ل|ال|بال)?[ "(]*$'
_VERB = r"(?:^|(?<![ء-ي]))[وف]?(?:س)?"

# Each row: what it says, the letters without which its pattern cannot match, and the pattern.
_BEFORE: tuple[tuple[Qualifier, str, str], ...] = (
    (
        "about",
        "نحو حوالي قرابه زهاء حدود يق",
        r"(?:^|(?<![ء-ي]))[وف]?[بل]?(?:نحو|حوالي|قرابه|زهاء|حدود|مايقارب|مايقرب من)",
    ),
    (
        "about",
        "حدود يق يناهز قريب تقريبا",
        r"(?:^|(?<![ء-ي]))[وب]?(?:في حدود|ما يقارب|ما يقرب من|ما يناهز|قريبه? من|تقريبا)",
    ),
    ("about", "قارب ناهز", rf"{_VERB}(?:[يت]قارب|[يت]ناهز|قارب|قاربت|ناهز|ناهزت){_GAP}"),
    ("about", "قترب", rf"{_VERB}(?:[يت]قترب|اقترب|اقتربت){_GAP} من"),
    ("about", "قدر", rf"{_VERB}(?:[يت]قدر|قدرت|قدر|يقدرها|المقدره?|مقدره?){_GAP} ?(?:ب|بحوالي|بنحو)"),
    ("more_than", "اكثر ازيد اعلي", r"(?:^|(?<![ء-ي]))[وب]?(?:اكثر|ازيد|اعلي) (?:بكثير |بقليل )?من"),
    ("more_than", "يزيد", r"(?:^|(?<![ء-ي]))[وب]?ما يزيد (?:علي|عن)"),
    ("more_than", "زيد زاد زائد ربو", rf"{_VERB}(?:[يت]زيد|[يت]زيدان|زاد|زادت|زائده|[يت]ربو){_GAP} (?:علي|عن)"),
    (
        "more_than",
        "تجاوز تخط تعد فوق فاق",
        rf"{_VERB}(?:[يت]تجاوز|تجاوز|تجاوزت|متجاوزا|متجاوزه|[يت]تخط[يى]|تخط[يى]|تخطت|[يت]تعدي|تعدت|[يت]فوق|فاق|فاقت){_SUBJECT}",
    ),
    ("less_than", "اقل ادني", r"(?:^|(?<![ء-ي]))[وب]?(?:اقل|ادني) (?:بكثير |بقليل )?من"),
    ("less_than", "دون تحت", r"(?:^|(?<![ء-ي]))[وب]?(?:دون|تحت|مادون|ما دون)(?: مستوي| سقف| حاجز)?"),
    ("less_than", "قل", rf"{_VERB}(?:[يت]قل|قل|قلت){_GAP} عن"),
    ("at_least", "الاقل ادني اقل", r"(?:^|(?<![ء-ي]))[وب]?(?:علي الاقل|بحد ادني|كحد ادني|علي اقل تقدير)"),
    ("at_least", "يقل", r"(?:^|(?<![ء-ي]))[وب]?(?:ما لا يقل عن|مالا يقل عن)"),
    ("up_to", "صل", rf"(?:^|(?<![ء-ي]))و?ما (?:قد )?[يت]صل{_GAP} (?:الي|ل)"),
    ("up_to", "صل", rf"(?:^|(?<![ء-يل]))و?(?:س)?[يت]صل(?:ان|ون)?{_GAP} (?:الي|ل|حتي)"),
    (
        "up_to",
        "حتي صول اقصي سقف",
        r"(?:^|(?<![ء-ي]))[ول]{0,2}(?:حتي|وصولا الي|للوصول الي|الوصول الي|بحد اقصي|كحد اقصي|سقف|سقفه|سقفها)",
    ),
)
_PATTERNS = tuple(
    (qualifier, tuple(letters.split()), re.compile(pattern + _TAIL)) for qualifier, letters, pattern in _BEFORE
)
_NEGATION = re.compile(r"(?:^|(?<![ء-ي]))[وف]?(?:لا|لم|لن|ليس|ليست|غير)(?: [ء-ي]+){0,2} *$")
# "ما لا يقل عن", "ما يزيد عن": the ما is no negation.
_RELATIVE = re.compile(r"(?:^|(?<![ء-ي]))[وب]?ما *$")
# "لم … سوى أقل من": the exception undoes the negation.
_EXCEPT = re.compile(r"(?:سوي|الا) *$")
_TURNED: dict[Qualifier, Qualifier] = {"more_than": "up_to", "less_than": "at_least"}

_AFTER: tuple[tuple[Qualifier, re.Pattern[str]], ...] = (
    ("at_least", re.compile(r"[ ,،(]*(?:علي الاقل|كحد ادني|بحد ادني|او اكثر|او يزيد|فاكثر|فما فوق|علي اقل تقدير)")),
    ("up_to", re.compile(r"[ ,،(]*(?:كحد اقصي|بحد اقصي|علي الاكثر|كاقصي حد|فاقل)")),
    ("about", re.compile(r"[ ,،(]*(?:تقريبا|علي وجه التقريب)(?![ء-ي])")),
    ("more_than", re.compile(r" (?:ونيف|واكثر)(?![ء-ي])")),
)
_CONTEXT = 60


def qualifier_of(text: str, line_start: int, start: int, end: int) -> Qualifier:
    """The qualifier of the amount at text[start:end] of a folded text whose line begins at `line_start`."""
    for qualifier, pattern in _AFTER:
        if pattern.match(text, end):
            return qualifier
    before = text[max(line_start, start - _CONTEXT) : start]
    best: tuple[int, int, Qualifier] | None = None
    for qualifier, letters, pattern in _PATTERNS:
        match = pattern.search(before) if any(each in before for each in letters) else None
        if match and (best is None or match.end() - match.start() < best[1] - best[0]):
            best = (match.start(), match.end(), qualifier)
    if best is None:
        return "exact"
    found, lead = best[2], before[: best[0]]
    if found in _TURNED and _NEGATION.search(lead) and not _RELATIVE.search(lead) and not _EXCEPT.search(lead):
        return _TURNED[found]
    return found
