"""An invented world for the fault suite: projects, organisations and outlets that nobody else writes about."""

from __future__ import annotations

import yaml

PROJECTS = {
    "zarvolt": "زارفولت", "mirkadon": "ميركادون", "talvexa": "تالفيكسا", "bordanix": "بوردانيكس",
    "kelvora": "كيلفورا", "dramsel": "درامسيل", "fontaris": "فونتاريس", "golvent": "غولفينت",
    "harkova": "هاركوفا", "lumidra": "لوميدرا", "nostrava": "نوسترافا", "pelgonix": "بيلغونيكس",
    "quarvell": "كوارفيل", "rostimex": "روستيمكس", "selvaron": "سيلفارون", "tormagen": "تورماجين",
    "ulvestra": "أولفسترا", "vintrosa": "فينتروسا", "wexador": "ويكسادور", "yastrova": "ياستروفا",
}  # fmt: skip
ORGANISATIONS = {
    "ardenko": "أردينكو", "balmerix": "بالميريكس", "cortavia": "كورتافيا", "delphonic": "ديلفونيك",
    "ermatek": "إرماتيك", "fargonel": "فارغونيل", "gristalo": "غريستالو", "hexonova": "هيكسونوفا",
    "istranix": "إسترانيكس", "jolvaren": "جولفارين", "krendala": "كريندالا", "lorvatek": "لورفاتيك",
}  # fmt: skip
OUTLETS = ("alfajr", "almeezan", "alufuq", "alwaha", "annahar", "arrasid", "assahra", "attariq", "barq", "diwan",
           "jisr", "sada")  # fmt: skip

# What the press says of a fact: {p} project, {o} organisation, {v} billions of dollars.
TOTAL = (
    "تبلغ القيمة المعلنة لمشروع {p} {v} مليار دولار.",
    "تبلغ القيمة الإجمالية لمشروع {p} {v} مليار دولار.",
    "تبلغ التكلفة الإجمالية لمشروع {p} {v} مليار دولار.",
    "أعلن القائمون على مشروع {p} أن قيمته الإجمالية تبلغ {v} مليار دولار.",
    "مشروع {p} البالغة قيمته {v} مليار دولار يمضي كما خُطط له.",
    "يستمر العمل في مشروع {p} الذي تبلغ قيمته {v} مليار دولار.",
)
COMMITMENT = (
    "تعتزم شركة {o} استثمار {v} مليار دولار في مشروع {p}.",
    "أعلنت شركة {o} استثمار {v} مليار دولار في مشروع {p}.",
    "تعهدت {o} باستثمار {v} مليار دولار في مشروع {p}.",
    "ستستثمر شركة {o} {v} مليار دولار في مشروع {p}.",
    "قالت شركة {o} إنها ستضخ {v} مليار دولار في مشروع {p}.",
)
JOINED = (
    "انضمت شركة {o} إلى مشروع {p} شريكا في بناء مواقعه.",
    "أعلنت شركة {o} انضمامها إلى مشروع {p}.",
    "انضمت {o} إلى مشروع {p}.",
)
LEFT = (
    "انسحبت شركة {o} من مشروع {p}.",
    "أعلنت شركة {o} انسحابها من مشروع {p}.",
    "خرجت شركة {o} من مشروع {p} نهائيا.",
)
# Around it: nothing that anybody could take for a fact.
FILLING = (
    "وينتظر المتابعون ما سيصدر عن الأطراف في الأيام المقبلة.",
    "ويرى مراقبون أن السوق تترقب خطوات أخرى.",
    "وجاء ذلك خلال مؤتمر صحفي عقد في العاصمة.",
    "ولم تصدر تعليقات رسمية أخرى حتى ساعة إعداد الخبر.",
    "وشهدت القاعة حضورا واسعا من المهتمين بالقطاع.",
    "ويعمل في القطاع آلاف المهندسين والفنيين.",
)
TITLES = ("أخبار القطاع", "متابعات", "جديد المشاريع", "نشرة المساء", "من السوق", "قراءة في الأسبوع")
CREDIT = "نقلا عن وكالة رويترز."


def watchlist() -> str:
    """The watchlist of this world, as an operator would write it."""
    return yaml.safe_dump(
        {
            "projects": [{"id": key, "name": {"ar": name, "en": key.title()}} for key, name in PROJECTS.items()],
            "organisations": [
                {"id": key, "name": {"ar": name, "en": key.title()}} for key, name in ORGANISATIONS.items()
            ],
        },
        allow_unicode=True,
    )
