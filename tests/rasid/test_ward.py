"""From the archive to the operator: sources that fail, on both databases."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from alerts.tables import errands
from connectors.archive import Archive
from connectors.states import FeedState
from rasid.settings import Settings, load
from rasid.stages.deliver import build
from rasid.tables import open_tables
from rasid.ward import Ward
from tests.connectors.fakes import START

CONFIG = """
feeds: null
sources:
  - {id: daily, url: "https://daily.example/feed", title: صحيفة}
  - {id: asleep, url: "https://asleep.example/feed", paused: true}
destinations:
  - {id: desk, kind: console, language: en, operator: true}
"""
STATE = FeedState(source_id="daily", url="https://daily.example/feed", last_poll=START, last_success=START)


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """An installation with both its databases in one place, on each kind of database."""
    (tmp_path / "rasid.yaml").write_text(CONFIG, encoding="utf-8")
    places = {} if database_url.startswith("sqlite") else dict.fromkeys(("ARCHIVE", "LEDGER"), database_url)
    return load(tmp_path / "rasid.yaml", {f"RASID_{name}_URL": url for name, url in places.items()})


@pytest.fixture
def archive(settings: Settings) -> Iterator[Archive]:
    """Its archive."""
    engine = open_tables(settings, "archive")
    yield Archive(engine)
    engine.dispose()


@pytest.fixture
def ledger(settings: Settings) -> Iterator[sa.Engine]:
    """Its ledger."""
    engine = open_tables(settings, "ledger")
    yield engine
    engine.dispose()


def waiting(ledger: sa.Engine) -> int:
    """How many words to the operator wait to be sent."""
    with ledger.connect() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(errands)).scalar_one()


def failing(times: int, reason: str = "http_403") -> FeedState:
    """The source after so many failures in a row."""
    return msgspec.structs.replace(STATE, failures=times, reason=reason if times else None, gone=reason == "http_410")


def test_the_operator_hears_once_that_a_source_fails_and_once_that_it_is_well(
    settings: Settings, archive: Archive, ledger: sa.Engine
) -> None:
    """Not before it has failed several times; not again at the next failure or after a restart."""
    ward = Ward(settings, ledger, settings.outlets())
    restarted = Ward(settings, ledger, settings.outlets())
    for times, expected in ((0, 0), (4, 0), (5, 1), (6, 1), (0, 2), (0, 2), (1, 2), (5, 3)):
        archive.save(failing(times))
        ward.look()
        restarted.look()
        restarted.close()
        assert waiting(ledger) == expected, times
    ward.close()


def test_only_what_should_be_looked_at_is_told(settings: Settings, archive: Archive, ledger: sa.Engine) -> None:
    """Neither a paused source nor one that is no longer configured; one that is gone at once."""
    ward = Ward(settings, ledger, settings.outlets())
    for stranger in ("asleep", "removed"):
        archive.save(msgspec.structs.replace(failing(9), source_id=stranger))
    archive.save(failing(9))
    archive.pause("daily", START)
    ward.look()
    assert waiting(ledger) == 0
    archive.resume("daily")
    archive.save(failing(1, "http_410"))
    ward.look()
    assert waiting(ledger) == 1
    ward.close()


def test_an_archive_that_is_away_costs_a_line_in_the_log(settings: Settings, ledger: sa.Engine) -> None:
    """Alerts go out all the same; the round after tells what there is to tell."""
    broken = settings.model_copy(update={"feeds": Path("/nowhere/feeds.opml")})
    with capture_logs() as lines:
        ward = Ward(broken, ledger, settings.outlets())
        ward.look()
        ward.look()
        ward.close()
    assert [line["log_level"] for line in lines if line["event"] == "sources_not_seen"] == ["warning", "debug"]


def test_a_bug_in_it_costs_no_alert(settings: Settings, archive: Archive, ledger: sa.Engine) -> None:
    """A state that nobody expects is logged; the stage that sends the alerts goes on, and so does the next round."""
    archive.save(failing(5))
    ward = Ward(settings, ledger, settings.outlets())
    with pytest.MonkeyPatch.context() as broken, capture_logs() as lines:
        broken.setattr("rasid.ward.moods", lambda *_: 1 / 0)
        ward.look()
    assert [line["event"] for line in lines] == ["ward_broke"]
    ward.look()
    assert waiting(ledger) == 1
    ward.close()


async def test_deliver_makes_the_round(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The stage as it is built: what fails in the archive comes out at the operator's destination."""
    (tmp_path / "rasid.yaml").write_text(CONFIG, encoding="utf-8")
    settings = load(tmp_path / "rasid.yaml", {})
    archive = Archive(open_tables(settings, "archive"))
    archive.save(failing(5))
    archive.close()
    running = asyncio.create_task(build(settings).stage.run())
    said = ""
    async with asyncio.timeout(60):
        while "cannot read" not in said:
            await asyncio.sleep(0.05)
            said += capsys.readouterr().out
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert "rasid feeds check daily" in said
