# ruff: noqa: RUF001 (Arabic digits are the data here)

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from connectors.archive import Archive
from connectors.articles import candidates
from connectors.parse.entries import Entry, Feed
from connectors.sources import Source
from connectors.states import FeedState
from rasid.articles import Wanted, one, search
from rasid.cli import app
from rasid.database import migrate, open_engine
from streams.errors import Misconfigured
from tests.connectors.fakes import START

DAILY, OTHER = (Source(id=name, url=f"https://{name}.example/feed") for name in ("daily", "other"))


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """Five articles of two sources, one of them with two revisions, stored a day apart."""
    engine = open_engine(f"sqlite:///{tmp_path}/archive.db", "archive")
    migrate(engine, "connectors", "archive")
    filled = Archive(engine)
    for day, (source, entry) in enumerate(
        [
            (DAILY, Entry(guid="1", title="استثمارٌ جديد", text="قالت الشركة إنها ستنفق ٥٠٠ مليار دولار")),
            (DAILY, Entry(guid="2", title="طقس", text="أمطار")),
            (OTHER, Entry(guid="3", title="إستثمار آخر", text="في مدرسة")),
            (DAILY, Entry(guid="2", title="طقس", text="أمطار غزيرة")),
            (DAILY, Entry(guid="4", title="رياضة", text="فوز")),
        ]
    ):
        now = START + timedelta(days=day)
        found = candidates(source, Feed(format="rss20", entries=(entry,)), now, first_poll=False)
        filled.store(FeedState(source_id=source.id, url=source.url), found, now)
    yield filled
    engine.dispose()


def titles(archive: Archive, wanted: Wanted | None = None) -> list[str]:
    """What a search finds."""
    return [hit.article.title for hit in search(archive, wanted or Wanted())]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("استثمار", ["إستثمار آخر", "استثمارٌ جديد"]),
        ("اِسْتِثمَار", ["إستثمار آخر", "استثمارٌ جديد"]),
        ("500 مليار", ["استثمارٌ جديد"]),
        ("مدرسه", ["إستثمار آخر"]),
        ("غزيرة", ["طقس"]),
        ("ثلج", []),
    ],
)
def test_spelling_marks_and_digits_make_no_difference(archive: Archive, text: str, expected: list[str]) -> None:
    """Words are found as the reader reads them, newest first."""
    assert titles(archive, Wanted(text=text)) == expected


def test_source_time_and_number_leave_out_others(archive: Archive) -> None:
    """Each article once, as its newest revision."""
    assert titles(archive) == ["رياضة", "طقس", "إستثمار آخر", "استثمارٌ جديد"]
    assert titles(archive, Wanted(source="other")) == ["إستثمار آخر"]
    assert titles(archive, Wanted(since=START + timedelta(days=3))) == ["رياضة", "طقس"]
    assert titles(archive, Wanted(limit=1)) == ["رياضة"]


def test_the_snippet_is_the_text_as_it_was_written(archive: Archive) -> None:
    """Around what was found, with its marks and digits."""
    [hit] = search(archive, Wanted(text="500 مليار"))
    assert hit.snippet == "قالت الشركة إنها ستنفق ٥٠٠ مليار دولار"


def test_more_than_a_page_is_searched(archive: Archive) -> None:
    """The oldest of a thousand articles is found, and the search says how far it is."""
    entries = tuple(Entry(guid=f"n{n}", title=f"خبر {n}") for n in range(1_100))
    found = candidates(OTHER, Feed(format="rss20", entries=entries), START, first_poll=False)
    archive.store(FeedState(source_id="other", url=OTHER.url), found, START)
    told: list[tuple[int, int | None]] = []
    [hit] = search(archive, Wanted(text="ستنفق"), lambda done, total: told.append((done, total)))
    assert hit.article.title == "استثمارٌ جديد"
    assert (told[0], told[-1]) == ((0, 1_105), (1_104, 1_105))


def test_one_article_is_found_by_the_beginning_of_its_id(archive: Archive) -> None:
    """With its revisions in order; none, or more than one, is a clear mistake."""
    [weather] = search(archive, Wanted(text="غزيرة"))
    assert [each.body for each in one(archive, weather.article.article_id[:12])] == ["أمطار", "أمطار غزيرة"]
    for start in ("", "zz"):
        with pytest.raises(Misconfigured, match="no such article"):
            one(archive, start)
    for digit in "0123456789abcdef":
        if len({each.article.article_id for each in archive.article(digit)}) > 1:
            with pytest.raises(Misconfigured, match="begin with"):
                one(archive, digit)


def test_a_text_of_marks_alone_is_refused(archive: Archive) -> None:
    """It would be found everywhere."""
    with pytest.raises(Misconfigured, match="nothing to look for"):
        list(search(archive, Wanted(text="ـًٌ")))


def test_the_verb_prints_tables_and_json(archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list and one article, for people and for programs."""
    monkeypatch.setenv("RASID_DATA_DIR", str(tmp_path))
    run = CliRunner()
    lines = run.invoke(app, ["articles", "--grep", "استثمار", "--format", "json"]).output.splitlines()
    assert [json.loads(line)["title"] for line in lines] == ["إستثمار آخر", "استثمارٌ جديد"]
    table = run.invoke(app, ["articles", "--since", "2026-03-04"]).output.splitlines()
    assert len(table) == 3
    identity = json.loads(lines[0])["article_id"]
    assert "في مدرسة" in run.invoke(app, ["articles", identity[:12]]).output
    [whole] = run.invoke(app, ["articles", identity, "--format", "json"]).output.splitlines()
    assert json.loads(whole)["body"] == "في مدرسة"
    assert archive.waiting()
