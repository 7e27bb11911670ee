"""A press, an archive, and the connectors between them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from connectors.archive import Archive
from connectors.fetch import Fetcher
from rasid.database import migrate, open_engine
from tests.connectors.fetching import CONTACT, QUICK
from tests.connectors.hub import Hub, hub
from tests.connectors.pushed import Pushed
from tests.connectors.servers import Press, press
from tests.connectors.stages import Stage


@pytest.fixture
async def paper() -> AsyncIterator[Press]:
    """A running press."""
    async with press() as served:
        yield served


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    """An impatient fetcher."""
    fetching = Fetcher(contact=CONTACT, limits=QUICK)
    yield fetching
    await fetching.close()


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """An empty archive."""
    engine = open_engine(f"sqlite:///{tmp_path}/archive.db", "archive")
    migrate(engine, "connectors", "archive")
    yield Archive(engine)
    engine.dispose()


@pytest.fixture
async def stage(paper: Press, archive: Archive) -> AsyncIterator[Stage]:
    """The connectors over one feed."""
    made = Stage(paper, archive)
    yield made
    await made.connectors.close()


@pytest.fixture
async def news_hub() -> AsyncIterator[Hub]:
    """A running hub."""
    async with hub() as running:
        yield running


@pytest.fixture
async def pushed(paper: Press, archive: Archive, news_hub: Hub) -> AsyncIterator[Pushed]:
    """A subscribed stage."""
    made = Pushed(paper, archive, news_hub)
    await made.start()
    yield made
    await made.stop()
    await made.connectors.close()
