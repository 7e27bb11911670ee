from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from connectors.archive import Archive
from connectors.fetch import Fetcher
from connectors.poll import Connectors, Tools
from connectors.poller import Polled
from connectors.sandbox import Sandbox
from connectors.way import ON_THE_WAY
from rasid.database import migrate, open_engine
from streams.records import Article
from tests.connectors.fakes import MemoryPublisher
from tests.connectors.hostile import CASES, GOOD
from tests.connectors.siege import bad_sources, good_source, hostile_server, limits
from tests.connectors.stages import NOWHERE

_UNSAFE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class Outcome(NamedTuple):
    """What a poll came to, and what it published."""

    polled: Polled
    articles: list[Article]


async def poll_all(port: int, folder: Path) -> dict[str, Outcome]:
    """Poll every bad source once, all of them at the same time, with one fetcher and one sandbox.

    A good one is polled on and on meanwhile: it is not the whole network that is bad.
    """
    engine = open_engine(f"sqlite:///{folder}/archive.db", "archive")
    migrate(engine, "connectors", "archive")
    fetching, parsing = limits(scaled=True)
    broker = MemoryPublisher()
    tools = Tools(fetcher=Fetcher(contact="x", limits=fetching), sandbox=Sandbox(parsing), publisher=broker)
    sources, good = bad_sources(port, 60.0), good_source(port, 1, 60.0)
    stage = Connectors(sources, Archive(engine), NOWHERE, contact="x", tools=tools)

    async def poll_on() -> None:
        while True:
            assert (await stage.poll_once(good)).failed is None
            await asyncio.sleep(0.02)

    polling_on = asyncio.create_task(poll_on())
    polled = await asyncio.gather(*map(stage.poll_once, sources))
    assert not polling_on.done()
    polling_on.cancel()
    await stage.close()
    engine.dispose()
    published = {source.id: [one for one in broker.articles if one.source_id == source.id] for source in sources}
    return {name: Outcome(one, published[source.id]) for name, source, one in zip(CASES, sources, polled, strict=True)}


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Outcome]]:
    """What became of each case."""
    with hostile_server() as port:
        yield asyncio.run(poll_all(port, tmp_path_factory.mktemp("hostile")))


@pytest.mark.parametrize("name", CASES)
def test_each_ends_with_its_outcome(outcomes: dict[str, Outcome], name: str) -> None:
    """A real server that does it: the poll ends, with a reason from the closed list or with clean articles."""
    polled, articles = outcomes[name]
    outcome = polled.failed.reason if polled.failed else GOOD
    expected = CASES[name].outcomes
    # So many hosts fail at once here that the network may be blamed, for those whose failure could be its fault.
    assert outcome in expected or (outcome == "offline" and expected & ON_THE_WAY), polled.failed
    if outcome != GOOD:
        assert articles == []
    assert not any(_UNSAFE.search(field) for one in articles for field in (one.title, one.body, one.url))


@pytest.mark.parametrize(
    ("name", "titles"),
    [
        ("U06 blank lines", ["خبر"]),
        ("U07 long author", ["x", "خبر"]),
        ("U19 breaks off in an item", ["خبر"]),
        ("U20 another encoding than it says", ["خبر"]),
        ("U21 controls", ["ab[2J\u202e", "خبر"]),
        ("U22 one guid five times", ["x", "خبر"]),
        ("U23 no guid, no link", ["b", "a"]),
    ],
)
def test_what_is_readable_in_them_is_read(outcomes: dict[str, Outcome], name: str, titles: list[str]) -> None:
    """Whole items, once each, without what cannot be stored."""
    assert [article.title for article in outcomes[name].articles] == titles


def test_absurd_dates_are_no_dates(outcomes: dict[str, Outcome]) -> None:
    """Neither the future nor what is no day becomes a date; nothing becomes now."""
    assert {article.published_at for article in outcomes["U24 absurd dates"].articles} == {None}
