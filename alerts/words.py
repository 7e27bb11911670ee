"""How a change is said, in Arabic and in English.

Numbers, ranges and names are set between directional isolates, so that they read in their own order wherever they
stand; the ends of a range follow each other as the words do, in Arabic from right to left. Text from an article is
cleaned of every character that could turn or hide what stands around it. To add a language, add a `Words`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Literal

import msgspec

from alerts.keys import Key
from streams.records import ChangeKind, Figure, Known, State

Language = Literal["ar", "en"]
Names = Mapping[str, Mapping[str, str]]

FSI, PDI = "\u2068", "\u2069"
_CONTROLS = re.compile("[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
# Money that is there already: to call it completed would be to speak of the project.
_COME_ABOUT = frozenset({"secured", "valuation", "revenue"})
_ARABIC_LETTER = re.compile("[\u0621-\u064a]")
_SCALES = ((Decimal(10) ** 12, "trillion"), (Decimal(10) ** 9, "billion"), (Decimal(10) ** 6, "million"))


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """All that is said in one language. `subject` says what a fact is about, by kind of change, role or kind of fact;
    in it `{for_to}` is the name with Arabic's "for" before it.

    `few` are the scales as they stand after a number of three to ten, where the language has a form for that; `alone`
    says that a scale without a number means one of it.
    """

    headline: Mapping[str, str]
    subject: Mapping[str, str]
    state: Mapping[str, str]
    scale: Mapping[str, str]
    few: Mapping[str, str]
    alone: bool
    currency: Mapping[str, str]
    qualifier: Mapping[str, str]
    status: Mapping[str, str]
    reason: Mapping[str, str]
    label: Mapping[str, str]
    joined: str
    yearly: str
    range: str
    arrow: str


_ENGLISH = Words(
    headline={
        "figure_new": "New figure",
        "figure_changed": "Figure changed",
        "partner_added": "Partner joined",
        "partner_left": "Partner left",
        "conflict": "Reports conflict",
        "correction": "Correction",
        "status": "Status",
    },
    subject={
        "total": "total of {to}",
        "initial": "initial investment in {to}",
        "commitment": "commitment of {payers} to {to}",
        "secured": "secured so far for {to}",
        "stake": "investment of {payers} in {to}",
        "deal": "deal of {payers} with {to}",
        "capex": "capital spending of {to}",
        "valuation": "valuation of {to}",
        "revenue": "revenue of {to}",
        "other": "amount concerning {to}",
        "partner": "{payers} in {to}",
        "partner_added": "{payers} in {to}",
        "partner_left": "{payers} out of {to}",
        "status": "{to}",
    },
    state={
        "in": "taking part",
        "doubted": "in doubt",
        "out": "not taking part",
        "active": "active",
        "stalled": "stalled",
        "paused": "paused",
        "cancelled": "cancelled",
    },
    scale={"trillion": "trillion", "billion": "billion", "million": "million"},
    few={},
    alone=False,
    currency={},
    qualifier={
        "about": "about {}",
        "at_least": "at least {}",
        "more_than": "more than {}",
        "up_to": "up to {}",
        "less_than": "less than {}",
    },
    status={
        "planned": "planned",
        "negotiating": "in negotiation",
        "completed": "completed",
        "stalled": "stalled",
        "denied": "denied",
    },
    reason={
        "first_report": "first report",
        "newer_report": "a newer report",
        "denied": "denied since",
        "withdrawn": "the source no longer says so",
        "contradicted": "two reports contradict each other",
        "doubted": "reported to be in doubt",
        "confirmed": "reported to take part again",
        "corroborated": "confirmed by an independent report",
    },
    label={
        "was": "Was",
        "now": "Now",
        "other": "Also reported",
        "nothing": "nothing known",
        "origins": "independent reports: {}",
        "repeat": "(may repeat)",
        "page": "history and all reports",
        "paused": "Rasid sends no more alerts to {}: it refused the last one ({}). Once that is mended: {}",
        "failing": "Rasid cannot read {}: {} times in a row, last because of {}. What is wrong there: {}",
        "recovered": "Rasid can read {} again.",
        "more": "and {} more",
        "test": "Test of an alert: nothing has changed",
    },
    joined=" and ",
    yearly="{} per year",
    range="{}\u2013{}",
    arrow="→",
)

_ARABIC = Words(
    headline={
        "figure_new": "رقم جديد",
        "figure_changed": "تغيّر رقم",
        "partner_added": "انضمام شريك",
        "partner_left": "خروج شريك",
        "conflict": "تقارير متعارضة",
        "correction": "تصحيح",
        "status": "الحالة",
    },
    subject={
        "total": "القيمة الإجمالية {for_to}",
        "initial": "الاستثمار الأولي في {to}",
        "commitment": "التزام {payers} تجاه {to}",
        "secured": "ما تم تأمينه حتى الآن {for_to}",
        "stake": "استثمار {payers} في {to}",
        "deal": "صفقة {payers} مع {to}",
        "capex": "الإنفاق الرأسمالي {for_to}",
        "valuation": "تقييم {to}",
        "revenue": "إيرادات {to}",
        "other": "مبلغ يخص {to}",
        "partner": "{payers} في {to}",
        "partner_added": "{payers} إلى {to}",
        "partner_left": "{payers} من {to}",
        "status": "{to}",
    },
    state={
        "in": "مشارك",
        "doubted": "مشاركة موضع شك",
        "out": "غير مشارك",
        "active": "جارٍ",
        "stalled": "متعثر",
        "paused": "متوقف مؤقتا",
        "cancelled": "ملغى",
    },
    scale={"trillion": "تريليون", "billion": "مليار", "million": "مليون"},
    few={"trillion": "تريليونات", "billion": "مليارات", "million": "ملايين"},
    alone=True,
    currency={
        "USD": "دولار",
        "EUR": "يورو",
        "GBP": "جنيه إسترليني",
        "JPY": "ين",
        "CNY": "يوان",
        "SAR": "ريال سعودي",
        "AED": "درهم إماراتي",
        "QAR": "ريال قطري",
        "KWD": "دينار كويتي",
        "EGP": "جنيه مصري",
    },
    qualifier={
        "about": "نحو {}",
        "at_least": "{} على الأقل",
        "more_than": "أكثر من {}",
        "up_to": "ما يصل إلى {}",
        "less_than": "أقل من {}",
    },
    status={
        "planned": "مخطط له",
        "negotiating": "قيد التفاوض",
        "completed": "مكتمل",
        "stalled": "متعثر",
        "denied": "نُفي",
    },
    reason={
        "first_report": "أول تقرير",
        "newer_report": "تقرير أحدث",
        "denied": "نُفي بعد ذلك",
        "withdrawn": "لم يعد المصدر يذكره",
        "contradicted": "تقريران متعارضان",
        "doubted": "ورد ما يثير الشك",
        "confirmed": "ورد أنه مشارك من جديد",
        "corroborated": "أكده تقرير مستقل",
    },
    label={
        "was": "سابقا",
        "now": "الآن",
        "other": "ورد أيضا",
        "nothing": "لا شيء معروف",
        "origins": "عدد التقارير المستقلة: {}",
        "repeat": "(قد تكون مكررة)",
        "page": "التاريخ وجميع التقارير",
        "paused": "لن يرسل راصد تنبيهات أخرى إلى {}، فقد رفض آخر تنبيه ({}). بعد الإصلاح: {}",
        "failing": "تتعذر على راصد قراءة {}: عدد المحاولات الفاشلة على التوالي {}، وسبب آخرها {}. لمعرفة ما حدث: {}",
        "recovered": "عاد راصد يقرأ {}.",
        "more": "وغيرها، وعددها {}",
        "test": "تجربة للتنبيه: لم يتغير شيء",
    },
    joined=" و",
    yearly="{} سنويا",
    range="\u200f{}\u2013{}",  # the mark makes the isolate run from right to left
    arrow="←",
)

WORDS: Mapping[Language, Words] = {"en": _ENGLISH, "ar": _ARABIC}


def isolate(text: str) -> str:
    """The text between marks that keep its direction from touching what stands around it."""
    return f"{FSI}{text}{PDI}"


def clean(text: str, limit: int) -> str:
    """Text from outside without control and direction characters, on one line, at most `limit` characters long."""
    plain = " ".join(_CONTROLS.sub("", text).split())
    return plain if len(plain) <= limit else plain[: limit - 1] + "…"


def name(entity: str, names: Names, language: Language) -> str:
    """What an entity is called in that language, or in another, or by its id."""
    return isolate(_called(entity, names, language))


def _called(entity: str, names: Names, language: Language) -> str:
    known = names.get(entity, {})
    plain = known.get(language) or next(iter(known.values()), None) or entity.removeprefix("unlisted:")
    return clean(plain, 60)


def _for(called: str) -> str:
    """A name with Arabic's "for" joined to it as it is written; one of other letters stays apart behind a stroke."""
    if not _ARABIC_LETTER.match(called):
        return f"لـ{isolate(called)}"
    bare = called.removeprefix("ال")
    if bare == called:
        return isolate(f"ل{called}")
    return isolate(f"ل{bare}" if bare.startswith("ل") else f"لل{bare}")


def subject(key: Key, names: Names, language: Language, kind: ChangeKind | None = None) -> str:
    """What a fact is about, without its value; with `kind` as it stands behind that kind's headline."""
    words = WORDS[language]
    payers = words.joined.join(name(payer, names, language) for payer in key.payers) or isolate("?")
    form = (words.subject.get(kind or "") if key.kind == "partner" else None) or words.subject[key.role or key.kind]
    to = _called(key.to, names, language)
    said = form.format(payers=payers, to=isolate(to), for_to=_for(to))
    return words.yearly.format(said) if key.yearly else said


def standing(figure: Figure, language: Language, role: str | None) -> str | None:
    """The status of a figure of that role, where it is worth a word: planned, in negotiation, completed."""
    if figure.status == "completed" and role in _COME_ABOUT:
        return None
    return WORDS[language].status.get(figure.status)


def value(known: Known | None, language: Language, role: str | None) -> str:
    """A value of a fact of that role in words: "15–25 billion USD (in negotiation)"."""
    words = WORDS[language]
    if known is None:
        return words.label["nothing"]
    if isinstance(known.value, State):
        return words.state[known.value.state]
    status = standing(known.value, language, role)
    said = money(known.value, language)
    return f"{said} ({status})" if status else said


@lru_cache(maxsize=2_000)
def money(figure: Figure, language: Language) -> str:
    """An amount of money in words, with its qualifier."""
    words = WORDS[language]
    ends = [end for end in (figure.low, figure.high) if end is not None]
    if not ends:
        return words.label["nothing"]
    factor, scale = next(((factor, scale) for factor, scale in _SCALES if max(ends) >= factor), (Decimal(1), ""))
    numbers = [_digits(end / factor) for end in sorted(set(ends))]
    digits = isolate(words.range.format(*numbers) if len(numbers) > 1 else numbers[0])
    if words.alone and scale and numbers == ["1"]:
        digits = ""
    currency = figure.currency or ""
    unit = words.currency.get(currency) or (isolate(currency) if currency else "")
    counted = words.few if is_few(max(ends) / factor) else {}
    said = " ".join(part for part in (digits, counted.get(scale) or words.scale.get(scale), unit) if part)
    return words.qualifier.get(figure.qualifier, "{}").format(said)


def is_few(number: Decimal | int) -> bool:
    """Whether what is counted stands in the plural of Arabic's "few": after 3 to 10 and 103 to 110, not after 3.5."""
    return number % 100 in range(3, 11)


def moment(time: datetime) -> str:
    """A time to the minute."""
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _digits(number: Decimal) -> str:
    return f"{number.normalize():,f}"
