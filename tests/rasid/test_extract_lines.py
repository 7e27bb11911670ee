"""Lines in and out of `extract --jsonl`."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rasid.extract import article_of, line_of
from streams.errors import BadInput
from streams.extract.reader import Reader
from streams.extract.watchlist import load

_NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def reader() -> Reader:
    """A reader with the shipped watchlist."""
    return Reader(load((Path(__file__).parents[2] / "seeds" / "watchlist.yaml").read_text(encoding="utf-8")))


def test_a_line_tells_all_that_was_read(reader: Reader) -> None:
    """Mentions, amounts and claims have offsets in the text, numbers are JSON numbers, claims point to their amount."""
    text = "تبلغ كلفة مشروع ستارغيت 500 مليار دولار، بالشراكة مع أوراكل وشركة Fluidstack"
    line = json.loads(json.dumps(line_of(reader.read(article_of({"id": "1", "text": text}, _NOW)))))
    assert line["id"] == "1"
    assert [text[m["start"] : m["end"]] for m in line["mentions"]] == [m["text"] for m in line["mentions"]]
    assert line["amounts"] == [
        {
            "text": "500 مليار دولار",
            "start": 24,
            "end": 39,
            "low": 500_000_000_000,
            "high": 500_000_000_000,
            "currency": "USD",
            "qualifier": "exact",
        }
    ]
    figure, partner = line["claims"]
    assert (figure["kind"], figure["amount"], figure["role"], figure["from"], figure["to"]) == (
        "figure",
        0,
        "total",
        [],
        "stargate",
    )
    assert (partner["kind"], partner["organisation"], partner["project"]) == ("partner", "oracle", "stargate")
    assert partner["evidence"] == {"start": 0, "end": len(text)}
    assert [each["organisation"] for each in line["unlisted"]] == ["unlisted:Fluidstack"]


def test_places_in_a_title_say_so(reader: Reader) -> None:
    """Offsets count in `text`; what stands in the title is marked."""
    line = line_of(reader.read(article_of({"id": 1, "title": "تعثر مشروع ستارغيت", "text": "لا جديد"}, _NOW)))
    assert line["mentions"] == [{"entity": "stargate", "text": "ستارغيت", "start": 11, "end": 18, "part": "title"}]
    assert line["states"] == [
        {
            "project": "stargate",
            "state": "stalled",
            "rule": "its stalled is told",
            "evidence": {"start": 0, "end": 18, "part": "title"},
        }
    ]


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        (None, None),
        ("2025-01-21", datetime(2025, 1, 21, tzinfo=UTC)),
        ("2025-01-21T10:00:00+03:00", datetime(2025, 1, 21, 7, tzinfo=UTC)),
    ],
)
def test_published_is_a_date_or_nothing(published: str | None, expected: datetime | None) -> None:
    """An ISO date is taken, in UTC where it names no zone; none stays none."""
    assert article_of({"id": "1", "text": "", "published": published}, _NOW).published_at == expected


_TOO_EARLY: dict[str, object] = {"id": "1", "text": "", "published": "0001-01-01T00:00:00+14:00"}


@pytest.mark.parametrize(
    "line",
    [{}, {"id": "1"}, {"text": "a"}, {"id": "1", "text": 3}, {"id": "1", "text": "", "published": "soon"}, _TOO_EARLY],
)
def test_a_line_that_is_none_is_refused(line: dict[str, object]) -> None:
    """What has no id, no text or a date that is none is bad input."""
    with pytest.raises(BadInput) as refused:
        article_of(line, _NOW)
    assert refused.value.reason == "schema"
