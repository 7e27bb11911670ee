"""When an article was published, from what its source wrote, in the ways in which the press writes dates.

ISO 8601, RFC 822 and its many cousins, dates in words with the month names of every Arab region, Arabic and Persian
digits, day before month, and the Islamic calendar. One rule: a date that cannot be right is no date. Nothing is
clamped, nothing becomes now; what names no zone means the source's own.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from hijridate import Hijri

Precision = Literal["second", "day"]

_AHEAD = timedelta(minutes=10)  # clocks differ
_EARLIEST = 1990  # the web is not older: what is, stands for no date (1970) or a typing error
_HIJRI_YEARS = range(1343, 1501)  # what the conversion knows; no Gregorian year of the press falls into it

_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\u061c\ufeff\u0640\u064b-\u0652]")

# Latin names by their first three letters; Arabic ones as in Egypt and the Gulf, the Levant and Iraq, the Maghreb.
_MONTHS = {
    1: "jan يناير كانون_الثاني كانون_ثاني جانفي",
    2: "feb فبراير شباط فيفري",
    3: "mar مارس آذار اذار",
    4: "apr أبريل ابريل إبريل نيسان أفريل افريل",
    5: "may مايو أيار ايار ماي",
    6: "jun يونيو يونيه حزيران جوان",
    7: "jul يوليو يوليه تموز جويلية يوليوز",
    8: "aug أغسطس اغسطس آب اب أوت اوت غشت أغشت اغشت",
    9: "sep سبتمبر أيلول ايلول شتنبر شتمبر",
    10: "oct أكتوبر اكتوبر تشرين_الأول تشرين_الاول تشرين_أول",
    11: "nov نوفمبر تشرين_الثاني تشرين_ثاني نونبر",
    12: "dec ديسمبر كانون_الأول كانون_الاول كانون_أول دجنبر دجمبر",
}
_HIJRI_MONTHS = {
    1: "محرم المحرم",
    2: "صفر",
    3: "ربيع_الأول ربيع_الاول ربيع_أول",
    4: "ربيع_الآخر ربيع_الاخر ربيع_الثاني ربيع_ثاني",
    5: "جمادى_الأولى جمادى_الاولى جمادى_الأول جمادي_الأولى جمادي_الاولى",
    6: "جمادى_الآخرة جمادى_الاخرة جمادى_الثانية جمادى_الثاني جمادي_الآخرة جمادي_الثانية",
    7: "رجب",
    8: "شعبان",
    9: "رمضان",
    10: "شوال",
    11: "ذو_القعدة ذي_القعدة ذو_القعده",
    12: "ذو_الحجة ذي_الحجة ذو_الحجه",
}


def _by_name(months: dict[int, str]) -> dict[str, int]:
    return {name.replace("_", " "): month for month, names in months.items() for name in names.split()}


_NAMES = _by_name(_MONTHS)
_HIJRI_NAMES = _by_name(_HIJRI_MONTHS)
_ARABIC = "|".join(sorted((name for name in {*_NAMES, *_HIJRI_NAMES} if not name.isascii()), key=len, reverse=True))
_NAME = rf"(?:(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{{0,6}}|{_ARABIC})"
_ALSO = rf"(?: ?[/\\(] ?{_NAME} ?\)?)?"  # the same month again: كانون الثاني/يناير

_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?<!\d)(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?=T\d{4}|$)",  # 20250122T1000
        r"(?<!\d)(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)",  # 2025-01-22
        r"(?<!\d)(?P<day>\d{1,2})[-/.](?P<month>\d{1,2})[-/.](?P<year>\d{4})(?!\d)",  # 22/01/2025: day before month
        rf"(?<!\d)(?P<day>\d{{1,2}})[ -]*(?:من )?(?P<month>{_NAME}){_ALSO}[ .,،-]*"  # 22 Jan 2025, 22-Jan-25 10:00
        r"(?P<year>\d{4}(?!\d)|\d{2}(?= \d{1,2}:))",
        rf"(?P<month>{_NAME})[ .]*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[ ,،]+(?P<year>\d{{4}})(?!\d)",  # January 22, 2025
    )
)
_TIMES = (
    re.compile(r"T(?P<hour>\d{2}):?(?P<minute>\d{2})(?::?(?P<second>\d{2})(?:[.,]\d+)?)?(?P<half>)"),
    re.compile(
        r"(?<![\d+-])(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?(?!\d)"
        r"(?: ?(?P<half>[ap]\.?m\b|صباحا|مساء|ظهرا|[صم](?!\w)))?",
        re.IGNORECASE,
    ),
)
_AFTERNOON = ("p", "م", "ظ")
_ZONE = re.compile(r"[ .]*(?P<name>[A-Za-z]{1,5})? ?(?:(?P<sign>[+-])(?P<hours>\d{1,2}):?(?P<minutes>\d{2})(?!\d))?")
_ZONES = {"Z": 0, "UT": 0, "UTC": 0, "GMT": 0}
_ZONES |= {"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7}  # RFC 822
_WIDEST_ZONE = timedelta(hours=14)
# Whose time it is, in words behind the hour: "10:00 بتوقيت غرينتش".
_PLACE = re.compile(r"[ ،(-]*(?:بتوقيت|توقيت) (?P<place>\w+)")
_PLACES = {
    "UTC": "غرينتش غرينيتش جرينتش جرينيتش",
    "Asia/Riyadh": "مكة الرياض السعودية",
    "Asia/Dubai": "أبوظبي أبو دبي الإمارات",
    "Africa/Cairo": "القاهرة مصر",
    "Asia/Beirut": "بيروت لبنان",
    "Asia/Baghdad": "بغداد العراق",
    "Asia/Qatar": "الدوحة قطر",
    "Africa/Casablanca": "الرباط المغرب",
    "Africa/Tunis": "تونس",
    "Africa/Algiers": "الجزائر",
}
_ZONE_OF = {place: zone for zone, places in _PLACES.items() for place in places.split()}


class Published(NamedTuple):
    """A moment in UTC; with precision `day`, the beginning of that day where the source is."""

    at: datetime
    precision: Precision


def published(text: str | None, zone: tzinfo, now: datetime) -> Published | None:
    """The date in `text`, or None where there is none that can be right: impossible, in the future, absurdly old."""
    plain = " ".join(_INVISIBLE.sub("", text or "").translate(_DIGITS).split())[:200]
    found = [match for pattern in _DATES for match in pattern.finditer(plain)]
    if not found:
        return None
    date = min(
        found, key=lambda match: int(match["year"]) in _HIJRI_YEARS
    )  # where both calendars stand, the common one
    try:
        day = _day(date)
        moment = _moment(day, plain[date.end() :], zone) or _moment(day, plain[: date.start()], zone)
        result = moment or Published(day.replace(tzinfo=zone).astimezone(UTC), "day")
    except (ValueError, OverflowError):  # no such day, or one that is out of range in UTC: 0001-01-01 means no date
        return None
    return result if day.year >= _EARLIEST and result.at <= now + _AHEAD else None


def _day(date: re.Match[str]) -> datetime:
    """The day that a match names. Raises `ValueError` where there is no such day."""
    year, day = int(date["year"]), int(date["day"])
    if year in _HIJRI_YEARS:
        common = Hijri(year, _month(date["month"], _HIJRI_NAMES), day).to_gregorian()
        return datetime(common.year, common.month, common.day)  # noqa: DTZ001 - the caller knows the zone
    century = 2000 if len(date["year"]) == len("25") else 0
    return datetime(century + year, _month(date["month"], _NAMES), day)  # noqa: DTZ001 - the caller knows the zone


def _month(word: str, names: dict[str, int]) -> int:
    if word.isdigit():
        return int(word)
    key = word[:3].lower() if word.isascii() else word
    if key not in names:
        raise ValueError(f"not a month of that calendar: {word}")
    return names[key]


def _moment(day: datetime, text: str, zone: tzinfo) -> Published | None:
    """That day at the time in `text`, if there is one. Raises `ValueError` where there is no such time or zone."""
    time = next((match for pattern in _TIMES if (match := pattern.search(text))), None)
    if time is None:
        return None
    hour, half = int(time["hour"]), (time["half"] or "").lower()
    if half:
        hour = hour % 12 + (12 if half.startswith(_AFTERNOON) else 0)
    local = day.replace(hour=hour, minute=int(time["minute"]), second=int(time["second"] or 0))
    return Published(local.replace(tzinfo=_zone(text[time.end() :], zone)).astimezone(UTC), "second")


def _zone(text: str, default: tzinfo) -> tzinfo:
    """The zone that `text` begins with; the default where it names none that can be understood."""
    place = _PLACE.match(text)
    if place is not None:
        return ZoneInfo(_ZONE_OF[place["place"]]) if place["place"] in _ZONE_OF else default
    match = _ZONE.match(text)
    if match is None:
        return default
    if match["sign"]:
        offset = timedelta(hours=int(match["hours"]), minutes=int(match["minutes"]))
        if offset > _WIDEST_ZONE:
            raise ValueError("no zone is so far from Greenwich")
        return timezone(-offset if match["sign"] == "-" else offset)
    hours = _ZONES.get((match["name"] or "").upper())
    return default if hours is None else timezone(timedelta(hours=hours))
