"""The command line in process, on a ledger that the real code has filled; and the page over a story."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner, Result

from alerts.destinations import Destination
from alerts.learn import learn, learn_baseline
from alerts.ledger import Ledger
from rasid import backtest, seeds, settings
from rasid.cli import app
from rasid.database import migrate, open_engine
from streams.extract.reader import Reader
from tests.rasid.commands import Run
from tests.rasid.pages import Client, serving
from tests.rasid.story import ledger_at, sqlite_url

_SAMPLE = Path(__file__).parents[2] / "seeds" / "sample.yaml"
_STORY = _SAMPLE.parent / "articles" / "story.xml"
_NOW = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Runs `rasid --config seeds/sample.yaml …` with its data in a folder of the test."""
    monkeypatch.setenv("RASID_DATA_DIR", str(tmp_path))
    root = logging.getLogger()
    handlers, level = root.handlers, root.level

    def run(*arguments: str, text: str | None = None) -> Result:
        return CliRunner().invoke(app, ["--config", str(_SAMPLE), *arguments], input=text)

    yield run
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """The ledger that `run` shows, with the sample story learned and a delivery due for each alert."""
    engine = open_engine(f"sqlite:///{tmp_path / 'ledger.db'}", "ledger")
    migrate(engine, "alerts", "ledger")
    ledger = Ledger(engine)
    chosen = settings.load(_SAMPLE, {})
    names = seeds.read_watchlist(chosen)
    policy, reader = seeds.make_policy(names), Reader(names)
    learn_baseline(ledger, seeds.read_baseline(chosen), policy, _NOW)
    for _, article in backtest.articles([_STORY]):
        learn(ledger, reader.read(article), policy, [Destination(id="console", kind="console")], _NOW)
    return ledger


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """The story, on SQLite, open for reading only."""
    with ledger_at(sqlite_url(tmp_path_factory.mktemp("story"))) as ledger:
        yield ledger


@pytest.fixture
async def client(story: Ledger) -> AsyncIterator[Client]:
    """A client of the page over the story."""
    async with serving(story) as client:
        yield client
