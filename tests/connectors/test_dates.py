# ruff: noqa: RUF001 - dates stand here in the digits of the press
from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.dates import published

RIYADH = ZoneInfo("Asia/Riyadh")
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)

# What a source wrote, and the moment in UTC that it means for a source in Riyadh (three hours ahead).
MOMENTS = {
    "Wed, 22 Jan 2025 10:00:00 GMT": "2025-01-22 10:00:00",
    "Wed, 22 Jan 2025 10:00:00 +0300": "2025-01-22 07:00:00",
    "Wed, 22 Jan 2025 10:00:00 -0500": "2025-01-22 15:00:00",
    "22 Jan 25 10:00:00 EST": "2025-01-22 15:00:00",
    "Wed, 22 Jan 2025 10:00:00": "2025-01-22 07:00:00",
    "Wed, 22 Jan 2025 10:00:00 XYZ": "2025-01-22 07:00:00",
    "2025-01-22T10:00:00Z": "2025-01-22 10:00:00",
    "2025-01-22T10:00:00.123+04:00": "2025-01-22 06:00:00",
    "2025-01-22 10:00:00 +0000 UTC": "2025-01-22 10:00:00",
    "2025-01-22T10:00": "2025-01-22 07:00:00",
    "20250122T100000Z": "2025-01-22 10:00:00",
    "2025/1/22 14:30": "2025-01-22 11:30:00",
    "22-01-2025 02:30 م": "2025-01-22 11:30:00",
    "14:30 22/01/2025": "2025-01-22 11:30:00",
    "January 22, 2025 3:05 pm": "2025-01-22 12:05:00",
    "Jan 22 2025 12:05 am": "2025-01-21 21:05:00",
    "٢٢ كانون الثاني/يناير ٢٠٢٥ - ١٤:٣٠": "2025-01-22 11:30:00",
    "22 من يناير، 2025 10:30 صباحًا": "2025-01-22 07:30:00",
    "١ يونيو ٢٠٢٥ ٠٩:٠٥ مساءً": "2025-06-01 18:05:00",
    "22 يناير 2025 12:30 ظهرا": "2025-01-22 09:30:00",
    "۲۲/۰۱/۲۰۲۵ ۱۰:۰۰": "2025-01-22 07:00:00",
    "Sun, 22 Nov 2026 12:09:00 GMT": "2026-11-22 12:09:00",
    "22/01/2025 10:00 بتوقيت غرينتش": "2025-01-22 10:00:00",
    "22 يناير 2025، 10:00 مساء بتوقيت أبوظبي": "2025-01-22 18:00:00",
    "22 يوليو 2025 - 10:00 (توقيت مكة المكرمة)": "2025-07-22 07:00:00",
    "2025-07-22 10:00 بتوقيت القاهرة": "2025-07-22 07:00:00",
    "2025-01-22 10:00 بتوقيت القاهرة": "2025-01-22 08:00:00",
    "2025-01-22 10:00 بتوقيت أخرى": "2025-01-22 07:00:00",
}

# The same where only a day is named: the day on which it was that day in Riyadh.
DAYS = {
    "2025-01-22": "2025-01-22",
    "2025-01-22+03:00": "2025-01-22",
    "22/01/2025": "2025-01-22",
    "الأربعاء 22 يناير 2025": "2025-01-22",
    "22 كانون الثاني (يناير) 2025": "2025-01-22",
    "22 كانون الثاني 2025": "2025-01-22",
    "22 جانفي 2025": "2025-01-22",
    "3 شباط 2025": "2025-02-03",
    "3 فيفري 2025": "2025-02-03",
    "4 آذار 2025": "2025-03-04",
    "5 نيسان 2025": "2025-04-05",
    "5 أفريل 2025": "2025-04-05",
    "6 أيار 2025": "2025-05-06",
    "6 ماي 2025": "2025-05-06",
    "6 مايو 2025": "2025-05-06",
    "7 حزيران 2025": "2025-06-07",
    "7 جوان 2025": "2025-06-07",
    "8 تموز 2025": "2025-07-08",
    "8 جويلية 2025": "2025-07-08",
    "9 آب 2025": "2025-08-09",
    "9 أوت 2025": "2025-08-09",
    "9 غشت 2025": "2025-08-09",
    "10 أيلول 2025": "2025-09-10",
    "10 شتنبر 2025": "2025-09-10",
    "11 تشرين الأول 2025": "2025-10-11",
    "12 تشرين الثاني 2025": "2025-11-12",
    "12 نونبر 2025": "2025-11-12",
    "13 كانون الأول 2025": "2025-12-13",
    "13 دجنبر 2025": "2025-12-13",
    "9 أغشت 2025": "2025-08-09",
    "10 شتمبر 2025": "2025-09-10",
    "13 دجمبر 2025": "2025-12-13",
    "14 تموز/يوليوز 2025": "2025-07-14",
    "الثلاثاء 5 جمادى الثاني 1446": "2024-12-06",
    "5 ذو الحجه 1446": "2025-06-01",
    "Jan 22nd, 2025": "2025-01-22",
    "1447-06-01": "2025-11-22",
    "١٤٤٧/٠٦/٠١": "2025-11-22",
    "22 رجب 1446 هـ": "2025-01-22",
    "22 رجب 1446 هـ الموافق 22 يناير 2025": "2025-01-22",
    "10 محرم 1447": "2025-07-05",
}

IMPOSSIBLE = [
    "",
    "x",
    "0",
    "أمس",
    "Mon, 01 Jan 2999 00:00:00 GMT",
    "Thu, 01 Jan 1970 00:00:00 GMT",
    "Sun, 31 Feb 2026 00:00:00 GMT",
    "Sun, 22 Nov 2026 08:00:00 +9999",
    "Sun, 22 Nov 2026 12:11:00 GMT",
    "99999-01-01T00:00:00Z",
    "2025-13-01",
    "2025-01-22 25:00",
    "1447-13-01",
    "1 محرم 2025",
    "22 يناير 1447",
    "1320-01-01",
    "30 رمضان 1446",
    "2026-11-23",
    "1404/09/01",
    "29 فبراير 2025",
    "منذ 3 ساعات",
    "0001-01-01T00:00:00",
    "0001-01-01",
    "9999-12-31T23:59:59-05:00",
]


@pytest.mark.parametrize(("text", "moment"), MOMENTS.items())
def test_moments(text: str, moment: str) -> None:
    """A date with a time is that moment, in the source's own zone where it names none."""
    found = published(text, RIYADH, NOW)
    assert found is not None
    assert (found.at, found.precision) == (datetime.fromisoformat(moment).replace(tzinfo=UTC), "second")


@pytest.mark.parametrize(("text", "day"), DAYS.items())
def test_days(text: str, day: str) -> None:
    """A date without a time is the beginning of that day where the source is, and says that it is a day."""
    found = published(text, RIYADH, NOW)
    assert found is not None
    assert (found.at, found.precision) == (datetime.fromisoformat(day).replace(tzinfo=RIYADH), "day")


@pytest.mark.parametrize("text", IMPOSSIBLE)
def test_a_date_that_cannot_be_right_is_no_date(text: str) -> None:
    """Impossible, absurdly old and future dates are unknown, never clamped and never now."""
    assert published(text, RIYADH, NOW) is None


def test_an_hour_that_the_clock_skipped_is_still_near() -> None:
    """Between 2 and 3 in the night in which summer time begins there is no time; the moment is within that hour."""
    found = published("2025-03-30 02:30", ZoneInfo("Europe/Berlin"), NOW)
    assert found is not None
    assert abs(found.at - datetime(2025, 3, 30, 1, 0, tzinfo=UTC)) <= timedelta(minutes=30)


@given(st.text(max_size=80) | st.from_regex(r"[0-9٠-٩ :/.\-TZ+ينايرمحرم]{0,40}", fullmatch=True))
def test_whatever_comes_a_date_is_past_and_in_our_age(text: str) -> None:
    """No text makes it fail, and no date is in the future or before the web."""
    found = published(text, RIYADH, NOW)
    assert found is None or datetime(1989, 12, 31, tzinfo=UTC) <= found.at <= NOW + timedelta(minutes=10)
