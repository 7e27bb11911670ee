"""How two runs differ: what comes, goes and changes, of lines and of whole back-tests."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from alerts.ledger import Ledger
from connectors.archive import Archive
from connectors.tables import revisions
from rasid import backtest, seeds, settings
from rasid.database import migrate, open_engine
from rasid.difference import Line, differences
from streams.errors import Misconfigured
from streams.records import Article, encode
from tests.rasid.commands import Json, Run, lines

_SAMPLE = Path(__file__).parents[2] / "seeds" / "sample.yaml"
_STORY = _SAMPLE.parent / "articles" / "story.xml"


def line(fact: str, old: int | None, new: int | None, url: str = "u") -> Line:
    return {"fact": fact, "kind": "k", "old": old, "new": new, "url": url, "item": f"item of {url}"}


A = line("a", None, 500)
ROWS: dict[str, tuple[list[Line], list[Line], list[tuple[str, Line | None, Line | None]]]] = {
    "the same": ([A], [A], []),
    "the same from a reprint": ([A], [line("a", None, 500, "other")], []),
    "comes": ([], [A], [("comes", None, A)]),
    "goes": ([A], [], [("goes", A, None)]),
    "says something else": ([A], [line("a", None, 600)], [("changes", A, line("a", None, 600))]),
    "from another value": (
        [line("a", 400, 500)],
        [line("a", 450, 500, "other")],
        [("changes", line("a", 400, 500), line("a", 450, 500, "other"))],
    ),
    "another fact of the same article": (
        [A],
        [line("b", None, 500)],
        [("comes", None, line("b", None, 500)), ("goes", A, None)],
    ),
    "one of two alike": ([A, dict(A)], [A], [("goes", A, None)]),
}


@pytest.mark.parametrize(("old", "new", "expected"), ROWS.values(), ids=ROWS.keys())
def test_lines(old: list[Line], new: list[Line], expected: list[tuple[str, Line | None, Line | None]]) -> None:
    """Each alert is matched once, by what it says, else by its article, else by the value that it leads to."""
    assert [(one.verdict, one.was, one.now) for one in differences(old, new)] == expected


@pytest.fixture
def archive(tmp_path: Path) -> int:
    """The sample story in the archive that `run` looks at; how many revisions."""
    chosen = settings.load(_SAMPLE, {"RASID_DATA_DIR": str(tmp_path)})
    engine = open_engine(chosen.database_url("archive"), "archive")
    migrate(engine, "connectors", "archive")
    story = [article for _, article in backtest.articles([_STORY], seeds.read_baseline(chosen))]
    _store(engine, story)
    engine.dispose()
    return len(story)


def _store(engine: sa.Engine, story: list[Article]) -> None:
    stored = datetime(2026, 1, 1, tzinfo=UTC)
    rows = [
        {
            "article_id": article.article_id,
            "revision": article.revision,
            "source_id": article.source_id,
            "content": "c",
            "stored": stored,
            "published": True,
            "record": encode(article).decode(),
            "size": len(encode(article)),
        }
        for article in story
    ]
    with engine.begin() as connection:
        connection.execute(sa.insert(revisions), rows)


def test_the_archive_tells_what_the_files_tell(run: Run, archive: int) -> None:
    """A back-test over the archive gives the changes of one over the items that were archived."""
    from_files = lines(run("backtest", str(_STORY)))
    from_archive = lines(run("backtest", "--archive"))

    assert archive > 4
    assert [one | {"item": None} for one in from_archive] == [one | {"item": None} for one in from_files]
    late = lines(run("backtest", "--archive", "--since", "2025-10-01"))
    assert late == from_archive[-len(late) :]
    assert 0 < len(late) < len(from_archive)


def test_against_what_the_ledger_told(run: Run, ledger: Ledger) -> None:
    """The same reader, watchlist and baseline tell what the ledger told; another watchlist tells otherwise."""
    assert ledger.changes()
    assert lines(run("backtest", str(_STORY), "--against", "ledger")) == []


def test_against_a_run_with_another_watchlist(run: Run, tmp_path: Path) -> None:
    """Without SoftBank on the watchlist, what it did goes; the table shows it in words."""
    before = tmp_path / "before.jsonl"
    before.write_text(run("backtest", str(_STORY)).stdout, encoding="utf-8")
    chosen = settings.load(_SAMPLE, {})
    text = chosen.watchlist.read_text(encoding="utf-8")
    names = tmp_path / "watchlist.yaml"
    names.write_text(text.replace("id: softbank", "id: another-bank"), encoding="utf-8")
    given = ("backtest", str(_STORY), "--watchlist", str(names), "--against", str(before))

    found: list[Json] = lines(run(*given))
    gone = [one["was"]["fact"] for one in found if one["difference"] == "goes"]
    assert "figure:stake:softbank->openai:USD" in gone
    assert any(one["difference"] == "comes" and "another-bank" in one["now"]["fact"] for one in found)
    table = run(*given, "--format", "table").stdout
    assert "- goes" in table
    assert "billion" in table


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "name files, or --archive"),
        (("x.jsonl", "--archive"), "name files, or --archive"),
        (("--archive", "--against", "nowhere.jsonl"), "nowhere.jsonl"),
    ],
)
def test_what_makes_no_sense_is_said(run: Run, archive: int, arguments: tuple[str, ...], said: str) -> None:
    """Neither files nor the archive, both, or a run that is not there: one clear error."""
    assert archive
    result = run("backtest", *arguments)
    assert isinstance(result.exception, Misconfigured)
    assert said in str(result.exception)


def test_a_file_that_is_no_run_is_said(run: Run, tmp_path: Path) -> None:
    """Lines that are no changes are named by their number."""
    file = tmp_path / "items.jsonl"
    file.write_text(json.dumps({"id": "a", "text": "x"}), encoding="utf-8")
    result = run("backtest", str(_STORY), "--against", str(file))
    assert isinstance(result.exception, Misconfigured)
    assert "items.jsonl:1" in str(result.exception)


def test_pages_of_the_archive_follow_each_other(tmp_path: Path) -> None:
    """More revisions than one page holds come all, once, in the order of storing."""
    engine = open_engine(f"sqlite:///{tmp_path / 'archive.db'}", "archive")
    migrate(engine, "connectors", "archive")
    first = next(iter(backtest.articles([_STORY])))[1]
    story = [
        Article(**{name: getattr(first, name) for name in first.__struct_fields__} | {"article_id": f"a{n:05}"})
        for n in range(2_100)
    ]
    _store(engine, story)
    counts: list[int] = []
    found = [name for name, _ in backtest.archived(Archive(engine), lambda done, _: counts.append(done))]
    engine.dispose()

    assert found == [article.article_id for article in story]
    assert counts[-1] == 2_100
