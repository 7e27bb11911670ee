"""Origins: who says so independently."""

# ruff: noqa: RUF001 (Arabic letters and digits are the data here)

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.corroborate import NOBODY, heard
from alerts.ledger import Ledger
from alerts.reports import Report
from streams.arabic.fold import fold
from streams.extract.origin import origin_of
from streams.records import Reading
from tests.alerts.build import TOTAL, figure, learn_all, origin, reading, reports, told

TEXT = tuple(range(0, 640, 10))
EDITED = (*TEXT[:56], *range(5, 85, 10))
OTHER = tuple(range(1, 640, 10))
CLAIM = figure(TOTAL, 500)


def credited(article: str, day: float, agency: str) -> Reading:
    return reading(article, day, CLAIM, origin=origin(agency))


def sketched(article: str, day: float, sketch: Iterable[int]) -> Reading:
    return reading(article, day, CLAIM, origin=origin(sketch=sketch))


ROWS: list[tuple[str, list[Reading], int]] = [
    ("two outlets", [reading("a", 0, CLAIM), reading("b", 0, CLAIM)], 2),
    ("one outlet twice", [reading("a", 0, CLAIM), reading("b", 90, CLAIM, source_id="outlet-a")], 1),
    ("one agency", [credited(name, 0, "reuters") for name in "abc"], 1),
    ("two agencies", [credited(name, 0, name) for name in "ab"], 2),
    ("one agency, weeks apart", [credited("a", 0, "reuters"), credited("b", 8, "reuters")], 2),
    ("one agency, chained", [credited(name, day, "reuters") for name, day in (("a", 0), ("b", 6), ("c", 12))], 1),
    ("a reprint, lightly edited", [sketched("a", 0, TEXT), sketched("b", 1, EDITED)], 1),
    ("two texts", [sketched("a", 0, TEXT), sketched("b", 1, range(1, 640, 10))], 2),
    ("a text without a sketch", [sketched("a", 0, TEXT), reading("b", 1, CLAIM)], 2),
    ("more than half of it kept", [sketched("a", 0, TEXT[:40]), sketched("b", 1, (*TEXT[:24], *OTHER[:16]))], 1),
    ("less than half of it kept", [sketched("a", 0, TEXT[:40]), sketched("b", 1, (*TEXT[:16], *OTHER[:24]))], 2),
    ("an excerpt", [sketched("a", 0, TEXT), sketched("b", 1, TEXT[:20])], 1),
    ("a few words in common", [sketched("a", 0, TEXT), sketched("b", 1, (*TEXT[:4], *range(1, 30, 10)))], 2),
    ("two texts as short as their headlines", [sketched("a", 0, (1, 2)), sketched("b", 1, (1, 2))], 1),
    ("agency here, reprint there",
     [credited("a", 0, "reuters"), sketched("b", 0, TEXT), reading("c", 0, CLAIM, origin=origin("reuters", TEXT))], 1),
]  # fmt: skip


@pytest.mark.parametrize(("_name", "readings", "expected"), ROWS, ids=[row[0] for row in ROWS])
def test_origins(_name: str, readings: list[Reading], expected: int) -> None:
    """Reports that hang together are one origin, in whatever order they come."""
    told: tuple[Report, ...] = reports(*readings)

    assert {heard(order).origins for order in permutations(told)} == {expected}


def test_confidence_counts_each_origin_once() -> None:
    """Independent reports make a value surer, reprints do not, and nothing is ever quite sure."""
    half = figure(TOTAL, 500, confidence=0.5)
    one, other, reprint = reading("a", 0, half), reading("b", 0, half), reading("c", 0, half, source_id="outlet-a")

    assert heard(reports(one)).confidence == 0.5
    assert heard(reports(one, other)).confidence == 0.75
    assert heard(reports(one, reprint)).confidence == 0.5
    assert heard(reports(*(reading(name, 0, CLAIM) for name in "abcde"))).confidence == 0.99


AGENCY = """\
أعلنت مجموعة سوفت بنك اليابانية يوم الثلاثاء أنها ستستثمر 500 مليار دولار في مشروع ستارغيت خلال أربع سنوات.
وقال رئيس المجموعة ماسايوشي سون في مؤتمر صحفي عقده في طوكيو إن التمويل سيأتي من مصارف يابانية وأمريكية.
وأضاف أن العمل في أول المراكز بدأ في ولاية تكساس وأن عشرة مراكز أخرى ستتبعه قبل نهاية العام المقبل.
ورفض متحدث باسم أوراكل التعليق على ما إذا كانت الشركة ستزيد حصتها في المشروع في المرحلة القادمة.
وارتفع سهم المجموعة بنسبة أربعة في المئة في بورصة طوكيو بعد الإعلان، قبل أن يتراجع عند الإغلاق."""
REWRITTEN = """\
ستضخ سوفت بنك 500 مليار دولار في ستارغيت، هذا ما كشفه ماسايوشي سون للصحفيين في العاصمة اليابانية.
المال لن يكون كله من خزينة المجموعة: مصارف من البلدين ستشارك في القروض، والشروط لم تعلن بعد.
في تكساس تعمل الرافعات منذ أسابيع، ويتوقع المحللون أن تمتد الورشة إلى ولايات أخرى في السنة المقبلة."""
LINES = AGENCY.splitlines()
REPRINTS = [
    AGENCY,
    f"سوفت بنك وستارغيت: كل ما تريد معرفته\n{AGENCY}",
    f"{AGENCY}\nاقرأ أيضا: أخبار الاقتصاد اليوم",
    "\n".join(LINES[:4]),
    "\n".join(LINES[1:]),
    "\n".join(LINES[:2]),
    AGENCY.replace("أن", "بأن"),
    AGENCY.replace("الأمريكية", "الأميركية").replace("أعلنت", "كشفت"),
    AGENCY.replace("، ", " ، ").replace("500", "٥٠٠"),
    AGENCY.replace("500", "600"),
]


def printed(article: str, text: str, value: int = 500) -> Reading:
    return reading(article, 0, figure(TOTAL, value), origin=origin_of(fold(text)))


def test_ten_reprints_are_one_origin() -> None:
    """Reprints with another headline, cut, respelt, with other digits or another figure are one origin."""
    assert heard(reports(*(printed(f"a{n}", text) for n, text in enumerate(REPRINTS)))).origins == 1


def test_a_text_of_one_s_own_is_an_origin() -> None:
    """The same news told in other words is independent."""
    assert heard(reports(printed("a", AGENCY), printed("b", REWRITTEN))).origins == 2


def test_the_sketch_keeps_the_numbers() -> None:
    """Two texts that differ in nothing but a figure have sketches that differ."""
    one, other = (set(origin_of(fold(text)).sketch) for text in (AGENCY, REPRINTS[-1]))

    assert one != other


def test_a_reprint_with_another_figure_is_news(memory: Ledger) -> None:
    """It is of the same origin, and it says something else."""
    changes = learn_all(memory, printed("a", AGENCY), printed("b", REPRINTS[0]), printed("c", REPRINTS[-1], 600))

    assert [told(change) for change in changes] == ["figure_new None > 500", "figure_changed 500 > 600"]


@st.composite
def press(draw: st.DrawFn) -> list[Reading]:
    """Up to seven articles within three weeks, from four outlets, some of an agency, some with words in common."""
    sketches = st.sampled_from([(), TEXT, EDITED, TEXT[:20], tuple(range(1, 640, 10))])
    return [
        reading(
            f"a{number}",
            draw(st.integers(0, 20)),
            CLAIM,
            source_id=f"outlet-{draw(st.integers(1, 4))}",
            origin=origin(draw(st.sampled_from([None, None, "reuters"])), draw(sketches)),
        )
        for number in range(draw(st.integers(1, 7)))
    ]


@given(readings=press(), data=st.data())
def test_origins_are_connected_components(readings: list[Reading], data: st.DataObject) -> None:
    """In any order the groups are the same: what is linked by any chain of likeness is one, what is not is not."""
    given_reports = reports(*readings)
    order = data.draw(st.permutations(given_reports))

    voices = heard(order)

    groups: dict[str, set[str]] = {}
    for report in given_reports:
        groups.setdefault(voices.sources[report.source_id].origin, set()).add(report.article_id)
    assert {frozenset(group) for group in groups.values()} == closure(given_reports)
    assert voices.origins == len(groups)


def alike(older: Report, newer: Report) -> bool:
    return not NOBODY.joined(older).independent(newer)


def closure(given_reports: Sequence[Report]) -> set[frozenset[str]]:
    """The same by the book: link every two that are alike, then walk the links."""
    linked = {
        one.article_id: {other.article_id for other in given_reports if alike(*sorted((one, other), key=Report.order))}
        for one in given_reports
    }
    found = set()
    for start in linked:
        group, ahead = {start}, [start]
        while ahead:
            new = linked[ahead.pop()] - group
            group |= new
            ahead += new
        found.add(frozenset(group))
    return found
