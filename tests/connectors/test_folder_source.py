from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from typing_extensions import override

from connectors.archive import Archive
from connectors.parse.entries import Document, Feed
from connectors.poll import Connectors, Tools
from connectors.poller import Polled
from connectors.sandbox import Sandbox
from connectors.sources import Source
from streams.errors import BadInput
from tests.connectors.fakes import Clock, MemoryPublisher
from tests.connectors.feeds import item, rss
from tests.connectors.stages import NOWHERE


async def test_a_folder_is_a_source_like_any_other(archive: Archive, tmp_path: Path) -> None:
    """Feeds and items from files, oldest first over all of them; a broken file costs only itself."""
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.xml").write_text(rss(item("2", "c", date="2026-02-03"), item("1", "a", date="2026-02-01")))
    (folder / "b.jsonl").write_text('{"id":"3","text":"x","title":"b","published":"2026-02-02"}\nnonsense\n')
    (folder / "broken.xml").write_text("<html/>")
    broker = MemoryPublisher()
    source = Source(id="files", url=str(folder), kind="folder", backfill="announce")
    stage = Connectors([source], archive, NOWHERE, contact="x", tools=Tools(publisher=broker))
    assert await stage.poll_once(source) == Polled(new=3)
    assert [one.title for one in broker.articles] == ["a", "b", "c"]
    assert await stage.poll_once(source) == Polled()
    (folder / "b.jsonl").write_text('{"id":"3","text":"y","title":"b","published":"2026-02-02"}\n')
    assert await stage.poll_once(source) == Polled(new=1, known=2)
    assert broker.articles[-1].revision == 2
    await stage.close()


class Busy(Sandbox):
    """A sandbox that has no time for one document for as long as it is told so."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self.busy = True
        self.parsed: list[str] = []
        self._base = base

    @override
    async def parse(self, document: Document) -> Feed:
        self.parsed.append(document.base)
        if self.busy and document.base == self._base:
            raise BadInput("parse_limit", "parsing took more than 8 seconds")
        return await super().parse(document)


async def test_a_document_that_took_too_long_is_read_later(archive: Archive, tmp_path: Path) -> None:
    """A busy machine costs a folder no document: it is parsed again, ever later, at once when another file comes."""
    for name in ("a", "b"):
        (tmp_path / f"{name}.xml").write_text(rss(item(name, name)))
    (tmp_path / "never.xml").write_text("<html/>")
    sandbox, clock, broker = Busy("b.xml"), Clock(), MemoryPublisher()
    source = Source(id="files", url=str(tmp_path), kind="folder", min_interval=timedelta(seconds=2))
    stage = Connectors(
        [source], archive, NOWHERE, contact="x", tools=Tools(publisher=broker, sandbox=sandbox, now=clock)
    )
    assert await stage.poll_once(source) == Polled(new=1)
    assert await stage.poll_once(source) == Polled()
    assert len(sandbox.parsed) == 3
    clock.advance(seconds=10)
    assert await stage.poll_once(source) == Polled(known=1)
    clock.advance(seconds=10)
    assert await stage.poll_once(source) == Polled()
    (tmp_path / "c.xml").write_text(rss(item("c", "c")))
    assert await stage.poll_once(source) == Polled(new=1, known=1)
    assert archive.feed(source).content is None
    sandbox.busy = False
    clock.advance(seconds=10)
    assert await stage.poll_once(source) == Polled(new=1, known=2)
    assert [one.title for one in broker.articles] == ["a", "c", "b"]
    sandbox.parsed.clear()
    clock.advance(days=1)
    assert await stage.poll_once(source) == Polled()
    assert sandbox.parsed == []
    await stage.close()
