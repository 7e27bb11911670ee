"""How exact an amount says it is: the words before and after it.

Each row is a pattern of Arabic; a pattern ends where the number begins, or begins where the currency ends. The nearest
to the amount wins, and a negation before it turns it round ("لا يتجاوز" is up to, "لا يقل عن" at least).
"""

# ruff: noqa: RUF001 (Arabic letters and signs are the data here)

from __future__ import annotations

import re
from collections.abc import Sequence

from streams.extract.automaton import Letters
from streams.records import Qualifier

# A few words may stand between a verb of measure and its preposition: "تصل قيمتها الإجمالية إلى".
_GAP = r"(?: (?!ب)[ء-ي]+){0,3}"
# The subject may stand between a verb of measure and the amount, with names, quotes and a year: "تجاوزت القيمة السوقية
# لـ"إنفيديا" بعد الإعلان …". It ends where another clause begins, or where a word of its own brings the amount in.
_NEW_CLAUSE = (
    r"(?:ب(?:قيم|كلف|تكلف|مبلغ|مبالغ|استثمار|تمويل|عقد|صفق|ميزاني|موازن|ايراد|واقع|نسب)[ء-ي]*"
    r"|ب(?:نحو|حوالي|قراب|اكثر|ما |عائد|راس|سعر|اتفاق|قرض|سند)[ء-ي]*|[لف][يتن][ء-ي]+|بلغ[ء-ي]*|[يت]بلغ[ء-ي]*"
    r"|قدره?ا?(?![ء-ي])|مح?قق[ء-ي]*|حقق[ء-ي]*|مسجل[ء-ي]*"
    r"|سجل[ء-ي]*|بعدما|اذ|حيث|التي|الذي|انها?|انه|لكن[ء-ي]*|بينما|فيما|كما|اعلن[ء-ي]*|جمع[ء-ي]*|استثمر[ء-ي]*|[يت]ستثمر"
    r"|دفع[ء-ي]*|ضخ[ء-ي]*|[يت]ضخ|انفق[ء-ي]*|خصص[ء-ي]*|منها|بينها|مقابل|و(?!ا?د[يى])[ء-ي]+)"
)
_WORD = rf' (?:و?")?(?:(?<=ما )|(?!{_NEW_CLAUSE}(?![ء-ي])))(?:[ء-ي]+|[a-z]+|20\d\d)"?'
_SUBJECT = rf"(?:{_WORD}){{0,9}}(?<! الي)(?<! علي)(?<! من)(?<! في)(?<! عن)(?<! مع)(?<! ب)"
_LONG_GAP = rf"(?:{_WORD}){{0,9}}"
_LIMIT = r"(?: (?:مبلغ|قيمه|نسبه|ما قيمته|ما قيمتها|حاجز|عتبه|سقف|مستوي|حد|رقم|مجموعه|اجمالي))?"
_AMOUNTING = r"(?: (?:قدره|قدرها|يبلغ|تبلغ|قيمته|قيمتها|بقيمه|هو|هي))?"
_TAIL = rf'{_LIMIT}[ "(]*(?:ب|ل|ال|بال|لل)?[ "(]*$'
_START = r"(?:^|(?<![ء-ي]))"
_VERB = rf"{_START}[وفل]?(?:س|قد )?"

# Each row: what it says, the letters without which its pattern cannot match, and the pattern.
_BEFORE: tuple[tuple[Qualifier, str, str], ...] = (
    (
        "about",
        "نحو حوالي قرابه زهاء حدود يقارب يقرب",
        rf"{_START}[وف]?[بلك]?(?:نحو(?: من)?|حوالي|قرابه|زهاء|(?<!حتي )حدود|مايقارب|مايقرب من)",
    ),
    (
        "about",
        "حدود يقارب يقرب يناهز قريب تقريبا",
        rf"{_START}[وب]?(?:في حدود|ما يقارب|ما يقرب من|ما يناهز|قريبه? من|تقريبا)",
    ),
    ("about", "قارب ناهز لامس", rf"{_VERB}(?:[يت]قارب|[يت]ناهز|[يت]لامس|قاربت?|ناهزت?|لامست?){_SUBJECT}"),
    ("about", "قترب", rf"{_VERB}(?:[يت]قترب|اقترب|اقتربت){_LONG_GAP} من"),
    ("about", "يدور تدور دار", rf"{_VERB}(?:[يت]دور|دارت?){_GAP} حول"),
    (
        "about",
        "قدر",
        rf"{_VERB}(?:[يت]قدر{_LONG_GAP}|(?:قدرت?|قدروا|يقدرها|قدرها|قدره(?= [ء-ي])|المقدره?|مقدره?){_GAP})"
        r" ?(?:ب|بحوالي|بنحو)",
    ),
    ("about", "كاد اوشك يوشك توشك", rf"{_VERB}(?:[يت]كاد|كادت?|[يت]وشك|اوشكت?){_GAP}(?: ان)? [يت](?:بلغ|لامس)"),
    ("about", "تقديري", rf"{_START}(?:ال)?تقديريه?{_AMOUNTING}"),
    ("about", "~", r"~ *"),
    ("more_than", "اكثر ازيد اعلي اكبر", rf"{_START}[وفبل]?(?:اكثر|ازيد|اعلي|اكبر) (?:بكثير |بقليل )?من"),
    ("more_than", "يزيد", rf"{_START}[وب]?ما يزيد (?:علي|عن)"),
    (
        "more_than",
        "يزيد تزيد زاد زائد يربو تربو ينيف تنيف ينوف تنوف",
        rf"{_VERB}(?:[يت]زيد|[يت]زيدان|زاد|زادت|زائده|[يت]ربو|[يت]نيف|[يت]نوف){_LONG_GAP} (?:علي|عن)",
    ),
    (
        "more_than",
        "جاوز تخط تعدي تعدت يفوق تفوق فاق",
        rf"{_VERB}(?:[يت]?تجاوزت?|(?:ال)?متجاوزه?ا?|[يت]?جاوزت?|[يت]تخط[يى]|تخط[يى]|تخطت|[يت]تعدي|تعدت|[يت]فوق|فاقت?){_SUBJECT}",
    ),
    ("more_than", "فوق", rf"{_START}(?:ما )?فوق"),
    (
        "more_than",
        "حاجز عتبه",
        rf"{_VERB}(?:كسرت?|[يت]كسر|اخترقت?|[يت]خترق|اجتازت?|[يت]جتاز|عبرت?|[يت]عبر){_GAP} (?:حاجز|عتبه)",
    ),
    ("more_than", "نيف", rf"{_START}نيفا? و"),
    ("less_than", "اقل ادني", rf"{_START}[وفبل]?(?:اقل|ادني) (?:بكثير |بقليل )?من"),
    ("less_than", "دون تحت", rf"{_START}[وب]?(?:دون|تحت|مادون|ما دون)"),
    ("less_than", "يقل تقل قلت", rf"{_VERB}(?:[يت]قل|قلت){_LONG_GAP} عن"),
    ("less_than", "يبلغ تبلغ", rf"{_START}[وف]?(?:لم|لن|لا) [يت]بلغ{_SUBJECT}"),
    ("at_least", "الاقل ادني اقل", rf"{_START}[وب]?(?:علي الاقل|بحد ادني|كحد ادني|علي اقل تقدير){_AMOUNTING}"),
    ("at_least", "يقل", rf"{_START}[وب]?(?:ما لا يقل عن|مالا يقل عن)"),
    ("at_least", "ابتداء بدءا انطلاقا", rf"{_START}(?:ابتداء|بدءا|انطلاقا) من"),
    ("up_to", "يصل تصل", rf"{_START}و?ما (?:قد )?[يت]صل{_GAP} (?:الي|ل)"),
    ("up_to", "يصل تصل", rf"(?:^|(?<![ء-يل]))[وف]?(?:س)?[يت]صل(?:ان|ون)?{_LONG_GAP} (?:الي|ل|حتي)"),
    ("up_to", "يبلغ تبلغ", rf"{_START}[وف]?(?:قد|ربما|يمكن ان|يمكنها ان|من الممكن ان) [يت]بلغ{_SUBJECT}"),
    (
        "up_to",
        "حتي صول اقصي سقف لغايه",
        rf"{_START}[ولب]{{0,2}}(?:حتي(?: حدود)?|وصولا الي|للوصول الي|الوصول الي|بحد اقصي|كحد اقصي|لغايه"
        rf"|(?<!تخطي )(?<!تخطت )(?<!تجاوز )(?<!تجاوزت )(?<!دون )(?<!تحت )سقفه?ا?){_AMOUNTING}",
    ),
)
_STEMS = Letters([letters for _, stems, _ in _BEFORE for letters in stems.split()])
_ROW_OF = [row for row, (_, stems, _) in enumerate(_BEFORE) for _ in stems.split()]
_PATTERNS = tuple((qualifier, re.compile(pattern + _TAIL)) for qualifier, _, pattern in _BEFORE)
_NEGATION = re.compile(rf"{_START}[وف]?(?:لا|لم|لن|ليس|ليست|غير|(?:من )?دون ان)(?: [ء-ي]+){{0,2}} *$")
# "ما لا يقل عن", "ما يزيد عن": the ما is no negation.
_RELATIVE = re.compile(rf"{_START}[وب]?ما *$")
# "لم … سوى أقل من": the exception undoes the negation.
_EXCEPT = re.compile(r"(?:سوي|الا) *$")
_TURNED: dict[Qualifier, Qualifier] = {"more_than": "up_to", "less_than": "at_least", "up_to": "less_than"}

_AFTER_STEMS = re.compile(r"[ ,،(]*(?:علي|[كب]حد|كاقصي|كسقف|او|فاكثر|فاقل|فما|واكثر|ونيف|تقريبا)")
_AFTER: tuple[tuple[Qualifier, re.Pattern[str]], ...] = (
    ("at_least", re.compile(r"[ ,،(]*(?:علي الاقل|كحد ادني|بحد ادني|او اكثر|او يزيد|فاكثر|فما فوق|علي اقل تقدير)")),
    (
        "up_to",
        re.compile(
            r"[ ,،(]*(?:[كب]حد (?:اقصي|اعلي)|علي الاكثر|علي (?:اقصي|ابعد|اعلي) تقدير|كاقصي حد|كسقف|فاقل|او اقل)"
            r"(?![ء-ي])"
        ),
    ),
    ("about", re.compile(r"[ ,،(]*(?:تقريبا|علي وجه التقريب|او نحوها?|او ما يقاربها?)(?![ء-ي])")),
    ("more_than", re.compile(r" (?:ونيف|واكثر)(?![ء-ي])")),
)
_CONTEXT = 110  # characters before the number


def qualifier_of(text: str, floor: int, start: int, end: int) -> Qualifier:
    """The qualifier of the amount at text[start:end] of a folded text; nothing before `floor` belongs to it."""
    if _AFTER_STEMS.match(text, end):
        for qualifier, pattern in _AFTER:
            if pattern.match(text, end):
                return qualifier
    before = text[max(floor, start - _CONTEXT) : start]
    held = _STEMS.held(before)
    best = _nearest(before, sorted({_ROW_OF[stem] for stem in held})) if held else None
    if best is None:
        return "exact"
    first, found = best
    lead = before[:first]
    if found in _TURNED and _NEGATION.search(lead) and not _RELATIVE.search(lead) and not _EXCEPT.search(lead):
        return _TURNED[found]
    return found


def _nearest(before: str, rows: Sequence[int]) -> tuple[int, Qualifier] | None:
    """Of the rows that match at the end of `before`, the shortest match: where it begins, and what it says."""
    best: tuple[int, Qualifier] | None = None
    for row in rows:
        qualifier, pattern = _PATTERNS[row]
        match = pattern.search(before)
        if match and (best is None or match.start() > best[0]):
            best = (match.start(), qualifier)
    return best
