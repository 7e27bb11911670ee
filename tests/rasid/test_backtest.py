"""The back-test: items in the order given, revisions by guid, times as the items say."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from rasid import backtest, seeds, settings
from rasid.show import change_line
from streams.errors import Misconfigured
from streams.records import Article, Change

_CHOSEN = settings.load(Path(__file__).parents[2] / "seeds" / "sample.yaml", {})
_NAMES = seeds.read_watchlist(_CHOSEN)
_BASELINE = seeds.read_baseline(_CHOSEN)
_TEXT = "تعتزم شركة أوبن إيه آي استثمار {} مليار دولار في مشروع ستارغيت."
_FACT = "figure:commitment:openai->stargate:USD"

Json = dict[str, Any]


def _told(path: Path, items: list[Json]) -> list[tuple[str, Change]]:
    file = path / "items.jsonl"
    file.write_text("\n".join(json.dumps(item) for item in items), encoding="utf-8")
    return list(backtest.changes(backtest.articles([file], _BASELINE), _NAMES, _BASELINE))


def _values(told: list[tuple[str, Change]]) -> list[tuple[str, str, int | None, int | None]]:
    lines = [(item, change_line(change)) for item, change in told if change.fact == _FACT]
    return [(item, str(line["kind"]), _billions(line["old"]), _billions(line["new"])) for item, line in lines]


def _billions(value: object) -> int | None:
    return int(value["low"]) // 10**9 if isinstance(value, dict) else None


def test_items_tell_in_the_order_given(tmp_path: Path) -> None:
    """A first value, a repetition, another value: two changes, by the items that brought them."""
    items = [
        {"id": "a", "text": _TEXT.format(18), "published": "2025-12-04"},
        {"id": "b", "text": _TEXT.format(18), "published": "2025-12-05"},
        {"id": "c", "text": _TEXT.format(20), "published": "2025-12-09"},
    ]
    assert _values(_told(tmp_path, items)) == [("a", "figure_new", None, 18), ("c", "figure_changed", 18, 20)]


def test_the_same_guid_again_is_a_revision(tmp_path: Path) -> None:
    """An edited article replaces what it said; the same text again says nothing."""
    items = [
        {"id": "a", "guid": "g", "text": _TEXT.format(18), "published": "2025-12-04"},
        {"id": "b", "guid": "g", "text": _TEXT.format(18), "published": "2025-12-04"},
        {"id": "c", "guid": "g", "text": _TEXT.format(19), "published": "2025-12-04"},
    ]
    told = _values(_told(tmp_path, items))
    assert [line[0] for line in told] == ["a", "c"]
    assert told[-1][3] == 19


def test_an_old_item_that_arrives_late_is_history(tmp_path: Path) -> None:
    """Published long before it arrives, an item is learned and alerts nobody."""
    items = [{"id": "a", "text": _TEXT.format(18), "published": "2025-01-04", "arrived": "2025-12-04T08:00:00Z"}]
    assert _told(tmp_path, items) == []


def test_all_but_id_and_text_may_be_missing(tmp_path: Path) -> None:
    """An item without any date arrives after the one before it."""
    items = [{"id": "a", "text": _TEXT.format(18)}, {"id": "b", "text": _TEXT.format(20)}]
    assert _values(_told(tmp_path, items)) == [("a", "figure_new", None, 18), ("b", "figure_changed", 18, 20)]


def test_the_sample_story_tells_what_is_expected() -> None:
    """The sample story as a feed tells exactly what a careful analyst expects of it."""
    folder = _CHOSEN.watchlist.parent / "articles"
    told = backtest.changes(backtest.articles([folder / "story.xml"], _BASELINE), _NAMES, _BASELINE)
    lines = [change_line(change) | {"item": item} for item, change in told]
    expected = (folder / "expected.jsonl").read_text(encoding="utf-8").splitlines()
    assert lines == [json.loads(line) for line in expected]


_DATED = '{"id": "a", "title": "t", "text": "t", "url": "", "published": "le 21 mars"}'


@pytest.mark.parametrize(
    ("content", "said"),
    [("", "empty"), ("hello", "not a feed"), ('{"id": "a"}', "line 1"), (_DATED, "line 1: published is no date")],
)
def test_a_file_that_cannot_be_used_is_named(tmp_path: Path, content: str, said: str) -> None:
    """The error names the file and what is wrong with it."""
    file = tmp_path / "items.jsonl"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(Misconfigured, match=said) as raised:
        list(backtest.articles([file]))
    assert "items.jsonl" in str(raised.value)


def test_an_excerpt_and_then_its_page_tell_a_figure_once() -> None:
    """What the beginning said is not news again when the whole says it; what only the whole says is."""
    moment = datetime(2025, 12, 4, 12, tzinfo=UTC)
    excerpt = Article(
        article_id="a",
        revision=1,
        source_id="paper",
        url="https://paper.example/1",
        title="أوبن إيه آي تستثمر في ستارغيت",
        body=_TEXT.format(18) + " […]",
        published_at=moment,
        fetched_at=moment,
        excerpt=True,
    )
    text = f"{_TEXT.format(18)} كما انضمت شركة سيسكو إلى مشروع ستارغيت شريكا."
    whole = msgspec.structs.replace(excerpt, revision=2, body=text, excerpt=False)
    told = list(backtest.changes([("excerpt", excerpt), ("page", whole)], _NAMES, _BASELINE))
    assert _values(told) == [("excerpt", "figure_new", None, 18)]
    assert [(name, change.fact) for name, change in told if name == "page"] == [("page", "partner:cisco@stargate")]
