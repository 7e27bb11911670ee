"""Who is missing on the watchlist, and adding it to the operator's file."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from alerts.reports import Report
from rasid.watch import Entry, add, added, entry, found_in
from streams.errors import Misconfigured
from streams.extract.watchlist import load
from streams.records import Claim, Origin, Span

_TEXT = """# our watchlist
projects:
  - {id: port, name: {ar: ميناء الغد, en: Port of Tomorrow}}
organisations:
  # builders
  - id: halden  # the first
    name: {ar: هالدن, en: Halden}
"""
_NEW = Entry(id="nour-cap", ar="نور كاب", en="Nour Cap", aliases=("نور كابيتال",))


def _report(article: str, *payers: str, minute: int = 0) -> Report:
    when = datetime(2026, 1, 1, 0, minute, tzinfo=UTC)
    claim = Claim(
        kind="partner",
        fact=None,
        evidence=Span(part="body", start=0, end=3),
        sentence=f"جملة {article}",
        confidence=0.8,
        rule="r",
        payers=payers,
        to="port",
    )
    return Report(
        article_id=article,
        source_id="s",
        url=f"https://example.org/{article}",
        title="",
        event_time=when,
        first_seen=when,
        claim=claim,
        origin=Origin(),
    )


def test_unlisted_organisations_are_counted_with_their_newest_sentence() -> None:
    """Those of the most articles come first; a listed or nameless payer is none."""
    reports = [
        _report("a", "unlisted:Kestra"),
        _report("b", "unlisted:نور كاب", minute=1),
        _report("b", "unlisted:نور كاب", "halden", "unlisted:", minute=1),
        _report("c", "unlisted:نور كاب", minute=2),
    ]
    found = found_in(reports, load(_TEXT))
    assert [(each.name, each.articles, each.sentence) for each in found] == [
        ("نور كاب", 2, "جملة c"),
        ("Kestra", 1, "جملة a"),
    ]
    assert found[0].url == "https://example.org/c"
    assert found[0].project == "port"


def test_whom_the_watchlist_names_by_now_is_no_longer_missing() -> None:
    """Reports keep the name that nobody had listed when they were learned, in whatever spelling."""
    reports = [_report("a", "unlisted:نور كاب"), _report("b", "unlisted:NOUR CAP"), _report("c", "unlisted:Kestra")]
    assert [each.name for each in found_in(reports, load(added(_TEXT, _NEW)[0]))] == ["Kestra"]


def test_an_entry_is_added_and_nothing_else_is_touched() -> None:
    """The file is the old one with one line more, at the line that is told; the new names are known."""
    changed, line = added(_TEXT, _NEW)
    lines = changed.splitlines()
    assert "nour-cap" in lines[line - 1]
    assert [each for at, each in enumerate(lines) if at != line - 1] == _TEXT.splitlines()
    known = {name.key: name.entity for name in load(changed).names}
    assert {known["نور كاب"], known["نور كابيتال"], known["nour cap"]} == {"nour-cap"}
    assert known["هالدن"] == "halden"


@pytest.mark.parametrize(
    "text",
    ["projects: [{id: port, name: {ar: ميناء الغد, en: Port}}]\n", "projects: [{id: p, name: {ar: ميناء, en: Port}}]"],
)
def test_a_file_without_organisations_gets_its_first(text: str) -> None:
    """With or without a line end at the end of the file."""
    changed, line = added(text, _NEW)
    assert changed.startswith(text)
    assert line == changed.count("\n")
    assert [each.id for each in load(changed).organisations] == ["nour-cap"]


@pytest.mark.parametrize("text", [_TEXT, "projects:\n  - {id: p, name: {ar: ميناء, en: Port}}\n"])
def test_the_files_own_line_ends_stay(text: str, tmp_path: Path) -> None:
    """A file from Windows keeps every byte, and its new lines end as its others do."""
    path, written = tmp_path / "watchlist.yaml", text.replace("\n", "\r\n")
    path.write_bytes(written.encode())
    add(path, _NEW)
    assert path.read_bytes() == added(text, _NEW)[0].replace("\n", "\r\n").encode()


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """What is changed is the file that it names, wherever that lies."""
    (tmp_path / "real").mkdir()
    real, link = tmp_path / "real" / "names.yaml", tmp_path / "watchlist.yaml"
    real.write_text(_TEXT, encoding="utf-8")
    link.symlink_to(real)
    add(link, _NEW)
    assert link.is_symlink()
    assert "nour-cap" in real.read_text(encoding="utf-8")


def test_the_line_is_the_entrys_own_where_a_comment_holds_the_same() -> None:
    """An operator may have had it before, and left it in a comment."""
    changed, line = added(_TEXT, _NEW)
    commented = "#" + changed.splitlines()[line - 1] + "\n" + _TEXT
    assert added(commented, _NEW)[1] == line + 1


@pytest.mark.parametrize("name", ["a: b", 'quote " and \\', "# no comment", "[list]", "{map}", "'single'", "- dash"])
def test_whatever_a_name_holds_is_kept(name: str) -> None:
    """A name is data: no sign in it means anything to YAML."""
    changed, _ = added(_TEXT, Entry(id="new", ar="الجديد", en=name))
    assert next(each for each in load(changed).organisations if each.id == "new").name["en"] == name


@pytest.mark.parametrize(
    ("new", "text", "said"),
    [
        (Entry(id="halden", ar="هولدن", en="Holden"), _TEXT, "stands twice"),
        (Entry(id="other", ar="هالدن", en="Other"), _TEXT, "names both"),
        (Entry(id="No Id", ar="جديد", en="New"), _TEXT, "not lower-case"),
        (_NEW, "projects: [", "not YAML"),
        (_NEW, "projects: [{id: p, name: {ar: ميناء, en: Port}}]\norganisations: []\n", "line 2"),
    ],
)
def test_what_would_be_no_watchlist_is_refused(new: Entry, text: str, said: str) -> None:
    """An id or a name that is taken, or a file that is none."""
    with pytest.raises(Misconfigured, match=re.escape(said)):
        added(text, new)


def test_the_file_is_replaced_at_once_or_not_at_all(tmp_path: Path) -> None:
    """A refused entry leaves the file and its folder as they were; an accepted one keeps the file's mode."""
    path = tmp_path / "watchlist.yaml"
    path.write_text(_TEXT, encoding="utf-8")
    path.chmod(0o640)
    with pytest.raises(Misconfigured):
        add(path, Entry(id="halden", ar="هولدن", en="Holden"))
    assert path.read_text(encoding="utf-8") == _TEXT
    assert add(path, _NEW) == added(_TEXT, _NEW)[1]
    assert path.read_text(encoding="utf-8") == added(_TEXT, _NEW)[0]
    assert path.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(Misconfigured, match="cannot be changed"):
        add(tmp_path / "nowhere.yaml", _NEW)


def test_an_entry_knows_what_is_missing() -> None:
    """A name stands for its own language; the id is made of the English name; other names become aliases."""
    assert entry("نور كاب", identity=None, ar=None, en="Nour & Cap", aliases=["نور"]) == Entry(
        id="nour-cap", ar="نور كاب", en="Nour & Cap", aliases=("نور",)
    )
    assert entry("Kestra", identity="kestra-ai", ar="كسترا", en=None, aliases=()).id == "kestra-ai"
    assert entry("Nestlé", identity=None, ar="نستله", en=None, aliases=()).id == "nestle"
    for name, missing in (("نور", "--en"), ("Kestra", "--ar"), ("Nestlé", "--ar")):
        with pytest.raises(Misconfigured, match=missing):
            entry(name, identity=None, ar=None, en=None, aliases=())
    with pytest.raises(Misconfigured, match="--id"):
        entry("نور", identity=None, ar=None, en="نور", aliases=())
