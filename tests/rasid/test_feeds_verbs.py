"""The verbs that look after feeds, on a real list, a real archive and a press on loopback."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from connectors.opml import from_opml
from rasid.cli import app
from streams.errors import Misconfigured
from tests.connectors.feeds import item, rss
from tests.connectors.servers import Press, press

Run = Callable[..., Result]
LIST = """<opml version="2.0"><body>
  <outline text="أخبار">
    <!-- kept -->
    <outline text="اليومية" xmlUrl="{url}" id="daily" allowPrivate="true"/>
  </outline>
</body></opml>
"""


@pytest.fixture(scope="module")
def paper() -> Iterator[Press]:
    """A running press, in a thread of its own."""
    ready, over, made = threading.Event(), asyncio.Event(), list[Press]()
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        async with press() as served:
            served.pages["/feed"] = rss(item("2", "استثمار", "نص " * 300), item("1", "خبر", "مختصر"))
            made.append(served)
            ready.set()
            await over.wait()

    def work() -> None:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            runner.run(serve())

    thread = threading.Thread(target=work)
    thread.start()
    ready.wait(30)
    yield made[0]
    loop.call_soon_threadsafe(over.set)
    thread.join(30)


@pytest.fixture
def feeds(paper: Press, tmp_path: Path) -> Path:
    """A list of one feed."""
    path = tmp_path / "feeds.opml"
    path.write_text(LIST.format(url=paper.url("/feed")))
    return path


@pytest.fixture
def run(feeds: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`rasid feeds` with that list."""
    monkeypatch.setenv("RASID_FEEDS", str(feeds))
    monkeypatch.setenv("RASID_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")
    return lambda *arguments: CliRunner().invoke(app, ["feeds", *arguments])


def listed(run: Run) -> list[dict[str, object]]:
    """What the list says."""
    return [json.loads(line) for line in run("list", "--format", "json").output.splitlines()]


def test_pause_and_resume_are_kept_and_shown(run: Run) -> None:
    """Said again, they say that nothing changed; a slip of the pen is told with what may be meant."""
    assert listed(run)[0]["health"] == "never polled"
    assert run("pause", "daily").output == "daily is paused\n"
    assert run("pause", "daily").output == "daily was paused already\n"
    assert listed(run)[0]["health"] == "paused"
    assert run("resume", "daily").output == "daily is polled again\n"
    assert run("resume", "daily").output == "daily was not paused\n"
    slip = run("pause", "dailly")
    assert isinstance(slip.exception, Misconfigured)
    assert "is it daily?" in str(slip.exception)


def test_the_table_has_a_row_for_each(run: Run) -> None:
    """Aligned, with its title."""
    head, row = run("list").output.splitlines()
    assert head.split()[:2] == ["source", "health"]
    assert row.startswith("daily")
    assert "never" in row
    assert "اليومية" in row


def test_a_feed_of_this_machine_cannot_be_added_by_its_address(run: Run, paper: Press, feeds: Path) -> None:
    """What is not public is refused, and the list stays as it was."""
    before, asked = feeds.read_bytes(), len(paper.requests)
    refused = run("add", paper.url("/feed"))
    assert isinstance(refused.exception, Misconfigured)
    assert "refused_address" in str(refused.exception)
    assert (feeds.read_bytes(), len(paper.requests)) == (before, asked)


def test_adding_asks_once_and_keeps_the_list(run: Run, paper: Press, feeds: Path) -> None:
    """The feed names itself; a page leads to its feed, with one request more."""
    asked = len(paper.requests)
    paper.pages["/other"] = rss(item("1", "a"))
    added = run("add", paper.url("/other"), "--group", "أخبار", "--reason", "مثال", "--id", "other", "--allow-private")
    assert added.exit_code == 0, added.output
    assert len(paper.requests) == asked + 1
    paper.pages |= {
        "/page": '<html><link rel="alternate" type="application/rss+xml" href="/third"></html>',
        "/third": rss(item("1", "a")),
    }
    assert run("add", paper.url("/page"), "--allow-private").exit_code == 0
    assert len(paper.requests) == asked + 3
    _, other, third = from_opml(feeds.read_bytes())
    assert (other.id, other.title, other.group, other.description) == ("other", "صحيفة", "أخبار", "مثال")
    assert (third.url, third.home, third.group) == (paper.url("/third"), paper.url("/page"), "")
    assert "<!-- kept -->" in feeds.read_text()
    again = run("add", paper.url("/other"), "--allow-private")
    assert isinstance(again.exception, Misconfigured)
    assert "the same url" in str(again.exception)


def test_an_import_adds_what_is_new_in_its_folders(run: Run, feeds: Path, tmp_path: Path, paper: Press) -> None:
    """Another reader's export comes in, and the export of both reads back as both."""
    theirs = tmp_path / "theirs.opml"
    theirs.write_text(
        f"""<opml version="1.0"><body><outline title="اقتصاد" text="اقتصاد">
        <outline type="rss" text="بورصة" title="بورصة" xmlUrl="https://stocks.example/rss" htmlUrl="https://stocks.example"/>
        <outline type="rss" text="known" xmlUrl="{paper.url("/feed")}"/>
        </outline></body></opml>"""
    )
    said = run("import", str(theirs)).output
    assert said.splitlines()[-1] == f"{feeds}: 1 added, 1 known"
    daily, stocks = from_opml(run("export").output.encode())
    assert (daily.id, stocks.title, stocks.group) == ("daily", "بورصة", "اقتصاد")
    assert stocks.home == "https://stocks.example"
    assert run("import", str(theirs)).output == f"{feeds}: 0 added, 2 known\n"
    assert isinstance(run("import", "/nowhere/x").exception, Misconfigured)


def test_testing_asks_all_and_its_status_tells(run: Run, paper: Press, feeds: Path) -> None:
    """0 when all is well; 69 when one fails, which says why; the paused are left alone."""
    fine = run("test", "--format", "json")
    assert fine.exit_code == 0, fine.output
    [row] = [json.loads(line) for line in fine.output.splitlines()]
    assert (row["source"], row["failed"], row["items"], row["format"]) == ("daily", None, 2, "rss20")
    bad = f'<outline text="x" xmlUrl="{paper.url("/nothing")}" id="bad" allowPrivate="true"/>'
    asleep = bad.replace('"bad"', '"asleep" paused="true"').replace("/nothing", "/asleep")
    feeds.write_text(feeds.read_text().replace("</body>", f"{bad}{asleep}</body>"))
    failed = run("test")
    assert failed.exit_code == 69
    assert [line.split()[:2] for line in failed.output.splitlines()[1:]] == [["daily", "ok"], ["bad", "http_404"]]
    assert all(request.path != "/asleep" for request in paper.requests)
    assert run("pause", "bad").exit_code == 0
    assert run("test").exit_code == 0


def test_a_check_says_what_rasid_would_make_of_it(run: Run) -> None:
    """Script, text, dates, and what is read."""
    said = json.loads(run("check", "daily", "--format", "json").output)
    assert said["arabic"] == "100% of the letters"
    assert said["text"].startswith("1 excerpts, usually")
    assert (said["items"], said["dated"], said["watched"]) == (2, 0, 0)


def test_what_a_feed_says_of_itself_cannot_act_on_the_terminal(run: Run, paper: Press) -> None:
    """Neither its language nor the feeds that a page names begin a line or an escape sequence."""
    language = "<language>ar\x1b[2J\nforged</language>"
    kept = paper.pages["/feed"]
    paper.pages["/feed"] = rss(item("1", "خبر")).replace("<item>", f"{language}<item>")
    said = run("check", "daily").output
    assert "ar[2J forged\n" in said
    assert "\x1b" not in said
    link = '<link rel="alternate" type="application/rss+xml" href="/a\x1b[2J&#x2028;forged">'
    paper.pages["/feed"] = f"<html>{link}</html>"
    said = run("check", "daily").output
    paper.pages["/feed"] = kept
    assert f"feeds      {paper.url('/a[2J forged')}\n" in said
    assert "\x1b" not in said
