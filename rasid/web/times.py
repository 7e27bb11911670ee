"""Days and spans of time as the page says them, in Arabic and in English."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal

from alerts.words import Language, is_few, isolate

Unit = Literal["seconds", "minutes", "hours", "days"]

# How a number of each is said: two, few (3 to 10), many (11 to 99), and all else. The cases are those of what follows
# "since", "before" and "every", which is where a span stands on a page.
_SPANS: Mapping[Language, Mapping[Unit, tuple[str, str, str, str]]] = {
    "ar": {
        "seconds": ("ثانيتين", "{} ثوان", "{} ثانية", "{} ثانية"),
        "minutes": ("دقيقتين", "{} دقائق", "{} دقيقة", "{} دقيقة"),
        "hours": ("ساعتين", "{} ساعات", "{} ساعة", "{} ساعة"),
        "days": ("يومين", "{} أيام", "{} يوما", "{} يوم"),
    },
    "en": {
        "seconds": ("{} s",) * 4,
        "minutes": ("{} min",) * 4,
        "hours": ("{} h",) * 4,
        "days": ("{} d",) * 4,
    },
}
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


def counted(count: int, unit: Unit, language: Language) -> str:
    """A span of time: the number with its unit, which agree."""
    two, few, many, other = _SPANS[language][unit]
    if count == 2:  # noqa: PLR2004 - the dual
        return two.format(isolate("2"))
    form = few if is_few(count) else many if count % 100 > 10 else other  # noqa: PLR2004 - as the grammar counts
    return form.format(isolate(str(count)))


def day(time: datetime, language: Language) -> str:
    """The day in words, in UTC: "22 July 2025"."""
    there = time.astimezone(UTC)
    return f"{isolate(str(there.day))} {_MONTHS[language][there.month - 1]} {isolate(str(there.year))}"
