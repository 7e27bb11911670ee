"""The reader's door: times, copies, titles, suspicion, and claims on one fact."""

# ruff: noqa: RUF001 (Arabic letters and signs are the data here)

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from streams.extract.reader import READER_VERSION, Reader, event_time
from streams.records import Article, Reading, decode, encode
from tests.streams.conftest import NOW, Read, article

_HOUR = timedelta(hours=1)


def _at(published: datetime | None, precision: str = "second") -> datetime:
    changed = msgspec.structs.replace(article("نص"), published_at=published, published_precision=precision)
    return event_time(changed)


@pytest.mark.parametrize(
    ("published", "precision", "expected"),
    [
        (NOW - _HOUR, "second", NOW - _HOUR),
        (None, "second", NOW),
        (NOW + _HOUR, "second", NOW),
        (datetime(2025, 11, 20, tzinfo=UTC), "day", datetime(2025, 11, 20, 23, 59, 59, 999999, tzinfo=UTC)),
        (datetime(2025, 11, 22, tzinfo=UTC), "day", NOW),
        (datetime(2025, 11, 24, tzinfo=UTC), "day", NOW),
    ],
)
def test_event_time_has_one_answer(published: datetime | None, precision: str, expected: datetime) -> None:
    """A date counts as told, a day is clamped, a missing or future one is when it was first seen."""
    assert _at(published, precision) == expected


def test_the_reading_copies_what_it_is_about(reader: Reader) -> None:
    """Identity, source, quietness and suspicion go with the reading, and the record survives the wire."""
    it = msgspec.structs.replace(article("نص", "عنوان"), url="https://x.example/1", quiet=True, encoding_suspect=True)
    reading = reader.read(it)
    assert (reading.article_id, reading.revision, reading.source_id, reading.url, reading.title) == (
        "a",
        1,
        "s",
        "https://x.example/1",
        "عنوان",
    )
    assert reading.quiet
    assert reading.encoding_suspect
    assert reading.reader_version == READER_VERSION
    assert reading.first_seen == NOW
    assert decode(encode(reading), Reading) == reading


def test_a_title_is_a_part_of_its_own(reader: Reader) -> None:
    """Spans say whether they are in the title or in the body, and slice it."""
    it = article("وتشارك فيه إنفيديا.", "ستارغيت بقيمة 500 مليار دولار")
    reading = reader.read(it)
    assert [(m.span.part, m.surface) for m in reading.mentions] == [("title", "ستارغيت"), ("body", "إنفيديا")]
    assert reading.amounts[0].span.part == "title"
    assert it.title[reading.amounts[0].span.start : reading.amounts[0].span.end] == "500 مليار دولار"
    assert reading.claims[0].sentence == it.title


def test_a_suspect_text_touches_no_fact(reader: Reader) -> None:
    """A text that may have been misread shows what was read, and no claim of it has a fact."""
    it = article("تبلغ كلفة مشروع ستارغيت 500 مليار دولار بالشراكة مع أوراكل")
    assert any(claim.fact for claim in reader.read(it).claims)
    suspect = reader.read(msgspec.structs.replace(it, encoding_suspect=True))
    assert suspect.amounts
    assert suspect.claims
    assert all(claim.fact is None for claim in suspect.claims)


def test_one_claim_speaks_for_a_fact(read: Read) -> None:
    """Of several values for one fact the standing one is salient, wherever it stands."""
    claims = read(
        "في عام 2019 استثمرت سوفت بنك مليار دولار في أوبن إيه آي. "
        "تجري سوفت بنك مفاوضات لاستثمار 30 مليار دولار في أوبن إيه آي."
    ).claims
    stakes = [c for c in claims if c.fact == "figure:stake:softbank->openai:USD"]
    assert [(str(c.amount.surface) if c.amount else "", c.salient) for c in stakes] == [
        ("مليار دولار", False),
        ("30 مليار دولار", True),
    ]


def test_a_figure_per_year_is_no_total(read: Read) -> None:
    """What is paid every year has a fact of its own."""
    claims = read("وقعت أوبن إيه آي عقدا بقيمة 30 مليار دولار سنويا مع أوراكل").claims
    assert claims[0].fact == "figure:deal:openai->oracle:USD:per-year"


def test_each_payer_has_a_fact(read: Read) -> None:
    """A sum that each of two pays is two facts, a joint sum one."""
    each = read("ستضخ أوبن إيه آي وسوفت بنك 19 مليار دولار لكل منهما في ستارغيت").claims
    joint = read("ستضخ أوبن إيه آي وسوفت بنك 19 مليار دولار في ستارغيت").claims
    assert {c.fact for c in each if c.kind == "figure"} == {
        "figure:commitment:openai->stargate:USD",
        "figure:commitment:softbank->stargate:USD",
    }
    assert {c.fact for c in joint if c.kind == "figure"} == {"figure:commitment:openai+softbank->stargate:USD"}


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("تعثر مشروع ستارغيت بسبب خلافات", "stalled"),
        ("توقف العمل في ستارغيت المملكة المتحدة مؤقتا", "paused"),
        ("علقت أوبن إيه آي العمل في مشروع ستارغيت المملكة المتحدة", "paused"),
        ("إلغاء مشروع ستارغيت بعد عام", "cancelled"),
        ("لم يتعثر مشروع ستارغيت", None),
        ("تعثرت أسهم التقنية وصعد ستارغيت", None),
    ],
)
def test_a_projects_state_is_told_by_the_word_before_it(text: str, state: str | None, read: Read) -> None:
    """Stalling, pausing and cancelling count where they govern the project, and not when denied."""
    states = [claim.state for claim in read(text).claims if claim.kind == "status"]
    assert states == ([state] if state else [])


@pytest.mark.parametrize(
    ("text", "attribution"),
    [
        ("ذكرت رويترز أن", "Reuters"),
        ("نقلا عن “وول ستريت جورنال”", "The Wall Street Journal"),
        ("وقالت بلومبرغ", "Bloomberg"),
        ("دوام العمل", None),
    ],
)
def test_the_agency_is_credited(text: str, attribution: str | None, read: Read) -> None:
    """The first agency or paper that the text credits is its origin; a word that contains its name is not."""
    assert read(f"{text} تبلغ كلفة مشروع ستارغيت 500 مليار دولار").origin.attribution == attribution
    assert read(text).origin.attribution is None, "an article that claims nothing needs no origin"


def test_a_sketch_tells_figures_apart(read: Read) -> None:
    """A reprint sketches alike, a changed figure does not sketch the same."""
    text = "أعلنت الشركة اليوم في بيان أن كلفة المشروع بلغت 500 مليون دولار وأن العمل فيه يبدأ الشهر المقبل"
    first, reprint = read(text).origin.sketch, read(text.replace("أن كلفة", "أنّ كلفة")).origin.sketch
    changed = read(text.replace("500", "700")).origin.sketch
    assert first == reprint
    assert set(first) != set(changed)
    assert len(set(first) & set(changed)) > len(first) / 2


def test_boilerplate_says_nothing(read: Read) -> None:
    """Lines that lead elsewhere carry amounts, and no claim."""
    reading = read("افتتح المعرض أمس.\nمقالات ذات صلة: ستارغيت بقيمة 500 مليار دولار")
    assert reading.amounts
    assert not reading.claims


def test_an_article_may_be_empty(reader: Reader) -> None:
    """An article without a word gives an empty reading."""
    empty = Article(article_id="e", revision=1, source_id="s", url="", title="", body="", fetched_at=NOW)
    reading = reader.read(empty)
    assert (reading.mentions, reading.amounts, reading.claims) == ((), (), ())


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("قالت أوراكل إن كلفة مشروع ستارغيت تبلغ 500 مليار دولار", "أوراكل"),
        ("وأكد سام ألتمان أن كلفة مشروع ستارغيت تبلغ 500 مليار دولار", "سام ألتمان"),
        ("ذكرت مصادر أن كلفة مشروع ستارغيت تبلغ 500 مليار دولار", "مصادر"),
        ("تبلغ كلفة مشروع ستارغيت 500 مليار دولار، بحسب أوراكل", "أوراكل"),
        ("تبلغ كلفة مشروع ستارغيت 500 مليار دولار وفقا لمصدرين", "مصدرين"),
        ("تبلغ كلفة مشروع ستارغيت 500 مليار دولار", None),
    ],
)
def test_who_says_it_is_told_in_the_texts_words(text: str, speaker: str | None, read: Read) -> None:
    """The subject of the verb of saying, or whom the sentence credits, is the claim's speaker."""
    assert [claim.speaker for claim in read(text).claims if claim.kind == "figure"] == [speaker]


def test_a_conversion_is_an_equivalent_and_touches_no_fact(read: Read) -> None:
    """Money said again in another currency points to the first amount, and only the first speaks of the fact."""
    reading = read("تبلغ كلفة ستارغيت المملكة المتحدة 10 مليارات جنيه إسترليني (13 مليار دولار)")
    first, second = reading.amounts
    assert second.equivalent_of == first
    told = [(claim.amount, claim.fact) for claim in reading.claims if claim.kind == "figure"]
    assert told == [(first, "figure:total:stargate-uk:GBP"), (second, None)]
