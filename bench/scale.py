"""How one connector copes with many feeds: `python -m bench.scale [FEEDS…]`, by default 500, 1,000 and 2,000.

Every feed is asked once a minute; half of them answer 304, the others have a new item each time. The press is a process
of its own and counts as nothing here; the connector is the real stage with a real archive, and a publisher that
acknowledges at once. Printed side by side: how late polls begin against the moment they are due, how late the event
loop is, and processor time and memory, also per thousand feeds. Linear means that the last two columns stay equal.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import msgspec
from aiohttp import web

from connectors import metrics
from connectors.archive import Archive
from connectors.fetch import Fetcher
from connectors.poll import Connectors, Tools
from connectors.sources import Source
from connectors.wants import Limits
from rasid.database import migrate, open_engine
from rasid.logs import configure
from streams.topics import Kafka, Message

_INTERVAL = timedelta(seconds=60)
_WARM_UP, _MEASURED = 70.0, 60.0  # the first round of polls stores everything and is not measured
_ITEM = "<item><guid isPermaLink='false'>{0}</guid><title>خبر {0}</title><description>{1}</description></item>"
_ALL = "+Inf"
_TEXT = "أعلنت الشركة أنها ستواصل العمل في المشروع خلال العام المقبل. " * 10


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """What one size came to. Times in seconds, memory in MiB with the parsing children."""

    feeds: int
    polls: float
    slips: dict[str, float]  # how many within each bound of lateness
    lags: list[float]
    processor: float
    memory: float


class Acknowledging:
    """A broker that has it as soon as it is sent."""

    async def publish(self, _message: Message) -> None:
        """It is there."""

    async def check(self) -> None:
        """It always is."""

    async def close(self) -> None:
        """Nothing is held."""


async def _press() -> None:
    """Serve any number of feeds, the even ones unchanged; print the port first."""
    asked: dict[str, int] = {}

    async def answer(request: web.Request) -> web.Response:
        number = request.match_info["number"]
        if int(number) % 2 == 0:
            if request.headers.get("If-None-Match"):
                return web.Response(status=304)
            return _feed(1)
        asked[number] = asked.get(number, 0) + 1
        return _feed(asked[number])

    app = web.Application()
    app.router.add_get("/{number}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=4096).start()
    sys.stdout.write(f"{runner.addresses[0][1]}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


def _feed(newest: int) -> web.Response:
    items = "".join(_ITEM.format(number, _TEXT) for number in range(newest, max(0, newest - 20), -1))
    text = f"<rss version='2.0'><channel><title>صحيفة</title>{items}</channel></rss>"
    return web.Response(text=text, content_type="application/rss+xml", headers={"ETag": f'"{newest}"'})


async def _measure(feeds: int, port: int, folder: Path) -> Figures:
    engine = open_engine(f"sqlite:///{folder}/archive.db", "archive")
    migrate(engine, "connectors", "archive")
    sources = [
        Source(
            id=f"feed-{number}",
            url=f"http://127.0.0.1:{port}/{number}",
            allow_private=True,
            min_interval=_INTERVAL,
            max_interval=_INTERVAL,
        )
        for number in range(feeds)
    ]
    tools = Tools(publisher=Acknowledging(), fetcher=Fetcher(contact="bench", limits=Limits(per_host=64)))
    stage = Connectors(sources, Archive(engine), Kafka(bootstrap="nowhere:1"), contact="bench", tools=tools)
    running = asyncio.create_task(stage.run())
    await asyncio.sleep(_WARM_UP)
    before, slips, begun = _processor(), _slips(), time.monotonic()
    lags: list[float] = []
    while time.monotonic() - begun < _MEASURED:
        planned = time.monotonic() + 0.05
        await asyncio.sleep(0.05)
        lags.append(time.monotonic() - planned)
    spent = _processor() - before
    after = _slips()
    figures = Figures(
        feeds=feeds,
        polls=after[_ALL] - slips[_ALL],
        slips={bound: after[bound] - slips[bound] for bound in after},
        lags=sorted(lags),
        processor=spent,
        memory=_memory(),
    )
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    engine.dispose()
    return figures


def _family() -> list[Path]:
    """This process and the parsing children, as the kernel shows them."""
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    return [Path("/proc/self"), *(Path(f"/proc/{child}") for child in children)]


def _processor() -> float:
    ticks = 0
    for process in _family():
        fields = (process / "stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _memory() -> float:
    pages = sum(int((process / "statm").read_text().split()[1]) for process in _family())
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024**2


def _slips() -> dict[str, float]:
    """How many polls began within each bound of lateness."""
    [family] = metrics.SLIP_SECONDS.collect()
    return {one.labels["le"]: one.value for one in family.samples if one.name.endswith("_bucket")}


def _quantile(slips: dict[str, float], share: float) -> str:
    """The bound under which that share of the polls began."""
    wanted = slips[_ALL] * share
    bound = min(float(bound) for bound, count in slips.items() if count >= wanted)
    return f"<{bound:g} s"


def _print(rows: Sequence[Figures]) -> None:
    columns = ("feeds", "polls/s", "slip p50", "slip p99", "lag p99", "CPU", "CPU/1000", "MiB", "MiB/1000")
    print("".join(f"{column:>11}" for column in columns))
    for row in rows:
        cells = (
            str(row.feeds),
            f"{row.polls / _MEASURED:.1f}",
            _quantile(row.slips, 0.5),
            _quantile(row.slips, 0.99),
            f"{row.lags[int(len(row.lags) * 0.99)] * 1000:.0f} ms",
            f"{row.processor / _MEASURED:.1%}",
            f"{row.processor / _MEASURED / row.feeds * 1000:.1%}",
            f"{row.memory:.0f}",
            f"{row.memory / row.feeds * 1000:.0f}",
        )
        print("".join(f"{cell:>11}" for cell in cells))


def _one(feeds: int) -> Figures:
    """One size, in a process of its own so that none inherits another's memory."""
    command = [sys.executable, "-m", "bench.scale", "--size", str(feeds)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return msgspec.json.decode(done.stdout, type=Figures)


def _main(arguments: list[str]) -> None:
    if arguments == ["--press"]:
        asyncio.run(_press())
    elif arguments[:1] == ["--size"]:
        configure("error", "bench")
        with (
            tempfile.TemporaryDirectory(prefix="rasid-bench-") as folder,
            subprocess.Popen([sys.executable, "-m", "bench.scale", "--press"], stdout=subprocess.PIPE) as press,
        ):
            try:
                line = press.stdout.readline() if press.stdout else b""
                figures = asyncio.run(_measure(int(arguments[1]), int(line), Path(folder)))
            finally:
                press.kill()
        sys.stdout.buffer.write(msgspec.json.encode(figures))
    else:
        _print([_one(int(feeds)) for feeds in arguments or ("500", "1000", "2000")])


if __name__ == "__main__":
    _main(sys.argv[1:])
