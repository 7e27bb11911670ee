"""What the page says around the facts, in Arabic and in English; what it says of a fact is in `alerts.words`.

To add a language, add it there and here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from alerts.words import Language, isolate

LANGUAGES: tuple[Language, ...] = ("ar", "en")
DIRECTION: Mapping[Language, str] = {"ar": "rtl", "en": "ltr"}
ARROW: Mapping[Language, str] = {"ar": "←", "en": "→"}

_MONTHS: Mapping[Language, tuple[str, ...]] = {
    "ar": (
        "يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو",
        "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip

LABELS: Mapping[Language, Mapping[str, str]] = {
    "ar": {
        "name": "راصد",
        "slogan": "ما الذي تغيّر، وعلى أي دليل",
        "other_language": "English",
        "skip": "إلى المحتوى",
        "feed": "خلاصة Atom",
        "refreshed": "وصل جديد، وحُدّثت الصفحة.",
        "known": "المعروف الآن",
        "latest": "آخر التغييرات",
        "no_changes": "لم يُرصد أي تغيير بعد.",
        "no_facts": "لا شيء معروف بعد.",
        "all_changes": "كل التغييرات",
        "total": "القيمة الإجمالية",
        "initial": "الاستثمار الأولي",
        "secured": "المؤمَّن حتى الآن",
        "commitments": "التزامات",
        "between": "استثمارات وصفقات بين الشركاء",
        "partners": "الشركاء",
        "in": "مشاركون",
        "doubted": "موضع شك",
        "out": "خارج المشروع",
        "sites": "المواقع",
        "project_page": "صفحة المشروع",
        "others": "أرقام أخرى معروفة",
        "since": "منذ",
        "contender": "ورد أيضا",
        "was": "سابقا",
        "now": "الآن",
        "nothing": "لا شيء معروف",
        "origins": "تقارير مستقلة",
        "confidence": "الثقة",
        "reason": "السبب",
        "noticed": "رُصد",
        "baseline": "معلومة أولية",
        "history": "كيف تغيّر",
        "claims": "كل ما قيل، تأييدا ونفيا",
        "changes_of_fact": "التغييرات المسجلة",
        "key": "المفتاح",
        "taken_back": "نُفي لاحقا",
        "reports": "تقارير",
        "affirmed": "يؤكد",
        "denied": "ينفي",
        "doubted_claim": "يشكك",
        "superseded": "قيمة سابقة",
        "past": "حدث ماض",
        "speaker": "القائل",
        "not_found": "لا توجد صفحة بهذا العنوان.",
        "unavailable": "قاعدة البيانات لا تجيب الآن. حاول بعد قليل.",
        "bad_request": "طلب غير مفهوم.",
        "no_token": "هذه الصفحة لمن يحمل رمز الدخول: أضف ?token= إلى العنوان مرة واحدة.",
        "home": "الصفحة الأولى",
    },
    "en": {
        "name": "Rasid",
        "slogan": "What changed, and on what evidence",
        "other_language": "العربية",
        "skip": "Skip to content",
        "feed": "Atom feed",
        "refreshed": "Something new arrived; the page was updated.",
        "known": "Known now",
        "latest": "Latest changes",
        "no_changes": "No change has been seen yet.",
        "no_facts": "Nothing is known yet.",
        "all_changes": "All changes",
        "total": "Total",
        "initial": "Initial investment",
        "secured": "Secured so far",
        "commitments": "Commitments",
        "between": "Investments and deals between partners",
        "partners": "Partners",
        "in": "Taking part",
        "doubted": "In doubt",
        "out": "Not taking part",
        "sites": "Sites",
        "project_page": "Its page",
        "others": "Other figures known",
        "since": "since",
        "contender": "Also reported",
        "was": "Was",
        "now": "Now",
        "nothing": "Nothing known",
        "origins": "Independent reports",
        "confidence": "Confidence",
        "reason": "Reason",
        "noticed": "Noticed",
        "baseline": "Known from the start",
        "history": "How it changed",
        "claims": "Everything said, for and against",
        "changes_of_fact": "Recorded changes",
        "key": "Key",
        "taken_back": "denied later",
        "reports": "Reports",
        "affirmed": "affirms",
        "denied": "denies",
        "doubted_claim": "doubts",
        "superseded": "earlier value",
        "past": "past event",
        "speaker": "Said by",
        "not_found": "There is no page at this address.",
        "unavailable": "The database does not answer now. Try again soon.",
        "bad_request": "This request cannot be understood.",
        "no_token": "This page asks for a token: add ?token= to the address once.",
        "home": "Front page",
    },
}


def day(time: datetime, language: Language) -> str:
    """The day in words, in UTC: "22 July 2025"."""
    there = time.astimezone(UTC)
    return f"{isolate(str(there.day))} {_MONTHS[language][there.month - 1]} {isolate(str(there.year))}"
