"""How Arabic says who takes part in the project that the text is about, in sentences that do not name it.

The article binds a noun to the project in question: after a sentence on a new campus "the developer", "the land", "the
chips" are the campus's, while "chips" or "a centre" without the article may be anybody's. So each row here needs a
definite noun: a role ("المطوّر: X"), or a part of the work with what is done about it ("وتوفر X الرقائق", "الأرض ملك X").

The one rule: an indefinite noun opens another matter, and no row goes on from it.
"""

# ruff: noqa: E501, RUF001 (a construction stands on one line; Arabic letters and signs are the data here)

from __future__ import annotations

from streams.extract.part_words import DOES, DOES_BACK, GOODS, MAKES_BACK, MASDAR, SUPPLIES, TAKES, UNDERTAKES

# A row: its name, its weight, its pattern, and how many sentences ago the project may have been named.
ContextRow = tuple[str, float, str, int]

_NEAR, _ANYWHERE = 4, 99
_ROLES = (
    "(?:مطور|مشغل|بناء|باني|منفذ|مقاول|ممول|مستثمر|مورد|مزود|مالك|مستاجر|مستضيف|مضيف|مستفيد|مستخدم|زبون|عميل|شريك|راعي|موسس"
    "|مساهم|مستشار|منسق|مصمم|متعهد)"
)
THE_ROLE = f"[وف]?(?:اما )?ال{_ROLES}(?:ه|ان|ين|تان|تين)? (?:ال[^ ]+ ){{0,3}}(?:لل[^ ]+ )?"
_THE_ROLES = f"[وف]?(?:اما )?ال(?:{_ROLES}(?:ون|ين)|شركاء|ملاك|زبائن|عملاء) "
_IS = "(?:(?:ف)?(?:هو|هي|هما|هم) |[وف]?هم |، و(?:هو|هي|هم) |هنا |هناك |[^ ،:.A-Z]+ : |: )?"
_WORK_NOUNS = (
    "(?:مباني|مبني|ارض|اراضي|بناء|تشييد|انشاء|انشاءات|انشاييه|اعمال|تنفيذ|تشغيل|تطوير|تمويل|رقايق|معالجات|شرايح|خوادم|شبكات"
    "|شبكه|اتصال|اتصالات|معدات|تبريد|طاقه|كهرباء|حوسبه|سحابه|تجهيزات|اسلاك|كابلات|توربينات|مجمعين|مجمعان|موقعين|موقعان|مواقع"
    "|حرم|جزء المالي|شق المالي|جانب المالي|تقنيه|ذاكره|شق|جانب)"
)
THE_WORK = f"(?:[^ ،:.A-Z]+ ال|[وف]?(?:ال|بال|لل)){_WORK_NOUNS} "
_OPENS = "(?:(?<=^ )[وف]?|، [وف]?|: |؛ |[وف])"
_ITS = "(?:رقايق|معالجات|شبكات|خوادم|سحابت|شرايح|كهرباء|طاقت|ارض|اراضي|تمويل|توربينات)(?:ها|ه) "
_BELONGS = (
    "(?:ملك |ملكا ل |تعود الي |يعود الي |عايده ل |تخص |مملوكه ل |من نصيب |من حصه |علي عاتق |في عهده |بيد |من |ل )"
)
_HANDLES = (
    "<تولي تولي>|<تقاسم تقاسم>|<تكفل تكفل>|<اضطلع ضطلع>|<قدم قدم>|<نشر نشر>|<ركب ركب>|<غطي غطي>|<تحمل تحمل>|<ضمن ضمن>"
)
_HAL = "(?:مطورا|مالكا|مشغلا|مقاولا|موردا|ممولا|مستضيفا|مستاجرا|مزودا) "
_AS = "(?:تقني|تكنولوجي|رييسي|موسس|اساسي|اصيل|استراتيجي|مالي)(?:ا|ه|ان|ين|ون|تان|تين)? "

CONTEXT_ROWS: tuple[ContextRow, ...] = (
    ("its role there", 1.9, f"{THE_ROLE}{_IS}{{O}}", _ANYWHERE),
    ("its role there", 1.9, f"{_THE_ROLES}(?:[^ .؛A-Z]+ ){{0,8}}?(?:، )?(?:و?منهم|و?من بينهم|و?بينهم|وابرزهم|وعلي راسهم|مثل|فهم|هم|وهم|:) {{O}}", _ANYWHERE),
    ("its role there", 1.8, f"{_ROLES}ه? ال{_WORK_NOUNS} {_IS}{{O}}", _ANYWHERE),
    ("its role there", 1.9, "(?:مقاول|مطور|ممول|مشغل|مستاجر|مستضيف|منفذ)(?:ها|ه|هما) (?:ال[^ ]+ ){0,2}(?:هو |هي |: )?{O}", _NEAR),
    ("its role there", 1.8, f"{{O}}(?:، )?(?:و?هي |و?هو )?(?:صاحبه?|{_ROLES}ه?|مسووله? عن|مسوولا عن) {THE_WORK}", _NEAR),
    ("its role there", 1.8, "{O}(?:، )?(?:و?هي |و?هو )?صاحبه? المسووليه ", _NEAR),
    ("its role there", 1.8, f"{{O}}{_HAL}(?:لل?[^ ]+ )?(?!ل [OT])", _ANYWHERE),
    ("called a partner there", 1.8, f"{{O}}(?:هي |هم |هما |هو )?ك?(?:شريك|شريكا|شريكه|شريكان|شريكين|شريكتان|شريكتين|شركاء) {_AS}(?!ل [OT])", 1),
    ("its role is asked", 1.7, "[وف]?(?:ما|ماذا عن) دور {O}", _ANYWHERE),
    ("its role there", 1.8, "{O}(?:، )?(?:و?هي |و?هو )?(?:ال)?(?:مسووله?|مكلفه?) (?:عن |ب )?(?:تطوير|بناي?|تشغيل|تنفيذ|تمويل|ادارت)(?:ه|ها) ", _NEAR),
    ("its work belongs to", 1.8, f"[•وف] ?ال{_WORK_NOUNS} (?:ال[^ ]+ )?: {{O}}", _ANYWHERE),
    ("its work belongs to", 1.8, "، من (?:تطوير|تنفيذ|بناء|تشييد|تشغيل) {O}", 1),
    ("does its work", 1.8, f"(?:{DOES}|{SUPPLIES}|{_HANDLES}){{O}}{THE_WORK}", _NEAR),
    ("does its work", 1.8, f"(?:{DOES}|{SUPPLIES}|{_HANDLES}){THE_WORK}{{O}}", _NEAR),
    ("does its work", 1.8, f"{{O}}(?:{DOES}|{SUPPLIES}|{_HANDLES}){THE_WORK}", _NEAR),
    ("does its work", 1.8, f"(?:{UNDERTAKES}|<وافق وافق>){{O}}(?:علي |ب )?(?:{MASDAR}|قياده |بقياده )(?:ال|{_WORK_NOUNS} ال)", _NEAR),
    ("its work is done by", 1.8, f"[وف]?ال{_WORK_NOUNS} (?:ال[^ ]+ ){{0,2}}(?:، )?(?:التي |الذي |اللذان |اللذين )?(?:{DOES_BACK}|{MAKES_BACK}){{O}}", _ANYWHERE),
    ("its work is done by", 1.8, f"<اسند سند>{THE_WORK}(?:ال[^ ]+ )?(?:الي|ل) {{O}}", _NEAR),
    ("its work is done by", 1.8, "[وف]?المسووليه (?:ال[^ ]+ ){1,2}(?:تقع |وقعت )?(?:علي |الي |ل |علي عاتق ){O}", _ANYWHERE),
    ("its work belongs to", 1.8, f"{_OPENS}(?:حتي )?ال{_WORK_NOUNS} (?:(?:[^ ،:.A-Z]+ |، ان )[^ ،:.A-Z]* ?، )?{_BELONGS}{{O}}", _NEAR),
    ("its work belongs to", 1.8, f"[وف]{_ITS}{_BELONGS}{{O}}", _NEAR),
    ("done for another", 1.8, f"(?:{DOES_BACK}|{DOES}){{O}}(?:[^ ،.A-Z]+ ){{0,2}}?(?:لحساب|لصالح|لمصلحه) {{O:q}}", 2),
    ("together with the subject", 1.8, f"(?:{UNDERTAKES}|{TAKES})(?:{{O:q}})?(?:، )?(?:رفقه|برفقه|بمعيه|جنبا الي جنب مع) {{O}}", 2),
    ("its largest part", 1.8, "ال(?:شريحه|حصه|دفعه|نصيب|قسط) ال(?:كبري|اكبر) ~من {O}", _NEAR),
    ("its largest part", 1.8, "[وف]?(?:راس المال|حقوق الملكيه|التمويل) (?:: )?{M}(?:<ساهم ساهم>|<قدم قدم+>|<ضخ ضخ+>|<دفع دفع+>|<وفر وفر+>)(?:بها )?{O}", _ANYWHERE),
    ("does it", 1.8, f"(?:(?<=^ )|(?<=: ))(?:{DOES_BACK})(?:ال[^ ]+ )?{{O}}", _NEAR),
    ("does it", 1.8, f"(?<=، )و(?:{DOES_BACK})(?:ال[^ ]+ )?{{O}}", _NEAR),
    ("its goods go there", 1.7, f"{GOODS}~~(?:{MAKES_BACK}){{O}}", 1),
    ("its goods go there", 1.7, f"{GOODS}من {{O}}(?:[^ ،.A-Z]+ ){{0,2}}ل(?:مراكز|مواقع|مجمع|موقع)(?:ه|ها) ", 1),
    ("its goods go there", 1.7, "(?:شحنات|شحنه|دفعات) (?:رقايق |معالجات |معدات )?{O}", 1),
    ("by its means", 1.8, "ب(?:تطوير|تنفيذ|تشغيل|بناء|تمويل|رقايق|معالجات|شبكات) (?:مشترك )?من {O}", 2),
)  # fmt: skip
