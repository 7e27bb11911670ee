"""The stage of connectors that a hub pushes to."""

from __future__ import annotations

import asyncio

from typing_extensions import override

from connectors.archive import Archive
from connectors.poll import Connectors, Tools
from connectors.push import Push
from connectors.websub import Endpoint
from tests.connectors.feeds import item, rss
from tests.connectors.hub import Hub
from tests.connectors.servers import Press
from tests.connectors.stages import NOWHERE, Stage, cancelled, until
from tests.processes import free_port

WHOLE = "قالت الهيئة إن أعمال المحطة تمضي كما خطط لها. " * 20


class Pushed(Stage):
    """The stage with an address that hubs can reach, over a feed that names its hub."""

    def __init__(self, paper: Press, archive: Archive, hub: Hub) -> None:
        self.port, self.hub = free_port(), hub
        self.running: asyncio.Task[None] | None = None
        super().__init__(paper, archive)

    @override
    def fresh(self) -> Connectors:
        """A new process, as far as memory goes."""
        endpoint = Endpoint(callback=f"http://127.0.0.1:{self.port}/rasid/", port=self.port)
        tools = Tools(publisher=self.broker, now=self.clock, page_pause=0, endpoint=endpoint)
        return Connectors([self.source], self.archive, NOWHERE, contact="mailto:watch@example.org", tools=tools)

    @property
    def push(self) -> Push:
        """The stage's subscriber."""
        assert self.connectors.push is not None
        return self.connectors.push

    async def offer(self, *items: str) -> None:
        """Poll the feed, which names its hub in its headers, and let the hub be asked."""
        self.paper.pages["/feed"] = rss(*items)
        self.paper.headers = {"Link": f'<{self.hub.url}>; rel="hub", <{self.source.url}>; rel="self"'}
        await self.connectors.poll_once(self.source)

    async def start(self) -> None:
        """Serve hubs, subscribed to the feed's."""
        self.running = asyncio.create_task(self.push.run())
        await self.offer(item("1", "قديم"))
        await until(lambda: self.push.is_live(self.source))

    async def stop(self) -> None:
        """End it."""
        if self.running is not None:
            await cancelled(self.running)
            self.running = None

    async def told(self) -> list[tuple[str, bool]]:
        """Title and whether it is history, of all that was published, once nothing is being published."""
        await until(lambda: not self.connectors._outbox._soon)
        return [(one.title, one.quiet) for one in self.broker.articles]
