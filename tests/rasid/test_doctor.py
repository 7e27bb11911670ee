"""What `rasid doctor` says of what is optional, and of what went to the broker and never came back."""

from __future__ import annotations

import importlib.util
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from alerts.learn import learn
from alerts.ledger import Ledger
from connectors.archive import Archive
from connectors.articles import candidates
from connectors.parse.entries import Entry, Feed
from connectors.sources import Source
from connectors.states import FeedState
from rasid.database import migrate, open_engine
from rasid.doctor import entity_recognition
from streams.clock import utc_now
from streams.errors import Misconfigured
from tests.rasid.commands import Run
from tests.rasid.story import POLICY, reading


def test_missing_model_data_is_named_file_by_file(tmp_path: Path) -> None:
    """Without data every file that is missing is named, and that is no fault."""
    found = entity_recognition(tmp_path)
    assert found.verdict == "absent"
    assert all(name in found.detail for name in ("catalogue.json", "arabert/config.json", "model.safetensors"))


def test_model_data_that_is_there_is_not_missed(tmp_path: Path) -> None:
    """With the files in place, the weights in either form, only the packages may still be missing."""
    model = tmp_path / "data/ner/arabert"
    model.mkdir(parents=True)
    for path in (tmp_path / "catalogue.json", model / "config.json", model / "pytorch_model.bin"):
        path.write_text("{}", encoding="utf-8")
    found = entity_recognition(tmp_path)
    assert str(tmp_path / "catalogue.json") not in found.detail
    assert "config.json" not in found.detail
    installed = all(importlib.util.find_spec(name) for name in ("torch", "transformers"))
    assert found.verdict == ("ok" if installed else "absent")


def test_what_was_sent_and_never_learned_is_counted(run: Run, ledger: Ledger, tmp_path: Path) -> None:
    """Only what was published, long enough ago, and is not in the ledger; with the verbs that help."""
    engine = open_engine(f"sqlite:///{tmp_path / 'archive.db'}", "archive")
    migrate(engine, "connectors", "archive")
    archive, source, long_ago = (
        Archive(engine),
        Source(id="daily", url="https://daily.example/feed"),
        timedelta(hours=2),
    )
    for name, age in (("learned", long_ago), ("lost", long_ago), ("waiting", long_ago), ("fresh", timedelta())):
        feed = Feed(format="rss20", entries=(Entry(guid=name, title=name, text="نص"),))
        found = candidates(source, feed, utc_now() - age, first_poll=False)
        archive.store(FeedState(source_id=source.id, url=source.url), found, utc_now() - age)
    stored = {one.article.title: one for one in archive.revisions()}
    archive.mark_published(one.seq for title, one in stored.items() if title != "waiting")
    assert "2 article revisions" in run("doctor").output
    read = {
        name: msgspec.structs.replace(
            reading(9, "2025-01-21", "daily", name), article_id=stored[name].article.article_id
        )
        for name in stored
    }
    learn(ledger, read["learned"], POLICY, [], utc_now())
    (line,) = (line for line in run("doctor").output.splitlines() if "unlearned" in line)
    assert line.startswith("risk")
    assert "1 article revisions" in line
    assert "rasid replay --missing" in line
    learn(ledger, read["lost"], POLICY, [], utc_now())
    assert "unlearned" not in run("doctor").output
    engine.dispose()


def test_alerts_for_a_destination_that_is_gone_are_named(
    run: Run, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They wait for ever, so somebody has to hear of it: how many, for whom, and what ends that."""
    waiting = ledger.open_deliveries()
    assert waiting["console"] > 0
    assert "stranded" not in run("doctor").output
    monkeypatch.setenv("RASID_DESTINATIONS", '[{"id": "desk", "kind": "console"}]')
    said = run("doctor")
    assert said.exit_code != 0
    assert f"{waiting['console']} alerts wait for console, which is gone" in " ".join(said.output.split())
    assert isinstance(run("alert", "drop", "nobody").exception, Misconfigured)
    assert run("alert", "drop", "console").output.startswith(f"{waiting['console']} given up")
    assert "stranded" not in run("doctor").output
