"""The verbs that show and calculate, run in process on a ledger that the real code has filled."""

from __future__ import annotations

import json
import select
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from subprocess import PIPE

import pytest

from alerts.backoff import Settled
from alerts.excerpt import excerpt
from alerts.learn import learn
from alerts.ledger import Ledger
from alerts.outbox import Due, Outbox
from connectors.archive import Archive
from connectors.articles import candidates
from connectors.parse.entries import Entry, Feed
from connectors.sources import Source
from connectors.states import FeedState
from rasid import seeds, settings
from rasid.database import migrate, open_engine
from rasid.extract import article_of
from streams.clock import utc_now
from streams.errors import Misconfigured
from streams.extract.reader import Reader
from streams.extract.watchlist import load
from tests.rasid.commands import Run, lines

_SAMPLE = Path(__file__).parents[2] / "seeds" / "sample.yaml"
_STORY = _SAMPLE.parent / "articles" / "story.xml"
_NOW = datetime(2026, 1, 2, tzinfo=UTC)
_STAKE = "figure:stake:softbank->openai:USD"


def test_facts_show_what_is_known(run: Run, ledger: Ledger) -> None:
    """Each fact with its value, its evidence and its address; the baseline's total is still 500."""
    known = {line["fact"]: line for line in lines(run("facts", "--format", "json"))}
    assert set(known) == {fact.fact for fact in ledger.facts()}
    total = known["figure:total:stargate:USD"]
    assert (total["present"]["low"], total["changes"]) == (500_000_000_000, 1)
    assert known[_STAKE]["evidence"]
    assert known[_STAKE]["url"].startswith("https://")


def test_changes_are_told_oldest_first(run: Run, ledger: Ledger) -> None:
    """The newest change is the last line; `--limit` keeps the newest; `--silent` adds those that nobody was told of."""
    told = lines(run("changes", "--format", "json", "--limit", "500"))
    assert [line["fact"] for line in told] == [change.fact for change in reversed(ledger.changes(500))]
    assert lines(run("changes", "--format", "json", "--limit", "2")) == told[-2:]
    everything = lines(run("changes", "--format", "json", "--limit", "500", "--silent"))
    assert [line | {"silence": None} for line in told] == [line for line in everything if line["silence"] is None]
    assert "quiet" in {line["silence"] for line in everything}
    assert "silence" in run("changes", "--silent").stdout


def test_history_gives_each_step_with_its_sentence(run: Run, ledger: Ledger) -> None:
    """One fact's values by the time of the events, each with the sentence it rests on."""
    steps = lines(run("history", _STAKE, "--format", "json"))
    assert len(steps) == len(ledger.history(_STAKE).steps) >= 2
    assert [step["time"] for step in steps] == sorted(step["time"] for step in steps)
    assert all(step["evidence"] and step["url"] for step in steps)


def test_history_says_what_it_leaves_out(run: Run, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of more reports than are shown the newest are read, the rest are counted on stderr; `--all` reads them all."""
    everything = lines(run("history", _STAKE, "--format", "json"))
    monkeypatch.setattr(excerpt, "__defaults__", (1,))
    short = run("history", _STAKE, "--format", "json")

    count = len(ledger.claims(_STAKE))
    assert json.loads(short.stdout.splitlines()[-1])["value"] == everything[-1]["value"]
    assert short.stderr == f"the newest 1 of {count} reports; --all reads every one\n"
    assert lines(run("history", _STAKE, "--format", "json", "--all")) == everything


def test_history_of_an_unknown_fact_is_a_clear_error(run: Run, ledger: Ledger) -> None:
    """A key that is none names itself and says where the keys are."""
    assert ledger.facts()
    result = run("history", "figure:total:nowhere:USD")
    assert isinstance(result.exception, Misconfigured)
    assert "figure:total:nowhere:USD" in str(result.exception)
    # What a shell leaves of a key without quotes.
    assert "in quotes" in str(run("history", "figure:stake:softbank-").exception)


def test_deliveries_show_what_is_due(run: Run, ledger: Ledger) -> None:
    """Each delivery with its state; none was sent yet."""
    rows = lines(run("deliveries", "--format", "json", "--limit", "500"))
    assert {row["delivery_id"] for row in rows} == {row.delivery_id for row in ledger.deliveries(500)}
    assert {row["state"] for row in rows} == {"pending"}


def test_deliveries_by_state_and_destination(run: Run, ledger: Ledger) -> None:
    """What was given up, and what went to one destination, is found by its name."""
    _end(ledger, Settled(state="dead", reason="rejected"))
    (dead,) = lines(run("deliveries", "--format", "json", "--state", "dead"))
    assert (dead["reason"], dead["destination"]) == ("rejected", "console")
    rest = lines(run("deliveries", "--format", "json", "--state", "pending", "--destination", "console"))
    assert len(rest) == len(ledger.deliveries(500)) - 1
    assert lines(run("deliveries", "--format", "json", "--destination", "nobody")) == []


def test_redelivery(run: Run, ledger: Ledger) -> None:
    """A delivery that was given up is due again by its id or by its change's; another id is a clear error."""
    for wanted in ("delivery_id", "change_id"):
        due = _end(ledger, Settled(state="dead", reason="rejected"))
        assert run("deliveries", "--redeliver", getattr(due, wanted)).output.startswith("1 due now")
        assert ledger.deliveries(state="dead") == ()
    unknown = run("deliveries", "--redeliver", "none-such")
    assert isinstance(unknown.exception, Misconfigured)
    assert "none-such" in str(unknown.exception)


def test_resuming_a_destination(run: Run, ledger: Ledger) -> None:
    """A paused destination is resumed by its id, without a restart; one that nobody knows is a clear error."""
    Outbox(ledger.engine, "me").pause("console", "gone", _NOW)
    assert "alert resume console" in run("doctor").output
    assert "console refused for good (gone)" in run("deliveries", "--destination", "console").stderr
    assert run("alert", "resume", "console").output == "console is resumed\n"
    assert ledger.pauses() == ()
    assert "paused" not in run("doctor").output
    assert not run("deliveries").stderr
    assert run("alert", "resume", "console").output == "console was not paused\n"
    assert isinstance(run("alert", "resume", "nobody").exception, Misconfigured)


def _end(ledger: Ledger, settled: Settled) -> Due:
    outbox = Outbox(ledger.engine, "me")
    due = outbox.take("console", utc_now())
    assert due is not None
    assert outbox.finish(due, settled, utc_now())
    return due


@pytest.mark.parametrize("arguments", [("facts",), ("changes",), ("history", _STAKE), ("deliveries",)])
def test_tables_hold_a_row_for_each(run: Run, ledger: Ledger, arguments: tuple[str, ...]) -> None:
    """For people: a header and aligned rows, markup in a text being text."""
    assert ledger.facts()
    result = run(*arguments)
    assert result.exit_code == 0
    assert len(result.output.splitlines()) > 2
    assert "fact" in result.output or "value" in result.output or "delivery" in result.output


def test_extract_reads_lines_and_texts(run: Run, tmp_path: Path) -> None:
    """JSON Lines come out in order with their ids; a text file is one line; `-` is standard input."""
    text = "تعتزم شركة أوبن إيه آي استثمار 18 مليار دولار في مشروع ستارغيت."
    items = "".join(json.dumps({"id": name, "text": text}) + "\n" for name in ("b", "a"))
    found = lines(run("extract", "--jsonl", "-", text=items))
    assert [line["id"] for line in found] == ["b", "a"]
    (amount,) = found[0]["amounts"]
    assert text[amount["start"] : amount["end"]] == amount["text"] == "18 مليار دولار"
    assert (amount["low"], amount["currency"]) == (18_000_000_000, "USD")
    (tmp_path / "text.txt").write_text(text, encoding="utf-8")
    assert lines(run("extract", str(tmp_path / "text.txt")))[0]["amounts"] == found[0]["amounts"]


def test_extract_answers_each_line_as_it_comes() -> None:
    """A program that asks for one text and waits for what was read in it is answered."""
    command = [sys.executable, "-m", "rasid", "--config", str(_SAMPLE), "extract", "--jsonl", "-"]
    line = json.dumps({"id": 1, "text": "مشروع ستارغيت"}) + "\n"
    with subprocess.Popen(command, stdin=PIPE, stdout=PIPE, text=True, cwd=_SAMPLE.parents[1]) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(line)
        process.stdin.flush()
        answered, _, _ = select.select([process.stdout], [], [], 60)
        process.stdin.close()
        assert answered
        assert json.loads(process.stdout.readline())["id"] == "1"


@pytest.mark.parametrize(
    ("content", "said"), [("{", "1: not JSON"), ("[]\n", "1: an object"), ('{"id": 1}\n', "a text")]
)
def test_extract_names_the_bad_line(run: Run, content: str, said: str) -> None:
    """A line that cannot be used is named, with what is wrong with it."""
    result = run("extract", "--jsonl", "-", text=content)
    assert said in str(result.exception)


def test_a_file_that_is_not_there_is_named(run: Run) -> None:
    """Extract and backtest name the file that they cannot read."""
    for arguments in (("extract", "--jsonl", "/nowhere/x"), ("backtest", "/nowhere/x")):
        result = run(*arguments)
        assert isinstance(result.exception, Misconfigured)
        assert "/nowhere/x" in str(result.exception)


def test_feeds_export_reads_back(run: Run) -> None:
    """The exported OPML holds the configured sources."""
    result = run("feeds", "export")
    assert result.exit_code == 0
    assert "story.xml" in result.output


def test_feeds_check_says_what_is_there(run: Run) -> None:
    """One configured source asked once: its format, its items, and that the watchlist's names are in them."""
    result = run("feeds", "check", "sample", "--format", "json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.output)
    assert (found["source"], found["format"], found["language"]) == ("sample", "rss20", "ar")
    assert found["items"] == found["dated"] > found["watched"] > 0
    assert found["claims"] > 0
    assert "format     rss20" in run("feeds", "check", "sample").output


def test_feeds_check_of_an_address_that_is_refused(run: Run) -> None:
    """An address on this machine is not asked, and the reason is told."""
    result = run("feeds", "check", "http://127.0.0.1/feed", "--format", "json")
    assert result.exit_code == 69
    assert json.loads(result.output)["failed"] == "refused_address"


def test_feeds_check_of_a_name_that_nobody_has(run: Run) -> None:
    """It is no address that was mistyped: the nearest name is given."""
    result = run("feeds", "check", "sampel")
    assert isinstance(result.exception, Misconfigured)
    assert str(result.exception) == "no such source: sampel; is it sample?"


def test_check_config_counts_what_it_read(run: Run) -> None:
    """A sound configuration is told in one line."""
    result = run("check-config")
    assert (result.exit_code, result.output[:3]) == (0, "ok:")


def test_a_destination_of_a_project_that_is_not_watched_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A project's slip of the pen is told, one line each: nobody would ever be told of it."""
    told = {"id": "d", "kind": "console", "projects": ["stargate", "stargaet"]}
    other = {"id": "e", "kind": "console", "projects": ["softbank"]}
    monkeypatch.setenv("RASID_DESTINATIONS", json.dumps([told, other]))
    for verb in ("check-config", "run"):
        result = run(verb)
        assert isinstance(result.exception, Misconfigured)
        assert str(result.exception).splitlines() == [
            "destination d: no such project on the watchlist: stargaet",
            "destination e: no such project on the watchlist: softbank",
        ]


def test_check_config_tells_spellings_that_it_left_out(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A derived spelling that two names share is told, with both."""
    names = "projects: [{id: a, name: {ar: غامارا, en: Aa}}]\norganisations: [{id: b, name: {ar: جامارا, en: Bb}}]\n"
    (tmp_path / "watchlist.yaml").write_text(names, encoding="utf-8")
    monkeypatch.setenv("RASID_WATCHLIST", str(tmp_path / "watchlist.yaml"))
    result = run("check-config")
    assert (result.exit_code, result.output.splitlines()[1:]) == (
        0,
        ["left out: the spelling 'كامارا' could name a or b"],
    )


def test_extract_shows_people_what_was_read_and_why(run: Run, tmp_path: Path) -> None:
    """The page has names, the claim, its signs, what lost, the fact's key and the sentence; json is for programs."""
    # What the second sum is for is left open: something else has to come near to being chosen.
    text = "تبلغ كلفة مشروع ستارغيت 500 مليار دولار. وتحتاج أوراكل إلى 3 ملايين يورو."
    (tmp_path / "text.txt").write_text(text, encoding="utf-8")
    page = run("extract", "--format", "table", str(tmp_path / "text.txt"))
    assert page.exit_code == 0
    for part in ("stargate", "total  stargate  500,000,000,000 USD exact  announced", "rather than "):
        assert part in page.output
    assert "figure:total:stargate:USD" in page.output
    assert "تبلغ كلفة مشروع ستارغيت" in page.output
    assert lines(run("extract", "--format", "json", str(tmp_path / "text.txt")))[0]["mentions"]


def test_dump_config_is_yaml_that_loads_again(run: Run, tmp_path: Path) -> None:
    """What `--dump-config` prints is a configuration."""
    result = run("--dump-config")
    assert result.exit_code == 0
    (tmp_path / "again.yaml").write_text(result.output, encoding="utf-8")
    assert settings.load(tmp_path / "again.yaml", {}).sources[0].id == "sample"


def test_replay_queues_what_is_archived(run: Run) -> None:
    """An empty archive has nothing to queue, and says so."""
    result = run("replay")
    assert (result.exit_code, result.output.split()[0]) == (0, "0")


def test_replay_queues_what_was_never_learned(run: Run, ledger: Ledger, tmp_path: Path) -> None:
    """Of what a broker took and forgot, `--missing` queues what the ledger does not know, and nothing else."""
    engine = open_engine(f"sqlite:///{tmp_path / 'archive.db'}", "archive")
    migrate(engine, "connectors", "archive")
    archive, source = Archive(engine), Source(id="daily", url="https://daily.example/feed")
    entries = tuple(Entry(guid=str(n), title=f"خبر {n}", text="قالت الشركة") for n in range(3))
    found = candidates(source, Feed(format="rss20", entries=entries), _NOW, first_poll=False)
    archive.store(FeedState(source_id=source.id, url=source.url), found, _NOW)
    kept = archive.revisions()
    archive.mark_published(one.seq for one in kept)
    names = seeds.read_watchlist(settings.load(_SAMPLE, {}))
    learn(ledger, Reader(names).read(kept[1].article), seeds.make_policy(names), [], _NOW)
    assert run("replay", "--missing").output.startswith("2 article revisions")
    assert [one.seq for one in archive.unpublished("daily")] == [kept[0].seq, kept[2].seq]
    assert run("replay").output.startswith("1 article revisions")
    engine.dispose()


def test_alert_test_reaches_the_console(run: Run) -> None:
    """A made-up alert goes through the real channel and says that it is a test."""
    result = run("alert", "test")
    assert result.exit_code == 0
    assert "This is a test from Rasid" in result.output
    assert "console: has it" in result.output
    assert "console: has it" in run("alert", "test", "console").output
    assert isinstance(run("alert", "test", "nobody").exception, Misconfigured)


def test_alert_test_tells_by_its_exit_status(run: Run, monkeypatch: pytest.MonkeyPatch, unused_tcp_port: int) -> None:
    """A destination that does not answer is named with the reason, and the exit status says that not all have it."""
    dead = {"id": "dead", "kind": "webhook", "url": f"http://127.0.0.1:{unused_tcp_port}/", "allow_private": True}
    secret = "whsec_" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo="
    both = [dead | {"secrets": [secret]}, {"id": "console", "kind": "console"}]
    monkeypatch.setenv("RASID_DESTINATIONS", json.dumps(both))
    result = run("alert", "test")
    assert result.exit_code == 69
    assert "dead: retry: unreachable" in result.output
    assert "console: has it" in result.output
    assert run("alert", "test", "console").exit_code == 0


@pytest.mark.embedded
def test_doctor_looks_at_everything(run: Run) -> None:
    """With the embedded broker installed nothing that is needed is at fault."""
    result = run("doctor")
    assert result.exit_code == 0, result.output
    assert {line.split()[1] for line in result.output.splitlines()} == {
        "python", "seeds", "archive", "ledger", "kafka", "ner",
    }  # fmt: skip


def test_who_is_missing_is_listed_and_added(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whom articles call partners and nobody listed is shown with its sentence; `add` makes it known."""
    names = tmp_path / "names.yaml"
    names.write_text((_SAMPLE.parent / "watchlist.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setenv("RASID_WATCHLIST", str(names))
    engine = open_engine(f"sqlite:///{tmp_path / 'ledger.db'}", "ledger")
    migrate(engine, "alerts", "ledger")
    reader = Reader(load(names.read_text(encoding="utf-8")))
    article = article_of({"id": "1", "text": "ينفذ مشروع ستارغيت بالشراكة مع أوراكل وشركة «نور الأفق»."}, _NOW)
    learn(Ledger(engine), reader.read(article), seeds.make_policy(load(names.read_text(encoding="utf-8"))), [], _NOW)
    (found,) = lines(run("watchlist", "unlisted", "--format", "json"))
    assert (found["name"], found["articles"], found["project"]) == ("نور الأفق", 1, "stargate")
    assert "نور الأفق" in run("watchlist", "unlisted").output
    result = run("watchlist", "add", "نور الأفق", "--en", "Nour Horizon")
    assert (result.exit_code, result.output.splitlines()[0].split(": ")[-1]) == (0, "nour-horizon")
    assert Reader(load(names.read_text(encoding="utf-8"))).read(article).claims[-1].payers == ("nour-horizon",)
    assert lines(run("watchlist", "unlisted", "--format", "json")) == []
    assert run("watchlist", "add", "نور الأفق", "--en", "Nour Horizon").exception
